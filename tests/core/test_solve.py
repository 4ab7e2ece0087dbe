"""From stored events to results: hourly means, what is solved, what it says."""

from typing import Any

import numpy as np
import pytest

from core import schemas, times
from core.config import load
from core.flowtrace.storage import Method
from core.ingest.explain import explain, sources
from core.ingest.hourly import hourly_pieces
from core.ingest.solve import network_of, runs_of_hours, solve
from core.store import Store
from core.store.tables import SHARE_COLUMNS

HOUR = times.read("2026-03-10T11:00Z")
HOUR_S = int(HOUR.timestamp())
NAN = float("nan")


def means(rows: list[tuple[str, float, float, float]], hours: int = 2) -> list[list[float]]:
    """Hourly means of keys a and b from (key, start min, end min, value) counted from HOUR; NaN end: not given."""
    keys, start, end, value = zip(*rows, strict=True)
    at = [HOUR_S + 60 * np.array(column, dtype=float) for column in (start, end)]
    span = [HOUR_S + 3600 * i for i in range(hours)]
    found = hourly_pieces(["a", "b"], span, np.array(keys, dtype=object), *at).means(np.array([value], dtype=float))
    return found[0].tolist()


def test_means_weigh_by_how_long_a_value_held() -> None:
    """30 min of 100 and 15 min of 40 in an hour of which the last quarter is not known: (30·100 + 15·40) / 45 = 80."""
    assert means([("a", 0, 30, 100), ("a", 30, 45, 40)])[0][0] == 80.0


def test_an_interval_counts_in_every_hour_it_reaches_into() -> None:
    """From 30 to 75 min: 30 min of the first hour, 15 of the second, beside 45 min of 20: (15·60 + 45·20)/60 = 30."""
    assert means([("a", 30, 75, 60), ("a", 75, 120, 20)])[0] == [60.0, 30.0]


def test_an_interval_longer_than_the_hour_holds_in_all_of_them() -> None:
    assert means([("b", -600, 600, 7)])[1] == [7.0, 7.0]


def test_values_without_an_end_count_alike_in_the_hour_they_start_in() -> None:
    found = means([("a", 0, NAN, 10), ("a", 59, NAN, 20), ("a", 60, NAN, 5)])
    assert found[0] == [15.0, 5.0]


def test_of_overlapping_values_the_shortest_counts_alone() -> None:
    """a: an hour of 100 with 400 from 15 to 30 min and 40 from 30 to 45: (30·100 + 15·400 + 15·40) / 60 = 160.
    b: of two that are equally long the later one, until 90 min: (30·10 + 30·20) / 60 = 15, then 20."""
    rows = [("a", 0, 60, 100), ("a", 30, 45, 40), ("b", 30, 90, 20), ("a", 15, 30, 400), ("b", 0, 60, 10)]
    found = means([(key, float(start), float(end), float(value)) for key, start, end, value in rows])
    assert found[0][0] == 160.0 and found[1] == [15.0, 20.0]


def test_missing_is_not_zero() -> None:
    found = means([("a", 0, 30, NAN), ("a", 30, 60, 8), ("b", 0, 60, NAN), ("stranger", 0, 60, 1)])
    assert found[0][0] == 8.0
    assert np.isnan(found[1]).all() and np.isnan(found[0][1])


def test_an_hour_is_partial_where_intervals_leave_some_of_it_out() -> None:
    """a: 45 of 60 min, then all but the last second of the hour; b: snapshots, which say nothing of how long."""
    rows = [("a", 0, 30), ("a", 30, 45), ("a", 60, 119.99), ("b", 0, NAN), ("b", 90, NAN), ("b", 100, 110)]
    keys, start, end = zip(*rows, strict=True)
    at = [HOUR_S + 60 * np.array(column, dtype=float) for column in (start, end)]
    span = [HOUR_S, HOUR_S + 3600, HOUR_S + 7200]
    found = hourly_pieces(["a", "b"], span, np.array(keys, dtype=object), *at).is_partial()
    assert found.tolist() == [[True, False, False], [False, False, False]]


