from types import SimpleNamespace

import pytest

from core import tokens
from core.errors import SourceChanged
from parsers import US_PJM
from tests.support import events


def test_production_by_hand() -> None:
    """08:00Z is the start. Multiple Fuels 640 + Other Renewables 590 = 1230 MW unknown; 45 MW discharged is -45."""
    first, second, third = events("US_PJM/production_US-MIDA-PJM")
    assert (first.start.isoformat(), first.end.hour) == ("2026-03-10T08:00:00+00:00", 9)
    assert (first.production["unknown"], first.production["gas"]) == (1230.0, 35100.0)
    assert first.storage == {"battery": -45.0}
    assert (second.storage["battery"], third.storage["battery"]) == (30.0, -110.0), "-30 is charging 30 MW"


def test_flow_by_hand() -> None:
    """04:00 AM EDT is 08:00Z; -812.5 leaves PJM, the first of the key, so +812.5. At 07:00 AM there is nothing."""
    found = events("US_PJM/exchange_US-MIDA-PJM_to_US-MIDW-MISO")
    assert [(one.start.hour, one.start.minute, one.net_flow) for one in found] == [
        (8, 0, 812.5), (9, 0, 640.0), (10, 0, -120.0), (11, 55, 95.0)]


def test_a_chart_that_is_still_yesterdays() -> None:
    """At 00:03 EDT of the 10th the chart ends with 11:55 PM: the 9th's, 03:55Z of the 10th."""
    *_, last = events("US_PJM/odd/flow_of_yesterday")
    assert (last.start.isoformat(), last.net_flow) == ("2026-03-10T03:55:00+00:00", 320.0)


def test_the_clock_of_the_chart_where_it_changes() -> None:
    """1:00 AM EDT is 05:00Z and comes again an hour later; in March 1:55 AM EST (06:55Z) is followed by 3:00 AM EDT."""
    autumn = [one.start.isoformat()[11:16] for one in events("US_PJM/odd/flow_on_the_autumn_day")]
    assert autumn == ["04:55", "05:00", "05:55", "06:00", "06:55", "07:00"]
    spring = [one.start.isoformat()[11:16] for one in events("US_PJM/odd/flow_on_the_spring_day")]
    assert spring == ["06:50", "06:55", "07:00", "07:05"]


def test_the_newest_edition_of_a_forecast_counts() -> None:
    """Of 12:00Z wind was foretold at 09:00, 11:40 and 10:00: 3710.25 is the newest, though not the last row."""
    first, *_, last = events("US_PJM/wind_solar_forecasts_US-MIDA-PJM")
    assert (first.production, last.production["solar"]) == ({"wind": 3710.25, "solar": 1110.5}, 0.0)
    [load] = events("US_PJM/odd/load_not_packed_other_areas")
    assert load.consumption == 90300.0, "made at 09:15, of PJM as a whole and no part of it"


def test_an_edition_without_a_number_does_not_replace_one() -> None:
    assert events("US_PJM/odd/wind_only")[0].production == {"wind": 3710.25}


def test_load_forecast_by_hand() -> None:
    """The first hour starts at 04:00Z (midnight EDT), the last of seven days at 03:00Z."""
    first, *_, last = events("US_PJM/consumption_forecast_US-MIDA-PJM")
    assert (first.start.isoformat(), first.consumption) == ("2026-03-10T04:00:00+00:00", 78100.0)
    assert (last.start.isoformat(), last.consumption) == ("2026-03-17T03:00:00+00:00", 84210.0)


def test_alerts_by_hand() -> None:
    """03.10.2026 07:30 EDT is 11:30Z; an end of 23:59 EDT is 03:59Z of the day after."""
    action, information = events("US_PJM/grid_alerts_US-MIDA-PJM")
    assert (action.alert_type, action.issued_time.isoformat()[11:16], action.end_time) == ("action", "11:30", None)
    assert (information.alert_type, information.end_time.isoformat()) == ("informational", "2026-03-12T03:59:00+00:00")
    assert action.message == "Maximum Generation Emergency\nUnits are to go to <maximum> output."


@pytest.mark.parametrize("own", [None, "own"])
def test_the_key_is_ones_own_or_the_sites(own: str | None) -> None:
    asked = []

    def request(method: str, url: str, headers: dict[str, str] | None = None, **kwargs: object) -> SimpleNamespace:
        asked.append((url.rpartition("/")[2], (headers or {}).get("Ocp-Apim-Subscription-Key")))
        content = b'{"subscriptionKey": "the site"}' if "settings" in url else b'{"items": [{"mw": 1}]}'
        return SimpleNamespace(status_code=200, content=content, url=url)

    with tokens.given({"PJM_API_KEY": own} if own else {}):
        assert US_PJM.items(SimpleNamespace(request=request), "gen_by_fuel", {}) == [{"mw": 1}]
    site = [("settings.json", None), ("gen_by_fuel", "the site")]
    assert asked == ([("gen_by_fuel", "own")] if own else site)


def test_rows_that_are_none_are_a_change() -> None:
    answer = SimpleNamespace(status_code=200, content=b'["a", "b"]', url=US_PJM.URL)
    with tokens.given({"PJM_API_KEY": "x"}), pytest.raises(SourceChanged, match="no items"):
        US_PJM.items(SimpleNamespace(request=lambda *a, **k: answer), "gen_by_fuel", {})
