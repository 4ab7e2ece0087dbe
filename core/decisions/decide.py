"""The best start of a job, what it saves and with which certainty, and what to do where nothing is foreseen."""

import contextlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.decisions.metrics import METRICS, Foreseen, Metric, check_units, series_of
from core.decisions.places import Place
from core.decisions.windows import Allowed, Daily, Window, allowed
from core.errors import CannotSchedule, NoForecast
from core.scheduling import (
    Choice,
    Savings,
    Schedule,
    Slots,
    best_slots,
    best_windows,
    job_means,
    ranks,
    saving_percent,
)
from core.store import LIVE, Store


@dataclass(frozen=True)
class Job:
    """A job, when it may run, and what counts."""

    duration_s: int
    deadline_s: int | None = None
    """When it must have ended."""
    windows: Sequence[Window] = ()
    """The first and the last start of each; without any from now until the deadline, or a day ahead."""
    daily: Sequence[Daily] = ()
    """Hours of the day in which the whole job must lie."""
    clock: str | None = None
    """Whose hours these are; None for the clock of the first place's zone."""
    metric: Metric = METRICS["carbon-intensity"]
    power: Sequence[float] = (1.0,)
    """Relative power of equal parts of the job."""
    is_interruptible: bool = False
    min_saving: float = 0.0
    """Per cent of the metric that make it worth not to run at the first start that is allowed."""
    count: int = 3
    """How many of the best starts are named."""


@dataclass(frozen=True)
class Option:
    """A start of the job in a place, with the mean over its time and where the forecast has a band that of its edges.
    """

    place: Place
    start_s: int
    end_s: int
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Saving:
    """What the ideal start gains on another one: positive is better, whether lower or higher is."""

    amount: float
    percent: float | None
    """None against 0."""
    low: float | None
    """With `high` the band of the amount; None where the forecast has none."""
    high: float | None


@dataclass(frozen=True)
class Found:
    """What is known where there is a forecast."""

    options: tuple[Option, ...]
    """Best first."""
    now: Option | None
    """Starting at once in the first place that has a forecast, be it allowed or not; None if it has gaps then."""
    naive: Option
    """The first start that is allowed in that place."""
    median: Option
    worst: Option
    savings: Savings
    vs_now: Saving | None
    vs_median: Saving
    slots: tuple[Place, Slots] | None
    """Of an interruptible job, where and when its pieces are best."""
    foreseen: Foreseen
    """Of the ideal's place."""
    origin: str
    """Of the data of all places compared."""
    is_worth_waiting: bool
    """Whether the ideal start saves anything on the first that is allowed, and at least what was asked for."""

    @property
    def ideal(self) -> Option:
        return self.options[0]


@dataclass(frozen=True)
class Decision:
    """What to do."""

    job: Job
    clock: str
    asked_s: int
    start_s: int
    place: Place
    found: Found | None
    reason: str = ""
    """Why there is no forecast; empty if there is one."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Places without a forecast, and why."""


def best(store: Store, places: Sequence[Place], job: Job, now_s: int) -> Decision:
    """When and where to run a job: at the ideal start, or the first one where waiting does not gain enough.

    Where no place has a forecast it is the last start that meets the deadline, so that one may still come; without a
    deadline the first. Raises CannotSchedule if the job contradicts itself or leaves no start.
    """
    if not places:
        raise CannotSchedule("Say where the job may run: it needs a place.")
    if not math.isfinite(job.min_saving) or job.min_saving < 0:
        raise CannotSchedule("The least saving is a number of per cent that is not below 0.")
    clock = job.clock or places[0].zone.timezone
    left = allowed(
        job.duration_s, now_s, windows=job.windows, deadline_s=job.deadline_s, daily=job.daily, clock=clock)
    foreseen, left_out = _foreseen(store, places, job.metric, left.spans[-1][1], now_s)
    schedule = _schedule(foreseen, left_out, job, left)
    if schedule is None:
        start_s = left.starts[0][0] if job.deadline_s is None else max(last_s for _, last_s in left.starts)
        reason = " ".join(dict.fromkeys(left_out.values()))
        return Decision(job, clock, now_s, start_s, places[0], None, reason, left_out)
    by_name = {place.name: place for place in reversed(places)}
    found = _found(schedule, foreseen, by_name, job, left, now_s)
    run = found.ideal if found.is_worth_waiting else found.naive
    return Decision(job, clock, now_s, run.start_s, run.place, found, left_out=left_out)


