from types import SimpleNamespace

import pytest

from core import times
from core.errors import NoData
from parsers import US_SPP
from tests.support import events

BORDERS = (
    "US-MIDW-AECI", "US-MIDW-MISO", "US-NW-PSCO", "US-NW-WACM", "US-NW-WAUW", "US-SW-EPE", "US-SW-PNM", "US-TEX-ERCO")


def clock(found: list) -> list[str]:
    return [one.start.isoformat()[11:16] for one in found]


def asked_for(function: str, target: str | None, now: str = "2026-03-10T12:00Z", *args: str) -> list[str]:
    """The paths of the files that a function asks for, all of which are empty."""
    asked = []

    def request(method: str, url: str, params: dict[str, str] | None = None, **kwargs: object) -> SimpleNamespace:
        asked.append((params or {}).get("path", url))
        return SimpleNamespace(status_code=200, content=b"", text="", url=url)

    with times.frozen(times.read(now)), pytest.raises(NoData):
        getattr(US_SPP, function)(
            *(args or ["US-CENT-SWPP"]), SimpleNamespace(request=request), times.read(target) if target else None)
    return asked


def test_production_by_hand() -> None:
    """Waste Heat 8 + Other 30.3 = 38.3 MW unknown; Energy Storage -42.5 takes 42.5 MW, 12 gives 12."""
    first, second = events("US_SPP/production_US-CENT-SWPP")
    assert (first.start.isoformat(), first.production["unknown"]) == ("2026-03-10T11:45:00+00:00", 38.3)
    assert (first.production["wind"], first.production["biomass"]) == (14210.7, 11.5)
    assert (first.storage, second.storage) == ({"battery": 42.5}, {"battery": -12.0})


def test_a_fuel_in_two_parts_is_their_sum() -> None:
    """Coal 5000 + 2100.5, gas 4000 + 800 under another name, storage 30 - 10 given; of the Central day only."""
    first, last = events("US_SPP/odd/past_day_in_two_parts")
    assert (first.production["coal"], first.production["gas"], first.storage["battery"]) == (7100.5, 4800.0, -20.0)
    assert (first.start.isoformat(), last.start.isoformat()) == (
        "2026-03-08T06:00:00+00:00", "2026-03-09T04:55:00+00:00"), "CST until 2:00, then CDT: a day of 23 hours"


def test_flows_by_hand() -> None:
    """+ is out of SPP, the first of the keys: to MISO 15 - 210 + 33.25 + 12 - 410 + 48 + 70 + 300 - 55.25 + 41."""
    flows = {one: events(f"US_SPP/exchange_US-CENT-SWPP_to_{one}") for one in BORDERS}
    assert [flows[one][0].net_flow for one in BORDERS] == [-120.5, -156.0, 105.0, -75.0, -7.5, 60.0, 95.5, 114.5]
    assert clock(flows["US-MIDW-MISO"]) == ["11:58", "11:59"], "12:00 is still to come"
    assert clock(flows["US-SW-PNM"]) == ["11:58"], "BLKW has no number at 11:59"


def test_all_borders_are_the_net_interchange() -> None:
    """What leaves over all of them at 11:58Z is SPP NAI in the sample's file, 123 MW."""
    flows = [events(f"US_SPP/exchange_US-CENT-SWPP_to_{one}")[0].net_flow for one in BORDERS]
    turned = [-events(f"US_SPP/odd/{one}")[0].net_flow for one in ("exchange_SPA", "exchange_second_of_the_key")]
    assert sum(flows) + sum(turned) == 123.0


def test_the_sign_turns_where_spp_is_the_second_of_the_key() -> None:
    """22 MW leave for Saskatchewan: -22 of CA-SK->US-CENT-SWPP."""
    assert events("US_SPP/odd/exchange_second_of_the_key")[0].net_flow == -22.0


def test_a_tie_that_is_not_built_does_not_count() -> None:
    """MEC 200 + NSP -50, EES has nothing in either file; the day is 06:00Z to 06:00Z and reaches into March."""
    first, last = events("US_SPP/odd/flows_of_the_last_day_of_a_month")
    assert (first.start.isoformat(), first.net_flow) == ("2026-02-28T06:00:00+00:00", 150.0)
    assert (last.start.isoformat(), last.net_flow) == ("2026-03-01T05:59:00+00:00", 170.0)


