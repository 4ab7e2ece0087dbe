import csv

import pytest

from core import errors, times
from parsers import JP
from tests.support import SAMPLES, events


def test_production_by_hand() -> None:
    """Tōkyō's row 12:00 on a clock nine hours ahead is 03:00 UTC. 火力(その他) 1100 and その他 250 are 1350 of unknown;
    揚水 -1800 is pumping, 1800 MW charging, and 蓄電池 -110 charges 110 MW."""
    mix = events("JP/production_JP-TK")[1]
    assert mix.start.isoformat() == "2026-03-10T03:00:00+00:00"
    assert (mix.end - mix.start).total_seconds() == 1800
    assert (mix.production["unknown"], mix.production["gas"]) == (1350.0, 9800.0)
    assert mix.storage == {"hydro": 1800.0, "battery": 110.0}


def test_production_and_net_import_are_the_demand() -> None:
    """エリア需要 of 20:30 is 32500: what is made, 1900 + 45 discharged, and 2185 over the ties."""
    with (SAMPLES / "JP/bodies/tokyo.csv").open(encoding="utf-8") as lines:
        row = [*csv.reader(lines)][5]
    mix = events("JP/production_JP-TK")[-1]
    assert row[:3] == ["2026/3/10", "20:30", "32500"]
    assert sum(mix.production.values()) - sum(mix.storage.values()) + int(row[17]) == int(row[2])


def test_kyushu_names_half_hours_by_their_end() -> None:
    """20260309 24:00 is the half hour from 23:30 in Japan, 14:30 UTC; 20260310 21:00 the one from 20:30, 11:30 UTC."""
    starts = [f"{mix.start:%d %H:%M}" for mix in events("JP/production_JP-KY")]
    assert starts == ["09 14:30", "10 11:00", "10 11:30"]


def test_the_newest_values_of_a_slow_area_are_those_of_some_days_ago() -> None:
    """Hokkaidō's rows of 8 to 10 March are there without values."""
    assert [f"{mix.start:%m-%d %H:%M}" for mix in events("JP/production_JP-HKD")] == [
        "03-06 14:30", "03-07 03:00", "03-07 03:30"]
    assert f"{events('JP/odd/last_month')[-1].start:%m-%d %H:%M}" == "02-26 15:00"


def test_the_sun_takes_nothing_at_night() -> None:
    mix = events("JP/production_JP-TH")[0]
    assert (mix.production["solar"], mix.corrected_modes) == (0.0, ["solar"])


def test_a_past_day_is_given_alone() -> None:
    """5 March in Japan goes from 15:00 UTC of the 4th to 15:00 of the 5th."""
    assert [f"{mix.start:%d %H:%M}" for mix in events("JP/odd/past_day")] == ["04 15:00", "05 14:30"]


def test_consumption_forecast_by_hand() -> None:
    """18 750 500 kWh in the half hour from 21:00 (2100, without colon) are 18 750.5 * 2 = 37 501 MW, at 12:00 UTC."""
    load = events("JP/consumption_forecast_JP-TK")[1]
    assert (load.start.isoformat(), load.consumption) == ("2026-03-10T12:00:00+00:00", 37501.0)
    assert load.source_type == "forecasted"


def test_generation_forecast_by_hand() -> None:
    """15 020 250 kWh in half an hour are 30 040.5 MW; the day's last half hour ends at 24:00, 15:00 UTC."""
    totals = events("JP/generation_forecast_JP-TK")
    assert (totals[1].start.isoformat(), totals[1].value) == ("2026-03-10T12:00:00+00:00", 30040.5)
    assert totals[2].end.isoformat() == "2026-03-10T15:00:00+00:00"


def test_chugokus_forecast_is_neither_plan_nor_result() -> None:
    """3 210 500 kWh of `yosoku` are 6421 MW; `bgkeikaku` has 2000 and `jiseki` 0 for the same half hour."""
    assert [load.consumption for load in events("JP/consumption_forecast_JP-CG")] == [6421.0, 5980.0]


