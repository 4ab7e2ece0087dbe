"""Looking after a store: what it holds and weighs, tidying it up, forgetting what is old."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError
from core.store import tables
from core.store.quarantine import DECIDED
from core.store.records import is_old
from core.store.store import Store
from core.store.written import HOUR_S, SOLVED_KINDS

BATCH = 20_000
"""Rows deleted in one transaction."""
EVENTS = (tables.mixes, tables.numbers, tables.directions, tables.documents)
PARTS = ("events", "results", "revisions", "quarantine", "refusals", "jobs", "weather", "forecasts")
"""What can be forgotten, each for itself."""
SIZES = {
    "sqlite": """
        SELECT s.tbl_name, SUM(CASE WHEN s.type = 'table' THEN d.pgsize ELSE 0 END),
               SUM(CASE WHEN s.type = 'index' THEN d.pgsize ELSE 0 END)
        FROM dbstat AS d JOIN sqlite_master AS s ON s.name = d.name WHERE d.aggregate = TRUE GROUP BY s.tbl_name
    """,
    "postgresql": """
        SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid)
        FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    """,
}
FALSE_ALARM = re.compile("NULL value in ")
"""SQLite 3.40.0 to 3.41.0 says this of every row of a table without rowid whose key is not of its first columns."""
MOST_LINES = 10**9
VERSIONS = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class TableInfo:
    """One table. Bytes are None where the engine cannot tell them; of SQLite a table is its own primary key."""

    name: str
    rows: int
    table_bytes: int | None
    index_bytes: int | None


@dataclass(frozen=True)
class KindInfo:
    """The events of one kind, or the results: how many, and the starts of the oldest and the newest."""

    kind: str
    rows: int
    oldest_s: int
    newest_s: int


@dataclass(frozen=True)
class Info:
    """What a store holds and weighs."""

    engine: str
    version: str
    where: str
    schema: int
    bytes: int
    tables: tuple[TableInfo, ...]
    kinds: tuple[KindInfo, ...]
    revisions: int
    unsolved_hours: int
    quarantine: dict[str, int]
    """Entries by state."""


def info(store: Store) -> Info:
    """Count and weigh what a store holds; reads every table once."""
    dialect = store.engine.dialect.name
    with store.reading() as connection:
        version = str(connection.execute(text(VERSIONS[dialect])).scalar_one())
        schema = int(connection.execute(select(tables.version.c.number)).scalar_one())
        found = tuple(_tables(connection, _sizes(store)))
        kinds = tuple(_kinds(connection))
        by_state = select(tables.quarantine.c.state, func.count()).group_by(tables.quarantine.c.state)
        quarantine = {state: int(count) for state, count in connection.execute(by_state.order_by("state"))}
    rows = {table.name: table.rows for table in found}
    return Info(
        ENGINES[dialect], version.split()[0], store.name, schema, size(store), found, kinds,
        sum(rows[table.name] for table in tables.revisions.values()), rows["unsolved"], quarantine)


def size(store: Store) -> int:
    """Bytes on disk: the file and its log of SQLite, or the tables and indexes of PostgreSQL."""
    if store.engine.dialect.name == "sqlite":
        file = Path(store.name)
        return sum(path.stat().st_size for path in (file, file.with_name(f"{file.name}-wal")) if path.exists())
    names = tables.metadata.tables
    return sum(sum(both) for name, both in (_sizes(store) or {}).items() if name in names)


def _sizes(store: Store) -> dict[str, tuple[int, int]] | None:
    """(table, indexes) in bytes by name of table; None where SQLite was built without its table of pages."""
    try:
        with store.engine.connect() as connection:
            found = connection.execute(text(SIZES[store.engine.dialect.name]))
            return {name: (int(own), int(indexes)) for name, own, indexes in found}
    except DatabaseError as err:
        if "dbstat" in str(err.orig):
            return None
        raise StoreError(f"The store {store.name} cannot be read: {err.orig}.") from err


def _tables(connection: Connection, sizes: dict[str, tuple[int, int]] | None) -> Iterator[TableInfo]:
    for name, table in tables.metadata.tables.items():
        own, indexes = (None, None) if sizes is None else sizes[name]
        yield TableInfo(name, connection.execute(select(func.count()).select_from(table)).scalar_one(), own, indexes)


def _kinds(connection: Connection) -> Iterator[KindInfo]:
    for table in EVENTS:
        facts = (func.count(), func.min(table.c.start_s), func.max(table.c.start_s))
        for row in connection.execute(select(table.c.kind, *facts).group_by(table.c.kind).order_by(table.c.kind)):
            yield KindInfo(*row)
    hour_s = tables.results.c.hour_s
    rows, oldest_s, newest_s = connection.execute(select(func.count(), func.min(hour_s), func.max(hour_s))).one()
    if rows:
        yield KindInfo("results", rows, oldest_s, newest_s)


def faults(store: Store) -> list[str]:
    """What SQLite's own check finds wrong with the file, a line each; StoreError on PostgreSQL, which has none."""
    if store.engine.dialect.name != "sqlite":
        raise StoreError("PostgreSQL checks its files with its own tool, pg_amcheck; leave --check out.")
    try:
        with store.engine.connect() as connection:
            lines = map(str, connection.execute(text(f"PRAGMA integrity_check({MOST_LINES})")).scalars())
            return list(itertools.islice((line for line in lines if line != "ok" and not FALSE_ALARM.match(line)), 100))
    except DatabaseError as err:  # so broken that it cannot be walked through
        return [str(err.orig)]


