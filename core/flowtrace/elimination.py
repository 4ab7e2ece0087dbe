"""Solves the tracing equation for many hours at once, by elimination without a subtraction.

The matrix is a row-diagonally-dominant M-matrix whose row excess v is known. Eliminating zone k from the rows of its
importers i (d = v_k + Σ_j N[k, j], row k divided by d) only adds and multiplies positive numbers:

    N[i, j] += N[i, k] N[k, j]      v_i += N[i, k] v_k      b_i += N[i, k] b_k

N[i, j] = MW from j into i; the diagonal never matters, as what a zone passes to itself cancels. Every result is then
exact to a few rounding errors, however strong the loops (Grassmann, Taksar, Heyman, "Regenerative analysis and steady
state distributions for Markov chains", Operations Research 33, 1985).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.flowtrace.arrays import FloatArray, IntArray
from core.flowtrace.network import Network

CHUNK_HOURS = 256
"""Hours solved together; bounds the memory: 8 bytes × hours × (zones of the largest connected part)²."""


class Part(NamedTuple):
    """One connected part of a network."""

    zones: IntArray
    """Positions of its zones, in the order of elimination."""
    flows: IntArray
    """Which of the network's directed flows are inside it."""
    later: tuple[IntArray, ...]
    """Per zone, by rank in `zones`: the ranks it is linked to, at first or by fill-in, when its turn comes."""


def solve(network: Network, flow_mw: FloatArray, excess_mw: FloatArray, right: FloatArray) -> FloatArray:
    """x (sides, zones, hours) of x_i (v_i + Σ_j N[i, j]) − Σ_j N[i, j] x_j = b_i; 0 where a row is empty.

    flow_mw (2 × links, hours) is N along Network.exporter → Network.importer, excess_mw (zones, hours) is v, and
    right (sides, zones, hours) is b; flows and excess are ≥ 0, and every zone with an inflow is reached from an excess.
    """
    solution = np.empty_like(right)
    hours = flow_mw.shape[1]
    for start in range(0, hours, CHUNK_HOURS):
        at = slice(start, start + CHUNK_HOURS)
        for part in parts(network):
            inflow = _square(network, part, flow_mw[:, at])
            side = right[:, part.zones, at]
            _eliminate(part, inflow, excess_mw[part.zones, at], side)
            solution[:, part.zones, at] = _substitute(part, inflow, side)
    return solution


@lru_cache(maxsize=8)
def parts(network: Network) -> tuple[Part, ...]:
    """The connected parts of the network, found once per topology."""
    linked: list[set[int]] = [set() for _ in network.zones]
    for one, other in zip(network.exporter.tolist(), network.importer.tolist(), strict=True):
        linked[one].add(other)
    left = set(range(len(network.zones)))
    found = []
    while left:
        zones = _connected(left.pop(), linked)
        left -= zones
        found.append(_part(network, zones, linked))
    return tuple(found)


def _connected(start: int, linked: list[set[int]]) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        new = linked[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen


def _part(network: Network, zones: set[int], linked: list[set[int]]) -> Part:
    """Order by least degree, which keeps the fill-in small, and note who is linked when it is eliminated."""
    around = {zone: set(linked[zone]) for zone in zones}
    order: list[int] = []
    neighbours: list[set[int]] = []
    while around:
        pivot = min(around, key=lambda zone: (len(around[zone]), zone))
        order.append(pivot)
        neighbours.append(around.pop(pivot))
        for zone in neighbours[-1]:
            around[zone] |= neighbours[-1]
            around[zone] -= {zone, pivot}
    rank = {zone: at for at, zone in enumerate(order)}
    later = tuple(np.array(sorted(rank[zone] for zone in each), dtype=np.intp) for each in neighbours)
    inside = np.isin(network.exporter, order)
    return Part(np.array(order, dtype=np.intp), np.flatnonzero(inside), later)


def _square(network: Network, part: Part, flow_mw: FloatArray) -> FloatArray:
    """N (importer, exporter, hours) of one part, both axes by rank."""
    size = len(part.zones)
    rank = np.full(len(network.zones), -1, dtype=np.intp)
    rank[part.zones] = np.arange(size)
    inflow = np.zeros((size, size, flow_mw.shape[1]))
    inflow[rank[network.importer[part.flows]], rank[network.exporter[part.flows]]] = flow_mw[part.flows]
    return inflow


def _eliminate(part: Part, inflow: FloatArray, excess: FloatArray, side: FloatArray) -> None:
    """Turn N, v and b in place into rows that only look at later zones; each then sums to 1, or is empty."""
    for pivot, later in enumerate(part.later):
        row = inflow[pivot, later]
        total = excess[pivot] + row.sum(axis=0)
        row = inflow[pivot, later] = _divided(row, total)
        excess[pivot] = _divided(excess[pivot], total)
        side[:, pivot] = _divided(side[:, pivot], total)
        column = inflow[later, pivot]
        inflow[np.ix_(later, later)] += column[:, None] * row
        excess[later] += column * excess[pivot]
        side[:, later] += column * side[:, pivot, None]


def _divided(values: FloatArray, by: FloatArray) -> FloatArray:
    return np.divide(values, by, out=np.zeros_like(values), where=by > 0)


def _substitute(part: Part, inflow: FloatArray, side: FloatArray) -> FloatArray:
    """x (sides, zones of the part, hours), from the last zone eliminated to the first."""
    for pivot in reversed(range(len(part.zones))):
        later = part.later[pivot]
        side[:, pivot] += (inflow[pivot, later] * side[:, later]).sum(axis=1)
    return side
