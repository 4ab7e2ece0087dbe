"""What is foreseen of one place, its means over any time, and which of them are equal."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.errors import NoForecast

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Better = Literal["lower", "higher"]

SAME = 1e-9
"""Means that differ by less than this part of the largest are equal."""


@dataclass(frozen=True)
class Series:
    """Values of one place: values[i] holds for step_s from start_s + i × step_s on; NaN is not known."""

    start_s: int
    step_s: int
    values: FloatArray

    def edges_s(self) -> IntArray:
        """(points + 1) where the data points meet."""
        return self.start_s + self.step_s * np.arange(len(self.values) + 1, dtype=np.int64)

    def means(self, starts_s: IntArray, duration_s: int) -> FloatArray:
        """The mean over duration_s from each start on; NaN if any part of it is not known."""
        is_known = ~np.isnan(self.values)
        known_s = self._sum(is_known.astype(np.float64), starts_s, duration_s)
        amount = self._sum(np.where(is_known, self.values, 0.0), starts_s, duration_s)
        return np.where(known_s == duration_s, amount / duration_s, np.nan)

    def _sum(self, values: FloatArray, starts_s: IntArray, duration_s: int) -> FloatArray:
        """Value times seconds over duration_s from each start on; nothing before the first point and after the last."""
        full = np.concatenate([[0.0], np.cumsum(values) * self.step_s])
        bounds_s = np.stack([starts_s, starts_s + duration_s]) - self.start_s
        point, rest_s = np.divmod(np.clip(bounds_s, 0, self.step_s * len(values)), self.step_s)
        until = full[point] + np.append(values, 0.0)[point] * rest_s
        found: FloatArray = until[1] - until[0]
        return found


def check_reach(place: str, series: Series, from_s: int, until_s: int) -> None:
    """Raise NoForecast if the time asked for lies beyond the first or the last value that is known."""
    known = np.flatnonzero(~np.isnan(series.values))
    if not len(known):
        raise NoForecast(f"Nothing is foreseen for {place}: leave it out, or try again later.", place)
    first_s, last_s = (int(series.edges_s()[at]) for at in (known[0], known[-1] + 1))
    if from_s < first_s or until_s > last_s:
        raise NoForecast(
            f"The forecast for {place} reaches from {moment(first_s)} to {moment(last_s)}, and {moment(from_s)} to"
            f" {moment(until_s)} is asked for: ask for less, or leave the place out.", place)


def moment(at_s: int) -> str:
    """A moment as people read it, UTC."""
    return str(np.datetime_as_string(np.datetime64(at_s, "s"), timezone="UTC"))


def ranks(values: FloatArray, better: Better) -> npt.NDArray[np.intp]:
    """The place of each value in their order, 0 for the best; equal values have the same."""
    score = values if better == "lower" else -values
    order = np.argsort(score, kind="stable")
    is_worse = np.diff(score[order]) > SAME * np.abs(score).max(initial=0.0)
    found = np.empty(len(values), dtype=np.intp)
    found[order] = np.concatenate([[0], np.cumsum(is_worse)])
    return found


def saving_percent(value: float, other: float, better: Better) -> float | None:
    """By how many per cent of the other value this one is better; None where the other is 0 and this is not."""
    gain = other - value if better == "lower" else value - other
    if gain == 0:
        return 0.0
    return 100.0 * gain / abs(other) if other else None
