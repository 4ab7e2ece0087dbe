import pytest

from parsers.CEB import decoded
from tests.support import events


def test_production_by_hand() -> None:
    """2026-03-10 14:30 in Colombo (UTC+5:30) is 09:00Z. Hydro: major 421.207 + mini 48.331 MW."""
    event = events("CEB/production_LK")[3]
    assert event.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert event.production["hydro"] == 469.538
    assert event.production["oil"] == 512.448


def test_yesterday_is_added_to_a_day_that_ends_early() -> None:
    assert [e.start.isoformat() for e in events("CEB/production_LK")[:1]] == ["2026-03-09T17:45:00+00:00"]


def test_a_row_of_yesterday_that_both_answers_hold_counts_once() -> None:
    assert len(events("CEB/odd/yesterday_comes_back")) == 3


@pytest.mark.parametrize("answer", [None, [], "", " ", "null", "[]"])
def test_a_day_without_rows_may_be_written_in_many_ways(answer: object) -> None:
    assert decoded(answer) == []
