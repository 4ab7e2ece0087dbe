"""The best starts of a job that runs in one go, in one place or several."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.errors import CannotSchedule, NoForecast
from core.scheduling.series import Better, FloatArray, IntArray, Series, check_reach, moment, ranks, saving_percent

Window = tuple[int, int]
"""The first and the last start that are allowed, Unix seconds."""


class Choice(NamedTuple):
    """One start of a job in one place, with the mean over its time."""

    place: str
    start_s: int
    end_s: int
    value: float


class Savings(NamedTuple):
    """By how many per cent the ideal start is better; None against 0."""

    vs_naive: float | None
    vs_median: float | None
    vs_worst: float | None


@dataclass(frozen=True)
class Schedule:
    """What choosing the start of a job can gain."""

    options: tuple[Choice, ...]
    """Best first."""
    naive: Choice
    median: Choice
    worst: Choice
    savings: Savings

    @property
    def ideal(self) -> Choice:
        return self.options[0]


def best_windows(
    series: Mapping[str, Series], duration_s: int, windows: Sequence[Window], *, deadline_s: int | None = None,
    count: int = 3, metric_is_better: Better = "lower", power: Sequence[float] = (1.0,),
) -> Schedule:
    """The best `count` starts of a job of duration_s seconds among the places, and what they save.

    `power` is the profile of the job: relative weights of equal parts of its duration. Starts are whole seconds.
    Only those are compared at which an edge of a part of the job meets an edge of a data point, rounded either way, and
    the edges of the windows: between two such starts the values that enter and leave each part are constant, so the
    mean is linear there and its extremes lie at them. Raises NoForecast if a place does not cover the windows,
    CannotSchedule if no start is left.
    """
    if not series or duration_s <= 0 or count <= 0:
        raise CannotSchedule("A schedule needs a place, a duration above 0 s and a count of options above 0.")
    weights, allowed = _weights(power), _allowed(windows, duration_s, deadline_s)
    until_s = max(last_s for _, last_s in allowed) + duration_s
    found: list[Choice] = []
    for place, one in series.items():
        check_reach(place, one, min(first_s for first_s, _ in allowed), until_s)
        found += _choices(place, one, duration_s, allowed, weights.tolist())
    return _schedule(found, list(series), count, metric_is_better)


def job_means(series: Series, starts_s: IntArray, duration_s: int, power: Sequence[float] = (1.0,)) -> FloatArray:
    """The mean over a job that begins at each of these moments, each part by its power; NaN if any of it is not known.
    """
    weights, parts = _weights(power), len(power)
    fine = Series(series.start_s * parts, series.step_s * parts, series.values)  # in it a job's parts are whole
    of_parts = [fine.means(starts_s * parts + duration_s * part, duration_s) for part in range(parts)]
    return np.asarray(weights @ of_parts)


def _weights(power: Sequence[float]) -> FloatArray:
    """The profile with a sum of 1."""
    weights = np.asarray(power, dtype=np.float64)
    if not (weights.ndim == 1 and np.isfinite(weights).all() and (weights >= 0).all() and (weights > 0).any()):
        raise CannotSchedule("A power profile is a list of weights of which none is below 0 and one is above it.")
    relative = weights / weights.max()  # the sum of what is near the largest float is infinite
    return np.asarray(relative / relative.sum())


def _allowed(windows: Sequence[Window], duration_s: int, deadline_s: int | None) -> list[Window]:
    """The windows as far as jobs that begin in them end by the deadline."""
    if any(last_s < first_s for first_s, last_s in windows):
        raise CannotSchedule("A window ends before it begins: give its first and its last start, in this order.")
    if deadline_s is not None:
        windows = [(first_s, min(last_s, deadline_s - duration_s)) for first_s, last_s in windows]
    allowed = [window for window in windows if window[0] <= window[1]]
    if not allowed:
        by = "" if deadline_s is None else f" by {moment(deadline_s)}"
        raise CannotSchedule(f"No window is left in which a job of {duration_s} s could begin and end{by}.")
    return allowed


def _choices(
    place: str, series: Series, duration_s: int, allowed: Sequence[Window], power: Sequence[float]
) -> Iterable[Choice]:
    """All starts worth comparing in one place, with their means; NoForecast if none is known."""
    starts_s = _starts(series, duration_s, allowed, len(power))
    means = job_means(series, starts_s, duration_s, power)
    starts_s, means = starts_s[~np.isnan(means)], means[~np.isnan(means)]
    if not len(starts_s):
        raise NoForecast(f"The forecast for {place} has gaps that leave no start for a job of {duration_s} s.", place)
    return map(Choice, [place] * len(starts_s), starts_s.tolist(), (starts_s + duration_s).tolist(), means.tolist())


def _starts(series: Series, duration_s: int, allowed: Sequence[Window], parts: int) -> IntArray:
    """Rising: where an edge of a part of the job meets one of a data point, on both whole seconds around it; and the
    edges of the windows."""
    meets = (series.edges_s()[:, None] * parts - duration_s * np.arange(parts + 1)).ravel()
    found = np.unique(np.concatenate([meets // parts, -(-meets // parts), np.ravel(np.array(allowed, dtype=np.int64))]))
    is_allowed = np.any([(found >= first_s) & (found <= last_s) for first_s, last_s in allowed], axis=0)
    starts_s: IntArray = found[is_allowed]
    return starts_s


def _schedule(found: Sequence[Choice], places: Sequence[str], count: int, better: Better) -> Schedule:
    rank = ranks(np.array([one.value for one in found]), better)
    place, start_s = np.array([(places.index(one.place), one.start_s) for one in found]).T
    order = np.lexsort((place, start_s, rank))
    best_first = [found[at] for at in order]
    worst = best_first[int(np.searchsorted(rank[order], rank.max()))]
    naive = min((one for one in found if one.place == places[0]), key=lambda one: one.start_s)
    median = best_first[(len(found) - 1) // 2]
    savings = Savings(*(saving_percent(best_first[0].value, one.value, better) for one in (naive, median, worst)))
    return Schedule(tuple(best_first[:count]), naive, median, worst, savings)
