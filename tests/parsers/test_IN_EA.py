import pytest

from tests.support import events


def test_a_flow_between_regions_by_hand() -> None:
    """To the North 30.5 GWh out on one line, 2.06 GWh in on another: 28.44 GWh out, over 24 h 1185 MW; the East is the
    key's first, so it is +. The day begins at 00:00 in Kolkata (UTC+5:30), 18:30Z of the day before."""
    (flow,) = events("IN_EA/exchange_IN-EA_IN-NO")
    assert (flow.start.isoformat(), flow.net_flow) == ("2026-03-08T18:30:00+00:00", 1185)
    assert flow.end is not None and flow.end.isoformat() == "2026-03-09T18:30:00+00:00"


def test_flows_to_countries_by_hand() -> None:
    """India exports 310.5 MW to Bhutan, the key's first: −; 245.25 MW to Nepal, the key's second: +."""
    assert events("IN_EA/exchange_BT_IN-EA")[0].net_flow == -310.5
    assert events("IN_EA/exchange_IN-EA_NP")[0].net_flow == 245.25
    assert events("IN_EA/odd/second_choice_BD_IN-EA")[0].net_flow == -905.5


def test_the_north_and_the_north_east_are_two() -> None:
    """12.3 + 11.7 = 24 GWh to the North East are 1000 MW."""
    assert events("IN_EA/exchange_IN-EA_IN-NE")[0].net_flow == 1000


def test_means_are_near_those_of_the_western_centre() -> None:
    """31.2 − 2.4 = 28.8 GWh out of the West: 1200 MW a day before; WRLDC's first hour of the next says 1185.25."""
    assert events("IN_EA/odd/second_choice_IN-EA_IN-WE")[0].net_flow == -1200
    assert events("IN_WE/exchange_IN-EA_IN-WE")[0].net_flow == -1185.25


@pytest.mark.parametrize(("name", "day"), [("yesterday_is_not_out", "2026-03-07"), ("past_day", "2025-01-04")])
def test_which_day_is_asked_for(name: str, day: str) -> None:
    """The newest that is out, or that of the asked moment: 20:00Z on 4 January is 01:30 on the 5th in Kolkata."""
    assert events(f"IN_EA/odd/{name}")[0].start.isoformat() == f"{day}T18:30:00+00:00"
