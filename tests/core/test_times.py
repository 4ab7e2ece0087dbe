from datetime import date

from core import times


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
