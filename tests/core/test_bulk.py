"""Rows in bulk, on a real SQLite file and on a real PostgreSQL: what `Store.load` and `Store.write_results` promise."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select

from core import schemas, times
from core.errors import StoreError
from core.kinds import KINDS
from core.schemas import Event
from core.store import Store, bulk, open_store, tables
from core.store.rows import to_row
from tests.core.test_store import results

NOON = times.read("2026-03-10T12:00Z")
NOON_S = int(NOON.timestamp())
HOUR_S, DAY_S = 3600, 24 * 3600
FETCHED_S = NOON_S + 2 * HOUR_S


def mix(hours: float = 0, key: str = "FR", length: float = 1, **modes: float | None) -> Event:
    start = times.shift(NOON, hours=hours)
    end = times.shift(start, hours=length)
    return schemas.read("production", schemas.production(key, start=start, end=end, source="a", modes=modes))


def rows(*events: Event, kind: str = "production", fetched_s: int = FETCHED_S, origin: str = "live") -> pa.Table:
    return pa.Table.from_pylist(
        [to_row(kind, event) | {"origin": origin, "fetched_s": fetched_s} for event in events])


def gas(store: Store, key: str = "FR") -> list[float | None]:
    return [event.to_dict()["production"].get("gas") for event in store.events("production", key, 0, 2**40)]


def load(store: Store, *events: Event, fetched_s: int = FETCHED_S) -> tuple[int, int]:
    written = store.load("mixes", rows(*events, fetched_s=fetched_s))
    return written.new, written.changed


def solved(store: Store) -> None:
    """Take every mark off."""
    marks = store.unsolved_hours()
    if marks:
        store.write_results(results(), marks)


def test_rows_are_loaded_once(store: Store) -> None:
    """Two rows; the same two; then one the same, one replaced and one new beside them."""
    assert load(store, mix(gas=1.0, coal=None), mix(1, gas=2.0)) == (2, 0)
    assert load(store, mix(gas=1.0, coal=None), mix(1, gas=2.0), fetched_s=FETCHED_S + 60) == (0, 0)
    assert load(store, mix(gas=1.0), mix(1, gas=5.0), mix(2, gas=3.0), fetched_s=FETCHED_S + 60) == (1, 1)
    assert store.load("mixes", rows(mix(gas=1.0)).slice(1)).rows == 0, "nothing is nothing"
    assert gas(store) == [1.0, 5.0, 3.0]
    with store.engine.connect() as connection:
        fetched = connection.execute(select(tables.mixes.c.fetched_s).order_by(tables.mixes.c.start_s)).scalars().all()
        replaced = connection.execute(select(tables.revisions["mixes"])).mappings().all()
    assert fetched == [FETCHED_S, FETCHED_S + 60, FETCHED_S + 60], "what came again is as old as it was"
    assert [(row["start_s"], row["gas"], row["fetched_s"], row["replaced_s"]) for row in replaced] == [
        (NOON_S + HOUR_S, 2.0, FETCHED_S, FETCHED_S + 60)]


def test_null_is_not_zero_and_the_other_way_round(store: Store) -> None:
    assert load(store, mix(gas=0.0, coal=None)) == (1, 0)
    assert load(store, mix(gas=0.0, coal=0.0)) == (0, 1)
    assert load(store, mix(gas=None, coal=0.0)) == (0, 1)
    (event,) = store.events("production", "FR", 0, 2**40)
    assert event.to_dict()["production"] == {"coal": 0.0}


def test_a_value_that_was_fetched_later_is_not_replaced(store: Store) -> None:
    load(store, mix(gas=2.0), fetched_s=FETCHED_S)
    assert load(store, mix(gas=1.0), mix(1, gas=7.0), fetched_s=FETCHED_S - 1) == (1, 0), "what is missing is taken"
    assert gas(store) == [2.0, 7.0]


def test_loading_does_as_a_job_does(new_place: object) -> None:
    """The same events through a job and in bulk: the same rows, but for the job's number and when they came."""
    found = []
    for is_bulk in (False, True):
        with open_store(new_place()) as store:  # type: ignore[operator]
            for events in ([mix(gas=1.0), mix(1, length=2, wind=3.0)], [mix(gas=1.5), mix(1, length=0.5, wind=3.0)]):
                if is_bulk:
                    store.load("mixes", rows(*events))
                else:
                    with store.writing() as connection:
                        store.write_events(connection, "production", events, "live", 1, FETCHED_S)
            every = select(tables.mixes).order_by(tables.mixes.c.start_s)
            found.append((
                [{**row, "job_id": 0} for row in store.rows(every)], store.unsolved_hours(),
                [{**row, "job_id": 0} for row in store.revisions("FR", 0, 2**40)]))
    assert found[0] == found[1]
    assert found[0][1] == {NOON_S: 2, NOON_S + HOUR_S: 2, NOON_S + 2 * HOUR_S: 2}, "also the hour it no longer reaches"


