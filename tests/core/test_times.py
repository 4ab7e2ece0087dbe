"""Clocks: every expected moment is written in UTC and was worked out by hand from the zones' rules."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import arrow
import pandas as pd
import pytest

from core import times
from core.errors import SourceChanged

PARIS, NEW_YORK, LORD_HOWE = "Europe/Paris", "America/New_York", "Australia/Lord_Howe"


def utc(text: str) -> datetime:
    """A moment written in UTC without its zone, by the standard library alone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "zone, stamp, fold, expected",
    [
        (PARIS, "2025-01-15T12:00", 0, "2025-01-15T11:00"),
        (PARIS, "2025-03-30T01:59", 0, "2025-03-30T00:59"),  # the last minute of winter
        (PARIS, "2025-03-30T03:00", 0, "2025-03-30T01:00"),  # the clock goes from 02:00 to 03:00
        (PARIS, "2025-10-26T02:30", 0, "2025-10-26T00:30"),  # summer, UTC+2
        (PARIS, "2025-10-26T02:30", 1, "2025-10-26T01:30"),  # winter, UTC+1
        (PARIS, "2025-10-26T03:00", 1, "2025-10-26T02:00"),  # shown once: fold says nothing
        (NEW_YORK, "2025-03-09T01:30", 0, "2025-03-09T06:30"),
        (NEW_YORK, "2025-03-09T03:30", 0, "2025-03-09T07:30"),
        (NEW_YORK, "2025-11-02T01:30", 0, "2025-11-02T05:30"),
        (NEW_YORK, "2025-11-02T01:30", 1, "2025-11-02T06:30"),
        (LORD_HOWE, "2025-04-06T01:45", 0, "2025-04-05T14:45"),  # UTC+11; back by half an hour at 02:00
        (LORD_HOWE, "2025-04-06T01:45", 1, "2025-04-05T15:15"),  # UTC+10:30
        (LORD_HOWE, "2025-10-05T01:59", 0, "2025-10-04T15:29"),
        (LORD_HOWE, "2025-10-05T02:30", 0, "2025-10-04T15:30"),  # forward from 02:00 to 02:30
    ],
)
def test_read_knows_the_clock_changes(zone: str, stamp: str, fold: int, expected: str) -> None:
    moment = times.read(stamp, zone, fold=fold)
    assert (moment, moment.tzinfo) == (utc(expected), UTC)


def test_read_takes_the_stamps_own_zone_before_the_sources() -> None:
    for stamp in ("2025-06-01T10:00Z", "2025-06-01T12:00+02:00", " 2025-06-01 05:30:00-04:30 "):
        assert times.read(stamp, NEW_YORK) == utc("2025-06-01T10:00")
    assert times.read("01/06/2025 12:00 +02:00", NEW_YORK, "DD/MM/YYYY HH:mm ZZ") == utc("2025-06-01T10:00")


@pytest.mark.parametrize(
    "stamp, pattern, expected",
    [
        ("01.06.2025 12:00", "DD.MM.YYYY HH:mm", "2025-06-01T10:00"),
        ("20250601120000", "YYYYMMDDHHmmss", "2025-06-01T10:00"),
        ("6/1/2025 1:05 PM", "M/D/YYYY h:mm A", "2025-06-01T11:05"),
        ("1 Jun 2025 00:00", "D MMM YYYY HH:mm", "2025-05-31T22:00"),
        ("01/06/2025 24:00", "DD/MM/YYYY HH:mm", "2025-06-01T22:00"),
        ("2025-06-01 12:00 GMT", "YYYY-MM-DD HH:mm [GMT]", "2025-06-01T10:00"),  # the caller has read it
        ("2025-06-01 12:00 - 13:00", "YYYY-MM-DD HH:mm", "2025-06-01T10:00"),
    ],
)
def test_read_by_a_pattern(stamp: str, pattern: str, expected: str) -> None:
    assert times.read(stamp, PARIS, pattern) == utc(expected)


def test_read_knows_the_months_of_other_languages() -> None:
    assert times.read("1-Junio-2025 9:05:07", PARIS, "D-MMMM-YYYY H:mm:ss", locale="es") == utc("2025-06-01T07:05:07")
    with pytest.raises(SourceChanged):
        times.read("1-junio-2025 9:05:07", PARIS, "D-MMMM-YYYY H:mm:ss")


