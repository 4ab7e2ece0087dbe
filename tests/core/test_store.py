"""The store on a real SQLite file and on a real PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from core import schemas, times
from core.errors import StoreError
from core.kinds import KINDS
from core.store import Store, open_store, records, tables
from core.store.columnar import schema_of

NOON = times.read("2026-03-10T12:00Z")
NOON_S = int(NOON.timestamp())


def job(kind: str = "production", key: str = "FR", **more: object) -> dict[str, object]:
    return {
        "run_id": 1, "kind": kind, "key": key, "parser": "FR.fetch_production", "started_s": NOON_S, "seconds": 0.5,
        "outcome": "ok", "accepted": 1, "refused": 0, "newest_s": NOON_S, "message": None, **more,
    }


def mix(hours: float = 0, key: str = "FR", **modes: float | None) -> schemas.Event:
    start = times.shift(NOON, hours=hours)
    return schemas.read("production", schemas.production(key, start=start, source="a", modes=modes))


def write(store: Store, *events: schemas.Event, kind: str = "production") -> tuple[int, int]:
    run_id = store.begin_run(NOON_S, "live")
    written = store.write_job(job(kind, events[0].key, run_id=run_id), events, [], "live")
    return written.new, written.changed


EVENTS = {
    "production": schemas.production(
        "FR", start=NOON, end=times.shift(NOON, minutes=30), source="a, b", modes={"gas": [1.5, -2], "coal": None},
        storage={"hydro": -3.25}, source_type="estimated",
    ),
    "consumption": schemas.consumption("FR", start=NOON, source="a", load_mw=5.5),
    "generationForecast": schemas.total_production("FR", start=NOON, source="a", value_mw=0.0),
    "price": schemas.price("FR", start=NOON, source="a", price_mwh=-12.3456789, currency="EUR"),
    "exchange": schemas.exchange("FR", "ES", start=NOON, source="a", flow_mw=-7.0),
    "scheduledExchangesTotal": schemas.scheduled_exchange(
        "ES->FR", start=NOON, source="a", export_mw=10.0, import_mw=4.0, market_agreement="TOTAL"
    ),
    "exchangeCapacityForecastDayAhead": schemas.transfer_capacity(
        "ES->FR", start=NOON, source="a", export_mw=None, import_mw=4.0, market_agreement="DAY_AHEAD"
    ),
    "maxBexDayAhead": {
        "datetime": NOON, "sortedZoneKeys": "ES->FR", "capacityExport": 1.0, "source": "a", "sourceType": "published"
    },
    "atcDayAhead": {
        "datetime": NOON, "sortedZoneKeys": "ES->FR", "capacityImport": 1.0, "source": "a",
        "atcType": "EXPLICIT_AUCTION",
    },
    "gridAlerts": schemas.grid_alert("FR", issued=NOON, source="a", message="Save power", alert_type="action"),
    "realtimeLocationalMarginalPrice": {
        "datetime": NOON, "zoneKey": "FR", "price": 3.0, "currency": "EUR", "node": "HUB", "source": "a"
    },
    "intradayContractStatistics": {
        "datetime": NOON, "zoneKey": "FR", "area": "FR", "currency": "EUR", "contractId": "c1", "source": "a",
        "statistics": {"vwap": 1.25, "openTradeTime": NOON, "closePrice": None},
    },
}


@pytest.mark.parametrize("kind", EVENTS)
def test_what_goes_in_comes_out(store: Store, kind: str) -> None:
    event = schemas.read(kind, EVENTS[kind])
    assert write(store, event, kind=kind) == (1, 0)
    (found,) = store.events(kind, event.key, NOON_S, NOON_S + 1)
    if isinstance(event, schemas.Production):  # a mode that is set but unknown and one that is not set are one null
        event = event.model_copy(update={"production": {"gas": 1.5}})
    assert found == event


def test_every_event_class_is_tried() -> None:
    assert {KINDS[kind].event for kind in EVENTS} == set(schemas.EVENTS)


def test_nothing_is_written_twice_and_a_new_value_replaces_the_old(store: Store) -> None:
    assert write(store, mix(gas=1.0), mix(1, gas=2.0)) == (2, 0)
    assert write(store, mix(gas=1.0), mix(1, gas=2.0)) == (0, 0)
    assert write(store, mix(gas=1.0), mix(1, gas=5.0), mix(2, gas=3.0)) == (1, 1)
    found = [e.to_dict()["production"]["gas"] for e in store.events("production", "FR", 0, 2**40)]
    assert found == [1.0, 5.0, 3.0]
    assert store.counts()["mixes"] == 3


def test_null_is_not_zero(store: Store) -> None:
    assert write(store, mix(gas=0.0, coal=None)) == (1, 0)
    columns = store.columns("production", ("gas", "coal", "wind"), NOON_S, NOON_S + 1)
    assert columns["gas"].tolist() == [0.0]
    assert str(columns["coal"].tolist()) == str(columns["wind"].tolist()) == "[nan]"
    assert write(store, mix(gas=0.0, coal=0.0)) == (0, 1), "a null that becomes 0 is a change"


def test_columns_hold_what_reaches_into_the_span(store: Store) -> None:
    long = schemas.production("FR", start=NOON, end=times.shift(NOON, hours=3), source="a", modes={"gas": 1})
    write(store, schemas.read("production", long))
    write(store, mix(1, key="ES", gas=2.0), mix(5, key="ES", gas=9.0))
    found = store.columns("production", ("key", "start_s", "gas"), NOON_S + 3600, NOON_S + 7200)
    assert found["key"].tolist() == ["ES", "FR"]
    assert found["gas"].tolist() == [2.0, 1.0]
    assert store.columns("exchange", ("key", "value"), 0, 1)["key"].tolist() == []


def test_series_come_as_arrays_the_newest_when_they_are_limited(store: Store) -> None:
    write(store, mix(gas=1.0), mix(1, gas=2.0), mix(2, gas=3.0, coal=4.0))
    write(store, mix(1, key="ES", gas=9.0))
    span = NOON_S, NOON_S + 3 * 3600
    keys, start_s, values = store.series("production", ["FR"], *span, limit=2)
    assert (keys.tolist(), start_s.tolist()) == (["FR", "FR"], [NOON_S + 3600, NOON_S + 7200])
    assert values.shape == (len(tables.MIX_COLUMNS), 2)
    assert values[tables.MIX_COLUMNS.index("gas")].tolist() == [2.0, 3.0]
    assert str(values[tables.MIX_COLUMNS.index("coal")].tolist()) == "[nan, 4.0]"
    keys, start_s, _ = store.series("production", ["ES", "FR"], NOON_S + 3600, NOON_S + 7200)
    assert sorted(keys.tolist()) == ["ES", "FR"] and set(start_s.tolist()) == {NOON_S + 3600}
    keys, start_s, values = store.series("exchange", [], *span)
    assert (len(keys), len(start_s), values.shape) == (0, 0, (1, 0))


def test_series_are_read_along_the_primary_key_of_a_file(tmp_path: Path) -> None:
    """By start alone, a job of one series would read every series of its span."""
    store = open_store(tmp_path / "store.db")
    seen: list[tuple[str, tuple[object, ...]]] = []
    listen(store.engine, "before_cursor_execute", lambda *told: seen.append((told[2], told[3])))
    for keys in (["FR"], ["ES", "FR"]):
        store.series("production", keys, 0, 1)
        with store.engine.connect() as connection:
            statement, values = seen[-1]
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
        assert "PRIMARY KEY" in plan and "mixes_by_start" not in plan, plan


def test_changed_hours_are_marked_until_they_are_solved(store: Store) -> None:
    event = schemas.production(
        "FR", start=times.shift(NOON, minutes=30), end=times.shift(NOON, minutes=75), source="a", modes={"gas": 1}
    )
    write(store, schemas.read("production", event))
    assert list(store.unsolved_hours()) == [NOON_S, NOON_S + 3600]
    write(store, schemas.read("consumption", EVENTS["consumption"]), kind="consumption")
    assert len(store.unsolved_hours()) == 2, "a load does not bear on flow tracing"
    store.write_results(results(), {NOON_S: 1})
    assert list(store.unsolved_hours()) == [NOON_S + 3600]
    write(store, schemas.read("production", event))
    assert list(store.unsolved_hours()) == [NOON_S + 3600], "what is already there changes nothing"


def results(*rows: tuple[str, int, float | None], estimations: Sequence[str | None] = ()) -> pa.Table:
    """Results with these zones, hours and intensities, and how each was estimated."""
    schema = schema_of(tables.results)
    columns: dict[str, list[object]] = {name: [None] * len(rows) for name in schema.names}
    for at, name in enumerate(("zone_key", "hour_s", "lifecycle_g_per_kwh")):
        columns[name] = [row[at] for row in rows]
    same = {"flags": "", "origin": "live", "storage_method": "static"}
    columns |= {name: [value] * len(rows) for name, value in same.items()}
    return pa.table(columns | ({"estimation": list(estimations)} if estimations else {}), schema=schema)


def test_results_are_replaced_not_repeated(store: Store) -> None:
    hours = {NOON_S: 1, NOON_S + 3600: 1}
    assert store.write_results(results(("FR", NOON_S, 50.0), ("ES", NOON_S, 90.0)), hours) == 2
    assert store.write_results(results(("FR", NOON_S, 50.0), ("ES", NOON_S, 90.0)), hours) == 0
    assert store.write_results(results(("FR", NOON_S, 51.0)), hours) == 2, "one changed, one no longer known"
    assert [(r["zone_key"], r["lifecycle_g_per_kwh"]) for r in store.results()] == [("FR", 51.0)]
    store.write_results(results(("FR", NOON_S + 3600, None)), {NOON_S + 3600: 1})
    assert store.latest_results()["FR"]["hour_s"] == NOON_S, "an hour without an intensity is not the latest"


def test_a_refusal_that_comes_again_is_counted(store: Store) -> None:
    run_id = store.begin_run(NOON_S, "live")
    for _ in range(3):
        store.write_job(job(run_id=run_id, outcome="refused"), [], [{"reason": "too much", "event": "{}"}], "live")
    (row,) = store.refusals("FR")
    assert (row["reason"], row["times"]) == ("too much", 3)
    assert store.refusals("ES") == []


def test_a_batch_is_whole_or_absent(store: Store) -> None:
    """A failure in the middle of a job's transaction leaves nothing of it behind."""
    run_id = store.begin_run(NOON_S, "live")
    with pytest.raises(KeyError):
        store.write_job(job(run_id=run_id), [mix(gas=1.0)], [{"reason": "no event key in this row"}], "live")
    assert store.counts()["mixes"] == 0
    assert store.last_jobs() == []
    assert list(store.unsolved_hours()) == []


