from types import SimpleNamespace

import pytest

from core import http, times
from core.errors import NoData, SourceDown
from parsers import CA_ON
from tests.support import SAMPLES, events

CAPACITY = SAMPLES / "CA_ON/bodies/capacity_2025Dec.xlsx"
INTERTIES = SAMPLES / "CA_ON/bodies/interties_20260310.xml"
BORDERS = ("CA-MB_CA-ON", "CA-ON_CA-QC", "CA-ON_US-MIDW-MISO", "CA-ON_US-NY-NYIS")


def test_production_by_hand() -> None:
    """Hour 7 ends at 07:00 EST (UTC-5), so starts at 11:00Z.

    Nuclear 791 + 3271 + 3510 + 2058. Wind 169 + 231 + 128 + 55. Batteries discharge 150 + 60 MW, so -210.
    """
    last = events("CA_ON/production_CA-ON")[-1]
    assert last.start.isoformat() == "2026-03-10T11:00:00+00:00"
    assert (last.production["nuclear"], last.production["wind"]) == (9630, 583)
    assert last.storage == {"battery": -210}


def test_a_unit_without_a_value_is_not_zero_and_does_not_void_the_others() -> None:
    """Hour 5, wind: 182 + 240 + nothing + 61."""
    assert events("CA_ON/production_CA-ON")[1].production["wind"] == 483


def test_ontario_does_not_change_its_clock() -> None:
    """On 2026-03-08 Toronto skips an hour; hours 2 and 3 end at 02:00 and 03:00 EST, so start at 06:00Z and 07:00Z."""
    starts = [event.start.hour for event in events("CA_ON/odd/clock_change_day")]
    assert starts == [6, 7, 8, 4]


def test_exchange_by_hand() -> None:
    """Hour 5, interval 1 is 04:00-04:05 EST = 09:00Z. Michigan 809.9 + Minnesota 41.0 MW, out of Ontario."""
    flow = events("CA_ON/exchange_CA-ON_US-MIDW-MISO")[2]
    assert (flow.start.isoformat(), flow.net_flow) == ("2026-03-10T09:00:00+00:00", 850.9)


def test_flow_into_ontario_is_positive_where_ontario_is_second() -> None:
    """The source writes -108.6 MW for Manitoba and -578.5 MW for Quebec: both are into Ontario."""
    assert events("CA_ON/exchange_CA-MB_CA-ON")[2].net_flow == 108.6
    assert events("CA_ON/exchange_CA-ON_CA-QC")[2].net_flow == -578.5


def test_every_intertie_is_of_one_border() -> None:
    total_mw = sum(float(flow.text) for flow in http.body_xml(INTERTIES.read_bytes()).iterfind(".//IntertieZone//Flow"))
    found = {name: events(f"CA_ON/exchange_{name}") for name in BORDERS}
    out_mw = sum((-1 if name == BORDERS[0] else 1) * e.net_flow for name, es in found.items() for e in es[2:])
    assert out_mw == pytest.approx(total_mw)


def test_a_border_without_one_of_its_flows_has_none() -> None:
    content = INTERTIES.read_text().replace("<Hour>5</Hour><Interval>1</Interval><Flow>41.0</Flow>",
                                            "<Hour>5</Hour><Interval>1</Interval>")  # fmt: skip
    first, second, *_ = CA_ON.parse_exchange(content, "US-MIDW-MISO")
    assert (first["netFlow"], second["netFlow"]) == (None, pytest.approx(853.0))


def test_price_by_hand() -> None:
    """PricingHour 7, 48.15 CAD/MWh, is 06:00-07:00 EST = 11:00Z."""
    price = events("CA_ON/price_CA-ON")[6]
    assert (price.start.isoformat(), price.price, price.currency) == ("2026-03-10T11:00:00+00:00", 48.15, "CAD")


def test_consumption_forecast_by_hand() -> None:
    """DeliveryHour 8 of ForecastOntDemand, 17100 MW, is 12:00Z; its PeakDemand would be 17450."""
    load = events("CA_ON/consumption_forecast_CA-ON")[2]
    assert (load.start.isoformat(), load.consumption) == ("2026-03-10T12:00:00+00:00", 17100)


def test_forecasts_are_not_added_up() -> None:
    """2026-03-11 hour 1 (05:00Z): wind 871.5 of the summary alone, not 900 of Adequacy2 nor 90 of embedded plants more.

    Hour 9 (13:00Z) is in Adequacy2 only: 1010.
    """
    found = {event.start.isoformat(): event.production for event in events("CA_ON/wind_solar_forecasts_CA-ON")}
    assert found["2026-03-11T05:00:00+00:00"] == {"wind": 871.5, "solar": 0}
    assert found["2026-03-11T13:00:00+00:00"] == {"wind": 1010, "solar": 70}


def test_one_file_served_for_several_days_counts_once() -> None:
    content = (SAMPLES / "CA_ON/bodies/wind_solar_20260310.xml").read_bytes()
    once, eight_times = (list(CA_ON.parse_wind_solar_forecasts([content] * times_, [])) for times_ in (1, 8))
    assert once == eight_times


def test_capacity_by_hand() -> None:
    """On 2026-03-10 the last whole quarter ended with 2025; Gas/Oil is one row."""
    found = CA_ON.parse_production_capacity(CAPACITY.read_bytes(), times.quarter_end(times.read_day("2026-03-10")))
    assert found["gas"] == {"datetime": "2025-12-31", "value": 10480.0, "source": "ieso.ca"}
    assert sorted(found) == ["biomass", "gas", "hydro", "nuclear", "solar", "wind"]


def test_the_present_host_is_named_when_neither_answers() -> None:
    """What an operator can mend is at the present host; the former one may be gone for good."""
    session = SimpleNamespace(request=lambda method, url, **_: SimpleNamespace(status_code=503, url=url))
    with pytest.raises(SourceDown, match=r"^reports-public\.ieso\.ca"):
        CA_ON.report(session, "GenOutputCapability", times.read_day("2026-03-10"))


def test_a_missing_workbook_is_redirected_to_an_error_page() -> None:
    answer = SimpleNamespace(status_code=200, content=b"<html/>", url="https://www.ieso.ca/en/Error-404?item=x")
    session = SimpleNamespace(request=lambda *args, **kwargs: answer)
    with pytest.raises(NoData):
        CA_ON.fetch_production_capacity("CA-ON", times.read("2031-05-10T12:00Z"), session)