def test_what_is_loaded_is_solved_again(store: Store) -> None:
    """Hours of production and flows, not of loads; those estimated from a past day's production with it."""
    later = NOON_S + 3 * DAY_S
    store.write_results(results(("FR", later, 50.0), estimations=["same_hour_mean"]), {later: 1})
    load(store, mix(gas=1.0), mix(0, key="ES", gas=1.0))
    assert store.unsolved_hours() == {NOON_S: 1, later: 1}
    solved(store)
    load(store, mix(gas=1.0), mix(1, key="ES", gas=1.0))
    assert store.unsolved_hours() == {NOON_S + HOUR_S: 1}, "what is there already changes nothing"
    solved(store)
    used = schemas.read("consumption", schemas.consumption("FR", start=NOON, source="a", load_mw=5.5))
    assert store.load("numbers", rows(used, kind="consumption")).new == 1
    assert store.unsolved_hours() == {}
    flow = schemas.read("exchange", schemas.exchange("FR", "ES", start=NOON, source="a", flow_mw=-7.0))
    assert store.load("numbers", rows(flow, kind="exchange")).new == 1
    assert store.unsolved_hours() == {NOON_S: 1}


def test_kinds_of_one_table_are_told_apart(store: Store) -> None:
    for kind in ("consumption", "price"):
        assert KINDS[kind].subject == "zone"
    used = schemas.read("consumption", schemas.consumption("FR", start=NOON, source="a", load_mw=5.5))
    priced = schemas.read("price", schemas.price("FR", start=NOON, source="a", price_mwh=5.5, currency="EUR"))
    both = pa.concat_tables([rows(used, kind="consumption"), rows(priced, kind="price")], promote_options="default")
    assert store.load("numbers", both).new == 2
    assert store.load("numbers", both).rows == 0


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda table: table.drop_columns(["source"]), r"Rows of mixes lack source\."),
        (lambda table: table.set_column(0, "kind", pa.array([None, "production"])), r"nulls in kind\."),
        (lambda table: pa.concat_tables([table, table]), r"2 rows of mixes are of the same key, start_s, kind as"),
    ],
)
def test_what_cannot_be_rows_is_refused_whole(store: Store, spoil: object, message: str) -> None:
    table = rows(mix(gas=1.0), mix(1, gas=2.0))
    with pytest.raises(StoreError, match=message):
        store.load("mixes", spoil(table))  # type: ignore[operator]
    assert gas(store) == []


def test_more_than_a_chunk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of two rows: ten events in five, then half of them again with other values."""
    monkeypatch.setattr("core.store.bulk.CHUNK", 2)
    assert load(store, *(mix(hour, gas=float(hour)) for hour in range(10))) == (10, 0)
    assert load(store, *(mix(hour, gas=hour + hour % 2 * 0.5) for hour in range(10))) == (0, 5)
    assert gas(store) == [hour + hour % 2 * 0.5 for hour in range(10)]
    assert store.unsolved_hours() == {NOON_S + hour * HOUR_S: 1 + hour % 2 for hour in range(10)}


def test_chunks_side_by_side_that_mark_the_same_hours(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours 0 to 5, two to a chunk, each interval three hours long: hour 2 is marked by the first chunk (0 and 1) and
    by the second (2 and 3), hour 4 by the second and the third, hours 6 and 7 by the third alone, and so on."""
    monkeypatch.setattr("core.store.bulk.CHUNK", 2)
    monkeypatch.setattr("core.store.bulk.FEW", 0)
    assert load(store, *(mix(hour, length=3, gas=float(hour)) for hour in range(6))) == (6, 0)
    counts = [1, 1, 2, 2, 2, 2, 1, 1]
    assert store.unsolved_hours() == {NOON_S + hour * HOUR_S: count for hour, count in enumerate(counts)}


