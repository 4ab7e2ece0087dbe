import pytest

from tests.support import events


def test_production_by_hand() -> None:
    """12:00 at -04:00 is 16:00Z. 6.5 MW go into the battery and 1.5 come out: it charges with 5."""
    event = events("BB/production_BB")[2]
    assert event.start.isoformat() == "2026-03-08T16:00:00+00:00"
    assert event.production == {"solar": 33.25, "wind": 0.0, "oil": 103.25}
    assert event.storage == {"battery": 5.0}


def test_consumption_by_hand() -> None:
    """00:00 at -04:00 is 04:00Z."""
    event = events("BB/consumption_BB")[0]
    assert (event.start.isoformat(), event.consumption) == ("2026-03-08T04:00:00+00:00", 86.0)


def test_what_is_made_is_used() -> None:
    for made, used in zip(events("BB/production_BB"), events("BB/consumption_BB"), strict=True):
        assert sum(made.production.values()) - sum(made.storage.values()) == pytest.approx(used.consumption)


def test_the_sign_of_charging_does_not_matter() -> None:
    assert events("BB/odd/charging_above_zero")[0].storage == events("BB/production_BB")[1].storage == {"battery": 3.25}


def test_a_past_day_is_sought_in_later_uploads() -> None:
    """The newest upload before the 6th holds the 4th, the newest before the 7th what was asked for."""
    assert {event.start.day for event in events("BB/odd/past")} == {5}


def test_of_two_uploads_of_an_hour_the_newer_counts() -> None:
    """04:00Z of the 5th: 82.75 MW in the newer, 82.5 in the older, which alone has 05:00Z."""
    found = {event.start.strftime("%d %H"): event.production["oil"] for event in events("BB/odd/several_uploads")}
    assert (found["05 04"], found["05 05"]) == (82.75, 81.5)
