from tests.support import events


def test_consumption_by_hand() -> None:
    """19:00 in Ho Chi Minh City (UTC+7) is 12:00 UTC, the END of a half hour: it starts at 11:30."""
    last = events("VN/consumption_VN")[-1]
    assert (last.start.isoformat(), last.consumption) == ("2026-03-10T11:30:00+00:00", 43110.7)


def test_half_hours_to_come_are_no_load() -> None:
    """At 19:00 the chart has rows of 19:30 and 21:00, which are a forecast."""
    assert len(events("VN/consumption_VN")) == 3


def test_price_by_hand() -> None:
    """1452.6 VND/kWh of the system at 18:30 are 1 452 600 VND/MWh from 18:00 on, 11:00 UTC."""
    found = events("VN/price_VN")[1]
    assert (found.start.isoformat(), found.price, found.currency) == ("2026-03-10T11:00:00+00:00", 1_452_600.0, "VND")


def test_just_after_midnight_yesterday_is_asked_for() -> None:
    """At 00:10 of the 10th the live chart is empty; the 9th ends with the stamp 00:00 of the 10th, 17:00 UTC."""
    assert [load.start.isoformat() for load in events("VN/odd/after_midnight")] == [
        "2026-03-09T16:00:00+00:00", "2026-03-09T16:30:00+00:00"]


def test_a_price_that_is_missing_is_not_zero() -> None:
    (only,) = events("VN/odd/past_price")
    assert only.price == 1_120_500.0