def test_last_jobs_tell_when_a_series_last_went_well(store: Store) -> None:
    run_id = store.begin_run(NOON_S, "live")
    store.write_job(job(run_id=run_id), [], [], "live")
    store.write_job(job(run_id=run_id, started_s=NOON_S + 300, outcome="failed", message="down"), [], [], "live")
    (row,) = store.last_jobs()
    assert (row["outcome"], row["message"], row["good_s"]) == ("failed", "down", NOON_S)


def test_last_jobs_are_those_of_each_series_whatever_their_order(store: Store) -> None:
    """Numbered in the order of recording: of production FR 3 is the last and 1 the last good one, of ES 4, which never
    went well; 5 asked for a part of the past; of exchange ES->FR 6, which is good."""
    run_id = store.begin_run(NOON_S, "live")
    told = [
        ("production", "FR", 0, "ok"), ("production", "ES", 1, "failed"), ("production", "FR", 2, "failed"),
        ("production", "ES", 3, "failed"), ("production", "FR", 4, "ok"), ("exchange", "ES->FR", 5, "empty")]
    for kind, key, at, outcome in told:
        window = {"window_start_s": 0, "window_end_s": 3600} if at == 4 else {}
        store.write_job(
            job(kind, key, run_id=run_id, started_s=NOON_S + at, outcome=outcome, **window), [], [], "live")
    found = [(row["id"], row["good_s"] and row["good_s"] - NOON_S) for row in store.last_jobs()]
    assert found == [(6, 5), (4, None), (3, 0)]


