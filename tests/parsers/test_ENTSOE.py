import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from core import times
from core.errors import ConfigError, SourceChanged
from core.platforms import entsoe, entsoe_areas
from core.recording import read_case
from parsers import ENTSOE
from tests.support import SAMPLES, events, run

HOURS = ("09:00", "10:00", "11:00")


def at(name: str, clock: str = "09:00"):
    """The event of a sample at a time of 10 March 2026."""
    (event,) = [e for e in events(f"ENTSOE/{name}") if e.start.isoformat() == f"2026-03-10T{clock}:00+00:00"]
    return event


def net_generation_mw(zone: str, clock: str) -> float:
    """Generation less net charging, which is stored positive."""
    event = at(f"production_{zone}", clock)
    return sum(event.production.values()) - sum(event.storage.values())


def test_production_by_hand() -> None:
    """Germany, 09:00Z. Coal: lignite B02 7840 + hard coal B05 3420 = 11260 MW. Gas: B03 310 + B04 6230 = 6540.

    Biomass: B01 4610 + waste B17 905 = 5515. Wind: offshore B18 3940 + onshore B19 12780 = 16720. Unknown: B15 112 +
    B20 1085 = 1197. Pumped storage: the consumption series 1480 less the generation series 260 = 1220 MW charging.
    """
    event = at("production_DE")
    wanted = {"coal": 11260, "gas": 6540, "biomass": 5515, "wind": 16720, "unknown": 1197, "hydro": 1452 + 118}
    assert {mode: event.production[mode] for mode in wanted} == wanted
    assert event.storage == {"hydro": 1220.0, "battery": 210.0 - 45.0}
    assert event.end == times.shift(event.start, minutes=15)


def test_repeated_value_is_held_to_the_end_of_the_period() -> None:
    """Portugal's gas has points 1 (705) and 2 (640) of three; on curve A03 the third repeats the second."""
    assert [at("production_PT", clock).production["gas"] for clock in HOURS] == [705.0, 640.0, 640.0]


def test_exchange_by_hand() -> None:
    """AT->DE 09:00Z: nothing from Austria to Germany, 2580 MW from Germany to Austria: 0 - 2580 = -2580."""
    assert at("exchange_AT_to_DE").net_flow == -2580.0
    assert at("exchange_ES_to_PT").net_flow == 1405.0


def test_corsica_and_sardinia_are_two_cables() -> None:
    """11:00Z: AC 25 MW to Corsica's side as export of the key, DC 140 MW as import: (25 - 0) + (0 - 140) = -115."""
    assert at("exchange_FR-COR_to_IT-SAR", "11:00").net_flow == -115.0


def test_southern_italy_is_the_sum_of_its_parts() -> None:
    """09:00Z: gas 820 in Calabria + 1480 in the South = 2300 MW; load 705 + 2890 = 3595 MW."""
    assert at("production_IT-SO").production["gas"] == 2300.0
    assert at("consumption_IT-SO").consumption == 3595.0


@pytest.mark.parametrize(
    ("zone", "borders"),
    [
        ("PT", {"ES_to_PT": 1}),
        ("CH", {"AT_to_CH": 1, "CH_to_DE": -1, "CH_to_FR": -1, "CH_to_IT-NO": -1}),
        ("EE", {"EE_to_FI": -1, "EE_to_LV": -1}),
        ("LV", {"EE_to_LV": 1, "LT_to_LV": 1}),
    ],
)
def test_generation_and_net_import_are_the_load(zone: str, borders: dict[str, int]) -> None:
    """A flow of `A->B` is positive from A to B, so it is an import of B and an export of A."""
    for clock in HOURS:
        net_import_mw = sum(sign * at(f"exchange_{border}", clock).net_flow for border, sign in borders.items())
        assert at(f"consumption_{zone}", clock).consumption == pytest.approx(
            net_generation_mw(zone, clock) + net_import_mw)


def test_price_by_hand() -> None:
    """Spain, quarter hours: the 12th (11:45Z) repeats the 10th, -1.25 EUR/MWh; negative prices are prices."""
    event = at("price_ES", "11:45")
    assert (event.price, event.currency) == (-1.25, "EUR")


def test_consumption_forecast_by_hand() -> None:
    assert [e.consumption for e in events("ENTSOE/consumption_forecast_FI")][:4] == [9810.0, 9788.0, 9765.0, 9765.0]


def test_generation_forecast_leaves_out_what_plants_consume() -> None:
    """Austria: 6120 MW into the zone; the series of 840 MW out of it is pumping."""
    assert events("ENTSOE/generation_forecast_AT")[0].value == 6120.0


def test_latest_forecast_of_wind_and_solar_wins() -> None:
    """Poland: 09:00Z intraday 190 + 905 = 1095; 10:00Z current 180 + 899 = 1079; 12:00Z day-ahead alone, 200 + 790."""
    wind_mw = {e.start.hour: e.production["wind"] for e in events("ENTSOE/wind_solar_PL")}
    assert wind_mw == {9: 1095.0, 10: 1079.0, 11: 176.0 + 861.0, 12: 990.0}


