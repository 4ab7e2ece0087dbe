"""Which zones there are and which pairs of them are linked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from core.flowtrace.arrays import IntArray
from core.kinds import split_key


@dataclass(frozen=True)
class Network:
    """Zones by key and links by exchange key `"A->B"`; equal and hashed by these two alone."""

    zones: tuple[str, ...]
    links: tuple[str, ...]
    first: IntArray = field(init=False, repr=False, compare=False)
    """(links) position in `zones` of the A of `"A->B"`."""
    second: IntArray = field(init=False, repr=False, compare=False)
    """(links) position in `zones` of the B of `"A->B"`: a positive flow goes into it."""

    def __post_init__(self) -> None:
        _require_unique("zones", self.zones)
        _require_unique("links", self.links)
        position = {zone: at for at, zone in enumerate(self.zones)}
        ends = [_ends(link, position) for link in self.links]
        object.__setattr__(self, "first", np.array([first for first, _ in ends], dtype=np.intp))
        object.__setattr__(self, "second", np.array([second for _, second in ends], dtype=np.intp))

    @property
    def exporter(self) -> IntArray:
        """(2 × links) the zone each directed flow leaves: first all links forward, then all backward."""
        return np.concatenate([self.first, self.second])

    @property
    def importer(self) -> IntArray:
        """(2 × links) the zone each directed flow enters, in the order of `exporter`."""
        return np.concatenate([self.second, self.first])


def _require_unique(name: str, keys: Iterable[str]) -> None:
    twice = sorted(key for key, count in Counter(keys).items() if count > 1)
    if twice:
        raise ValueError(f"The {name} of a network must differ; more than once: {', '.join(twice)}.")


def _ends(link: str, position: dict[str, int]) -> tuple[int, int]:
    ends = split_key(link)
    if ends is None:
        raise ValueError(f"The link {link!r} must read 'A->B'.")
    unknown = [zone for zone in ends if zone not in position]
    if unknown:
        raise ValueError(f"The link {link!r} ends in a zone the network does not have: {', '.join(unknown)}.")
    if not ends[0] < ends[1]:
        raise ValueError(f"The link {link!r} must name two different zones in sorted order.")
    return position[ends[0]], position[ends[1]]