def test_last_jobs_are_found_by_steps_along_an_index(tmp_path: Path) -> None:
    """A series has thousands of records: no part of the query may read them all."""
    with open_store(tmp_path / "store.db") as store, store.engine.connect() as connection:
        asked = str(records.last_jobs().compile(store.engine, compile_kwargs={"literal_binds": True}))
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
    assert "SEARCH jobs USING COVERING INDEX jobs_new (kind=? AND key<?)" in [
        step.replace("USING INDEX", "USING COVERING INDEX") for step in steps], steps
    assert "SEARCH good USING COVERING INDEX jobs_good (kind=? AND key=?)" in steps, steps


def test_estimates_can_be_left_out(store: Store) -> None:
    """FR's newest hour is estimated, its own is four hours before; ES has nothing but an estimate."""
    hours = {NOON_S + 3600 * hour: 1 for hour in range(5)}
    rows = ("FR", NOON_S, 50.0), ("FR", max(hours), 60.0), ("ES", NOON_S, 90.0)
    store.write_results(results(*rows, estimations=[None, "same_hour_mean", "default_mix"]), hours)
    assert len(store.results()) == 3
    assert [row["lifecycle_g_per_kwh"] for row in store.results(with_estimates=False)] == [50.0]
    assert store.results("ES", with_estimates=False) == []
    newest = {key: row["lifecycle_g_per_kwh"] for key, row in store.latest_results().items()}
    assert newest == {"FR": 60.0, "ES": 90.0}
    own = {key: row["lifecycle_g_per_kwh"] for key, row in store.latest_results(with_estimates=False).items()}
    assert own == {"FR": 50.0}


