"""Any job in any small forecast, against a search of every ten minutes in exact fractions.

All that a job is made of falls on whole ten minutes, so that the best second is one of them. The clocks change in the
nights that are drawn, by an hour and (Lord Howe) by half an hour.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.config import load
from core.decisions import METRICS, Foreseen, Job, Place, best, decide
from core.errors import CannotSchedule, NoForecast
from core.scheduling import Series

UNIT_S, HOUR_S = 600, 3600
ZONES = [load().zones[key] for key in ("FR", "DE", "GB")]
NIGHTS = {
    ("Europe/Paris", datetime(2026, 3, 28, 16, tzinfo=UTC)), ("Europe/Paris", datetime(2026, 10, 24, 16, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 8, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 8, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 6, 1, 12, tzinfo=UTC)),
}
METRIC = {"lower": METRICS["carbon-intensity"], "higher": METRICS["renewable-share"]}
value = st.integers(-3, 5)
maybe_value = st.one_of(*[value] * 11, st.none())


@dataclass
class Drawn:
    now_s: int
    job: Job
    values: dict[str, list[int | None]]
    """By zone, of the hours from the one on that holds now_s."""

    def foreseen(self, store: object, zone: Any, metric: object, until_s: int, now_s: int) -> Foreseen:
        known = self.values[zone.key]
        if all(one is None for one in known):
            raise NoForecast(f"Nothing is known of {zone.key}.", zone.key)
        numbers = np.array([np.nan if one is None else float(one) for one in known])
        return Foreseen(Series(now_s - now_s % HOUR_S, HOUR_S, numbers), "g", "drawn")


@st.composite
def jobs(draw: Any) -> Drawn:
    clock, evening = draw(st.sampled_from(sorted(NIGHTS)))
    now_s = int(evening.timestamp()) + UNIT_S * draw(st.integers(0, 20))
    parts = draw(st.integers(1, 3))
    duration_s = UNIT_S * parts * draw(st.integers(1, 8))
    unit = st.integers(0, 20 * 6).map(lambda at: now_s + UNIT_S * at)
    windows = [tuple(sorted(pair)) for pair in draw(st.lists(st.tuples(unit, unit), max_size=2))]
    minute = st.integers(0, 143).map(lambda at: 10 * at)
    daily = draw(st.lists(st.tuples(minute, minute).filter(lambda one: one[0] != one[1]), max_size=2))
    job = Job(
        duration_s, draw(st.one_of(unit, st.none())) if windows else draw(unit), windows, daily, clock,
        METRIC[draw(st.sampled_from(["lower", "higher"]))], draw(st.lists(st.integers(1, 3), min_size=parts,
                                                                          max_size=parts)),
        draw(st.booleans()), draw(st.sampled_from([0, 5, 50])), 1)
    count = draw(st.integers(20, 30))
    values = {zone.key: draw(st.lists(maybe_value, min_size=count, max_size=count)) for zone in ZONES[:2]}
    return Drawn(now_s, job, values)


def is_shown(job: Job, at_s: int) -> bool:
    """Whether the clock is within the hours of the day."""
    there = datetime.fromtimestamp(at_s, ZoneInfo(job.clock or ""))
    minute = 60 * there.hour + there.minute
    return not job.daily or any(
        first <= minute < end if first < end else not end <= minute < first for first, end in job.daily)


def starts_of(drawn: Drawn) -> list[int]:
    """Every start that is allowed."""
    job, now_s = drawn.job, drawn.now_s
    windows = job.windows or [(now_s, 10**11)]
    last_s = max(last_s for _, last_s in windows) if job.deadline_s is None else job.deadline_s - job.duration_s
    return [
        start_s for start_s in range(now_s, last_s + 1, UNIT_S)
        if any(first_s <= start_s <= end_s for first_s, end_s in windows)
        and all(is_shown(job, at_s) for at_s in range(start_s, start_s + job.duration_s, UNIT_S))]


def value_at(drawn: Drawn, zone_key: str, at_s: int) -> int | None:
    known = drawn.values[zone_key]
    hour = at_s // HOUR_S - drawn.now_s // HOUR_S
    return known[hour] if 0 <= hour < len(known) else None


def mean(drawn: Drawn, zone_key: str, start_s: int) -> Fraction | None:
    """Over the job, each part by its power; None if any of it is not known."""
    job = drawn.job
    units, amount = job.duration_s // UNIT_S, Fraction(0)
    for at in range(units):
        number = value_at(drawn, zone_key, start_s + at * UNIT_S)
        if number is None:
            return None
        amount += number * int(job.power[at * len(job.power) // units])
    return amount * len(job.power) / (units * int(sum(job.power)))


def reaches(drawn: Drawn, zone_key: str, from_s: int, until_s: int) -> bool:
    """Whether the forecast is known at or before the begin, and at or after the end."""
    hours = [at for at, one in enumerate(drawn.values[zone_key]) if one is not None]
    first_s = drawn.now_s - drawn.now_s % HOUR_S
    return bool(hours) and first_s + hours[0] * HOUR_S <= from_s and until_s <= first_s + (hours[-1] + 1) * HOUR_S


def decided(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(decide, "series_of", drawn.foreseen)
    places = [Place(zone.name, zone) for zone in ZONES[:2]]
    return best(SimpleNamespace(), places, drawn.job, drawn.now_s)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jobs())
def test_no_ten_minutes_are_better(monkeypatch: pytest.MonkeyPatch, drawn: Drawn) -> None:
    job, starts_s, sign = drawn.job, starts_of(drawn), 1 if drawn.job.metric.better == "lower" else -1
    if not starts_s:
        with pytest.raises(CannotSchedule, match=r"No window is left|has passed"):
            decided(drawn, monkeypatch)
        return
    found = decided(drawn, monkeypatch)
    means = {
        zone.key: {start_s: one for start_s in starts_s if (one := mean(drawn, zone.key, start_s)) is not None}
        for zone in ZONES[:2] if reaches(drawn, zone.key, starts_s[0], starts_s[-1] + job.duration_s)}
    known = [zone.key for zone in ZONES[:2] if means.get(zone.key)]
    assert {*found.left_out} == {zone.name for zone in ZONES[:2] if zone.key not in known}
    if not known:
        assert found.found is None and found.reason and found.place.zone is ZONES[0]
        assert found.start_s == (starts_s[0] if job.deadline_s is None else starts_s[-1])
        return
    every = sorted((sign * one, at, known.index(key)) for key in known for at, one in means[key].items())
    naive = min(means[known[0]])
    told = found.found
    assert (told.ideal.start_s, told.ideal.place.zone.key) == (every[0][1], known[every[0][2]])
    assert told.ideal.value == pytest.approx(float(sign * every[0][0]), abs=1e-9)
    worst = min(one for one in every if one[0] == every[-1][0])
    assert (told.worst.start_s, told.worst.place.zone.key) == (worst[1], known[worst[2]])
    assert (told.naive.start_s, told.naive.place.zone.key) == (naive, known[0])
    at_once = mean(drawn, known[0], drawn.now_s)
    assert (told.now is None) == (at_once is None)
    if at_once is not None:
        assert told.now.value == pytest.approx(float(at_once), abs=1e-9)
        assert told.vs_now.amount == pytest.approx(float(sign * at_once - every[0][0]), abs=1e-9)
    gain, before = sign * means[known[0]][naive] - every[0][0], abs(means[known[0]][naive])
    is_worth = gain > 0 and (before == 0 or 100 * gain / before >= job.min_saving)
    assert told.is_worth_waiting == is_worth
    run = told.ideal if is_worth else told.naive
    assert (found.start_s, found.place) == (run.start_s, run.place)
    check_slots(drawn, told.slots, known, sign)


def check_slots(drawn: Drawn, slots: Any, known: list[str], sign: int) -> None:
    """The pieces have the mean of the best ten minutes in which the job may run, and lie among these."""
    job = drawn.job
    latest_s = 10**11 if job.deadline_s is None else job.deadline_s - job.duration_s
    windows = [(max(first_s, drawn.now_s), min(last_s, latest_s))
               for first_s, last_s in job.windows or [(drawn.now_s, latest_s)]]
    spans = [(first_s, last_s + job.duration_s) for first_s, last_s in windows if first_s <= last_s]
    units = sorted({at_s for begin_s, end_s in spans for at_s in range(begin_s, end_s, UNIT_S) if is_shown(job, at_s)})
    near = [key for key in known if reaches(drawn, key, units[0], units[-1] + UNIT_S)]
    if not job.is_interruptible or not near:
        assert slots is None
        return
    wanted = job.duration_s // UNIT_S
    numbers = {key: sorted(
        sign * one for at_s in units if (one := value_at(drawn, key, at_s)) is not None)[:wanted] for key in near}
    lowest = min(sum(one) for one in numbers.values())
    assert slots[0].zone.key == next(key for key in near if sum(numbers[key]) == lowest)
    assert slots[1].value == pytest.approx(sign * lowest / wanted, abs=1e-9)
    inside = [at_s for start_s, end_s, _ in slots[1].slots for at_s in range(start_s, end_s, UNIT_S)]
    assert len(inside) == wanted and inside == sorted({*inside}) and {*inside} <= {*units}