def test_load_forecast_by_hand() -> None:
    """Five minutes up to 11:55Z start at 11:50; the hour up to 13:00Z starts where they end, 12:10; the next at 13:00.
    """
    found = events("US_SPP/load_forecast_US-CENT-SWPP")
    assert clock(found) == ["11:50", "11:55", "12:00", "12:05", "12:10", "13:00"]
    assert [one.consumption for one in found[-2:]] == [30450.0, 31020.0]
    assert found[1].consumption == 29850.0, "where both are given the short-term one counts"


def test_wind_and_sun_by_hand() -> None:
    """The hour up to 18:00Z starts at 17:00Z; of the next wind is NaN, so only the sun is told."""
    _, noon, last = events("US_SPP/wind_solar_forecasts_US-CENT-SWPP")
    assert (noon.start.isoformat(), noon.production) == (
        "2026-03-10T17:00:00+00:00", {"wind": 15120.0, "solar": 1310.25})
    assert last.production == {"solar": 1405.0}


def test_prices_by_hand() -> None:
    """The hour up to 06:00Z starts at 05:00Z; two locations share ALPHA, whose price stands once."""
    first, second, *_ = events("US_SPP/dayahead_US-CENT-SWPP")
    assert (first.start.isoformat(), first.end.hour, first.node, first.price) == (
        "2026-03-10T05:00:00+00:00", 6, "ALPHA", 18.2504)
    assert (second.node, second.price) == ("BRAVO_RA", -3.75)
    real_time = events("US_SPP/realtime_US-CENT-SWPP")
    assert clock(real_time) == ["11:45", "11:50", "11:50"], "the five minutes up to 11:50 and 11:55"


@pytest.mark.parametrize(("target", "now", "paths"), [
    (None, "2026-03-10T12:00Z", ["/SPP/GenMix2Hour_SPP.csv"]),
    ("2026-03-10T11:00Z", "2026-03-10T12:00Z", ["/SPP/GenMix365_SPP.csv"]),
    ("2025-03-11T12:00Z", "2026-03-10T12:00Z", ["/SPP/GenMix365_SPP.csv"]),
    ("2025-03-10T12:00Z", "2026-03-10T12:00Z", ["GenMix_2025.csv"]),
    ("2019-01-01T05:00Z", "2026-03-10T12:00Z", ["GenMix_2018.csv", "GenMix_2019.csv"]),
])  # fmt: skip
def test_production_is_in_three_kinds_of_files(target: str | None, now: str, paths: list[str]) -> None:
    """05:00Z is still New Year's Eve in Chicago, whose last six hours are January by UTC."""
    assert asked_for("fetch_production", target, now) == paths


@pytest.mark.parametrize(("target", "paths"), [
    ("2026-03-09T05:00Z", [f"{US_SPP.CHARTS}/interchange-trend/asFile"]),
    ("2026-03-09T04:59Z", ["TieFlows_SPP_Mar2026.csv"]),
    ("2026-02-28T12:00Z", ["TieFlows_Feb2026.csv", "TieFlows_SPP_Mar2026.csv"]),
    ("2015-04-10T12:00Z", ["TieFlows_Apr2015.csv"]),
])  # fmt: skip
def test_flows_of_the_past_are_in_files_of_a_month(target: str, paths: list[str]) -> None:
    """Yesterday and today are in the chart: in Chicago (CDT) the 9th of March begins at 05:00Z."""
    assert asked_for("fetch_exchange", target, "2026-03-10T12:00Z", "US-CENT-SWPP", "US-MIDW-MISO") == paths


def test_real_time_prices_are_asked_for_back_to_an_hour() -> None:
    """At 05:04Z (00:04 CDT) of the 9th: 00:00 is among the files of the 8th, and so are all before it."""
    paths = asked_for("fetch_realtime_locational_marginal_price", "2026-03-09T05:04Z")
    assert paths[0] == "/2026/03/By_Interval/08/RTBM-LMP-SL-202603090000.csv"
    assert (len(paths), paths[-1]) == (13, "/2026/03/By_Interval/08/RTBM-LMP-SL-202603082300.csv")


def test_prices_of_tomorrow_are_asked_for_at_present_only() -> None:
    named = "/2026/03/By_Day/DA-LMP-SL-202603{}0100.csv"
    assert asked_for("fetch_dayahead_locational_marginal_price", None) == [named.format(10), named.format(11)]
    assert asked_for("fetch_dayahead_locational_marginal_price", "2026-03-08T12:00Z") == [named.format("08")]