def test_a_chunk_that_fails_costs_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four chunks of one row the second fails: the first is there, with its mark, and nothing is left locked."""
    monkeypatch.setattr("core.store.bulk.CHUNK", 1)
    monkeypatch.setattr("core.store.bulk.FEW", 0)
    of_chunk = bulk._load_chunk

    def failing(cursor: Any, table: Any, chunk: pa.Table, *more: Any) -> Any:
        if chunk["gas"][0].as_py() == 1.0:
            raise StoreError("full")
        return of_chunk(cursor, table, chunk, *more)

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "_load_chunk", failing)
        with pytest.raises(StoreError, match="full"):
            load(store, *(mix(hour, gas=float(hour)) for hour in range(4)))
    assert gas(store) == [0.0] and store.unsolved_hours() == {NOON_S: 1}
    assert load(store, *(mix(hour, gas=float(hour)) for hour in range(4))) == (3, 0)
    assert store.unsolved_hours() == {NOON_S + hour * HOUR_S: 1 for hour in range(4)}


def test_a_store_that_closes_costs_another_of_the_same_process_nothing(place: str) -> None:
    """With two copies of SQLite in a process, closing one takes the log away from under the other."""
    with open_store(place) as stays:
        load(stays, mix(gas=1.0))
        with open_store(place) as goes:
            load(goes, mix(1, gas=2.0))
        with stays.writing() as connection:
            stays.write_events(connection, "production", [mix(2, gas=3.0)], "live", 1, FETCHED_S)
        load(stays, mix(3, gas=4.0))
        with open_store(place) as comes:
            assert gas(comes) == gas(stays) == [1.0, 2.0, 3.0, 4.0]


def intensities(store: Store) -> Mapping[tuple[str, int], float]:
    return {(row["zone_key"], row["hour_s"]): row["lifecycle_g_per_kwh"] for row in store.results()}


def test_results_are_all_that_is_known_of_their_hours(store: Store) -> None:
    hours = {NOON_S: 1, NOON_S + HOUR_S: 1}
    before = [("ES", NOON_S, 1.0), ("FR", NOON_S, 2.0), ("FR", NOON_S + HOUR_S, 3.0)]
    assert store.write_results(results(*before), hours) == 3
    assert store.write_results(results(*before), hours) == 0, "the same again changes nothing"
    after = [("FR", NOON_S, 2.5), ("FR", NOON_S + HOUR_S, 3.0), ("PT", NOON_S, 4.0)]
    assert store.write_results(results(*after), hours) == 3, "one gone, one replaced, one new"
    assert intensities(store) == {(key, hour_s): value for key, hour_s, value in after}
    assert store.write_results(results(("FR", NOON_S, 9.0)), {NOON_S: 1}) == 2, "PT is gone"
    assert intensities(store) == {("FR", NOON_S): 9.0, ("FR", NOON_S + HOUR_S): 3.0}


def test_an_hour_that_changes_while_it_is_solved_stays_unsolved(store: Store) -> None:
    load(store, mix(gas=1.0), mix(1, gas=1.0))
    marks = store.unsolved_hours()
    load(store, mix(gas=2.0))
    store.write_results(results(("FR", NOON_S, 2.0), ("FR", NOON_S + HOUR_S, 2.0)), marks)
    assert store.unsolved_hours() == {NOON_S: 2}


def test_a_store_in_memory_says_what_it_lacks() -> None:
    with open_store(":memory:") as store, pytest.raises(StoreError, match=r"in memory .* give it a file"):
        store.load("mixes", rows(mix(gas=1.0)))