@pytest.mark.parametrize(
    "stamp, pattern",
    [
        ("", None), ("soon", None), ("2025-06-31T00:00", None), ("2025-06-01T25:00", None), (None, None), (7, None),
        ("0001-01-01T00:00:00", None),  # .NET's "no date" has no moment in UTC east of Greenwich
        ("2025-06-01", "DD/MM/YYYY"), ("2025-06-01 10:00:30", "YYYY-MM-DD HH:mm"),
        ("2025-06-01 10:00 PM", "YYYY-MM-DD HH:mm"), ("2025-06-01 10:00 p.m.", "YYYY-MM-DD HH:mm"),
        ("2025-06-01 10:00Z", "YYYY-MM-DD HH:mm"), ("2025-06-01 10:00:00 +0200", "YYYY-MM-DD HH:mm:ss"),
        ("2025-06-01 10:00 UTC", "YYYY-MM-DD HH:mm"), ("2025-06-01 10:00 +02", "YYYY-MM-DD HH:mm"),
        ("01/06/2025 05:00 p. m.", "DD/MM/YYYY HH:mm"), ("2025-06-01 5 PM", "YYYY-MM-DD H"),
    ],
)
def test_what_read_cannot_read_whole_is_a_changed_source(stamp: Any, pattern: str | None) -> None:
    with pytest.raises(SourceChanged):
        times.read(stamp, PARIS, pattern)


def test_read_refuses_a_stamp_without_any_zone() -> None:
    with pytest.raises(SourceChanged, match="no zone"):
        times.read("2025-06-01T10:00")


def test_days_by_the_names_of_months_in_the_sources_language() -> None:
    assert times.read_day("22 Marzo 2026", "D MMMM YYYY", "es") == date(2026, 3, 22)
    with pytest.raises(SourceChanged, match="22 March 2026"):
        times.read_day("22 March 2026", "D MMMM YYYY", "es")


def test_recent_days_hold_the_day_before_while_its_end_may_be_late() -> None:
    """01:30 and 02:30 in La Paz (UTC-4); what is asked for by name is one day."""
    for now, days in (("2026-03-10T05:30Z", [9, 10]), ("2026-03-10T06:30Z", [10])):
        with times.frozen(times.read(now)):
            assert [day.day for day in times.recent_days(None, "America/La_Paz", 2)] == days
            assert times.recent_days(times.now(), "America/La_Paz", 2) == [date(2026, 3, 10)]


def test_read_day() -> None:
    assert times.read_day(" 2025-06-01 ") == times.read_day("1.6.2025", "D.M.YYYY") == date(2025, 6, 1)
    for odd in ("2025-02-29", "", None):
        with pytest.raises(SourceChanged, match="day"):
            times.read_day(odd)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "zone, first, stamps",
    [
        (PARIS, "2025-10-25T23:00", ["01:00", "02:00", "02:00", "03:00"]),
        (NEW_YORK, "2025-11-02T04:00", ["00:00", "01:00", "01:00", "02:00"]),
    ],
)
def test_a_repeated_hour_is_told_apart_by_order(zone: str, first: str, stamps: list[str]) -> None:
    day = "2025-10-26" if zone == PARIS else "2025-11-02"
    expected = [utc(first) + timedelta(hours=i) for i in range(4)]
    assert times.read_in_order([f"{day}T{stamp}" for stamp in stamps], zone) == expected


def test_a_repeated_half_hour_is_told_apart_by_order() -> None:
    stamps = ["01:00", "01:15", "01:30", "01:45", "01:30", "01:45", "02:00"]
    expected = [utc("2025-04-05T14:00") + timedelta(minutes=15 * i) for i in range(7)]
    assert times.read_in_order([f"06.04.2025 {s}" for s in stamps], LORD_HOWE, "DD.MM.YYYY HH:mm") == expected


def test_in_order_leaves_the_spring_and_a_plain_duplicate_alone() -> None:
    spring = times.read_in_order(["2025-03-30T01:00", "2025-03-30T03:00"], PARIS)
    assert spring == [utc("2025-03-30T00:00"), utc("2025-03-30T01:00")]
    assert times.read_in_order(["2025-06-01T01:00"] * 2, PARIS) == [utc("2025-05-31T23:00")] * 2
    assert times.read_in_order([], PARIS) == []


DAY_TIME = "YYYY-MM-DD hh:mm"


def test_half_days_are_told_apart_by_order() -> None:
    """12:05 is five past midnight at the start of a day, five past noon once the time has fallen; a day anew is a day
    anew, and 12:29:59 after 12:30:00 is disorder."""
    stamps = ["12:05", "12:30", "12:29", "01:00", "11:55", "12:00", "12:40", "01:10", "11:50"]
    shown = [f"2026-09-03 {stamp}:00" for stamp in stamps] + ["2026-10-03 12:00:00"]
    found = times.read_half_days(shown, "Asia/Kolkata", "YYYY-DD-MM hh:mm:ss")
    local = [times.local(moment, "Asia/Kolkata") for moment in found]
    assert [f"{at:%d %H:%M}" for at in local] == [
        "09 00:05", "09 00:30", "09 00:29", "09 01:00", "09 11:55", "09 12:00", "09 12:40", "09 13:10", "09 23:50",
        "10 00:00"]


