import pytest

from core import times
from core.errors import SourceChanged
from parsers import US_MISO
from tests.support import events, warnings_of_parsers

ZONE = "US-MIDW-MISO"


def test_sun_and_wind_by_hand() -> None:
    """12:00 PM EST (UTC-5) starts at 17:00Z, 12:00 AM at 05:00Z; sun below 0 is 0."""
    found = {f"{event.start:%d %H}": event.production for event in events(f"US_MISO/wind_solar_forecasts_{ZONE}")}
    assert found["10 17"] == {"wind": 9875.5, "solar": 12480.25}
    assert (found["10 05"]["wind"], found["11 05"]["wind"], found["11 04"]["solar"]) == (15110.0, 11390.0, 0.0)


def test_there_is_no_summer_time() -> None:
    """On the 1st of July 12:00 PM is 17:00Z too (EDT would be 16:00Z), and hour ending 1 starts at 05:00Z."""
    assert [f"{event.start:%H:%M}" for event in events("US_MISO/odd/forecast_in_summer")] == ["05:00", "17:00"]
    first, *_ = events("US_MISO/odd/load_of_a_past_day")
    assert (first.start.isoformat(), first.consumption) == ("2025-06-30T05:00:00+00:00", 60100.0)


def test_load_forecast_by_hand() -> None:
    """Hour ending 1 of the 9th is 00:00-01:00 EST, from 05:00Z; 24 of the 11th starts at 04:00Z of the 12th. The column
    MISO, 62000 + 100 on the first hour of the first day and + 500 per day: 62000 + 1000 + 2400 in the last."""
    found = events(f"US_MISO/consumption_forecast_{ZONE}")
    assert (found[0].start.isoformat(), found[0].consumption) == ("2026-03-09T05:00:00+00:00", 62100.0)
    assert (found[-1].start.isoformat(), found[-1].consumption) == ("2026-03-12T04:00:00+00:00", 65400.0)


@pytest.mark.parametrize("name", ["load_in_the_new_layout", "load_as_xlsx"])
def test_the_head_may_stand_anywhere(name: str) -> None:
    """In April 2026 it moved down by two rows and got blank columns; by Excel's newer format it would be the same."""
    found = {event.start: event.consumption for event in events(f"US_MISO/consumption_forecast_{ZONE}")}
    moved = events(f"US_MISO/odd/{name}")
    assert len(moved) in (5, 10) and all(found[event.start] == event.consumption for event in moved)


def test_what_the_workbook_lacks_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"no MISO MTLF \(MWh\)"):
        events("US_MISO/odd/load_column_missing")
    with pytest.raises(SourceChanged, match="no row that begins with Market Day"):
        events("US_MISO/odd/load_head_missing")


def test_fuel_mix_by_hand() -> None:
    """6:50 AM EST is 11:50Z. Battery Storage -45 charges 45 MW, 62 gives 62; Imports 3120 is no production; Other -120,
    pumps that draw more than all its plants give, is no output of 0."""
    early, late = events("US_MISO/odd/fuel_mix_of_today")
    assert (late.start.isoformat(), late.storage) == ("2026-03-10T11:50:00+00:00", {"battery": 45.0})
    assert sum(late.production.values()) == 22650 + 21410 + 11190 + 14870 + 35 + 1720
    assert (early.storage, early.production["unknown"]) == ({"battery": -62.0}, None)


def test_an_unknown_category_is_counted_and_named() -> None:
    """Other 1720 + Fusion 256 = 1976 MW."""
    with warnings_of_parsers() as seen:
        (found,) = events("US_MISO/odd/unknown_category")
    assert found.production["unknown"] == 1976.0 and "Fusion" in seen[0]


def test_alerts_by_hand() -> None:
    """05:42:10 EST is 10:42:10Z; a link has its whole address behind it, and no markup is left."""
    first, second = events(f"US_MISO/grid_alerts_{ZONE}")
    assert first.issued_time == first.start_time == times.read("2026-03-10T10:42:10Z")
    assert first.message == (
        "Maximum Generation Alert & Capacity Advisory\nMISO declares a Capacity Advisory for the North Region. See "
        "procedures (https://www.misoenergy.org/procedures) and outlook (https://www.misoenergy.org/outlook).")
    assert second.message == "Conservative Operations ended\nNormal operations resume at 06:00 EST."


def test_only_whole_hours_of_a_day_are_hours() -> None:
    assert [US_MISO.hour_of(cell) for cell in (1, 24.0, "7")] == [1, 24, 7]
    assert {US_MISO.hour_of(cell) for cell in (0, 25, 1.5, None, "HourEnding", "through", "-1")} == {None}