def test_hours_are_solved_in_runs() -> None:
    hours = [HOUR_S + 3600 * i for i in (0, 1, 2, 5, 9, 10)]
    assert [len(run) for run in runs_of_hours(list(reversed(hours)))] == [3, 1, 2]
    assert [len(run) for run in runs_of_hours(range(0, 3600 * 1000, 3600))] == [744, 256]
    assert list(runs_of_hours([])) == []


def put(store: Store, kind: str, event: dict[str, Any], origin: str = "live") -> None:
    checked = schemas.read(kind, event)
    row = {
        "run_id": store.begin_run(HOUR_S, "live"), "kind": kind, "key": checked.key, "parser": "a.fetch_b",
        "started_s": HOUR_S, "seconds": 0.0, "outcome": "ok", "accepted": 1, "refused": 0, "newest_s": None,
        "message": None,
    }
    store.write_job(row, [checked], [], origin)


def produce(store: Store, zone_key: str, *, minute: int = 0, minutes: int = 60, source_type: str = "measured",
            storage: dict[str, float] | None = None, **modes: float) -> None:
    start = times.shift(HOUR, minutes=minute)
    put(store, "production", schemas.production(
        zone_key, start=start, end=times.shift(start, minutes=minutes), source="a", modes=modes, storage=storage,
        source_type=source_type))


def flow(store: Store, from_key: str, to_key: str, power_mw: float) -> None:
    put(store, "exchange", schemas.exchange(
        from_key, to_key, start=HOUR, end=times.shift(HOUR, hours=1), source="a", flow_mw=power_mw))


def solved(store: Store) -> dict[str, dict[str, Any]]:
    solve(load(), store)
    return {row["zone_key"]: row for row in store.results()}


def test_the_network_leaves_out_aggregates() -> None:
    network = network_of(load())
    assert "DK-DK1" in network.zones and "DK" not in network.zones and "IT" not in network.zones
    assert "IT->ME" not in network.links and "IT-CSO->ME" in network.links
    assert len(network.links) > 300


def test_storage_charges_with_the_zones_mix_and_brings_its_own_factor(store: Store) -> None:
    """TW has no factors of its own: coal 820, hydro discharge of 2025 362.90 (lifecycle), 303.19 (direct).

    Lifecycle (90·820 + 10·362.90) / 100 = 774.29; direct (90·760 + 10·303.19) / 100 = 714.319. Charging of 20 MW lowers
    consumption, 100 − 20 = 80 MW, and not the intensity.
    """
    produce(store, "TW", coal=90.0, storage={"hydro": -10.0, "battery": 20.0})
    row = solved(store)["TW"]
    assert row["lifecycle_g_per_kwh"] == pytest.approx(774.29)
    assert row["direct_g_per_kwh"] == pytest.approx(714.319)
    assert row["consumption_mw"] == pytest.approx(80.0)
    assert row["production_lifecycle_g_per_kwh"] == pytest.approx(820.0)


def test_a_neighbour_without_data_is_priced_and_flagged(store: Store) -> None:
    """ES gets 50 MW from AD, of which neither production nor power stations are known: the world's 460.86 g/kWh."""
    produce(store, "ES", wind=50.0)
    flow(store, "AD", "ES", 50.0)
    wind = load().factors.at("ES", "lifecycle", "wind", HOUR).value_g_per_kwh
    row = solved(store)["ES"]
    assert row["lifecycle_g_per_kwh"] == pytest.approx((wind + 460.86) / 2, abs=0.01)
    assert row["fallback_share"] == pytest.approx(0.5)
    assert "uses_fallback" in row["flags"].split(",")
    assert (row["estimation"], row["measured_share"], row["estimated_share"]) == (None, pytest.approx(0.5), 0.0)
    priced = solved(store)["AD"]
    assert priced["lifecycle_g_per_kwh"] == pytest.approx(460.86, abs=0.01)
    assert priced["flags"] == "no_production_data,exports_priced_at_fallback"


