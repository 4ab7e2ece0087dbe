from datetime import UTC, date, datetime
from typing import Any

import pytest

from core import times
from core.errors import NoHistory, SourceChanged
from core.platforms import elexon

SPAN = times.Window(datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 3, 10, 10, tzinfo=UTC))


def row(begin: str, end: str, level: float | None, unit: str | None = "A", **more: Any) -> dict[str, Any]:
    times_ = {"timeFrom": f"2026-03-10T{begin}:00Z", "timeTo": f"2026-03-10T{end}:00Z"}
    return {"nationalGridBmUnit": unit, **times_, "levelFrom": level, "levelTo": level, **more}


def physical(**given: list[dict[str, Any]]) -> elexon.Physical:
    names = elexon.Physical._fields
    return elexon.Physical(*[given.get(name, []) for name in names])


def at(minute: int, **given: list[dict[str, Any]]) -> float:
    return float(elexon.delivered_mw(["A"], SPAN, physical(**given))[minute])


def test_a_unit_without_data_counts_nothing_and_other_units_are_not_counted() -> None:
    assert at(0) == 0
    assert at(0, notified=[row("09:00", "10:00", 5, unit="B"), row("09:00", "10:00", 5, unit=None)]) == 0


def test_intervals_hold_from_their_first_minute_to_before_their_last() -> None:
    rows = [row("09:10", "09:20", 8)]
    assert [at(m, notified=rows) for m in (9, 10, 19, 20)] == [0, 8, 8, 0]


def test_intervals_that_begin_before_or_end_after_the_window_are_cut() -> None:
    rows = [row("07:00", "09:01", 8), row("09:59", "12:00", 3), row("06:00", "08:00", 99)]
    assert [at(m, notified=rows) for m in (0, 1, 59)] == [8, 0, 3]


def test_the_notification_that_begins_last_wins_whatever_the_order() -> None:
    rows = [row("09:05", "09:30", 7), row("09:00", "09:30", 1)]
    assert [at(m, notified=rows) for m in (4, 5)] == [1, 7]


def test_limits_cap_notifications_but_not_acceptances() -> None:
    """Notified 100 and -100; at most 60 out (MELS) and 40 in (MILS, written -40)."""
    rows = [row("09:00", "09:30", 100), row("09:30", "10:00", -100)]
    limits = {"export_limits": [row("09:00", "10:00", 60)], "import_limits": [row("09:00", "10:00", -40)]}
    assert [at(m, notified=rows, **limits) for m in (0, 30)] == [60, -40]
    assert at(0, notified=rows, **limits, accepted=[row("09:00", "09:01", 80, acceptanceNumber=1)]) == 80
    assert at(0, **limits) == 0, "a limit alone is no output"


def test_the_acceptance_with_the_highest_number_wins_as_a_number() -> None:
    rows = [row("09:00", "09:30", 10, acceptanceNumber=10), row("09:05", "09:30", 9, acceptanceNumber="9")]
    assert at(6, accepted=rows) == 10


def test_an_unknown_level_leaves_the_older_one() -> None:
    assert at(6, notified=[row("09:00", "09:30", 4), row("09:05", "09:30", None)]) == 4


def test_the_mean_of_a_period_reaches_as_far_as_the_window() -> None:
    """09:30 to 10:00 is 20 minutes of 6 and 10 of 0, so 4; from 09:45 on only 15 minutes lie in the window."""
    mw = elexon.delivered_mw(["A"], SPAN, physical(notified=[row("09:30", "09:50", 6)]))
    assert elexon.mean_mw(mw, SPAN, times.shift(SPAN.start, minutes=30)) == pytest.approx(4)
    assert elexon.mean_mw(mw, SPAN, times.shift(SPAN.start, minutes=45)) == pytest.approx(2)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(SourceChanged, match="levelFrom"):
        elexon.delivered_mw(["A"], SPAN, physical(notified=[{"nationalGridBmUnit": "A", "timeFrom": "x"}]))


def test_rows_are_read_bare_and_wrapped() -> None:
    assert elexon.rows([1]) == elexon.rows({"data": [1]}) == [1]
    for wrong in ({"errors": {}}, "busy", None):
        with pytest.raises(SourceChanged):
            elexon.rows(wrong)


@pytest.mark.parametrize(
    ("day", "number", "start"),
    [
        ("2026-03-10", 1, "2026-03-10T00:00"),
        ("2026-07-01", 1, "2026-06-30T23:00"),
        ("2026-03-29", 46, "2026-03-29T22:30"),
        ("2026-10-25", 50, "2026-10-25T23:30"),
    ],
)
def test_settlement_periods_count_from_midnight_in_london(day: str, number: int, start: str) -> None:
    assert elexon.period_start(date.fromisoformat(day), number).isoformat() == f"{start}:00+00:00"


def test_nothing_before_2019() -> None:
    elexon.check_history(datetime(2019, 1, 1, tzinfo=UTC))
    with pytest.raises(NoHistory):
        elexon.check_history(datetime(2018, 12, 31, 23, tzinfo=UTC))
