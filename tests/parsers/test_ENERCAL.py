from tests.support import events


def test_production_by_hand() -> None:
    """20:00 of Noumea (UTC+11) is 09:00Z; second of each list: sun 0, hydro 32.25, wind 5, coal 22.5, oil 43 MW."""
    event = events("ENERCAL/production_NC")[1]
    assert event.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert event.production == {"solar": 0.0, "hydro": 32.25, "wind": 5.0, "coal": 22.5, "oil": 43.0}


def test_the_day_that_is_asked_for_is_noumeas() -> None:
    """13:30Z of the 14th is 00:30 of the 15th there."""
    (event,) = events("ENERCAL/odd/past_in_another_day_there")
    assert event.start.isoformat() == "2024-02-14T13:00:00+00:00"


def test_an_hour_to_come_is_left_out_and_one_with_a_gap_is_not() -> None:
    found = events("ENERCAL/odd/hours_to_come")
    assert [event.production["hydro"] for event in found] == [31.0, None]
