import pytest

from core import errors
from core.recording import read_case
from parsers import GB
from tests.support import SAMPLES, events, run


def test_production_by_hand() -> None:
    """09:00 UTC: wind is 8850 on the grid and 1980 embedded, 10 830 MW.

    DINO-1 notified 250; from 09:10 it was told 300, from 09:20 to 09:40 another acceptance with a higher number says
    100: (10 × 250 + 10 × 300 + 10 × 100) / 30 = 216.667. CRUA-1 notified 180 but may export 120 (MELS): 336.667 out in
    all, so -336.667. The battery's 40 out is -40.
    """
    first, second, *_, last = events("GB/production_GB")
    assert first.start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert first.production["wind"] == 10830.0
    assert first.production["unknown"] == 310.0
    assert first.storage == {"hydro": -336.666667, "battery": -40.0}
    assert second.storage["hydro"] == -320.0, "10 min of 100, 20 min of 250 and CRUA-1's 120"
    assert last.storage == {"hydro": 390.0, "battery": 30.0}, "280 pumping, and 110 though 130 was notified (MILS)"


def test_transmission_balance() -> None:
    """What plants on the transmission grid make, storage gives and cables bring in is Elexon's load."""
    load = {e.start: e.consumption for e in events("ELEXON/consumption_GB")}
    embedded = {0: 1980, 1: 2010, 2: 2035, 3: 2060, 4: 2080, 5: 2095}
    keys = ("FR_GB", "BE_GB", "DK-DK1_GB", "GB_IE", "GB_NL", "GB_GB-NIR", "GB_NO-NO2", "GB_IM")
    into = dict.fromkeys(load, 0.0)
    for key in keys:
        for event in events(f"ELEXON/exchange_{key}"):
            if event.start in into:
                into[event.start] += event.net_flow if key.endswith("_GB") else -event.net_flow
    for i, event in enumerate(events("GB/production_GB")):
        made = sum(event.production.values()) - event.production["solar"] - embedded[i]
        assert made - sum(event.storage.values()) + into[event.start] == pytest.approx(load[event.start], abs=0.01)


def test_past_demand_by_hand() -> None:
    """Period 11 of a summer day starts 05:00 in London, 04:00 UTC; Datetime beside it says 05:30, its end."""
    first, *_, last = events("GB/consumption_forecast_archive_GB")
    assert (first.start.isoformat(), first.consumption) == ("2026-07-02T04:00:00+00:00", 20110.0)
    assert last.start.isoformat() == "2026-07-02T22:30:00+00:00", "period 48, whose Datetime is the next day's midnight"


def test_settlement_periods_may_be_text_or_missing() -> None:
    row = {"Date": "2026-07-02", "Settlement_Period": "11.0", "Demand_Forecast": "20110"}
    (event,) = GB.parse_past_demand([row])
    assert event["datetime"].isoformat() == "2026-07-02T04:00:00+00:00"
    with pytest.raises(errors.SourceChanged, match="Settlement_Period"):
        GB.parse_past_demand([{**row, "Settlement_Period": None}])


def test_wind_forecast_by_hand() -> None:
    """The stamp is UTC also in summer: period 1 of 1 July begins at 23:00 the day before."""
    first = events("GB/wind_forecasts_archive_GB")[0]
    assert (first.start.isoformat(), first.production) == ("2025-06-30T23:00:00+00:00", {"wind": 4010.0})
    assert first.source_type == "forecasted"


def test_price_by_hand() -> None:
    """Period 12 of 10 March is 12:00 to 13:00 in Paris, 11:00 UTC."""
    by_start = {e.start.isoformat(): e for e in events("GB/price_FR")}
    assert by_start["2026-03-10T11:00:00+00:00"].price == 40.1
    assert len(by_start) == 26, "two hours of the day before; the base price and the hours without one are left out"


def test_a_country_the_market_page_does_not_have_is_refused() -> None:
    with pytest.raises(errors.ConfigError, match="no price of DE"):
        GB.fetch_price("DE")


def test_batteries_are_found_by_the_heads_of_the_columns() -> None:
    head = ("REG FUEL TYPE", "BMRS FUEL TYPE", "NESO BMU ID")
    others = [("GAS", "OTHER", "G-1"), ("BATTERY", "WIND", "W-1"), ("BATTERY", "OTHER", None)]
    assert GB.parse_batteries([head, ("BATTERY", "OTHER", "B-1"), *others]) == ["B-1"]
    with pytest.raises(errors.SourceChanged, match="REG FUEL TYPE"):
        GB.parse_batteries([head[1:]])


def test_capacities_published_again_do_not_add_up() -> None:
    """2026, the latest year: gas was 29 900 MW in December's edition and is 30 000 in January's, not 59 900.

    Wind is 11 200.4 onshore and 15 600.3 offshore: 26 800.7, which is 26 801.
    """
    (found,) = run(read_case(SAMPLES / "GB/production_capacity_GB.json"))
    assert found["gas"] == {"datetime": "2026-01-01", "value": 30000, "source": "elexon.co.uk"}
    assert found["wind"]["value"] == 26801
    assert found["nuclear"]["value"] == 5900, "of 2026, not of 2025 beside it"
