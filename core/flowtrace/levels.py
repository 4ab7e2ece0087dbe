"""The elimination of `core.flowtrace.elimination` level by level: all independent zones at once, for short runs.

A short run costs what its numpy calls cost, so here each operation takes a whole level, at the price of gathering and
scattering rows. Equations, directions and units are those of `elimination`; results may differ in the last bits, as the
sums of a level are taken in another order.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.flowtrace.arrays import FloatArray, IntArray
from core.flowtrace.plan import NO_FLOW, Plan, Step

SCRATCH_NUMBERS = 512
"""Right-hand sides are taken together up to so many numbers per zone: more no longer fit the processor's cache."""


class Sums(NamedTuple):
    """target[into[g]] += Σ of left[one] × right[other] over the pairs of group g."""

    one: IntArray
    other: IntArray
    starts: IntArray
    """First pair of each group."""
    into: IntArray

    def add(self, left: FloatArray, right: FloatArray, target: FloatArray) -> None:
        if len(self.into):
            target[self.into] += np.add.reduceat(left[self.one] * right[self.other], self.starts, axis=0)


class Level(NamedTuple):
    """One level as index arrays: numbers of entries, and steps in the place of zones."""

    steps: slice
    rows: slice
    """The entries of its rows, one row after the other."""
    starts: IntArray
    """First entry of each row, counted from the first of the level."""
    step_of: IntArray
    """Step each entry belongs to, counted from the first of the level."""
    eliminate: Sums
    """N[i, k] × N[k, j] into N[i, j], and × v_k into v_i."""
    forward: Sums
    """N[i, k] × b_k into b_i."""
    back: Sums
    """N[k, j] × x_j into x_k."""


@lru_cache(maxsize=8)
def levels_of(plan: Plan) -> tuple[Level, ...]:
    """The plan's levels as index arrays, made once per plan."""
    step_of = {zone: at for at, zone in enumerate(plan.order)}
    return tuple(_level(plan.steps, level, step_of) for level in plan.levels)


def _level(all_steps: tuple[Step, ...], level: range, step_of: dict[int, int]) -> Level:
    steps = [(at, all_steps[at]) for at in level]
    lengths = [len(step.row) for _, step in steps]
    return Level(
        steps=slice(level.start, level.stop),
        rows=slice(steps[0][1].row.start, steps[-1][1].row.stop),
        starts=np.cumsum([0, *lengths[:-1]]),
        step_of=np.repeat(np.arange(len(steps)), lengths),
        eliminate=_sums(_updates(step for _, step in steps)),
        forward=_sums((step_of[each.zone], each.entry, at) for at, step in steps for each in step.columns),
        back=_sums(
            (at, entry, step_of[each.zone])
            for at, step in steps
            for entry, each in zip(step.row[1:], step.columns, strict=True)
        ),
    )


def _updates(steps: Iterable[Step]) -> Iterable[tuple[int, int, int]]:
    for step in steps:
        for column in step.columns:
            for source, target in (*column.adds, *column.fills):
                yield target, column.entry, source


def _sums(terms: Iterable[tuple[int, int, int]]) -> Sums:
    """From (into, one, other)."""
    table = np.array(sorted(terms), dtype=np.intp).reshape(-1, 3)
    into, starts = np.unique(table[:, 0], return_index=True)
    return Sums(table[:, 1], table[:, 2], starts, into)


class ByLevel:
    """One level after the other, each operation on all its rows; work as for `elimination.ByStep`."""

    def __init__(self, plan: Plan, flow: FloatArray, excess: FloatArray, work: FloatArray) -> None:
        self._order, self._levels = plan.order, levels_of(plan)
        self._entries, self._totals = work[: plan.entries], work[plan.entries : -1]
        is_linked = plan.flow_of != NO_FLOW
        self._entries[is_linked] = flow[plan.flow_of[is_linked]]
        self._entries[~is_linked] = 0.0
        self._entries[[step.row.start for step in plan.steps]] = excess[self._order]
        for level in self._levels:
            self._eliminate(level)

    def _eliminate(self, level: Level) -> None:
        rows, total = self._entries[level.rows], self._totals[level.steps]
        np.add.reduceat(rows, level.starts, axis=0, out=total)
        np.copyto(total, np.inf, where=total == 0)  # an empty row is divided by infinity, and stays 0
        rows /= total[level.step_of]
        level.eliminate.add(self._entries, self._entries, self._entries)

    def solve_into(self, right: FloatArray, solution: FloatArray) -> None:
        """x for b, both (sides, zones, hours)."""
        together = max(1, SCRATCH_NUMBERS // max(right.shape[2], 1))
        for start in range(0, len(right), together):
            at = slice(start, start + together)
            self._substitute(right[at], solution[at])

    def _substitute(self, right: FloatArray, solution: FloatArray) -> None:
        entries = self._entries[:, None]
        side = right.swapaxes(0, 1)[self._order]
        for level in self._levels:
            side[level.steps] /= self._totals[level.steps, None]
            level.forward.add(entries, side, side)
        for level in reversed(self._levels):
            level.back.add(entries, side, side)
        solution[:, self._order] = side.swapaxes(0, 1)
