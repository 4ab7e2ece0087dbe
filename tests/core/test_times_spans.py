"""Windows, days, months and steps on clocks that change: every expected moment was worked out by hand."""

import itertools
import math
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import times
from core.errors import SourceChanged

PARIS, NEW_YORK, LORD_HOWE = "Europe/Paris", "America/New_York", "Australia/Lord_Howe"


def utc(text: str) -> datetime:
    """A moment written in UTC without its zone, by the standard library alone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_quarter_end_is_before_the_days_own_quarter() -> None:
    ends = {"2025-05-10": "2025-03-31", "2025-04-01": "2025-03-31", "2025-03-31": "2024-12-31"}
    assert {day: times.quarter_end(date.fromisoformat(day)).isoformat() for day in ends} == ends


def test_month_start_and_end_cross_years_and_leap_days() -> None:
    day = date(2024, 1, 31)
    assert times.month_start(day) == date(2024, 1, 1)
    assert times.month_start(day, -2) == date(2023, 11, 1)
    assert times.month_start(day, 12) == date(2025, 1, 1)
    assert times.month_end(date(2024, 2, 3)) == date(2024, 2, 29)
    assert times.month_end(date(2023, 12, 1)) == date(2023, 12, 31)


def test_calendar_shift_keeps_the_local_hour_across_a_clock_change() -> None:
    midnight = times.read("2026-03-28T23:00Z")
    assert times.calendar_shift(midnight, "Europe/Brussels", days=1) == times.read("2026-03-29T22:00Z")
    assert times.calendar_shift(midnight, "Europe/Brussels", days=-1) == times.read("2026-03-27T23:00Z")
    assert times.calendar_shift(times.read("2025-12-31T23:00Z"), "Europe/Brussels", months=12) == times.read(
        "2026-12-31T23:00Z")


def test_window_reaches_back_and_ahead() -> None:
    noon = utc("2025-07-01T12:00")
    assert times.window(noon, hours=36) == (utc("2025-06-30T00:00"), noon)
    assert times.window(noon, hours=0.5, ahead_hours=24) == (utc("2025-07-01T11:30"), utc("2025-07-02T12:00"))
    naive = datetime(2025, 7, 1, 14)  # noqa: DTZ001
    assert times.window(naive, hours=1, timezone=PARIS) == (utc("2025-07-01T11:00"), noon)
    with times.frozen(noon):
        assert times.window(None, hours=1) == times.Window(utc("2025-07-01T11:00"), noon)


def test_day_is_the_sources_own() -> None:
    late = utc("2025-12-31T23:30")
    assert times.day(late, PARIS) == date(2026, 1, 1)
    assert times.day(late, NEW_YORK) == date(2025, 12, 31)
    assert times.day(late, PARIS, -1) == date(2025, 12, 31)


@pytest.mark.parametrize(
    "day, zone, expected",
    [
        (date(2025, 3, 30), PARIS, "2025-03-29T23:00"),
        (date(2025, 3, 31), PARIS, "2025-03-30T22:00"),
        (date(2025, 10, 26), PARIS, "2025-10-25T22:00"),
        (date(2025, 4, 7), LORD_HOWE, "2025-04-06T13:30"),
        (date(2017, 10, 15), "America/Sao_Paulo", "2017-10-15T03:00"),  # begins at 01:00: there is no midnight
        (date(2025, 11, 2), "America/Havana", "2025-11-02T04:00"),  # has two midnights: the first
    ],
)
def test_midnight_is_the_first_instant_of_a_local_day(day: date, zone: str, expected: str) -> None:
    assert times.midnight(day, zone) == utc(expected)
    assert times.local(times.midnight(day, zone), zone).date() == day
    assert times.local(times.midnight(day, zone) - timedelta(minutes=1), zone).date() == day - timedelta(days=1)


def test_periods_count_elapsed_time() -> None:
    spring, autumn = date(2025, 3, 30), date(2025, 10, 26)
    assert times.period(spring, 1, 60, PARIS) == utc("2025-03-29T23:00")
    assert times.period(spring, 3, 60, PARIS) == utc("2025-03-30T01:00")  # 03:00, the hour after 01:00
    assert times.period(spring, 24, 60, PARIS) == times.midnight(date(2025, 3, 31), PARIS)  # 23 hours
    assert times.period(autumn, 26, 60, PARIS) == times.midnight(date(2025, 10, 27), PARIS)  # 25 hours
    assert times.period(date(2025, 4, 6), 50, 30, LORD_HOWE) == times.midnight(date(2025, 4, 7), LORD_HOWE)  # 24.5


def test_shift_counts_elapsed_time() -> None:
    assert times.shift(utc("2025-03-29T12:00"), days=1, hours=-1, minutes=30) == utc("2025-03-30T11:30")


@pytest.mark.parametrize(
    "moment, by, expected",
    [
        ("2025-03-29T01:30", {"days": 1}, "2025-03-30T01:30"),  # 02:30 does not exist: 03:30, an hour on
        ("2025-10-25T00:30", {"days": 1}, "2025-10-26T00:30"),  # the first 02:30
        ("2025-10-26T01:30", {"days": 0}, "2025-10-26T01:30"),  # the second 02:30 stays the second
        ("2025-10-26T01:30", {"days": 1}, "2025-10-27T01:30"),
        ("2025-01-31T11:00", {"months": 1}, "2025-02-28T11:00"),
    ],
)
def test_calendar_shift_at_the_edges(moment: str, by: dict[str, int], expected: str) -> None:
    assert times.calendar_shift(utc(moment), PARIS, **by) == utc(expected)


@pytest.mark.parametrize(
    "moment, minutes, expected",
    [
        ("2025-07-01T12:29:59.999999", 15, "2025-07-01T12:15"),
        ("2025-07-01T12:30", 15, "2025-07-01T12:30"),
        ("2025-07-01T00:04", 5, "2025-07-01T00:00"),
        ("2025-07-01T23:59", 1440, "2025-07-01T00:00"),
    ],
)
def test_floor(moment: str, minutes: int, expected: str) -> None:
    assert times.floor(utc(moment), minutes) == utc(expected)


def test_floor_counts_in_utc_across_a_local_midnight() -> None:
    half_past_midnight = datetime(2025, 7, 2, 0, 20, tzinfo=ZoneInfo(PARIS))
    assert times.floor(half_past_midnight, 30) == utc("2025-07-01T22:00")
    assert times.floor(half_past_midnight, 1440) == utc("2025-07-01T00:00")
    assert times.floor(datetime(2025, 7, 1, 12, 20, tzinfo=ZoneInfo("Asia/Kathmandu")), 60) == utc("2025-07-01T06:00")


def test_text_is_written_on_the_sources_clock() -> None:
    pattern = "YYYY-MM-DDTHH:mmZZ"
    assert times.text(utc("2025-10-26T00:30"), pattern, PARIS) == "2025-10-26T02:30+02:00"
    assert times.text(utc("2025-10-26T01:30"), pattern, PARIS) == "2025-10-26T02:30+01:00"
    assert times.text(utc("2025-10-26T01:30"), "YYYYMMDDHHmm") == "202510260130"


def test_epoch() -> None:
    assert times.epoch(0) == utc("1970-01-01T00:00")
    assert times.epoch(1751371200.5) == utc("2025-07-01T12:00:00.500000")
    for odd in (1751371200000, 1e300, math.nan, math.inf, "0", None):
        with pytest.raises(SourceChanged, match="Unix seconds"):
            times.epoch(odd)  # type: ignore[arg-type]


def test_a_fixed_offsets_sign_is_turned() -> None:
    assert times.read("2025-07-01T00:00", "Etc/GMT+5") == utc("2025-07-01T05:00")
    with pytest.raises(KeyError):
        times.zone("Europe/Nowhere")


@pytest.mark.parametrize(
    ("first", "last", "step", "zone", "expected"),
    [
        # Paris is at UTC+1 until 01:00 UTC on 29 March: that day has 23 hours, the one in October 25.
        ("2026-03-29T12:00Z", "2026-03-30T12:00Z", "day", "Europe/Paris",
         ["2026-03-28T23:00", "2026-03-29T22:00", "2026-03-30T22:00"]),
        ("2026-10-25T12:00Z", "2026-10-25T12:00Z", "day", "Europe/Paris", ["2026-10-24T22:00", "2026-10-25T23:00"]),
        ("2025-12-31T23:30Z", "2026-02-01T00:00Z", "month", "Europe/Paris",
         ["2025-12-31T23:00", "2026-01-31T23:00", "2026-02-28T23:00"]),
        ("2025-06-01T00:00Z", "2025-06-01T00:00Z", "year", "UTC", ["2025-01-01T00:00", "2026-01-01T00:00"]),
        # The first moment of a period is its own, and not of the one before.
        ("2026-01-01T00:00Z", "2026-01-01T00:00Z", "day", "UTC", ["2026-01-01T00:00", "2026-01-02T00:00"]),
        ("2026-03-10T12:15Z", "2026-03-10T13:00Z", "hour", "Asia/Kolkata",
         ["2026-03-10T11:30", "2026-03-10T12:30", "2026-03-10T13:30"]),
        # Between 02:00 and 03:00 the clock of Paris shows nothing in March, and everything twice in October.
        ("2026-03-29T00:30Z", "2026-03-29T01:30Z", "hour", "Europe/Paris",
         ["2026-03-29T00:00", "2026-03-29T01:00", "2026-03-29T02:00"]),
        ("2026-10-25T00:30Z", "2026-10-25T01:30Z", "hour", "Europe/Paris",
         ["2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"]),
        # Lord Howe goes back from +11 to +10:30 at 02:00 (15:00 UTC): its hour from 01:00 on lasts 90 minutes.
        ("2026-04-04T14:30Z", "2026-04-04T15:40Z", "hour", "Australia/Lord_Howe",
         ["2026-04-04T14:00", "2026-04-04T15:30", "2026-04-04T16:30"]),
        # Samoa left out 30 December 2011.
        ("2011-12-29T12:00Z", "2011-12-30T12:00Z", "day", "Pacific/Apia",
         ["2011-12-29T10:00", "2011-12-30T10:00", "2011-12-31T10:00"]),
    ],
)
def test_edges_are_a_local_calendars(
    first: str, last: str, step: times.Step, zone: str, expected: list[str]
) -> None:
    found = times.edges(times.read(first), times.read(last), step, zone)
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in found] == expected


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_a_years_hours_are_its_days_without_a_gap(zone: str) -> None:
    first, last = times.read("2026-01-01T12:00", zone), times.read("2026-12-31T12:00", zone)
    hours, days = (times.edges(first, last, step, zone) for step in ("hour", "day"))
    lengths = {(after - before).total_seconds() / 60 for before, after in itertools.pairwise(hours)}
    assert lengths <= {30, 60, 90}, "no hour is empty or two"
    assert len(days) == 366 and {*days[1:-1]} <= {*hours}, "every day begins with an hour"


@pytest.mark.parametrize(
    ("starts", "usual", "expected"),
    [
        (["09:00"], 60, [60]), ([], 60, []),
        (["09:00", "09:15", "09:30"], 15, [15, 15, 15]),
        (["09:00", "10:00", "11:00"], 15, [60, 60, 60]),  # hours of a source that has quarters now
        (["21:00", "22:00", "22:15"], 15, [60, 15, 15]),  # the day it changed
        (["09:30", "09:00", "09:15", "10:00", "10:15", "09:15"], 15, [15, 15, 15, 15, 15]),  # unsorted, twice, a hole
        (["09:00", "12:00"], 60, [60, 60]),
    ],
)
def test_how_long_intervals_last_that_have_only_starts(starts: list[str], usual: float, expected: list[float]) -> None:
    moments = [times.read(f"2026-03-10T{start}Z") for start in starts]
    found = times.lengths(moments, usual)
    assert [found[moment] for moment in sorted({*moments})] == expected


@pytest.mark.parametrize("name", ["Europe/Paris", "UTC", "Etc/GMT+5"])
def test_a_clock_there_is(name: str) -> None:
    assert times.is_zone(name)


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "Europe", "../etc/passwd", "/etc/localtime", "X\0", "X" * 300])
def test_what_is_no_clock(name: str) -> None:
    assert not times.is_zone(name)
