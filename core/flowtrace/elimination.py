"""Solves the tracing equation for many hours at once, by elimination without a subtraction.

    x_i (v_i + Σ_j N[i, j]) − Σ_j N[i, j] x_j = b_i          N[i, j] = MW from j into i, v_i in MW

The matrix is a row-diagonally-dominant M-matrix whose row excess v is known. Eliminating zone k from the rows of its
importers i only adds, multiplies and divides numbers that are not negative:

    d = v_k + Σ_j N[k, j]      N[k, j] /= d      v_k /= d      b_k /= d
    N[i, j] += N[i, k] N[k, j]      v_i += N[i, k] v_k      b_i += N[i, k] b_k

and back, last zone first, x_k = b_k + Σ_j N[k, j] x_j. The diagonal never matters, as what a zone passes to itself
cancels. Every result is then exact to a few rounding errors, however strong the loops (W. K. Grassmann, M. I. Taksar,
D. P. Heyman, "Regenerative analysis and steady state distributions for Markov chains", Operations Research 33, 1985).

The order of the zones, and which entries exist, is the plan's. Numbers are arrays over the hours: a run of many hours
goes step by step, on rows as they lie in the caller's arrays; a short one level by level, to make fewer numpy calls.
`benchmarks/flowtrace.py` measures both. There is no compiled path: when tried, the same steps in numba gave the same
numbers 1.3 to 1.8 times as fast for a year, as both wait for memory, and numba took longer to import than that to run.
"""

from collections.abc import Iterator

import numpy as np

from core.flowtrace.arrays import FloatArray
from core.flowtrace.levels import ByLevel
from core.flowtrace.network import Network
from core.flowtrace.plan import NO_FLOW, Plan, plan_for

CHUNK_HOURS = 3_072
"""Most hours solved together; bounds the scratch memory: 8 bytes × hours × (entries + zones), 45 MB for the world."""

SHORT_HOURS = 96
"""Up to so many hours, levels are faster than steps."""

SCRATCH_NUMBERS = 65_536
"""Right-hand sides are taken together up to so many numbers per zone: 22 of them in a chunk of a year."""


def solve(network: Network, flow_mw: FloatArray, excess_mw: FloatArray, right: FloatArray) -> FloatArray:
    """x (sides, zones, hours) of x_i (v_i + Σ_j N[i, j]) − Σ_j N[i, j] x_j = b_i; 0 where a row is empty.

    flow_mw (2 × links, hours) is N along Network.exporter → Network.importer, excess_mw (zones, hours) is v, and
    right (sides, zones, hours) is b; flows and excess are ≥ 0, and every zone with an inflow is reached from an excess.
    """
    plan, solution, work = plan_for(network), np.empty(right.shape), None
    for at in _chunks(flow_mw.shape[1]):
        work = _work(plan, at) if work is None else work
        _eliminated(plan, flow_mw[:, at], excess_mw[:, at], work).solve_into(right[:, :, at], solution[:, :, at])
    return solution


def factorise(network: Network, flow_mw: FloatArray, excess_mw: FloatArray) -> "Factorised":
    """The elimination of N and v alone, for right-hand sides that come later; the same arrays as in `solve`.

    It keeps 8 bytes × hours × (entries + zones), 130 MB for a year of the world, and looks into flow_mw and excess_mw
    again: leave them as they are while it is in use.
    """
    plan, hours = plan_for(network), flow_mw.shape[1]
    return Factorised(
        [(at, _eliminated(plan, flow_mw[:, at], excess_mw[:, at], _work(plan, at))) for at in _chunks(hours)]
    )


class Factorised:
    """An eliminated N and v, ready for any number of right-hand sides."""

    def __init__(self, chunks: "list[tuple[slice, ByLevel | ByStep]]") -> None:
        self._chunks = chunks

    def solve(self, right: FloatArray) -> FloatArray:
        """x (sides, zones, hours) for b of that shape, as `solve` gives it."""
        solution = np.empty(right.shape)
        for at, eliminated in self._chunks:
            eliminated.solve_into(right[:, :, at], solution[:, :, at])
        return solution