def test_a_noon_without_points_is_passed_all_the_same() -> None:
    found = times.read_half_days(["2026-03-09 11:40", "2026-03-09 01:10"], "UTC", DAY_TIME)
    assert found == [utc("2026-03-09T11:40"), utc("2026-03-09T13:10")]


@pytest.mark.parametrize("shown", ["13:05", "00:10"])
def test_a_clock_of_24_hours_has_no_half_days(shown: str) -> None:
    with pytest.raises(SourceChanged, match="twelve hours"):
        times.read_half_days([f"2026-03-09 {shown}"], "UTC", DAY_TIME)


def test_half_days_out_of_order_are_told() -> None:
    with pytest.raises(SourceChanged, match="not in order"):
        times.read_half_days([f"2026-03-09 {at}" for at in ("11:40", "01:10", "11:40", "01:10")], "UTC", DAY_TIME)


def test_in_order_keeps_a_duplicate_of_the_second_hour_there() -> None:
    first, second = utc("2025-10-26T00:00"), utc("2025-10-26T01:00")
    assert times.read_in_order(["2025-10-26T02:00"] * 3, PARIS) == [first, second, second]
    falling = times.read_in_order(["2025-10-26T03:00", "2025-10-26T02:00"], PARIS)
    assert falling == [utc("2025-10-26T02:00"), first], "a list that falls is read stamp by stamp"


@pytest.mark.parametrize(
    "zone, changes", [(PARIS, 20), (NEW_YORK, 20), (LORD_HOWE, 20), ("America/Sao_Paulo", 20), ("Asia/Kathmandu", 0)]
)
def test_stamps_of_every_changed_day_read_in_order_are_the_moments_they_were_written_at(
    zone: str, changes: int
) -> None:
    days = [date(2009, 1, 1) + timedelta(days=i) for i in range(3652)]
    starts = [(times.midnight(d, zone), times.midnight(d + timedelta(days=1), zone)) for d in days]
    changed = [(start, end) for start, end in starts if end - start != timedelta(days=1)]
    assert len(changed) == changes
    for start, end in changed:
        moments = [start + timedelta(minutes=15 * i) for i in range((end - start) // timedelta(minutes=15))]
        shown = [m.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat() for m in moments]
        assert times.read_in_order(shown, zone) == moments


def test_an_hour_that_the_clock_leaves_out_is_told() -> None:
    """Paris goes from 02:00 to 03:00 on 30 March 2025."""
    stamps = ["2025-03-30 01:45", "2025-03-30 02:00", "2025-03-30 02:45", "2025-03-30 03:00", "2025-10-26 02:30"]
    skipped = [times.is_skipped(stamp, PARIS, "YYYY-MM-DD HH:mm") for stamp in stamps]
    assert skipped == [False, True, True, False, False]
    assert times.is_skipped("2025-03-30T02:30", PARIS)


@pytest.mark.parametrize(
    "now, shown, moment",
    [
        ("2025-06-02T10:07", "12:00", "2025-06-02T10:00"),
        ("2025-06-02T10:07", "12:07", "2025-06-02T10:07"),
        ("2025-06-02T10:07", "12:15", "2025-06-01T10:15"),
        ("2025-10-26T00:20", "02:15", "2025-10-26T00:15"),  # its first pass; the second is still to come
        ("2025-10-26T01:20", "02:15", "2025-10-26T01:15"),
        ("2025-03-30T01:20", "02:45", "2025-03-29T01:45"),  # left out today
    ],
)
def test_the_last_time_a_clock_showed_an_hour(now: str, shown: str, moment: str) -> None:
    with times.frozen(utc(now)):
        assert times.last_shown(shown, PARIS) == utc(moment)


def test_what_no_clock_shows_is_refused() -> None:
    with pytest.raises(SourceChanged):
        times.last_shown("25:10", PARIS)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2025-10-26T00:31", "2025-10-26T00:30"),  # the clock has shown it once
        ("2025-10-26T01:20", "2025-10-26T01:30"),  # the source's clock is ten minutes ahead
        ("2026-11-21T12:00", "2025-10-26T01:30"),
    ],
)
def test_a_snapshot_of_the_repeated_hour_is_the_second_once_that_has_come(now: str, moment: str) -> None:
    with times.frozen(utc(now)):
        assert times.read_taken("2025-10-26T02:30", PARIS) == utc(moment)
        assert times.read_taken("2025-10-25T02:30", PARIS) == utc("2025-10-25T00:30")


