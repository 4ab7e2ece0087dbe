"""Zones without production in an hour: their mean of the same hour, their typical mix, the world's; each says so.

XA -> XB -> XC, of tests/fakes.py, with the default factors: coal 820 (direct 760), gas 490, wind 11 g/kWh.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core import schemas, times
from core.config import Config
from core.ingest import jobs as room
from core.ingest.explain import explain, sources
from core.ingest.missing import complete, fallback_of
from core.ingest.runner import Cycle
from core.ingest.solve import network_of, shares_of, solve
from core.kinds import MODES
from core.store import Store, open_store
from core.store.tables import MIX_COLUMNS, SHARE_COLUMNS
from tests import fakes
from tests.core.test_solve import put

HOUR = times.shift(fakes.NOON, hours=-1)
HOUR_S = int(HOUR.timestamp())
WORLD_MIX = 460.86
WIND_AND_COAL = {"XB": {"coal": 100.0, "wind": 300.0, "hydro storage": 1000.0}}


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    with open_store(place) as opened, times.frozen(fakes.NOON):
        yield opened


def produce(
    store: Store, zone_key: str, days: float = 0, hours: float = 0, *, lasts_h: float = 1, origin: str = "live",
    storage: dict[str, float] | None = None, **modes: float | None,
) -> None:
    """Production so many days and hours after HOUR."""
    start = times.shift(HOUR, days=days, hours=hours)
    end = times.shift(start, hours=lasts_h)
    put(store, "production", schemas.production(
        zone_key, start=start, end=end, source="a", modes=modes, storage=storage), origin)


def flow(store: Store, from_key: str, to_key: str, power_mw: float, days: float = 0) -> None:
    start = times.shift(HOUR, days=days)
    put(store, "exchange", schemas.exchange(
        from_key, to_key, start=start, end=times.shift(start, hours=1), source="a", flow_mw=power_mw))


def row_of(store: Store, zone_key: str, days: float = 0) -> dict[str, Any]:
    hour_s = int(times.shift(HOUR, days=days).timestamp())
    (row,) = store.results(zone_key, hour_s, hour_s + 3600)
    return row


def in_a_row(store: Store, days: float = 0) -> None:
    """XA makes coal and sends 40 MW to XB, which sends 20 MW to XC, which makes 80 MW of wind. XB is silent."""
    produce(store, "XA", days, coal=100.0)
    produce(store, "XC", days, wind=80.0)
    flow(store, "XA", "XB", 40.0, days)
    flow(store, "XB", "XC", 20.0, days)


def completed(store: Store, config: Config, hours: int = 1) -> Any:
    """What `complete` makes of hours from HOUR on in which nobody has any number."""
    network = network_of(config)
    nothing = np.full((len(MIX_COLUMNS), len(network.zones), hours), np.nan)
    return complete(config, network, store, [HOUR_S + 3600 * at for at in range(hours)], nothing)


def mix_of(store: Store, config: Config, zone_key: str, hour: int = 0) -> dict[str, float] | None:
    found, at = completed(store, config, hour + 1), network_of(config).zones.index(zone_key)
    numbers = dict(zip(MIX_COLUMNS, found.mix_mw[:, at, hour].tolist(), strict=True))
    return {name: value for name, value in numbers.items() if value == value} if found.is_mean[at, hour] else None


def test_the_mean_is_of_the_same_hour_of_the_days_before(store: Store) -> None:
    """Gas (60 + 90) / 2, wind of the one day that has it, battery (10 − 20) / 2 MW; other hours and days count not."""
    produce(store, "XB", -1, gas=60.0, wind=30.0, storage={"battery": 10.0})
    produce(store, "XB", -3, gas=90.0, wind=None, storage={"battery": -20.0})
    produce(store, "XB", -8, gas=9000.0)
    produce(store, "XB", -1, 1, gas=9000.0)
    produce(store, "XB", -1, -1, gas=9000.0)
    produce(store, "XA", -1, coal=9000.0)
    found = mix_of(store, fakes.world(), "XB")
    assert found == pytest.approx({"gas": 75.0, "wind": 30.0, "battery_storage": -5.0})


def test_a_mean_needs_two_days_of_the_last_seven(store: Store) -> None:
    produce(store, "XB", -7, gas=60.0)
    produce(store, "XB", -8, gas=60.0)
    assert mix_of(store, fakes.world(), "XB") is None
    produce(store, "XB", -1, gas=80.0)
    assert mix_of(store, fakes.world(), "XB") == {"gas": 70.0}


def test_a_day_weighs_as_one_however_many_values_it_has(store: Store) -> None:
    """The day before has 40 for a quarter of an hour, and 80 for the rest from half an hour before on; then 100.

    (40·15 + 80·45) / 60 = 70 and 100: the mean is 85.
    """
    produce(store, "XB", -1, -0.5, gas=80.0, lasts_h=1.25)
    produce(store, "XB", -1, 0.75, gas=40.0, lasts_h=0.25)
    produce(store, "XB", -2, gas=100.0)
    assert mix_of(store, fakes.world(), "XB") == pytest.approx({"gas": 85.0})


def test_every_hour_of_a_run_has_its_own_days(store: Store) -> None:
    """HOUR has 60 on all its three days, the hour after it (70 + 60 + 50) / 3; a day later the first of each is gone:
    (60 + 60) / 2 and (60 + 50) / 2.
    """
    for days in (-7, -6, -1):
        produce(store, "XB", days, gas=60.0)
    for days in (-7, -6, -5):
        produce(store, "XB", days, 1, gas=-10.0 * days)
    found = completed(store, fakes.world(), 26)
    gas = found.mix_mw[MODES.index("gas"), network_of(fakes.world()).zones.index("XB")].tolist()
    told = {at: value for at, value in enumerate(gas) if value == value}
    assert told == {0: 60.0, 1: 60.0, 24: 60.0, 25: 55.0}


def test_a_zone_without_a_source_gets_no_mean(store: Store) -> None:
    """AE has no parser of production, whatever some plugin stored of it once."""
    for days in (-1, -2):
        produce(store, "AE", days, gas=60.0)
    assert mix_of(store, fakes.world(), "AE") is None


def test_a_zone_that_misses_an_hour_is_traced_with_its_mean(store: Store) -> None:
    """XB: gas 75, wind 30 MW, 40 from XA: (75·490 + 30·11 + 40·820) / 145 = 69 880 / 145 = 481.9310; 105 of 145 of
    that estimated. XC: 80 wind, 20 from XB: (880 + 20·481.9310) / 100 = 105.1862, 0.2·105/145 of it estimated.
    """
    produce(store, "XB", -1, gas=60.0, wind=30.0)
    produce(store, "XB", -3, gas=90.0, wind=30.0)
    in_a_row(store)
    solve(fakes.world(), store)
    row, importer = row_of(store, "XB"), row_of(store, "XC")
    assert row["lifecycle_g_per_kwh"] == pytest.approx(69_880 / 145)
    assert (row["estimation"], row["flags"], row["fallback_share"]) == ("same_hour_mean", "", 0.0)
    assert (row["production_mw"], row["consumption_mw"]) == (105.0, 125.0)
    assert (row["estimated_share"], row["measured_share"]) == pytest.approx((105 / 145, 40 / 145))
    assert (importer["estimation"], importer["flags"]) == (None, "")
    assert importer["lifecycle_g_per_kwh"] == pytest.approx((880 + 20 * 69_880 / 145) / 100)
    assert (importer["estimated_share"], importer["measured_share"]) == pytest.approx((21 / 145, 124 / 145))
    assert row_of(store, "XA")["measured_share"] == 1.0


def test_a_zone_with_power_stations_and_no_past_has_its_typical_mix(store: Store) -> None:
    """100 MW coal at 0.55 and 300 MW wind at 0.25 are 55 and 75 of 130; neither imports nor storage bear on it.

    Lifecycle (55·820 + 75·11) / 130 = 353.2692, direct 55·760 / 130 = 321.5385, band (55·751 + 75·7.8) / 130 = 322.2308
    to (55·1095 + 75·23) / 130 = 476.5385. XC: (80·11 + 20·353.2692) / 100 = 79.4538, of which 0.2 is a fallback.
    """
    in_a_row(store)
    solve(fakes.world(WIND_AND_COAL), store)
    row, importer = row_of(store, "XB"), row_of(store, "XC")
    names = ("lifecycle", "direct", "lifecycle_low", "lifecycle_high")
    assert [row[f"{name}_g_per_kwh"] for name in names] == pytest.approx([353.2692, 321.5385, 322.2308, 476.5385])
    assert row["estimation"] == "typical_mix"
    assert row["flags"] == "no_production_data,exports_priced_at_fallback"
    assert {name: row[name] for name in SHARE_COLUMNS if row[name]} == pytest.approx(
        {"coal_share": 55 / 130, "wind_share": 75 / 130})
    assert (row["renewable_share"], row["carbon_free_share"]) == pytest.approx((75 / 130, 75 / 130))
    assert (row["fallback_share"], row["estimated_share"], row["measured_share"]) == (1.0, 0.0, 0.0)
    assert row["production_mw"] is row["consumption_mw"] is row["production_lifecycle_g_per_kwh"] is None
    assert (row["import_mw"], row["export_mw"]) == (40.0, 20.0)
    assert importer["lifecycle_g_per_kwh"] == pytest.approx((880 + 20 * 353.2692) / 100, abs=1e-4)
    assert (importer["renewable_share"], importer["coal_share"]) == pytest.approx((0.8 + 15 / 130, 11 / 130))
    assert (importer["estimation"], importer["flags"]) == (None, "uses_fallback")
    assert (importer["fallback_share"], importer["measured_share"]) == pytest.approx((0.2, 0.8))


def test_a_zone_of_which_nothing_is_known_but_flows_has_the_worlds_mix(store: Store) -> None:
    in_a_row(store)
    solve(fakes.world(), store)
    row = row_of(store, "XB")
    assert row["lifecycle_g_per_kwh"] == pytest.approx(WORLD_MIX, abs=0.01)
    assert (row["estimation"], row["coal_share"]) == ("default_mix", pytest.approx(0.38))
    assert sum(row[name] for name in SHARE_COLUMNS) == pytest.approx(1.0)


def test_a_zone_of_which_nothing_is_known_has_no_row(store: Store) -> None:
    """Its power stations alone do not make a result, its past does."""
    produce(store, "XA", coal=100.0)
    produce(store, "XC", -1, wind=80.0)
    produce(store, "XC", -2, wind=60.0)
    solve(fakes.world(WIND_AND_COAL), store)
    assert {row["zone_key"]: row["estimation"] for row in store.results(start_s=HOUR_S, end_s=HOUR_S + 1)} == {
        "XA": None, "XC": "same_hour_mean"}
    assert row_of(store, "XC")["production_mw"] == 70.0


def test_from_mean_to_typical_mix_and_back_to_data(store: Store) -> None:
    """XB reports for two days and falls silent. Its mean lasts six days on, as estimates are nobody's past."""
    config = fakes.world(WIND_AND_COAL)
    for days in (0, 1):
        produce(store, "XB", days, gas=60.0)
    for days in range(10):
        in_a_row(store, days)
    solve(config, store)
    found = [row_of(store, "XB", days)["estimation"] for days in range(10)]
    assert found == [None, None, *["same_hour_mean"] * 6, "typical_mix", "typical_mix"]
    assert row_of(store, "XB", 7)["lifecycle_g_per_kwh"] == pytest.approx((60 * 490 + 40 * 820) / 100)
    assert row_of(store, "XB", 9)["lifecycle_g_per_kwh"] == pytest.approx(353.2692, abs=1e-4)
    store.mark_unsolved(HOUR_S, HOUR_S + 10 * 24 * 3600)
    solve(fakes.world(), store)
    assert [row_of(store, "XB", days)["estimation"] for days in (7, 8)] == ["same_hour_mean", "default_mix"]
    produce(store, "XB", 9, wind=60.0)
    solve(config, store)
    row = row_of(store, "XB", 9)
    assert (row["estimation"], row["flags"], row["measured_share"]) == (None, "", 1.0)
    assert row["lifecycle_g_per_kwh"] == pytest.approx((60 * 11 + 40 * 820) / 100)


