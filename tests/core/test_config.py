"""The real configuration files, and what is looked up in them, against figures read off the files by hand."""

import shutil
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from core.config import FACTOR_MODES, FALLBACK_MIX, TYPICAL_LOAD, Config, Factors, default_root, load, typical_mix
from core.config.factors import Row
from core.errors import ConfigError
from core.kinds import MODES

ROOT = Path(__file__).parents[2]
ZONE = {"name": "Sealand", "country": None, "region": "Europe", "timezone": "UTC", "bbox": [1, 51, 2, 52]}


@pytest.fixture(scope="module")
def real() -> Config:
    return load(ROOT)


def utc(year: int, month: int = 6, day: int = 1, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_every_zone_and_exchange_is_there(real):
    assert (len(real.zones), len(real.exchanges), len(real.retired)) == (379, 382, 58)
    assert all(zone.key == key for key, zone in real.zones.items())
    assert sum(bool(zone.sub_zones) for zone in real.zones.values()) == 14
    assert sum(len(entries) for zone in real.zones.values() for entries in zone.capacity.values()) == 9643


def test_links_are_found_by_their_zones(real):
    """Read off exchanges.json: Tasmania has one cable, to Victoria."""
    assert real.links_of["AU-TAS"] == ("AU-TAS->AU-VIC",)
    assert "AU-TAS->AU-VIC" in real.links_of["AU-VIC"]
    assert {key for keys in real.links_of.values() for key in keys} == set(real.link_keys())


def test_a_zone_keeps_its_fields(real):
    au = real.zones["AU"]
    assert (au.name, au.country, au.region, au.timezone, au.currency) == (
        "Australia", "AU", "Oceania", "Australia/Sydney", "AUD")
    assert (au.center, au.bbox) == ((133.501, -27.322), (112.92, -43.64, 159.1, -10.71))
    assert au.bypassed_sub_zones == ("AU-LH", "AU-TAS-CBI", "AU-TAS-FI", "AU-TAS-KI", "AU-WA-RI")
    assert real.zones["AL"].parsers["consumption"] == ("ENTSOE.fetch_consumption",)
    assert real.zones["XX"].country is None
    assert {key for key, zone in real.zones.items() if zone.generation_only} == {
        "US-NW-GRID", "US-CAR-YAD", "US-SE-SEPA"}


def test_a_link_keeps_its_fields(real):
    link = real.exchanges["AD->ES"]
    assert (link.zones, link.lonlat, link.rotation, link.capacity) == (("AD", "ES"), (1.45, 42.3), 200, (-125, 125))
    assert link.parsers == {"exchange": ("ESIOS.fetch_exchange",)}
    # Basslink can send 594 MW from Tasmania and 478 MW to it.
    assert real.exchanges["AU-TAS->AU-VIC"].capacity == (-478, 594)


def test_models_cannot_be_changed(real):
    with pytest.raises(ValueError, match="frozen"):
        real.zones["AT"].name = "Australia"


def test_the_graph_holds_solved_zones_and_sourced_links_only(real):
    solved, links = real.solved_zones(), real.link_keys()
    assert len(solved) == 379 - 14 and list(solved) == sorted(solved)
    assert "DK" not in solved and "DK-DK1" in solved
    # 340 exchanges have a source; IT->ME is one of them, but Italy is solved by its sub-zones.
    assert len(links) == 339 and list(links) == sorted(links)
    assert "IT->ME" not in links and "IT-CSO->ME" in links
    assert "AD->FR" not in links and "AD->ES" in links  # AD->FR has no source


def test_parent_of(real):
    assert real.parent_of("DK-DK1") == "DK"
    assert real.parent_of("AU-TAS-CBI") == "AU"
    assert real.parent_of("DK") is None and real.parent_of("GB-NIR") is None


@pytest.mark.parametrize(("moment", "coal_mw"), [
    (utc(2010), 598),  # before the first entry: the earliest
    (utc(2017, 1, 1), 598),
    (utc(2019, 12, 31, 23), 598),
    (utc(2020, 1, 1), 246),  # on the day itself
    (datetime(2020, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))), 598),  # still 31 December in UTC
    (utc(2030), 0),
])
def test_capacity_at(real, moment, coal_mw):
    assert real.zones["AT"].capacity_at(moment)["coal"] == coal_mw