def test_shares_and_estimates(store: Store) -> None:
    """TW: wind 30, nuclear 50, coal 20 of 100 MW: renewable 0.3, carbon-free 0.8; half an hour of it is estimated."""
    produce(store, "TW", minutes=30, wind=30.0, nuclear=50.0, coal=20.0)
    produce(store, "TW", minute=30, minutes=30, source_type="estimated", wind=30.0, nuclear=50.0, coal=20.0)
    row = solved(store)["TW"]
    assert (row["renewable_share"], row["carbon_free_share"]) == pytest.approx((0.3, 0.8))
    assert row["estimated_share"] == pytest.approx(0.5)
    assert row["measured_share"] == pytest.approx(0.5)
    assert row["fallback_share"] == 0.0
    assert row["flags"] == ""


def test_what_comes_over_an_estimated_flow_is_estimated(store: Store) -> None:
    produce(store, "PT", wind=60.0)
    produce(store, "ES", coal=100.0)
    put(store, "exchange", schemas.exchange(
        "ES", "PT", start=HOUR, end=times.shift(HOUR, hours=1), source="a", flow_mw=20.0, source_type="estimated"))
    row = solved(store)["PT"]
    assert (row["estimated_share"], row["measured_share"]) == pytest.approx((0.25, 0.75))


def test_what_consumption_is_made_of(store: Store) -> None:
    """PT: wind 50, discharge of hydro 10, from ES 40 of which half is solar and half coal: 0.5, 0.1, 0.2, 0.2."""
    produce(store, "PT", wind=50.0, storage={"hydro": -10.0})
    produce(store, "ES", solar=100.0, coal=100.0)
    flow(store, "ES", "PT", 40.0)
    row = solved(store)["PT"]
    found = {name: row[name] for name in SHARE_COLUMNS if row[name]}
    assert found == pytest.approx({
        "wind_share": 0.5, "hydro_discharge_share": 0.1, "solar_share": 0.2, "coal_share": 0.2
    })
    for one in store.results():
        assert sum(one[name] for name in SHARE_COLUMNS) == pytest.approx(1.0)


def test_the_band_of_published_factors_holds_the_value(store: Store) -> None:
    """TW, 80 MW coal (751 to 1095) and 20 MW wind (7.8 to 23): from 602.36 to 880.6, the value 658.2 between."""
    produce(store, "TW", coal=80.0, wind=20.0)
    row = solved(store)["TW"]
    band = row["lifecycle_low_g_per_kwh"], row["lifecycle_g_per_kwh"], row["lifecycle_high_g_per_kwh"]
    assert band == pytest.approx((602.36, 658.2, 880.6))


def test_what_is_not_live_marks_its_hour(store: Store) -> None:
    produce(store, "PT", wind=50.0)
    event = schemas.production("NZ", start=times.shift(HOUR, hours=1), source="a", modes={"hydro": 1.0})
    put(store, "production", event, "simulated")
    found = solved(store)
    assert (found["PT"]["origin"], found["NZ"]["origin"]) == ("live", "simulated")


@pytest.mark.parametrize(
    ("method", "carries"), [("static", 362.90), ("charging mean", 820 / 0.79), ("reservoir", 820 / 0.79)]
)
def test_what_discharge_carries_is_a_switch(store: Store, method: Method, carries: float) -> None:
    """TW charges 50 of 100 MW of coal power an hour before; of 1 kWh in, 0.79 come back, with all of its 820 g.

    The hour after, 90 MW of wind at 11 g and 10 MW of discharge: (990 + 10 · carried) / 100. Nothing
    static is known of how carbon-free it was: the world's mix, 0.102 nuclear and 0.248272 renewable.
    """
    for hours, modes, storage in ((-1, {"coal": 100.0}, 50.0), (0, {"wind": 90.0}, -10.0)):
        put(store, "production", schemas.production(
            "TW", start=times.shift(HOUR, hours=hours), end=times.shift(HOUR, hours=hours + 1), source="a", modes=modes,
            storage={"hydro": storage}))
    solve(load(), store)
    assert store.mark_unsolved(HOUR_S, HOUR_S + 3600) == 1
    assert solve(load(), store, method).hours == {HOUR_S}
    (row,) = store.results("TW", HOUR_S, HOUR_S + 3600)
    assert row["lifecycle_g_per_kwh"] == pytest.approx((990 + 10 * carries) / 100)
    assert row["storage_method"] == method
    explained = explain(load(), store, "TW", HOUR)
    assert explained.g_per_kwh == pytest.approx(row["lifecycle_g_per_kwh"]), "by the same method"
    assert row["carbon_free_share"] == pytest.approx(0.9 + 0.1 * (0.350272 if method == "static" else 0.0), abs=1e-6)