def test_columns_of_hours_hold_what_reaches_into_them(store: Store) -> None:
    """Asked for 12:00 and 15:00 of FR: 11:30 to 12:30, 12:00 without an end and 15:45 to 17:00; no other of these."""
    spans = {"before": (-60, -1), "into": (-30, 30), "open": (0, None), "late": (165, 180), "last": (225, 300)}
    for at, (first, last) in enumerate(spans.values()):
        end = times.shift(NOON, minutes=last) if last is not None else None
        start = times.shift(NOON, minutes=first)
        write(store, schemas.read("production", schemas.production("FR", start=start, end=end, source="a",
                                                                   modes={"gas": at})))
    write(store, mix(key="ES", gas=9.0))
    found = store.columns_of_hours("production", ("key", "gas"), ["FR", "QQ"], [NOON_S, NOON_S + 3 * 3600])
    assert sorted(found["gas"].tolist()) == [1.0, 2.0, 4.0]
    assert set(found["key"]) == {"FR"}


def test_a_live_value_takes_the_label_of_a_replay_away(store: Store) -> None:
    run_id = store.begin_run(NOON_S, "simulated")
    store.write_job(job(run_id=run_id), [mix(gas=1.0)], [], "simulated")
    assert store.columns("production", ("origin",), NOON_S, NOON_S + 1)["origin"].tolist() == ["simulated"]
    assert write(store, mix(gas=1.0)) == (0, 1)
    assert store.columns("production", ("origin",), NOON_S, NOON_S + 1)["origin"].tolist() == ["live"]
    store.write_job(job(run_id=run_id), [mix(gas=1.0)], [], "simulated")
    assert store.columns("production", ("origin",), NOON_S, NOON_S + 1)["origin"].tolist() == ["live"]


def test_old_records_of_jobs_are_dropped_but_for_the_last_ones(store: Store) -> None:
    day_s = 24 * 3600
    for days, outcome in ((0, "ok"), (1, "ok"), (2, "failed"), (3, "failed")):
        run_id = store.begin_run(NOON_S + days * day_s, "live")
        store.write_job(job(run_id=run_id, started_s=NOON_S + days * day_s, outcome=outcome), [], [], "live")
    store.begin_run(NOON_S + 30 * day_s, "live")
    with store.engine.connect() as connection:
        kept = connection.execute(text("SELECT (started_s - :noon) / 86400 FROM jobs ORDER BY 1"), {"noon": NOON_S})
        assert kept.scalars().all() == [1, 3], "the last good one and the last of all"


def test_a_store_that_fails_while_writing_is_a_store_error(store: Store) -> None:
    run_id = store.begin_run(NOON_S, "live")
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE mixes"))
    with pytest.raises(StoreError, match="cannot be written"):
        store.write_job(job(run_id=run_id), [mix(gas=1.0)], [], "live")
    with pytest.raises(StoreError, match="cannot be read"):
        store.counts()


def test_capacities_of_different_terms_stand_beside_each_other(store: Store) -> None:
    shadow = schemas.read("atcDayAhead", {**EVENTS["atcDayAhead"], "atcType": "SHADOW_AUCTION"})
    explicit = schemas.read("atcDayAhead", EVENTS["atcDayAhead"])
    assert write(store, shadow, explicit, kind="atcDayAhead") == (2, 0)
    assert write(store, shadow, explicit, kind="atcDayAhead") == (0, 0)
    found = store.events("atcDayAhead", "ES->FR", NOON_S, NOON_S + 1)
    assert [event.to_dict()["atcType"] for event in found] == ["EXPLICIT_AUCTION", "SHADOW_AUCTION"]


