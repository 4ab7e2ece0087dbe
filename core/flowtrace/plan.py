"""The symbolic elimination: in which order zones leave the equations, and which entries of N that can ever fill.

It depends on the links alone, so it is made once per network and serves every hour. Notation as in the package: N[i, j]
is the flow from j into i, in MW; row = importer, column = exporter. Eliminating zone k adds N[i, k] N[k, j] / d to
N[i, j] for every pair of its remaining neighbours: where i and j had no link, the entry is *fill-in*.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np

from core.flowtrace.arrays import IntArray
from core.flowtrace.network import Network

NO_FLOW = -1
"""In `Plan.flow_of`: the entry is fill-in."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The order of elimination and the numbering of N's entries.

    Zone `order[k]` leaves in step k; the zones it is then linked to, by link or fill-in, are its *later* zones: places
    `starts[k]` to `starts[k + 1]` of `later`. A place p of step k stands for two entries: p is N[zone k, later[p]],
    what k takes from that zone, and places + p is N[later[p], zone k], what it gives. No other entry is ever non-zero.
    """

    order: IntArray
    """(zones) position of the zone eliminated in each step."""
    starts: IntArray
    """(zones + 1) first place of each step."""
    later: IntArray
    """(places) position of a zone."""
    flow_of: IntArray
    """(2 × places) the directed flow (place in Network.exporter) an entry starts from, or NO_FLOW."""
    targets: IntArray
    """(Σ later²) the entry N[later[p], later[q]] per pair (p, q) of places of one step, by p, then q; −1 if p = q."""
    target_starts: IntArray
    """(zones + 1) first pair of each step."""
    level_of: IntArray
    """(zones) level of each step: above the levels of all zones that fill its row, so equal levels are independent."""

    @property
    def places(self) -> int:
        return len(self.later)


@lru_cache(maxsize=8)
def plan_for(network: Network) -> Plan:
    """The plan of a network, made once."""
    linked = _linked(network)
    steps = list(_eliminated(linked))
    order = np.array([step.zone for step in steps], dtype=np.intp)
    starts = _offsets([len(step.later) for step in steps])
    later = np.array([zone for step in steps for zone in step.later], dtype=np.intp)
    entry = _numbered(steps, len(later))
    targets = [entry.get((i, j), -1) for step in steps for i in step.later for j in step.later]
    flow_at = {(i, j): at for at, (i, j) in enumerate(zip(network.importer.tolist(), network.exporter.tolist()))}
    return Plan(
        order=order,
        starts=starts,
        later=later,
        flow_of=np.array([flow_at.get(pair, NO_FLOW) for pair in entry], dtype=np.intp),
        targets=np.array(targets, dtype=np.intp),
        target_starts=_offsets([len(step.later) ** 2 for step in steps]),
        level_of=np.array([step.level for step in steps], dtype=np.intp),
    )


class _Step(NamedTuple):
    zone: int
    later: list[int]
    level: int


def _linked(network: Network) -> list[set[int]]:
    linked: list[set[int]] = [set() for _ in network.zones]
    for one, other in zip(network.exporter.tolist(), network.importer.tolist(), strict=True):
        linked[one].add(other)
    return linked


def _eliminated(linked: list[set[int]]) -> Iterator[_Step]:
    """Eliminate in the order of least degree, fill-in counted; among equals the zone of the lowest level."""
    level = [0] * len(linked)
    waiting = [(len(around), 0, zone) for zone, around in enumerate(linked)]
    heapify(waiting)
    is_left = [True] * len(linked)
    while waiting:
        degree, height, zone = heappop(waiting)
        if not is_left[zone] or (degree, height) != (len(linked[zone]), level[zone]):
            continue
        is_left[zone] = False
        later = linked[zone]
        for other in later:
            linked[other] |= later
            linked[other] -= {zone, other}
            level[other] = max(level[other], height + 1)
            heappush(waiting, (len(linked[other]), level[other], other))
        yield _Step(zone, sorted(later), height)
