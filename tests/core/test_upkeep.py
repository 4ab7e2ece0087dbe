"""What a store weighs, tidying it up, forgetting: on both engines.

The store of these tests, made by `fill`: production of FR and ES in ten hours from 12:00, price of FR in the first
two, a link limit and an alert in the first; two revisions; a result of FR per hour; six suspects; two refusals.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from core import schemas, times
from core.errors import StoreBusy, StoreError
from core.store import Store, open_store, tables, upkeep
from core.store.migrations import newest
from tests.core.test_store import EVENTS, NOON, NOON_S, job, mix, results, write

HOUR_S = 3600
HOURS = 10


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    with open_store(place) as opened:
        fill(opened)
        yield opened


def fill(store: Store) -> None:
    for key in ("FR", "ES"):
        ends = [times.shift(NOON, hours=hour + 1) for hour in range(HOURS)]
        write(store, *(mix(hour, key, gas=1.0).model_copy(update={"end": end}) for hour, end in enumerate(ends)))
    write(store, mix(0, gas=2.0).model_copy(update={"end": times.shift(NOON, hours=1)}))
    write(store, mix(9, gas=2.0).model_copy(update={"end": times.shift(NOON, hours=10)}))
    for hour in range(2):
        price = schemas.price("FR", start=times.shift(NOON, hours=hour), source="a", price_mwh=-1.0, currency="EUR")
        write(store, schemas.read("price", price), kind="price")
    for kind in ("maxBexDayAhead", "gridAlerts"):
        write(store, schemas.read(kind, EVENTS[kind]), kind=kind)
    hours = [NOON_S + HOUR_S * hour for hour in range(HOURS)]
    store.write_results(results(*(("FR", hour_s, 50.0) for hour_s in hours)), dict.fromkeys(hours, 1))
    suspects = [
        {"start_s": NOON_S + HOUR_S * hour, "end_s": None, "rule": "range", "reason": "odd", "figures": "{}",
         "event": "{}", "digest": f"{hour}"} for hour in range(6)]
    refused = [{"reason": "bad", "event": "{}"}]
    store.write_job(job(run_id=1), [], refused, "live", suspects)
    store.write_job(job(run_id=1, started_s=NOON_S + 5 * HOUR_S), [], [{"reason": "worse", "event": "{}"}], "live")
    with store.writing() as connection:
        connection.execute(tables.unsolved.delete())
        for state, starts in (("released", (0, 5)), ("dropped", (1,)), ("superseded", (2,))):
            chosen = tables.quarantine.c.digest.in_([str(hour) for hour in starts])
            connection.execute(tables.quarantine.update().where(chosen).values(state=state))


def count(store: Store, name: str) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.metadata.tables[name])).scalar_one())


def prune(store: Store, hours: float, *parts: str, with_undecided: bool = False) -> dict[str, int]:
    """Forget what lies before so many hours after noon; the rows that went, by table, without zeros."""
    found = upkeep.old_rows(NOON_S + int(hours * HOUR_S), parts, with_undecided=with_undecided)
    counted = {old.table.name: upkeep.count_old(store, old) for old in found}
    gone = {old.table.name: upkeep.forget(store, old) for old in found}
    assert gone == counted, "a dry run says what then happens"
    return {name: rows for name, rows in gone.items() if rows}


def test_info_counts_and_weighs(store: Store) -> None:
    store.mark_unsolved(NOON_S, NOON_S + 2 * HOUR_S)
    found = upkeep.info(store)
    assert found.engine in ("SQLite", "PostgreSQL") and found.version[0].isdigit() and found.schema == newest()
    by_name = {table.name: table for table in found.tables}
    assert by_name.keys() == tables.metadata.tables.keys()
    assert (by_name["mixes"].rows, by_name["numbers"].rows, by_name["results"].rows) == (20, 2, 10)
    kinds = {kind.kind: (kind.rows, kind.oldest_s, kind.newest_s) for kind in found.kinds}
    assert kinds["production"] == (20, NOON_S, NOON_S + 9 * HOUR_S)
    assert kinds["price"] == (2, NOON_S, NOON_S + HOUR_S)
    assert kinds["results"] == (10, NOON_S, NOON_S + 9 * HOUR_S)
    assert kinds.keys() == {"production", "price", "maxBexDayAhead", "gridAlerts", "results"}
    assert (found.revisions, found.unsolved_hours) == (2, 2)
    assert found.quarantine == {"dropped": 1, "released": 2, "superseded": 1, "suspect": 2}


def test_bytes_of_tables_and_indexes_add_up(store: Store) -> None:
    """SQLite also has the page of its own schema, and a log; PostgreSQL's size is the sum."""
    found = upkeep.info(store)
    own, indexes = zip(*((table.table_bytes, table.index_bytes) for table in found.tables), strict=True)
    assert all(one is not None for one in (*own, *indexes))
    total = sum(own) + sum(indexes)
    if found.engine == "PostgreSQL":
        assert total == found.bytes == upkeep.size(store) > 0
    else:
        upkeep.vacuum(store)
        after = upkeep.info(store)
        file = Path(store.name).stat().st_size
        assert 0 < sum((t.table_bytes or 0) + (t.index_bytes or 0) for t in after.tables) < file
        assert after.bytes == file + Path(f"{store.name}-wal").stat().st_size


