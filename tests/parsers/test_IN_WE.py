from tests.support import events


def test_exchange_by_hand() -> None:
    """17:05 and 17:25 in Kolkata, 7001 and 6999 MW out of the West: a mean of 7000 into the North, the key's first, so
    −; the hour begins at 17:00 there, 11:30Z. At 01:05 in the night the West imports 150.5."""
    _, night, _, afternoon = events("IN_WE/exchange_IN-NO_IN-WE")
    assert (afternoon.start.isoformat(), afternoon.net_flow) == ("2026-03-10T11:30:00+00:00", -7000)
    assert (night.start.isoformat(), night.net_flow) == ("2026-03-09T19:30:00+00:00", 150.5)


def test_consumption_by_hand() -> None:
    """00:05 and 00:35: means 20000.5 + 14900 + 9000.5 = 43901 of three states."""
    load = events("IN_WE/consumption_IN-WE")[0]
    assert (load.start.isoformat(), load.consumption) == ("2026-03-09T18:30:00+00:00", 43901)


def test_twelve_is_midnight_at_first_and_noon_then() -> None:
    starts = [load.start.strftime("%H:%M") for load in events("IN_WE/consumption_IN-WE")]
    assert starts == ["18:30", "19:30", "06:30", "11:30"]


def test_an_hour_without_a_state_is_no_load_of_the_region() -> None:
    """Gujarat has no point from 01:00 to 02:00; a state that never has a value is none; a null is no zero."""
    found = {load.start.strftime("%H:%M"): load.consumption for load in events("IN_WE/odd/states_with_gaps")}
    assert found == {"18:30": 43901, "06:30": 59350, "11:30": 57825}


def test_the_day_stands_before_the_month() -> None:
    """2024-01-02 is 1 February."""
    (flow,) = events("IN_WE/odd/past_day")
    assert (flow.start.isoformat(), flow.net_flow) == ("2024-01-31T18:30:00+00:00", -1000)


def test_soon_after_midnight_the_day_before_is_asked_for_too() -> None:
    found = {flow.start.strftime("%d %H:%M"): flow.net_flow for flow in events("IN_WE/odd/after_midnight")}
    assert found == {"08 18:30": -4800, "09 05:30": -4810, "09 06:30": -4820, "09 17:30": -5020, "09 18:30": -4905}