def test_at_reads_a_naive_target_on_the_sources_clock() -> None:
    naive = datetime(2025, 7, 1, 12)  # noqa: DTZ001
    assert times.at(naive, PARIS) == utc("2025-07-01T10:00")
    assert times.at(naive) == utc("2025-07-01T12:00")
    assert times.at(utc("2025-07-01T12:00"), PARIS) == utc("2025-07-01T12:00")
    with times.frozen(utc("2025-01-01T00:00")):
        assert times.at(None, PARIS) == utc("2025-01-01T00:00")


def test_frozen_nests_and_ends_with_its_block() -> None:
    outer, inner = utc("2025-01-01T00:00"), utc("2020-06-01T00:00")
    with times.frozen(outer.astimezone(ZoneInfo(PARIS))):
        assert (times.now(), times.now().tzinfo) == (outer, UTC)
        with pytest.raises(RuntimeError, match="out"), times.frozen(inner):
            assert times.now() == inner
            raise RuntimeError("out")
        assert times.now() == outer
    assert times.now() not in (outer, inner)


def test_frozen_holds_in_its_own_thread_only() -> None:
    frozen_at = utc("2001-01-01T00:00")
    with times.frozen(frozen_at), ThreadPoolExecutor(1) as pool:
        assert pool.submit(times.now).result() > utc("2020-01-01T00:00")
        assert times.now() == frozen_at


@pytest.mark.parametrize(
    "call",
    [
        lambda naive: times.frozen(naive).__enter__(), lambda naive: times.local(naive, PARIS),
        lambda naive: times.text(naive, "HH", PARIS), lambda naive: times.floor(naive, 15),
        lambda naive: times.calendar_shift(naive, PARIS, days=1), times.instant,
    ],
)
def test_a_naive_moment_is_never_read_on_this_machines_clock(call: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match=r"no (time )?zone"):
        call(datetime(2025, 7, 1, 12))  # noqa: DTZ001


def test_instant_makes_any_librarys_date_time_plain() -> None:
    expected = utc("2025-10-26T01:30")
    given = [
        expected, expected.astimezone(ZoneInfo(PARIS)), arrow.get("2025-10-26T02:30+01:00"),
        arrow.get(expected).to(PARIS), pd.Timestamp("2025-10-26T01:30", tz="UTC").tz_convert(PARIS),
    ]
    for moment in map(times.instant, given):
        assert (type(moment), moment, moment.tzinfo) == (datetime, expected, UTC)


@pytest.mark.parametrize(
    "odd", [None, pd.NaT, "2025-10-26T01:30Z", 1761442200, math.nan, date(2025, 10, 26), [], {"datetime": 1},
            datetime.max.replace(tzinfo=ZoneInfo("Etc/GMT+5")), datetime.min.replace(tzinfo=ZoneInfo("Etc/GMT-5"))])
def test_instant_refuses_what_is_no_date_time(odd: object) -> None:
    with pytest.raises(ValueError, match="is not a"):
        times.instant(odd)


def test_is_past_counts_from_now() -> None:
    with times.frozen(utc("2025-07-01T12:00")):
        assert not times.is_past(None, 0)
        assert not times.is_past(utc("2025-07-01T10:00"), 2)
        assert times.is_past(utc("2025-07-01T09:59"), 2)
        assert times.is_past(datetime(2025, 7, 1, 11, 59), 2, PARIS)  # noqa: DTZ001
        assert not times.is_past(datetime(2025, 7, 1, 11, 59), 2, NEW_YORK)  # noqa: DTZ001


def test_read_takes_the_first_of_several_patterns_that_fits() -> None:
    """24:00 is the midnight at a day's end: 15:00 UTC in Tokyo, of the last day of a year too."""
    ways = ("YYYY/M/D H:mm", "YYYYMMDD H:mm", "YYYY/M/D H時")
    stamps = {
        "2026/03/01 09:30": "2026-03-01T00:30", "20260301 9:30": "2026-03-01T00:30", "2026/3/1 9時": "2026-03-01T00:00",
        "2026/3/1 24:00": "2026-03-01T15:00", "20251231 24:00": "2025-12-31T15:00"}
    for stamp, expected in stamps.items():
        assert times.read(stamp, "Asia/Tokyo", ways) == utc(expected)
    for stamp in ("2026/3/1 24:30", "2026/3/1 9:30:00", "1.3.2026 9:30"):
        with pytest.raises(SourceChanged, match="YYYY/M/D H:mm or YYYYMMDD H:mm or"):
            times.read(stamp, "Asia/Tokyo", ways)