def _chunks(hours: int) -> Iterator[slice]:
    """Slices of at most CHUNK_HOURS, of the same length but for the last, which is never the longest."""
    if hours:
        size = -(-hours // -(-hours // CHUNK_HOURS))
        for start in range(0, hours, size):
            yield slice(start, min(start + size, hours))


def _work(plan: Plan, at: slice) -> FloatArray:
    return np.empty((plan.entries + len(plan.steps) + 1, at.stop - at.start))


def _eliminated(plan: Plan, flow: FloatArray, excess: FloatArray, work: FloatArray) -> "ByLevel | ByStep":
    hours = flow.shape[1]
    return (ByLevel if hours <= SHORT_HOURS else ByStep)(plan, flow, excess, work[:, :hours])


class ByStep:
    """One zone after the other, each operation on one row of hours: for long runs, bound by the speed of the cache.

    An entry is the caller's row of flows until something is added to it; only then it gets a row of `work`.
    work (entries + zones + 1, hours) holds the entries, the totals d and one product.
    """

    def __init__(self, plan: Plan, flow: FloatArray, excess: FloatArray, work: FloatArray) -> None:
        self._plan = plan
        starts = zip(plan.flow_of.tolist(), work, strict=False)
        self._entries = [row if at == NO_FLOW else flow[at] for at, row in starts]
        for step in plan.steps:
            self._entries[step.row[0]] = excess[step.zone]
        self._totals = list(work[plan.entries : -1])
        self._eliminate(list(work), work[-1])

    def _eliminate(self, work: list[FloatArray], product: FloatArray) -> None:
        values, totals = self._entries, self._totals
        add, multiply, divide = np.add, np.multiply, np.divide
        for at, (_, row, columns) in enumerate(self._plan.steps):
            total = values[row[0]]
            for entry in row[1:]:
                total = add(total, values[entry], totals[at])
            total = totals[at] = _divisor(total)
            if not columns:
                continue
            for entry in row:
                values[entry] = divide(values[entry], total, work[entry])
            for _, column, adds, fills in columns:
                inflow = values[column]
                for source, target in adds:
                    multiply(inflow, values[source], product)
                    values[target] = add(values[target], product, work[target])
                for source, target in fills:
                    values[target] = multiply(inflow, values[source], work[target])

    def solve_into(self, right: FloatArray, solution: FloatArray) -> None:
        sides, _, hours = right.shape
        together = max(1, SCRATCH_NUMBERS // max(hours, 1))
        product = np.empty((min(together, sides), hours))
        for start in range(0, sides, together):
            at = slice(start, start + together)
            size = len(right[at])
            self._substitute(_by_zone(right[at]), _by_zone(solution[at]), product[0] if size == 1 else product[:size])

    def _substitute(self, right: list[FloatArray], solution: list[FloatArray], product: FloatArray) -> None:
        """Forward, where `right` becomes the eliminated sides row by row, and back; a row is (sides, hours)."""
        values = self._entries
        add, multiply, divide = np.add, np.multiply, np.divide
        for (zone, _, columns), total in zip(self._plan.steps, self._totals, strict=True):
            side = right[zone] = divide(right[zone], total, solution[zone])
            for importer, column, *_ in columns:
                multiply(values[column], side, product)
                right[importer] = add(right[importer], product, solution[importer])
        for zone, row, columns in reversed(self._plan.steps):
            side = solution[zone]
            for entry, (exporter, *_) in zip(row[1:], columns, strict=True):
                multiply(values[entry], solution[exporter], product)
                add(side, product, side)


def _by_zone(values: FloatArray) -> list[FloatArray]:
    """Per zone a view (sides, hours), or (hours) of the only side."""
    return list(values[0] if len(values) == 1 else values.swapaxes(0, 1))


def _divisor(total: FloatArray) -> FloatArray:
    """What to divide a row by: its total, or infinity where the row is empty, so that it stays 0."""
    return total if np.count_nonzero(total) == total.size else np.where(total > 0, total, np.inf)