def test_capacity_without_date_holds_always_and_unknown_modes_are_absent(real):
    expected = {"battery storage": 1, "gas": 0.84, "solar": 1}
    assert real.zones["AU-LH"].capacity_at(utc(1990)) == real.zones["AU-LH"].capacity_at(utc(2030)) == expected


@pytest.mark.parametrize(("zone", "basis", "mode", "moment", "expected"), [
    ("AT", "lifecycle", "coal", utc(2019), (866.34, "zone", date(2019, 1, 1))),
    ("AT", "lifecycle", "coal", utc(2010), (879.2, "zone", date(2017, 1, 1))),  # before all: the earliest
    ("AT", "direct", "coal", utc(2030), (1075.5, "zone", date(2022, 1, 1))),
    ("AT", "lifecycle", "coal", utc(2018, 12, 31, 23), (891.14, "zone", date(2018, 1, 1))),
    ("US-AK", "lifecycle", "solar", utc(2019), (26.22100877, "parent", date(2021, 1, 1))),
    ("FR", "lifecycle", "hydro discharge", utc(2024), (350.96, "default", date(2024, 1, 1))),
    ("FR", "direct", "battery discharge", utc(2014), (314.71, "default", date(2015, 1, 1))),
    ("AF", "lifecycle", "coal", utc(2024), (820, "default", None)),
    # NO has lifecycle gas only: each basis is chosen by itself.
    ("NO", "lifecycle", "gas", utc(2024), (490, "zone", date(2014, 1, 1))),
    ("NO", "direct", "gas", utc(2024), (370, "default", None)),
])
def test_factor_at(real, zone, basis, mode, moment, expected):
    factor = real.factors.at(zone, basis, mode, moment)
    assert (factor.value_g_per_kwh, factor.scope, factor.valid_from) == expected


def test_a_factor_says_where_it_comes_from(real):
    assert real.factors.at("AT", "lifecycle", "coal", utc(2019)).source == "EU-ETS 2025, ENTSO-E 2019; IPCC 2014"
    discharge = real.factors.at("FR", "direct", "hydro discharge", utc(2024))
    assert discharge.source == "consumption-weighted mean intensity of all zones during charging hours, 2024"


def test_own_rows_win_over_the_parents_and_those_over_the_default():
    rows = [Row(zone, "direct", "coal", None, value, "book") for zone, value in (("*", 1), ("P", 2), ("C1", 3))]
    factors = Factors(rows, {"C1": "P", "C2": "P"})
    found = {key: factors.at(key, "direct", "coal", utc(2020)) for key in ("C1", "C2", "P", "Q")}
    assert {key: (f.value_g_per_kwh, f.scope) for key, f in found.items()} == {
        "C1": (3, "zone"), "C2": (2, "parent"), "P": (2, "zone"), "Q": (1, "default")}


def test_rows_may_come_in_any_order():
    rows = [Row("*", "direct", "coal", date(year, 1, 1), year, "book") for year in (2021, 2019, 2020)]
    factors = Factors(rows, {})
    years = [factors.at("AT", "direct", "coal", utc(year)).value_g_per_kwh for year in (2018, 2019, 2020, 2021, 2022)]
    assert years == [2019, 2019, 2020, 2021, 2021]


def test_a_mode_without_any_factor_is_an_error(real):
    with pytest.raises(ConfigError, match="no direct factor for 'hydro charge'"):
        real.factors.at("AT", "direct", "hydro charge", utc(2020))


