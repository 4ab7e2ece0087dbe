import pytest

from core import times
from parsers import CA_AB
from tests.support import events

BORDERS = ("CA-AB_CA-BC", "CA-AB_CA-SK", "CA-AB_US-NW-NWMT")


def test_production_by_hand() -> None:
    """05:58 in Edmonton in March is UTC-6: 11:58. Gas 4712 + 1894 + 1230 + 388 = 8224; OTHER 268 is biomass.

    ENERGY STORAGE gives 20 MW, so it charges -20.
    """
    (mix,) = events("CA_AB/production_CA-AB")
    assert mix.start.isoformat() == "2026-03-10T11:58:00+00:00"
    assert (mix.production["gas"], mix.production["biomass"]) == (8224, 268)
    assert mix.storage == {"battery": -20}


def test_a_battery_that_charges_is_below_zero_in_the_report() -> None:
    assert events("CA_AB/odd/unknown_group")[0].storage == {"battery": 42}


def test_production_without_exports_is_the_load() -> None:
    """The report's own Alberta Internal Load is 10014: 10381 from plants and 20 from batteries, less 387 that leave."""
    (mix,) = events("CA_AB/production_CA-AB")
    out_mw = sum(events(f"CA_AB/exchange_{border}")[0].net_flow for border in BORDERS)
    assert sum(mix.production.values()) - mix.storage["battery"] - out_mw == pytest.approx(10014)


def test_exchange_by_hand() -> None:
    """British Columbia 412 is out of Alberta; Montana -85 is into it."""
    assert events("CA_AB/exchange_CA-AB_CA-BC")[0].net_flow == 412
    assert events("CA_AB/exchange_CA-AB_US-NW-NWMT")[0].net_flow == -85


def test_price_by_hand() -> None:
    """Hour ending 05 on 10 March is 04:00 to 05:00 at UTC-6: 10:00Z to 11:00Z. Hour 24 of the 9th begins at 05:00Z."""
    prices = events("CA_AB/price_CA-AB")
    assert prices[0].start.isoformat() == "2026-03-10T10:00:00+00:00"
    assert prices[0].end is not None and prices[0].end.isoformat() == "2026-03-10T11:00:00+00:00"
    assert (prices[0].price, prices[0].currency) == (41.87, "CAD")
    assert prices[-1].start.isoformat() == "2026-03-10T05:00:00+00:00"
    assert [price.price for price in prices].count(0) == 1, "a price of 0 is one, `-` is none"


@pytest.mark.parametrize(
    ("stamp", "start"),
    [
        ("03/08/2026 01", "2026-03-08T07:00Z"), ("03/08/2026 03", "2026-03-08T08:00Z"),  # no hour ends at 02:00
        ("03/08/2026 04", "2026-03-08T09:00Z"), ("11/01/2026 02", "2026-11-01T07:00Z"),
        ("11/01/2026 02*", "2026-11-01T08:00Z"), ("11/01/2026 03", "2026-11-01T09:00Z"),
        ("11/01/2026 24", "2026-11-02T06:00Z"),
    ],
)  # fmt: skip
def test_hours_are_named_by_what_the_clock_shows_at_their_end(stamp: str, start: str) -> None:
    assert CA_AB.hour_start(stamp) == times.read(start)


def test_forecast_by_hand() -> None:
    """07:00 at UTC-6 is 13:00Z; 1655.02 is Most Likely, beside 1158.51 and 2151.53."""
    hour = events("CA_AB/wind_solar_forecasts_CA-AB")[3]
    assert hour.start.isoformat() == "2026-03-10T13:00:00+00:00"
    assert hour.production == {"wind": 1655.02, "solar": 12.75}
    assert hour.source_type == "forecasted"


def test_alerts_by_hand() -> None:
    """04:12 at UTC-6."""
    alert = events("CA_AB/grid_alerts_CA-AB")[0]
    assert alert.issued_time.isoformat() == "2026-03-10T10:12:00+00:00"
    assert alert.message == "Grid alert declared: an example of a low reserve."