def test_without_a_table_of_pages_bytes_are_not_known(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL always knows")
    monkeypatch.setitem(upkeep.SIZES, "sqlite", "SELECT 1 FROM no_dbstat_here")
    assert {(table.table_bytes, table.index_bytes) for table in upkeep.info(store).tables} == {(None, None)}


def test_events_are_forgotten_when_they_have_ended(store: Store) -> None:
    """Before 14:30 the hours of both zones from 12:00 and 13:00 are over, the one from 14:00 is not. Prices, limit and
    alert have no end, and have started."""
    assert prune(store, 2.5, "events") == {"mixes": 4, "numbers": 2, "directions": 1, "documents": 1}
    left = [int(event.start.timestamp()) for event in store.events("production", "FR", 0, 2**40)]
    assert left[0] == NOON_S + 2 * HOUR_S and len(left) == 8
    assert (len(store.results()), count(store, "mixes_revisions")) == (10, 2), "these were not named"
    assert not store.unsolved_hours()
    assert prune(store, 2.5, "events") == {}


def test_hours_that_cannot_be_traced_any_more_are_not_marked(store: Store) -> None:
    """Hours 12:00 to 16:00 wait; before 14:00 nothing is left to trace, and tracing would take their results away."""
    store.mark_unsolved(NOON_S, NOON_S + 4 * HOUR_S)
    assert prune(store, 2, "events") == {"mixes": 4, "numbers": 2, "directions": 1, "documents": 1, "unsolved": 2}
    assert [*store.unsolved_hours()] == [NOON_S + 2 * HOUR_S, NOON_S + 3 * HOUR_S]


def test_windows_of_forgotten_events_are_not_thought_asked(store: Store) -> None:
    same = {"kind": "production", "key": "FR", "parser": "FR.fetch_production", "asked_s": NOON_S, "outcome": "ok",
            "accepted": 1}
    with store.writing() as connection:
        for hour in (1, 3):
            window = {"start_s": NOON_S, "end_s": NOON_S + hour * HOUR_S}
            connection.execute(tables.windows.insert().values(**same, **window))
    assert prune(store, 2, "events")["windows"] == 1


@pytest.mark.parametrize(
    ("parts", "with_undecided", "gone"),
    [
        (["results"], False, {"results": 3}),  # 12:00, 13:00, 14:00
        (["revisions"], False, {"mixes_revisions": 1}),  # of the interval from 12:00, not of the one from 21:00
        (["quarantine"], False, {"quarantine": 3}),  # released 12:00, dropped 13:00, superseded 14:00
        (["quarantine"], True, {"quarantine": 3}),  # the suspects are of 15:00 and 16:00
        (["refusals"], False, {"refusals": 1}),  # the one seen at noon
    ],
)
def test_each_part_goes_by_itself(store: Store, parts: list[str], with_undecided: bool, gone: dict[str, int]) -> None:
    assert prune(store, 3, *parts, with_undecided=with_undecided) == gone


def test_what_waits_in_quarantine_goes_only_when_asked(store: Store) -> None:
    assert prune(store, 24, "quarantine") == {"quarantine": 4}
    assert prune(store, 24, "quarantine", with_undecided=True) == {"quarantine": 2}


def test_the_last_jobs_of_a_series_stay(store: Store) -> None:
    """Ten jobs, all good: five of production of FR, one of ES, two of the price, one of the limit, one of the alert.
    The newest of each of these five series stays, with its cycle."""
    assert prune(store, 24 * 365, "jobs")["jobs"] == 5
    assert len(store.last_jobs()) == count(store, "jobs") == 5
    with store.reading() as connection:
        used = set(connection.execute(select(tables.jobs.c.run_id)).scalars())
        assert set(connection.execute(select(tables.runs.c.id)).scalars()) == used


def test_a_job_of_the_past_does_not_take_the_place_of_the_last_one(store: Store) -> None:
    """A series' last job that asked for what is new says when it is due, not a later one that filled its past."""
    before = {row["id"] for row in store.last_jobs()}
    store.write_job(job(run_id=1, window_start_s=0, window_end_s=HOUR_S), [], [], "live")
    assert prune(store, 24 * 365, "jobs")["jobs"] == 6
    assert {row["id"] for row in store.last_jobs()} == before


def test_batches_are_small_and_all_is_gone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rows of each zone in batches of four: 4, 4 and 2, in a transaction each; results and jobs likewise."""
    monkeypatch.setattr(upkeep, "BATCH", 4)
    told: list[int] = []
    (old,) = (old for old in upkeep.old_rows(NOON_S + 10 * HOUR_S, ["events"]) if old.table is tables.mixes)
    assert upkeep.forget(store, old, told.append) == 20
    assert told == [4, 4, 2, 4, 4, 2]
    assert prune(store, 10, "results") == {"results": 10}


def test_nothing_is_tidied_up_while_a_cycle_runs(store: Store) -> None:
    with open_store(place_of(store)) as other, other.exclusive(), pytest.raises(StoreBusy):
        upkeep.vacuum(store)


def place_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def test_vacuum_makes_a_file_smaller_and_keeps_what_is_in_it(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(tables.refusals.update().values(event="x" * 2_000_000))
        connection.execute(tables.refusals.delete())
    before = upkeep.size(store)
    upkeep.vacuum(store)
    if store.engine.dialect.name == "sqlite":
        assert upkeep.size(store) < before - 1_500_000
    assert (len(store.results()), count(store, "mixes")) == (10, 20)


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    """A page of the file is overwritten with rubbish."""
    path = tmp_path / "store.db"
    with open_store(path) as store:
        fill(store)
        upkeep.vacuum(store)
        assert upkeep.faults(store) == []
        root = text("SELECT rootpage FROM sqlite_master WHERE name = 'mixes_by_start'")
        with store.reading() as connection:
            page = connection.execute(root).scalar_one()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with open_store(path) as store:
        assert upkeep.faults(store) != []


def test_only_a_file_can_be_checked(store: Store) -> None:
    refused = pytest.raises(StoreError, match="pg_amcheck")
    with contextlib.nullcontext() if store.engine.dialect.name == "sqlite" else refused:
        assert upkeep.faults(store) == []