def test_a_source_that_fails_in_a_cycle_leaves_an_estimate(store: Store) -> None:
    """XB answered on the two days before, 60 MW of gas each; now it raises: (60·490 + 40·820) / 100 = 622."""
    config, jobs = fakes.world(), room.plan(fakes.world(), only=[*fakes.ZONES, *fakes.LINKS])
    for days in (-2, -1):
        produce(store, "XB", days, gas=60.0)
    plugins = fakes.manager(
        XA=fakes.module("XA", fetch_production=fakes.production({"coal": 100.0})),
        XB=fakes.module("XB", fetch_production=fakes.raising(ValueError("no such column"))),
        XC=fakes.module("XC", fetch_production=fakes.production({"wind": 80.0})),
        links=fakes.module("links", fetch_exchange=fakes.exchange({"XA->XB": 40.0, "XB->XC": 20.0})),
    )
    report = Cycle(config, plugins, store).run(jobs)
    assert report.counts == {"ok": 4, "failed": 1}
    row = row_of(store, "XB")
    assert (row["lifecycle_g_per_kwh"], row["estimation"]) == (pytest.approx(622.0), "same_hour_mean")
    assert store.latest_results(with_estimates=False)["XB"]["hour_s"] == HOUR_S - 24 * 3600
    assert "XB" not in {one["zone_key"] for one in store.results(start_s=HOUR_S, with_estimates=False)}