def test_price_by_hand() -> None:
    """Half hour 43 begins 42 * 30 min after midnight, at 21:00, 12:00 UTC. Tōkyō is the third area: 15.75 yen per kWh,
    15 750 per MWh; Kyūshū the ninth: 11.5."""
    tokyo, kyushu = (events(f"JP/price_JP-{area}")[1] for area in ("TK", "KY"))
    assert tokyo.start.isoformat() == kyushu.start.isoformat() == "2026-03-10T12:00:00+00:00"
    assert (tokyo.price, kyushu.price, tokyo.currency) == (15750.0, 11500.0, "JPY")
    assert len(events("JP/price_JP-TK")) == 3, "the half hour without a price is none"


@pytest.mark.parametrize("zone, output_mw, pumped_mw", [
    ("HKD", {"unknown": 1850.0, "hydro": 480.0, "biomass": 40.0, "wind": 120.0}, 90.0),
    ("TH", {"unknown": 8000.0, "hydro": 1800.0, "biomass": 77.0, "wind": 330.0}, 150.0),
    ("TK", {"unknown": 20010.0, "hydro": 1480.0, "biomass": 30.0, "wind": 50.0}, 1300.0),  # 2001 万kWh
    ("KN", {"unknown": 6300.0, "hydro": 1350.0, "biomass": 88.0, "wind": 25.0}, 410.0),
    ("SK", {"unknown": 2704.0, "hydro": 380.0, "biomass": 40.0, "wind": 60.0}, 250.0),  # 270.4 万kW
    ("ON", {"unknown": 860.0, "hydro": 1.0, "biomass": 30.0, "wind": 9.0}, None),
])
def test_archives_by_hand(zone: str, output_mw: dict[str, float], pumped_mw: float | None) -> None:
    """The first hour of 10 June 2020 in Japan is 15:00 UTC of the 9th; thermal has no fuel, pumping is -."""
    mix = events(f"JP/odd/archive_JP-{zone}")[0]
    assert mix.start.isoformat() == "2020-06-09T15:00:00+00:00"
    assert (mix.end - mix.start).total_seconds() == 3600
    assert {mode: mix.production[mode] for mode in output_mw} == output_mw
    assert mix.storage.get("hydro") == pumped_mw


@pytest.mark.parametrize("zone, day, name", [
    ("JP-HKD", "2020-06-10", "sup_dem_results_2020_1q.csv"),
    ("JP-HKD", "2020-02-10", "sup_dem_results_2019_4q.csv"),
    ("JP-TH", "2020-12-31", "juyo_2020_tohoku_3Q.csv"),
    ("JP-TK", "2021-03-31", "area-2020.csv"),
    ("JP-HR", "2017-02-03", "area_jisseki_rikuden201701_03.csv"),
    ("JP-HR", "2018-09-30", "area_jisseki_rikuden201807_09.csv"),
    ("JP-HR", "2018-10-01", "area_jisseki_rikuden201810.csv"),
    ("JP-HR", "2019-10-15", "area_jisseki_rikuden201910_01.csv"),
])
def test_archives_are_named_by_fiscal_years(zone: str, day: str, name: str) -> None:
    assert JP.archive_url(zone, times.read_day(day)).rpartition("/")[2] == name


def test_isep_fills_what_nobody_has() -> None:
    """Kyūshū before April 2019: hours of the asked day only, without those marked as disabled."""
    mixes = events("JP/odd/isep_JP-KY")
    assert [f"{mix.start:%d %H:%M}" for mix in mixes] == ["14 15:00", "14 16:00"]
    assert (mixes[0].production["unknown"], mixes[0].storage, mixes[1].storage) == (
        6200.5, {"hydro": 300.0}, {"hydro": -150.0})


def test_a_missing_column_is_said() -> None:
    content = (SAMPLES / "JP/odd/bodies/column_missing.csv").read_bytes()
    with pytest.raises(errors.SourceChanged, match="no column 原子力"):
        JP.parse_production(content, "JP-TK")


def test_every_area_has_every_table() -> None:
    zones = set(JP.SOURCES)
    assert len(zones) == 10
    for table in (JP.RESULTS, JP.STANDARD_SINCE, JP.ARCHIVES, JP.REGIONS, JP.FORECASTS, JP.LAYOUTS):
        assert set(table) == zones
