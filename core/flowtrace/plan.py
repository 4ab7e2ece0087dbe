"""The symbolic elimination: in which order zones leave the equations, and which entries of N that can ever fill.

It depends on the links alone, so it is made once per network and serves every hour. Notation as in the package: N[i, j]
in MW is the flow from j into i, so row = importer, column = exporter, and v_i in MW is what enters zone i otherwise.

Eliminating zone k adds N[i, k] N[k, j] / d to N[i, j] for each two zones i, j that k is still linked to, its *later*
zones. Where i and j had no link this is *fill-in*, and from then on they count as linked. The order is that of least
degree, fill-in counted, which keeps it small (W. F. Tinney, J. W. Walker, "Direct solutions of sparse network equations
by optimally ordered triangular factorization", Proc. IEEE 55, 1967).

Every v_i and every entry of N that can be non-zero has a number. First come the rows, as they are eliminated: v_k, then
N[k, j] for each later zone j. Then come the columns: N[i, k] for each later zone i.

Steps of one *level* are independent: none is among another's later zones, so all can be taken at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heappop, heappush
from itertools import accumulate, groupby
from typing import NamedTuple

import numpy as np

from core.flowtrace.arrays import IntArray
from core.flowtrace.network import Network

NO_FLOW = -1
"""In `Plan.flow_of`: the entry starts empty."""


class Column(NamedTuple):
    """What the elimination of zone k adds to the row of one later zone i: N[i, k] × every entry of k's row."""

    zone: int
    """Position of zone i."""
    entry: int
    """Number of N[i, k]."""
    adds: tuple[tuple[int, int], ...]
    """(entry of k's row, entry of i's row that has a value already); v_k → v_i comes first."""
    fills: tuple[tuple[int, int], ...]
    """(entry of k's row, entry of i's row that gets its first value)."""


class Step(NamedTuple):
    """The elimination of one zone k."""

    zone: int
    """Position of zone k."""
    row: range
    """Numbers of v_k and of N[k, j] for each later zone j."""
    columns: tuple[Column, ...]
    """One per later zone, in the order of `row`."""


@dataclass(frozen=True, eq=False)
class Plan:
    """All steps of the elimination of a network, by level."""

    steps: tuple[Step, ...]
    """One per zone."""
    levels: tuple[range, ...]
    """The steps of each level; those with later zones stand before those without."""
    entries: int
    flow_of: IntArray
    """(entries) the directed flow an entry starts from, as in Network.exporter → Network.importer, or NO_FLOW."""

    @property
    def order(self) -> list[int]:
        """Positions of the zones as they are eliminated."""
        return [step.zone for step in self.steps]


@lru_cache(maxsize=8)
def plan_for(network: Network) -> Plan:
    """The plan of a network, made once."""
    pivots = sorted(_eliminated(network), key=lambda pivot: (pivot.level, not pivot.later))
    number = _numbered(pivots)
    ends = zip(network.importer.tolist(), network.exporter.tolist(), strict=True)
    flow_at = {pair: at for at, pair in enumerate(ends)}
    levels = [len(list(group)) for _, group in groupby(pivots, key=lambda pivot: pivot.level)]
    return Plan(
        steps=tuple(_steps(pivots, number, set(flow_at))),
        levels=tuple(range(end - size, end) for size, end in zip(levels, accumulate(levels), strict=True)),
        entries=len(number),
        flow_of=np.array([flow_at.get(pair, NO_FLOW) for pair in number], dtype=np.intp),
    )


class _Pivot(NamedTuple):
    zone: int
    later: list[int]
    level: int


def _eliminated(network: Network) -> Iterator[_Pivot]:
    """Zones by least degree, fill-in counted; among equals the one of the lowest level."""
    linked: list[set[int]] = [set() for _ in network.zones]
    for one, other in zip(network.exporter.tolist(), network.importer.tolist(), strict=True):
        linked[one].add(other)
    level = [0] * len(linked)
    waiting = [(len(around), 0, zone) for zone, around in enumerate(linked)]
    heapify(waiting)
    is_left = [True] * len(linked)
    while waiting:
        degree, height, zone = heappop(waiting)
        if not is_left[zone] or (degree, height) != (len(linked[zone]), level[zone]):
            continue  # outdated: the zone has gone, or waits with another degree or level
        is_left[zone] = False
        later = linked[zone]
        for other in later:
            linked[other] |= later
            linked[other] -= {zone, other}
            level[other] = max(level[other], height + 1)
            heappush(waiting, (len(linked[other]), level[other], other))
        yield _Pivot(zone, sorted(later), height)


def _numbered(pivots: list[_Pivot]) -> dict[tuple[int, int], int]:
    """The number of every entry by (row, column), v_i as (i, i): all rows, then all columns."""
    rows = [(pivot.zone, zone) for pivot in pivots for zone in (pivot.zone, *pivot.later)]
    columns = [(zone, pivot.zone) for pivot in pivots for zone in pivot.later]
    return {pair: at for at, pair in enumerate([*rows, *columns])}


def _steps(
    pivots: list[_Pivot], number: dict[tuple[int, int], int], has_value: set[tuple[int, int]]
) -> Iterator[Step]:
    """The steps in terms of entries; has_value starts as the linked pairs and grows with the fill-in."""
    has_value |= {(pivot.zone, pivot.zone) for pivot in pivots}
    for k, later, _ in pivots:
        row = number[k, k]
        columns = []
        for i in later:
            pairs = [((k, k), (i, i)), *(((k, j), (i, j)) for j in later if j != i)]
            adds = tuple((number[one], number[other]) for one, other in pairs if other in has_value)
            fills = tuple((number[one], number[other]) for one, other in pairs if other not in has_value)
            columns.append(Column(i, number[i, k], adds, fills))
            has_value.update(other for _, other in pairs)
        yield Step(k, range(row, row + 1 + len(later)), tuple(columns))