def test_the_latest_of_a_zone_is_its_own_data_rather_than_a_newer_mix(store: Store) -> None:
    """XB reports at HOUR and not in the two hours after it: what it said then, not its typical mix of now; a day later
    the mix, as what it said is no news any more. A mean of the same hour takes the place after three hours.
    """
    config = fakes.world(WIND_AND_COAL)
    produce(store, "XB", gas=60.0)
    for hours in (1, 2, 26):
        produce(store, "XA", hours=hours, coal=100.0)
        put(store, "exchange", schemas.exchange(
            "XA", "XB", start=times.shift(HOUR, hours=hours), end=times.shift(HOUR, hours=hours + 1), source="a",
            flow_mw=40.0))
        solve(config, store)
        found = store.latest_results()["XB"]
        own = (HOUR_S, None) if hours < 24 else (HOUR_S + 26 * 3600, "typical_mix")
        assert (found["hour_s"], found["estimation"]) == own
    for days in (-1, -2):
        produce(store, "XB", days, 26, gas=60.0)
    solve(config, store)
    own_s = HOUR_S + 2 * 3600  # a day before the last hour
    assert store.latest_results()["XB"]["estimation"] == "same_hour_mean"
    assert store.latest_results(with_estimates=False)["XB"]["hour_s"] == own_s
    produce(store, "XB", hours=23, gas=60.0)
    solve(config, store)
    assert store.latest_results()["XB"]["hour_s"] == HOUR_S + 23 * 3600, "three hours old, and its own"