def _foreseen(
    store: Store, places: Sequence[Place], metric: Metric, until_s: int, now_s: int
) -> tuple[dict[str, Foreseen], dict[str, str]]:
    """What is foreseen of each place, and why others have nothing."""
    found, left_out, by_zone = dict[str, Foreseen](), dict[str, str](), dict[str, Foreseen]()
    for name, zone in places:
        try:
            if zone.key not in by_zone:
                by_zone[zone.key] = series_of(store, zone, metric, until_s, now_s)
            found[name] = by_zone[zone.key]
        except NoForecast as err:
            left_out[name] = str(err)
    check_units(found)
    return found, left_out


def _schedule(
    foreseen: dict[str, Foreseen], left_out: dict[str, str], job: Job, left: Allowed
) -> Schedule | None:
    """The best starts; places that are not known that far are moved to those that are left out, and None is left."""
    while foreseen:
        try:
            return best_windows(
                {name: one.series for name, one in foreseen.items()}, job.duration_s, left.starts, count=job.count,
                metric_is_better=job.metric.better, power=job.power)
        except NoForecast as err:
            left_out[err.place] = str(err)
            del foreseen[err.place]
    return None


def _found(
    schedule: Schedule, foreseen: Mapping[str, Foreseen], places: Mapping[str, Place], job: Job, left: Allowed,
    now_s: int,
) -> Found:
    def option(choice: Choice) -> Option:
        one, begin = foreseen[choice.place], np.array([choice.start_s])
        low, high = (
            None if series is None else _known(job_means(series, begin, job.duration_s, job.power))
            for series in (one.low, one.high))
        return Option(places[choice.place], choice.start_s, choice.end_s, choice.value, low, high)

    ideal, naive, median = (option(one) for one in (schedule.ideal, schedule.naive, schedule.median))
    first = schedule.naive.place
    at_once = _known(job_means(foreseen[first].series, np.array([now_s]), job.duration_s, job.power))
    now = None if at_once is None else option(Choice(first, now_s, now_s + job.duration_s, at_once))
    vs_naive = _saving(ideal, naive, job.metric)
    gains_enough = vs_naive.percent is None or vs_naive.percent >= job.min_saving
    return Found(
        tuple(option(one) for one in schedule.options), now, naive, median, option(schedule.worst), schedule.savings,
        None if now is None else _saving(ideal, now, job.metric), _saving(ideal, median, job.metric),
        _slots(foreseen, places, job, left) if job.is_interruptible else None, foreseen[schedule.ideal.place],
        _origin(foreseen.values()), gains_enough and vs_naive.amount > 0)


def _origin(foreseen: Iterable[Foreseen]) -> str:
    """Live, or what else is among them."""
    found = {name for one in foreseen for name in one.origin.split("+")} - {LIVE}
    return "+".join(sorted(found)) or LIVE


def _known(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    return None if np.isnan(values[0]) else float(values[0])


def _saving(ideal: Option, other: Option, metric: Metric) -> Saving:
    """The distances of both ends from the edges of their bands in quadrature: their errors are taken as independent."""
    sign = 1 if metric.better == "lower" else -1
    amount = sign * (other.value - ideal.value)
    percent = saving_percent(ideal.value, other.value, metric.better)
    if (ideal.place.zone.key, ideal.start_s) == (other.place.zone.key, other.start_s):
        return Saving(0.0, 0.0, 0.0, 0.0)  # the same hours have the same errors
    if ideal.low is None or ideal.high is None or other.low is None or other.high is None:
        return Saving(amount, percent, None, None)
    least = math.hypot(other.value - other.low, ideal.high - ideal.value)
    most = math.hypot(other.high - other.value, ideal.value - ideal.low)
    below, above = (least, most) if sign > 0 else (most, least)
    return Saving(amount, percent, amount - below, amount + above)


def _slots(
    foreseen: Mapping[str, Foreseen], places: Mapping[str, Place], job: Job, left: Allowed
) -> tuple[Place, Slots] | None:
    """The best pieces of the place that has the best ones; of equal ones the first, None if the spans reach too far."""
    better, found = job.metric.better, dict[str, Slots]()
    for name, one in foreseen.items():
        with contextlib.suppress(NoForecast):
            found[name] = best_slots(
                one.series, job.duration_s, left.spans, metric_is_better=better, place=name)
    if not found:
        return None
    rank = ranks(np.array([one.value for one in found.values()]), better)
    best_name = list(found)[int(np.flatnonzero(rank == 0)[0])]
    return places[best_name], found[best_name]