def test_an_event_that_comes_twice_in_a_batch_counts_once(store: Store) -> None:
    """The last one holds, and the same batch again changes nothing."""
    kind = "intradayContractStatistics"
    traded = [schemas.read(kind, {**EVENTS[kind], "statistics": {"vwap": price}}) for price in (1.25, 1.5)]
    assert write(store, *traded, kind=kind) == (1, 0)
    assert write(store, *traded, kind=kind) == (0, 0)


def test_a_contract_is_kept_for_each_area_it_is_traded_in(store: Store) -> None:
    kind = "intradayContractStatistics"
    traded = [schemas.read(kind, {**EVENTS[kind], "area": area}) for area in ("50Hz", "GER")]
    assert write(store, *traded, kind=kind) == (2, 0)
    assert [event.to_dict()["area"] for event in store.events(kind, "FR", NOON_S, NOON_S + 1)] == ["50Hz", "GER"]


def test_a_span_marked_again_has_the_hours_that_a_long_interval_reaches_into(store: Store) -> None:
    long = schemas.production("FR", start=NOON, end=times.shift(NOON, hours=3), source="a", modes={"gas": 1})
    write(store, schemas.read("production", long))
    hours = {NOON_S: 1, NOON_S + 3600: 1, NOON_S + 7200: 1}
    store.write_results(results(*(("FR", hour_s, 490.0) for hour_s in hours)), hours)
    assert list(store.unsolved_hours()) == []
    assert store.mark_unsolved(NOON_S, NOON_S + 4 * 3600) == 3
    assert list(store.unsolved_hours()) == list(hours)


def test_an_interval_that_gets_shorter_marks_the_hours_it_has_left(store: Store) -> None:
    for hours in (3, 1):
        event = schemas.production("FR", start=NOON, end=times.shift(NOON, hours=hours), source="a", modes={"gas": 1})
        write(store, schemas.read("production", event))
        marked = store.unsolved_hours()
        assert list(marked) == [NOON_S, NOON_S + 3600, NOON_S + 7200]
        store.write_results(results(), marked)


def test_only_what_is_solved_marks_hours(store: Store) -> None:
    """A schedule until the year 9000 is stored, and marks none of its sixty million hours."""
    end = times.read("9000-01-01T00:00Z")
    assert write(store, schemas.read("price", {**EVENTS["price"], "end_datetime": end}), kind="price") == (1, 0)
    assert list(store.unsolved_hours()) == []


def test_what_is_skipped_again_is_one_record(store: Store) -> None:
    """Skipped twice for one reason, then for another, then asked, then skipped: four records of five."""
    run_id = store.begin_run(NOON_S, "live")
    told = [("skipped", "no token"), ("skipped", "no token"), ("skipped", "dead"), ("ok", None), ("skipped", "dead")]
    for at, (outcome, message) in enumerate(told):
        store.write_job(job(run_id=run_id, started_s=NOON_S + at, outcome=outcome, message=message), [], [], "live")
    with store.engine.connect() as connection:
        found = connection.execute(text("SELECT outcome, message, started_s FROM jobs ORDER BY id")).all()
    assert [tuple(row) for row in found] == [
        ("skipped", "no token", NOON_S + 1), ("skipped", "dead", NOON_S + 2), ("ok", None, NOON_S + 3),
        ("skipped", "dead", NOON_S + 4),
    ]
    assert store.last_jobs()[0]["outcome"] == "skipped"


def test_texts_that_one_engine_would_refuse_are_stored_on_both(store: Store) -> None:
    """PostgreSQL takes no null byte, nor more than a column's length where it has one; SQLite minds neither."""
    named = schemas.production("FR", start=NOON, source="a\0b" + "c" * 300, modes={"gas": 1})
    kind = "realtimeLocationalMarginalPrice"
    at_node = {**EVENTS[kind], "node": "HUB\0" + "d" * 100}
    for event, of in ((schemas.read("production", named), "production"), (schemas.read(kind, at_node), kind)):
        assert write(store, event, kind=of) == (1, 0)
        assert write(store, event, kind=of) == (0, 0)
    assert store.events("production", "FR", NOON_S, NOON_S + 1)[0].source == "a\\0b" + "c" * 300
    assert store.events(kind, "FR", NOON_S, NOON_S + 1)[0] == schemas.read(kind, at_node)


def test_series_are_sorted_by_the_bytes_of_their_keys(store: Store) -> None:
    for key in ("DKA", "dk", "DK-DK1", "DK"):
        write(store, mix(key=key, gas=1.0))
    assert store.columns("production", ("key",), NOON_S, NOON_S + 1)["key"].tolist() == ["DK", "DK-DK1", "DKA", "dk"]