def test_a_late_value_renews_the_estimates_made_from_its_day(store: Store) -> None:
    """(60 + 90) / 2 = 75, and with 120 of a third day (60 + 90 + 120) / 3 = 90; other hours have nothing of it."""
    produce(store, "XB", -1, gas=60.0)
    produce(store, "XB", -2, gas=90.0)
    in_a_row(store)
    solve(fakes.world(), store)
    assert row_of(store, "XB")["production_mw"] == 75.0
    produce(store, "XB", -3, gas=120.0)
    assert list(store.unsolved_hours()) == [HOUR_S - 3 * 24 * 3600, HOUR_S]
    solve(fakes.world(), store)
    assert row_of(store, "XB")["production_mw"] == 90.0
    produce(store, "XB", -3, 2, gas=120.0)
    produce(store, "XB", -8, gas=120.0)
    produce(store, "XA", -4, coal=120.0)
    assert HOUR_S not in store.unsolved_hours()


@pytest.mark.parametrize("capacity_mw", [None, WIND_AND_COAL])
@pytest.mark.parametrize("past_days", [0, 2])
def test_explaining_uses_the_estimates_of_the_stored_answer(
    store: Store, past_days: int, capacity_mw: dict[str, dict[str, float]] | None
) -> None:
    config = fakes.world(capacity_mw)
    for days in range(1, past_days + 1):
        produce(store, "XB", -days, gas=60.0 * days)
    in_a_row(store)
    solve(config, store)
    found, row = explain(config, store, "XC", HOUR), row_of(store, "XC")
    assert found.g_per_kwh == pytest.approx(row["lifecycle_g_per_kwh"], abs=1e-8)
    (term,) = [term for term in found.terms if term.kind == "import"]
    assert term.g_per_kwh == pytest.approx(row_of(store, "XB")["lifecycle_g_per_kwh"], abs=1e-8)
    made = sum(one.contribution_g_per_kwh for one in sources(config, store, "XC", HOUR))
    assert made == pytest.approx(row["lifecycle_g_per_kwh"], abs=1e-8)


def test_an_hour_alone_gets_what_it_gets_in_a_long_run(store: Store) -> None:
    """Its past may lie inside the run it is solved in, or before it."""
    produce(store, "XA", -2, lasts_h=73, coal=100.0)
    for days in (-2, -1, 0):
        produce(store, "XB", days, lasts_h=2, gas=60.0 + days)
        flow(store, "XA", "XB", 40.0, days)
    produce(store, "XB", 0, hours=12, gas=60.0)
    solve(fakes.world(), store)
    assert row_of(store, "XB", 1)["production_mw"] == pytest.approx((58 + 59 + 60) / 3)
    hour_s = HOUR_S + 24 * 3600
    assert store.mark_unsolved(hour_s, hour_s + 3600) == 1
    assert solve(fakes.world(), store).written == 0