def test_a_late_flow_changes_what_it_touches(store: Store) -> None:
    produce(store, "PT", wind=50.0)
    produce(store, "ES", coal=100.0)
    before = solved(store)["PT"]["lifecycle_g_per_kwh"]
    assert list(store.unsolved_hours()) == []
    flow(store, "ES", "PT", 50.0)
    assert list(store.unsolved_hours()) == [HOUR_S]
    after = solved(store)["PT"]["lifecycle_g_per_kwh"]
    coal = load().factors.at("ES", "lifecycle", "coal", HOUR).value_g_per_kwh
    assert after == pytest.approx((before + coal) / 2)


def test_explaining_adds_up_to_the_stored_answer(store: Store) -> None:
    produce(store, "PT", wind=50.0, gas=25.0, storage={"hydro": -5.0})
    produce(store, "ES", coal=100.0, solar=300.0)
    flow(store, "ES", "PT", 20.0)
    row = solved(store)["PT"]
    found = explain(load(), store, "PT", HOUR, depth=1)
    assert found.g_per_kwh == pytest.approx(row["lifecycle_g_per_kwh"], abs=1e-8)
    assert sum(term.contribution_g_per_kwh or 0 for term in found.terms) == pytest.approx(found.g_per_kwh)
    assert [term.name for term in found.terms] == ["gas", "wind", "hydro", "ES"]
    behind = found.terms[-1].inner
    assert behind is not None and {term.name for term in behind.terms} == {"coal", "solar", "PT"}
    made = sources(load(), store, "PT", HOUR)
    assert {(one.zone, one.name): round(one.share, 6) for one in made} == {
        ("PT", "wind"): 0.5, ("PT", "gas"): 0.25, ("PT", "hydro discharge"): 0.05, ("ES", "coal"): 0.05,
        ("ES", "solar"): 0.15,
    }
    assert sum(one.contribution_g_per_kwh for one in made) == pytest.approx(found.g_per_kwh)


def test_an_aggregate_is_the_mean_of_what_its_sub_zones_consume(store: Store) -> None:
    """DK: DK1 makes 300 MW of wind and sends 100 to DK2, which makes 100 of coal; Norway sends 50 MW to DK1."""
    produce(store, "DK-DK1", wind=300.0)
    assert solved(store)["DK"]["lifecycle_g_per_kwh"] is None
    assert solved(store)["DK"]["flags"].startswith("sub_zones_missing")
    produce(store, "DK-DK2", coal=100.0)
    produce(store, "NO-NO2", hydro=500.0)
    flow(store, "DK-DK1", "DK-DK2", 100.0)
    flow(store, "NO-NO2", "DK-DK1", 50.0)
    rows = solved(store)
    west, east, both = rows["DK-DK1"], rows["DK-DK2"], rows["DK"]
    assert (west["consumption_mw"], east["consumption_mw"], both["consumption_mw"]) == (250.0, 200.0, 450.0)
    mean = (250 * west["lifecycle_g_per_kwh"] + 200 * east["lifecycle_g_per_kwh"]) / 450
    assert both["lifecycle_g_per_kwh"] == pytest.approx(mean)
    assert (both["import_mw"], both["export_mw"]) == (50.0, 0.0), "what flows between the two is left out"
    assert both["production_mw"] == 400.0