def vacuum(store: Store) -> None:
    """Give back the room of deleted rows and count the tables anew for the planner; StoreBusy while a cycle runs.

    SQLite writes the file anew, for which it needs as much room again, and nobody may read meanwhile for long.
    """
    plain = [f"VACUUM (ANALYZE) {name}" for name in tables.metadata.tables]
    steps = {"sqlite": ["VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"], "postgresql": plain}
    with store.exclusive():
        try:
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for step in steps[store.engine.dialect.name]:
                    connection.execute(text(step)).close()
        except DatabaseError as err:
            raise StoreError(f"The store {store.name} cannot be tidied up: {err.orig}.") from err


class Old(NamedTuple):
    """Old rows of a table, found one group (a series) after the other along an index."""

    table: Table
    condition: ColumnElement[bool]
    groups: tuple[Column[Any], ...]


def old_rows(
    before_s: int, parts: Collection[str], kinds: Collection[str] | None = None, *, with_undecided: bool = False
) -> list[Old]:
    """Which rows of these PARTS lie before a moment: their interval has ended, or they were last seen, before it.

    With events go which windows of them were asked, and with those that tracing rests on the marks of their hours,
    which it would now lose. With `kinds` only what is of one of them.
    """
    found = _old_of_parts(before_s, parts, with_undecided)
    if kinds is not None:
        found = [
            old._replace(condition=old.condition & old.table.c.kind.in_(kinds))
            for old in found if "kind" in old.table.c]
    if "events" in parts and {*SOLVED_KINDS} & {*(SOLVED_KINDS if kinds is None else kinds)}:
        found.insert(0, Old(tables.unsolved, tables.unsolved.c.hour_s <= before_s - HOUR_S, ()))
    return found


def _old_of_parts(before_s: int, parts: Collection[str], with_undecided: bool) -> list[Old]:
    found: list[Old] = []
    if "events" in parts:
        windows = tables.windows
        found += [Old(windows, windows.c.end_s <= before_s, ()), *(_ended(table, before_s) for table in EVENTS)]
    if "results" in parts:
        table = tables.results
        found.append(Old(table, table.c.hour_s <= before_s - HOUR_S, (table.c.zone_key,)))
    if "revisions" in parts:
        found += [_ended(table, before_s) for table in tables.revisions.values()]
    if "quarantine" in parts:
        ended, state = _ended(tables.quarantine, before_s), tables.quarantine.c.state
        is_closed = state.in_((*DECIDED, "superseded"))
        found.append(ended if with_undecided else ended._replace(condition=ended.condition & is_closed))
    if "refusals" in parts:
        found.append(Old(tables.refusals, tables.refusals.c.last_s < before_s, ()))
    if "jobs" in parts:
        found += _old_jobs(before_s)
    if "weather" in parts:
        found.append(Old(tables.weather_fields, tables.weather_fields.c.hour_s <= before_s, ()))
        means = tables.weather_means
        found.append(Old(means, means.c.hour_s <= before_s, (means.c.zone_key,)))
    if "forecasts" in parts:
        found.append(Old(tables.forecasts, tables.forecasts.c.hour_s < before_s, ()))
    return found


def _ended(table: Table, before_s: int) -> Old:
    start_s, end_s = table.c.start_s, table.c.end_s
    is_over = (start_s < before_s) & or_(end_s.is_(None), end_s <= before_s)
    return Old(table, is_over, (table.c.kind, table.c.key))


def _old_jobs(before_s: int) -> list[Old]:
    """Old records of jobs, and the runs that are left without any."""
    jobs, runs, is_old_job = tables.jobs, tables.runs, is_old(before_s)
    is_used = select(jobs.c.id).where(jobs.c.run_id == runs.c.id, ~is_old_job).exists()
    return [Old(jobs, is_old_job, ()), Old(runs, (runs.c.started_s < before_s) & ~is_used, ())]


def count_old(store: Store, old: Old) -> int:
    """How many rows there are to forget."""
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(old.table).where(old.condition)).scalar_one())


def forget(store: Store, old: Old, told: Callable[[int], None] = lambda rows: None) -> int:
    """Delete old rows in transactions of at most BATCH rows, `told` after each; how many. No hour is marked unsolved.

    Whoever calls holds the store (`Store.exclusive`): a cycle that is tracing must not lose its events.
    """
    with store.reading() as connection:
        wanted = select(*old.groups).where(old.condition).distinct()
        groups = [tuple(row) for row in connection.execute(wanted)] if old.groups else [()]
    chosen, total = _batch(old), 0
    for group in groups:
        named = {column.name: value for column, value in zip(old.groups, group, strict=True)}
        rows = BATCH
        while rows == BATCH:
            with store.writing() as connection:
                rows = connection.execute(chosen, named | {"most": BATCH}).rowcount
            total += rows
            told(rows)
    return total


def _batch(old: Old) -> Any:
    """The statement that deletes the next rows of a group."""
    identity = list(old.table.primary_key)
    same = [column == bindparam(column.name) for column in old.groups]
    next_ones = select(*identity).where(old.condition, *same).limit(bindparam("most", type_=BigInteger))
    return delete(old.table).where(tuple_(*identity).in_(next_ones))