def test_a_mean_without_any_power_is_no_value(store: Store) -> None:
    for days in (-1, -2):
        produce(store, "XB", days, wind=0.0)
    produce(store, "XA", coal=100.0)
    solve(fakes.world(WIND_AND_COAL), store)
    row = row_of(store, "XB")
    assert (row["lifecycle_g_per_kwh"], row["estimation"]) == (None, "same_hour_mean")
    assert "no_supply" in row["flags"].split(",")


def test_a_mean_of_what_is_not_live_says_so(store: Store) -> None:
    """XB's seven days before hold a simulated day and two live ones the day after HOUR, and only these the next day."""
    produce(store, "XB", -6, origin="simulated", gas=60.0)
    for days in (-1, 0):
        produce(store, "XB", days, gas=60.0)
    produce(store, "XA", lasts_h=49, coal=100.0)
    solve(fakes.world(), store)
    assert [row_of(store, "XB", days)["estimation"] for days in (1, 2)] == ["same_hour_mean"] * 2
    assert [row_of(store, "XB", days)["origin"] for days in (1, 2)] == ["simulated", "live"]


def test_a_country_counts_a_sub_zone_with_a_mean_and_misses_one_with_a_mix(store: Store) -> None:
    """DK-DK1 reports 300 MW of wind and sends 100 to DK-DK2, whose 100 MW of coal are a mean."""
    produce(store, "DK-DK1", wind=300.0)
    flow(store, "DK-DK1", "DK-DK2", 100.0)
    solve(fakes.world(), store)
    assert row_of(store, "DK-DK2")["estimation"] == "typical_mix"
    assert row_of(store, "DK-DK2")["lifecycle_g_per_kwh"] is not None
    country = row_of(store, "DK")
    assert (country["lifecycle_g_per_kwh"], country["estimation"]) == (None, None)
    assert country["flags"].startswith("sub_zones_missing")
    for days in (-1, -2):
        produce(store, "DK-DK2", days, coal=100.0)
    solve(fakes.world(), store)
    west, east, country = (row_of(store, key) for key in ("DK-DK1", "DK-DK2", "DK"))
    assert (west["estimation"], east["estimation"], country["estimation"]) == (None, "same_hour_mean", "same_hour_mean")
    mean = (200 * west["lifecycle_g_per_kwh"] + 200 * east["lifecycle_g_per_kwh"]) / 400
    assert country["lifecycle_g_per_kwh"] == pytest.approx(mean)
    assert country["estimated_share"] == pytest.approx(0.25), "half of what DK2 consumes, which is half of Denmark's"


def test_a_country_without_a_value_has_no_estimation(store: Store) -> None:
    """DK-DK1 has a mean, but nothing is known of DK-DK2."""
    for days in (-1, -2):
        produce(store, "DK-DK1", days, wind=300.0)
    produce(store, "XA", coal=100.0)
    solve(fakes.world(), store)
    assert row_of(store, "DK-DK1")["estimation"] == "same_hour_mean"
    assert (row_of(store, "DK")["lifecycle_g_per_kwh"], row_of(store, "DK")["estimation"]) == (None, None)


def test_capacities_hold_from_their_day_on() -> None:
    """XB had coal, and the same of wind since the day of NOON: 100·0.55 and 100·0.25 of 80."""
    raw = fakes.zone("Test", production="XB.fetch_production")
    day = f"{fakes.NOON:%Y-%m-%d}"
    raw["capacity"] = {"coal": [{"mw": 100.0}], "wind": [{"from": "2020-01-01", "mw": 0.0}, {"from": day, "mw": 100.0}]}
    config = fakes.load().with_more({"XB": raw}, {})
    network = network_of(config)
    midnight_s = HOUR_S - 11 * 3600
    found = fallback_of(config, network, [midnight_s - 3600, midnight_s])
    coal = found.share[MODES.index("coal"), network.zones.index("XB")]
    assert coal.tolist() == pytest.approx([1.0, 55 / 80])
    assert found.is_typical[network.zones.index("XB")].all()


def test_shares_of_a_typical_mix_are_never_above_one() -> None:
    """The shares of 1 MW of biomass and 2 of geothermal add up to 1 + 2e-16."""
    config = fakes.world({"XB": {"biomass": 1.0, "geothermal": 2.0}})
    network = network_of(config)
    shares = shares_of(fallback_of(config, network, [HOUR_S]))
    table = shares["renewable"].as_factors("renewable", len(network.zones), 1)
    assert table.fallback_g_per_kwh[network.zones.index("XB"), 0] == 1.0