def test_a_coarser_forecast_overwrites_every_step_it_covers() -> None:
    """Day-ahead: wind 10, 20, 30, 40 a quarter hour, solar 5. Current: wind 99 all hour, less 9 of own use, which is 0.

    So 99 in each quarter beside solar 5; the quarter after, which the current one does not reach, keeps 50.
    """
    def mix(first: int, last: int, **modes: list[float]) -> entsoe.Mix:
        nine = datetime(2026, 3, 10, 9, tzinfo=UTC)
        return entsoe.Mix(times.shift(nine, minutes=first), times.shift(nine, minutes=last), dict(modes), {})

    day_ahead = [mix(15 * i, 15 * i + 15, wind=[10.0 + 10 * i], solar=[5.0]) for i in range(5)]
    found = ENTSOE.overwrite("FI", [day_ahead, [mix(0, 60, wind=[99.0, -9.0])]])
    assert [e["production"] for e in found] == [{"wind": 99, "solar": 5}] * 4 + [{"wind": 50, "solar": 5}]
    assert [e["correctedModes"] for e in found] == [["wind"]] * 4 + [[]]
    assert {e["end_datetime"] - e["datetime"] for e in found} == {timedelta(minutes=15)}


def test_forecast_of_an_exchange_prefers_the_total_schedule() -> None:
    """EE->FI: total 410 - 0, then 0 - 120; the day-ahead schedule reaches further: 0 - 300, 0 - 310."""
    assert [e.net_flow for e in events("ENTSOE/exchange_forecast_EE_to_FI")] == [410.0, -120.0, -300.0, -310.0]


def test_schedules_by_hand() -> None:
    """EE->FI at 21:00Z: day-ahead 380 MW out, 0 in; in total 410 MW out."""
    first = events("ENTSOE/scheduled_day_ahead_EE_to_FI")[0]
    assert (first.scheduled_export, first.scheduled_import, first.net_flow) == (380.0, 0.0, 380.0)
    assert events("ENTSOE/scheduled_total_EE_to_FI")[0].scheduled_export == 410.0


def test_capacities_by_hand() -> None:
    """ES->FR: the request into France is the export, 2200 MW at 23:00Z; the fourth hour has an import limit only."""
    found = events("ENTSOE/capacity_day_ahead_ES_to_FR")
    assert (found[0].capacity_export, found[0].capacity_import) == (2200.0, 2750.0)
    assert (found[3].capacity_export, found[3].capacity_import) == (None, 2750.0)
    assert [e.capacity_export for e in events("ENTSOE/capacity_week_ahead_DK-DK1_to_DK-DK2")] == [480.0, 590.0, 590.0]


def test_days_are_local() -> None:
    """29 March 2026 has 23 hours in Brussels, 25 October 25."""
    spring = events("ENTSOE/capacity_month_ahead_AT_to_SI")
    assert [(e.end - e.start).total_seconds() / 3600 for e in spring] == [24, 23, 24]
    autumn = events("ENTSOE/odd/capacity_autumn_25_hours")
    assert [(e.end - e.start).total_seconds() / 3600 for e in autumn] == [24, 25, 24]


def test_installed_capacity_by_hand() -> None:
    """Portugal: run of river 2860 + reservoirs 1500 = 4360 MW hydro; pumped storage apart."""
    found = run(read_case(SAMPLES / "ENTSOE" / "production_capacity_PT.json"))[0]
    assert found["hydro"] == {"datetime": "2026-01-01", "value": 4360.0, "source": "entsoe.eu"}
    assert found["hydro storage"]["value"] == 3585.0


def test_the_year_of_a_capacity_begins_at_midnight_in_brussels() -> None:
    """31 December 2026, 23:30Z is 2027 there; gas is 4420 MW in that year, 4407 in the year before."""
    body = (SAMPLES / "ENTSOE/odd/bodies/production_capacity_two_years.xml").read_bytes()
    found = ENTSOE.parse_production_capacity([body], datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert found["gas"] == {"datetime": "2027-01-01", "value": 4420.0, "source": "entsoe.eu"}


def test_a_zip_damaged_within_is_a_changed_source() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("a.xml", "<GL_MarketDocument/>" * 9)
    content = bytearray(archive.getvalue())
    content[30 + len("a.xml")] = 0x07  # the first byte of what is packed: a block of a type that does not exist
    with pytest.raises(SourceChanged, match="broken ZIP"):
        entsoe.series(bytes(content))


def test_coarse_series_are_held_on_the_finest_grid() -> None:
    """An hour of 600 MW beside two half hours: 600 in each half, so energy is kept."""
    def moment(minute: int) -> datetime:
        return times.shift(datetime(2026, 3, 10, 9, tzinfo=UTC), minutes=minute)

    hourly = [entsoe.Point(moment(0), moment(60), 600.0)]
    halves = [entsoe.Point(moment(0), moment(30), 1.0), entsoe.Point(moment(30), moment(60), 2.0)]
    rows = entsoe.table([("a", hourly), ("b", halves)])
    assert [(row.start, row.end, row.values) for row in rows] == [
        (moment(0), moment(30), {"a": 600.0, "b": 1.0}), (moment(30), moment(60), {"a": 600.0, "b": 2.0})]


@pytest.mark.parametrize(("key", "pairs"), [
    ("CH->DE", [("10YCH-SWISSGRIDZ", "10Y1001A1001A82H")]),
    ("DE->PL", [("10Y1001A1001A83F", "10YPL-AREA-----S")]),
    ("IT-SIC->IT-SO", [("10Y1001A1001A75E", "10Y1001C--00096J")]),
])
def test_borders_are_asked_by_their_own_codes(key: str, pairs: list[tuple[str, str]]) -> None:
    assert entsoe_areas.border_domains(key) == pairs


def test_areas_without_a_code_and_turned_keys_are_refused() -> None:
    with pytest.raises(ConfigError, match="XX"):
        entsoe_areas.zone_domains("XX")
    with pytest.raises(ConfigError, match="ascending"):
        entsoe_areas.border_domains("DE->CH")


def test_areas_have_one_code_each() -> None:
    codes = list(entsoe_areas.DOMAINS.values())
    assert len(codes) == len(set(codes)) == 70
    assert {len(code) for code in codes} == {16}