def test_a_naive_moment_is_refused(real):
    naive = datetime(2020, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no zone"):
        real.factors.at("AT", "direct", "coal", naive)
    with pytest.raises(ValueError, match="no zone"):
        real.zones["AT"].capacity_at(naive)


def test_the_array_holds_what_single_lookups_give(real):
    zones = ["AT", "DK-DK1", "US-AK", "US-TEX-ERCO", "CO", "FR", "AF", "NO-NO1"]
    # Unsorted, and on both sides of every new year since 1998.
    hours = [utc(year, 1, 1) + timedelta(hours=h) for year in range(2027, 1997, -1) for h in (0, -1, 5000)]
    array = real.factors.array(zones, "lifecycle", FACTOR_MODES, hours)
    assert array.shape == (12, 8, 90)
    for m, mode in enumerate(FACTOR_MODES):
        for z, zone in enumerate(zones):
            single = [real.factors.at(zone, "lifecycle", mode, hour).value_g_per_kwh for hour in hours]
            np.testing.assert_array_equal(array[m, z], single)


def test_levels_are_as_few_as_the_changes(real):
    hours = [utc(2019, 12, 31) + timedelta(hours=h) for h in range(48)]
    table, level = real.factors.levels(["AT"], "lifecycle", ["coal", "solar"], hours)
    assert table.shape == (2, 1, 2)
    np.testing.assert_array_equal(level, [0] * 24 + [1] * 24)
    np.testing.assert_array_equal(table[0, 0], [866.34, 1093.67])
    assert real.factors.array(["AT"], "lifecycle", ["coal"], []).shape == (1, 1, 0)


def test_fallback_intensity(real):
    # .017509·230 + .38·820 + .232·490 + .003081·38 + .158·24 + .102·12 + .03·650
    # + .021966·45 + .007728·700 + .047716·11
    assert real.factors.fallback_intensity("lifecycle") == pytest.approx(460.86, abs=0.01)
    # .38·760 + .232·370 + .03·406 + .007728·575; the others emit nothing on site
    assert real.factors.fallback_intensity("direct") == pytest.approx(391.2636, abs=1e-9)
    assert sum(FALLBACK_MIX.values()) == pytest.approx(1, abs=1e-9)


def test_the_typical_mix_of_power_stations():
    """100 MW coal at 0.55, 300 MW wind at 0.25: 55 and 75 of 130 MW. Stores generate nothing of their own."""
    mix = typical_mix({"coal": 100.0, "wind": 300.0, "hydro storage": 1000.0})
    assert {mode: share for mode, share in mix.items() if share} == pytest.approx({"coal": 55 / 130, "wind": 75 / 130})
    assert typical_mix({}) is typical_mix({"coal": 0.0, "battery storage": 5.0}) is None
    assert TYPICAL_LOAD.keys() == set(MODES) and all(0 < load <= 1 for load in TYPICAL_LOAD.values())


def test_fallback_intensity_takes_the_newest_default():
    rows = [Row("*", "direct", mode, date(year, 1, 1), year, "book") for mode in FALLBACK_MIX for year in (2021, 2020)]
    assert Factors(rows, {}).fallback_intensity("direct") == pytest.approx(2021)


def test_the_fallback_lies_in_its_band(real):
    """Of the newest defaults only nuclear, 12, is outside its span (5.1 to 6.4), and widens it."""
    low = {"biomass": 130, "coal": 751, "gas": 403, "geothermal": 6, "hydro": 6, "nuclear": 5.1, "oil": 510, "solar": 8,
           "unknown": 403, "wind": 7.8}
    high = {"biomass": 420, "coal": 1095, "gas": 513, "geothermal": 79, "hydro": 147, "nuclear": 12, "oil": 1170,
            "solar": 83, "unknown": 1095, "wind": 23}
    expected = [sum(FALLBACK_MIX[mode] * each[mode] for mode in FALLBACK_MIX) for each in (low, high)]
    assert real.factors.fallback_band() == pytest.approx(expected)
    assert expected == pytest.approx([401.60, 613.65], abs=0.005)


@pytest.mark.parametrize("default", [0.0, 450.0, 3000.0])
def test_a_band_holds_every_factor_wherever_the_defaults_are(default):
    factors = Factors([Row("*", "lifecycle", mode, None, default, "book") for mode in FACTOR_MODES], {})
    low, high = factors.fallback_band()
    assert low <= factors.fallback_intensity("lifecycle") * (1 + 1e-12)
    assert factors.fallback_intensity("lifecycle") <= high * (1 + 1e-12)


def test_the_band_of_factors_holds_each(real):
    """Also of zones whose own factor is outside the published span, and of discharge."""
    zones = sorted(real.zones)
    hours = [utc(year) for year in (2014, 2018, 2022, 2026)]
    factors = real.factors.array(zones, "lifecycle", FACTOR_MODES, hours)
    low, high = real.factors.lifecycle_band(FACTOR_MODES, factors)
    assert low.shape == high.shape == factors.shape
    assert (low <= factors).all()
    assert (factors <= high).all()
    coal, store = FACTOR_MODES.index("coal"), FACTOR_MODES.index("hydro discharge")
    assert (factors[coal] > 1095).any()
    np.testing.assert_array_equal(high[coal], np.maximum(factors[coal], 1095))
    np.testing.assert_allclose(high[store] / factors[store], 613.646 / 460.863, rtol=1e-5)
    np.testing.assert_allclose(low[store] / factors[store], 401.601 / 460.863, rtol=1e-5)


def test_plugins_add_zones_exchanges_and_parents(real):
    parsers = {"production": ["A.fetch_a", "B.fetch_b"]}
    more = real.with_more(
        {"ZZ": {**ZONE, "sub_zones": ["ZZ-A"]}, "ZZ-A": {**ZONE, "parsers": parsers}},
        {"GB->ZZ-A": {"lonlat": [1.5, 51.5], "rotation": 0, "parsers": {"exchange": "A.fetch_exchange"}}},
    )
    assert (len(more.zones), len(more.exchanges), len(real.zones)) == (381, 383, 379)
    assert more.zones["ZZ-A"].parsers == {"production": ("A.fetch_a", "B.fetch_b")}
    assert more.parent_of("ZZ-A") == "ZZ" and more.parent_of("DK-DK1") == "DK" and real.parent_of("ZZ-A") is None
    assert set(more.link_keys()) - set(real.link_keys()) == {"GB->ZZ-A"}
    assert set(more.solved_zones()) - set(real.solved_zones()) == {"ZZ-A"}
    assert more.factors.at("US-AK", "lifecycle", "solar", utc(2019)).scope == "parent"
    assert more.factors.at("ZZ-A", "lifecycle", "coal", utc(2019)).value_g_per_kwh == 820


@pytest.mark.parametrize(("zones", "exchanges", "text"), [
    ({"AT": ZONE}, {}, "defines again what is already configured: AT"),
    ({}, {"AD->ES": {"lonlat": [1, 1], "rotation": 0}}, "defines again what is already configured: AD->ES"),
    ({"ZZ": {**ZONE, "timezone": "Mars/Olympus"}}, {}, "zones.json: ZZ timezone: 'Mars/Olympus'"),
    ({}, {"AT->ZZ": {"lonlat": [1, 1], "rotation": 0}}, "exchanges.json: AT->ZZ: there is no zone ZZ"),
    ({"ZZ": {**ZONE, "sub_zones": ["DK-DK1"]}}, {}, "ZZ sub_zones: DK-DK1 already belongs to DK"),
    ({"IN-AP": ZONE}, {}, "IN-AP: is also among the retired zones"),
])
def test_plugins_keep_the_rules(real, zones, exchanges, text):
    with pytest.raises(ConfigError, match=text):
        real.with_more(zones, exchanges)


def test_the_root_is_the_environments_or_the_folder_above_core(tmp_path, monkeypatch):
    monkeypatch.delenv("GRIDTRACE_CONFIG", raising=False)
    assert default_root() == ROOT and load().zones["AD"].name == "Andorra"
    for file in ("exchanges.json", "emission_factors.csv"):
        shutil.copy(ROOT / file, tmp_path)
    text = (ROOT / "zones.json").read_text(encoding="utf-8")
    (tmp_path / "zones.json").write_text(text.replace('"Andorra"', '"Andorra la Nova"'), encoding="utf-8")
    monkeypatch.setenv("GRIDTRACE_CONFIG", str(tmp_path))
    assert load().zones["AD"].name == "Andorra la Nova"
    assert load() is load()


def test_a_root_without_files_is_a_config_error(tmp_path):
    with pytest.raises(ConfigError, match=r"zones\.json: cannot be read in .*No such file"):
        load(tmp_path)
