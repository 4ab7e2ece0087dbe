"""Writing and reading.

One job's events, refusals and record are written in one transaction, so that a killed process leaves whole batches
only. A value that is already there as published is not written again; a re-published one replaces it.
"""

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    FromClause,
    Table,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

from core.errors import StoreError
from core.kinds import LONGEST_S
from core.schemas import Event
from core.store import bulk, locks, records, tables, traced
from core.store.access import Access
from core.store.changes import Changes
from core.store.columnar import Columnar, as_array, schema_of
from core.store.forecasts import Forecasts
from core.store.opening import name_of, open_engine
from core.store.quarantine import Quarantine
from core.store.reports import Reports
from core.store.revisions import as_known, read_revisions
from core.store.rows import Row, digest, table_of, to_event, to_row
from core.store.series import read_series
from core.store.weather import Weather
from core.store.windows import Windows
from core.store.written import HOUR_S, NOT_COMPARED, PAST_DAYS, SOLVED_KINDS, STAMPS, Written
from core.weather import Kept

LIVE = "live"
"""Origin of what real sources said just now; the same value from there takes the label of a replay away."""
KEEP_JOBS_S = 14 * 24 * HOUR_S
"""Records of jobs older than this are dropped, but for the last of each series and its last good one."""


KEEP_HOURS_S = 90 * 24 * HOUR_S
"""And the counts of jobs by hour after so long."""


def open_store(where: str | Path) -> "Store":
    """Open (and if needed create or upgrade) the store in a file or at a URL of PostgreSQL. Raises StoreError."""
    return Store(open_engine(where))


class Store:
    """A store that is open. Rows are dicts named as in core.store.tables."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.quarantine = Quarantine(self)
        self.windows = Windows(self)
        self.access = Access(self)
        self.weather = Weather(self)
        self.forecasts = Forecasts(self)
        self.reports = Reports(self)
        self.columnar = Columnar(engine)
        self._changes = Changes(engine)

    @property
    def name(self) -> str:
        """What people call it: the file, or the URL without its password."""
        return name_of(self.engine.url)

    def close(self) -> None:
        self.columnar.close()
        self._changes.close()
        self.engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def exclusive(self, *, is_brief: bool = False) -> contextlib.AbstractContextManager[None]:
        """Hold the store with no cycle beside it; StoreBusy if there is one. The lock ends with the process.

        One who holds it briefly waits for others, and others wait for him.
        """
        return locks.exclusive(self.engine, self.name, is_brief)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, with no other writer beside it.

        StoreError if the store fails (a full disk, a writer that does not end), not if a value does.
        """
        try:
            with self.engine.begin() as connection:
                locks.become_writer(connection)
                yield connection
        except (DataError, IntegrityError):
            raise
        except DatabaseError as err:
            raise StoreError(f"The store {self.name} cannot be written: {err.orig}.") from err

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except DatabaseError as err:
            raise StoreError(f"The store {self.name} cannot be read: {err.orig}.") from err

    def fingerprint(self) -> str:
        """A text that differs after anybody has committed a change; what is read after it is at least as new.

        It may differ without a change in this store too. Of a file it means nothing to another process.
        """
        try:
            return self._changes.mark()
        except DatabaseError as err:
            raise StoreError(f"The store {self.name} cannot be read: {err.orig}.") from err

    # Runs and jobs

    def begin_run(self, started_s: int, origin: str) -> int:
        """Note that a cycle has begun; its number."""
        with self.writing() as connection:
            records.drop_old(connection, started_s - KEEP_JOBS_S)
            records.drop_old_hours(connection, started_s - KEEP_HOURS_S)
            done = connection.execute(insert(tables.runs).values(started_s=started_s, origin=origin))
            return int(done.inserted_primary_key[0])  # type: ignore[index]

    def end_run(self, run_id: int, ended_s: int, summary: Row) -> None:
        """Note that a cycle has ended, and how."""
        done = update(tables.runs).where(tables.runs.c.id == run_id)
        with self.writing() as connection:
            connection.execute(done.values(ended_s=ended_s, summary=json.dumps(summary)))

    def write_job(
        self, job: Row, events: Sequence[Event], refusals: Sequence[Row], origin: str, suspects: Sequence[Row] = (),
        weather: Sequence[Kept] = (),
    ) -> Written:
        """Write one job's record, events, hours of weather, refusals and suspects in one transaction.

        `job` has the columns of `jobs` but `id` and `written`; `refusals` are rows of reason and event (JSON text),
        `suspects` those of `Quarantine.note`. A job that is skipped again for the same reason moves its last record to
        now: there are thousands in each cycle. A job with a window is noted among the windows too.
        """
        with self.writing() as connection:
            if job["outcome"] == "skipped" and records.skipped_again(connection, job):
                return Written()
            job_id = connection.execute(insert(tables.jobs).values(**job, written=0)).inserted_primary_key[0]  # type: ignore[index]
            written = self.write_events(connection, job["kind"], events, origin, job_id, job["started_s"])
            self.quarantine.supersede(connection, job["kind"], events)
            if noted_s := self.quarantine.note(connection, job, suspects, origin):
                self.mark_hours(connection, job["kind"], noted_s)
            written.new += self.weather.write(connection, weather, origin, job["started_s"])
            if written.rows:
                connection.execute(update(tables.jobs).where(tables.jobs.c.id == job_id).values(written=written.rows))
            records.count_hour(connection, job, written.rows)
            self._write_refusals(connection, job, refusals)
            if job.get("window_end_s") is not None:
                self.windows.note(connection, job)
        return written

    def write_events(
        self, connection: Connection, kind: str, events: Sequence[Event], origin: str, job_id: int, fetched_s: int
    ) -> Written:
        """Write the events of one series that are not there yet as they are, and mark their hours unsolved.

        What they replace stays among the revisions.
        """
        written = Written()
        if not events:
            return written
        table, fresh, replaced = table_of(kind), [], []
        present = self._present(connection, table, kind, events)
        names = [c.name for c in table.columns if c.name not in NOT_COMPARED]
        rows = {_identity(table, row): row for row in (to_row(kind, one) for one in events)}
        for identity, row in rows.items():
            before = present.get(identity)
            is_relabelled = before is not None and origin == LIVE and before["origin"] != LIVE
            is_same = before is not None and all(before[n] == row[n] for n in names)
            if is_same and not is_relabelled:
                continue
            written.new += before is None
            written.changed += before is not None
            if kind in SOLVED_KINDS:
                written.hours_s.update(_hours(before), _hours(row))
            if before is not None and not is_same:
                replaced.append({**before, "replaced_s": fetched_s})
            since_s = before["fetched_s"] if before is not None and is_same else fetched_s
            fresh.append(row | {"origin": origin, "job_id": job_id, "fetched_s": since_s})
        if replaced:
            connection.execute(insert(tables.revisions[table.name]), replaced)
        self.upsert(connection, table, fresh)
        if kind == "production" and written.hours_s:
            written.hours_s.update(self._estimated_after(connection, events[0].key, written.hours_s))
        self._mark_unsolved(connection, written.hours_s)
        return written

    def _estimated_after(self, connection: Connection, zone_key: str, hours_s: Collection[int]) -> list[int]:
        """The hours of the zone that were estimated from these, or would be now."""
        table, days_s = tables.results, [day * 24 * HOUR_S for day in range(1, PAST_DAYS + 1)]
        wanted = select(table.c.hour_s).where(
            table.c.zone_key == zone_key, table.c.estimation.is_not(None),
            table.c.hour_s.between(min(hours_s) + days_s[0], max(hours_s) + days_s[-1]),
        )
        found = connection.execute(wanted).scalars()
        return [hour_s for hour_s in found if any(hour_s - day_s in hours_s for day_s in days_s)]

    def mark_hours(self, connection: Connection, kind: str, starts_s: Iterable[int]) -> None:
        """Have the hours of these moments solved again, where tracing rests on the kind."""
        if kind in SOLVED_KINDS:
            self._mark_unsolved(connection, {start_s - start_s % HOUR_S for start_s in starts_s})

    def _mark_unsolved(self, connection: Connection, hours_s: Iterable[int]) -> None:
        rows = [{"hour_s": hour_s} for hour_s in hours_s]
        dialect_insert = self._dialect_insert(connection)
        again = {"marks": tables.unsolved.c.marks + 1}
        if rows:
            marked = dialect_insert(tables.unsolved).on_conflict_do_update(index_elements=["hour_s"], set_=again)
            connection.execute(marked, rows)

    def _present(
        self, connection: Connection, table: Table, kind: str, events: Sequence[Event]
    ) -> dict[tuple[Any, ...], Any]:
        starts = [int(one.start.timestamp()) for one in events]
        wanted = select(table).where(
            table.c.kind == kind, table.c.key == events[0].key, table.c.start_s.between(min(starts), max(starts))
        )
        return {_identity(table, row): row for row in connection.execute(wanted).mappings()}

    def upsert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, replacing those with the same primary key."""
        if not rows:
            return
        statement = self._dialect_insert(connection)(table)
        identity = [c.name for c in table.primary_key]
        rest = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in identity}
        connection.execute(statement.on_conflict_do_update(index_elements=identity, set_=rest), list(rows))

    def insert_new(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, but for those whose primary key is there."""
        if rows:
            connection.execute(self._dialect_insert(connection)(table).on_conflict_do_nothing(), list(rows))

    def _dialect_insert(self, connection: Connection) -> Any:
        return sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert

    def _write_refusals(self, connection: Connection, job: Row, refusals: Sequence[Row]) -> None:
        """A refusal that comes again is counted, not repeated."""
        for one in refusals:
            mark = digest("\n".join((job["kind"], job["key"], one["reason"], one["event"])))
            seen = update(tables.refusals).where(tables.refusals.c.digest == mark)
            again = connection.execute(seen.values(last_s=job["started_s"], times=tables.refusals.c.times + 1))
            if again.rowcount == 0:
                row = {k: job[k] for k in ("kind", "key", "parser")} | one
                stamps = {"first_s": job["started_s"], "last_s": job["started_s"], "times": 1}
                connection.execute(insert(tables.refusals).values(**row, **stamps, digest=mark))

    # Results

    def unsolved_hours(self) -> dict[int, int]:
        """The hours whose events changed since they were last solved, in order, with how often they were marked."""
        table = tables.unsolved
        with self.reading() as connection:
            found = connection.execute(select(table.c.hour_s, table.c.marks).order_by(table.c.hour_s))
            return {row.hour_s: row.marks for row in found}

    def mark_unsolved(self, start_s: int, end_s: int) -> int:
        """Mark every hour in [start_s, end_s) in which events start, or that has results, as unsolved; how many."""
        with self.writing() as connection:
            for table in (tables.mixes, tables.numbers):
                hour_s = (table.c.start_s - table.c.start_s % HOUR_S).label("hour_s")
                wanted = select(hour_s).distinct().where(
                    table.c.kind.in_(SOLVED_KINDS), table.c.start_s >= start_s, table.c.start_s < end_s
                )
                self._mark_unsolved(connection, connection.execute(wanted).scalars().all())
            solved = tables.results.c.hour_s
            wanted = select(solved).distinct().where(solved.between(start_s, end_s - 1))
            self._mark_unsolved(connection, connection.execute(wanted).scalars().all())
            marked = select(func.count()).where(tables.unsolved.c.hour_s.between(start_s, end_s - 1))
            return int(connection.execute(marked).scalar_one())

    def write_results(self, rows: pa.Table, hours: Mapping[int, int]) -> int:
        """Make these rows all that is known of these hours (a run without gaps) and mark them solved.

        `rows` have the columns of `results` but STAMPS, which are set here: a row that is there already as it comes
        keeps both, one that changes its `created_s`. `hours` are as `unsolved_hours` gave them: an hour that was marked
        again since stays so. Returns how many rows that changed.
        """
        schema = schema_of(tables.results, [c.name for c in tables.results.columns if c.name not in STAMPS])
        return bulk.write_results(self.columnar, rows.select(schema.names).cast(schema), hours)

    def load(self, table_name: str, rows: pa.Table) -> Written:
        """Write rows of one of the tables of events, as they come from another store; the hours are marked unsolved.

        Every column is needed but job_id. What is there already as it comes is left alone; what differs is replaced,
        unless it was fetched later, and stays among the revisions. Raises StoreError for missing columns, nulls where
        there must be none, or two rows of one interval, before anything is written.
        """
        return bulk.load(self.columnar, tables.metadata.tables[table_name], rows)

    # Reading

    def events(
        self, kind: str, key: str, start_s: int, end_s: int, *, known_at_s: int | None = None
    ) -> list[Event]:
        """The events of one series that start in [start_s, end_s), by start; with known_at_s as they were then."""
        table = as_known(table_of(kind), known_at_s)
        wanted = select(table).where(
            table.c.kind == kind, table.c.key == key, table.c.start_s >= start_s, table.c.start_s < end_s
        )
        order = [table.c[column.name] for column in table_of(kind).primary_key]
        with self.reading() as connection:
            found = connection.execute(wanted.order_by(*order)).mappings()
            return [to_event(dict(row)) for row in found]

    def revisions(self, key: str, start_s: int, end_s: int) -> list[Row]:
        """All that intervals of a zone or exchange which start in [start_s, end_s) ever said, if they were revised.

        Rows of the events' tables with `replaced_s` (None for what stands), by kind, start and time.
        """
        with self.reading() as connection:
            return read_revisions(connection, key, start_s, end_s)

    def columns(
        self, kind: str, names: Sequence[str], start_s: int, end_s: int, *, known_at_s: int | None = None
    ) -> dict[str, np.ndarray[Any, Any]]:
        """Columns of every series of one of SOLVED_KINDS whose intervals reach into [start_s, end_s); null is NaN.

        With known_at_s as the store knew them at that moment.
        """
        table = as_known(table_of(kind), known_at_s)
        found = select(*_with_place(table, names)).where(table.c.kind == kind)
        recent = found.where(
            table.c.start_s >= start_s - HOUR_S, table.c.start_s < end_s,
            (table.c.start_s >= start_s) | (table.c.end_s > start_s),
        )
        longer = found.where(
            text("end_s - start_s > 3600"), table.c.end_s > start_s,
            table.c.start_s >= start_s - LONGEST_S, table.c.start_s < start_s - HOUR_S,
        )
        return self._columns(names, union_all(recent, longer))

    def columns_of_hours(
        self, kind: str, names: Sequence[str], keys: Sequence[str], hours_s: Sequence[int], *,
        known_at_s: int | None = None,
    ) -> dict[str, np.ndarray[Any, Any]]:
        """As `columns`, of these series and of what reaches into any of these hours, which must lie apart.

        An interval that starts more than an hour before one of them is passed over there: no source publishes longer
        ones, and to look for them would read whole days.
        """
        table = as_known(table_of(kind), known_at_s)
        hours = union_all(*(select(literal(hour_s, BigInteger).label("hour_s")) for hour_s in hours_s)).subquery()
        start_s, hour_s = table.c.start_s, hours.c.hour_s
        wanted = select(*_with_place(table, names)).where(
            table.c.kind == kind, table.c.key.in_(keys), start_s >= hour_s - HOUR_S, start_s < hour_s + HOUR_S,
            (start_s >= hour_s) | (table.c.end_s > hour_s),
        )
        return self._columns(names, wanted)

    def _columns(self, names: Sequence[str], wanted: Any) -> dict[str, np.ndarray[Any, Any]]:
        """In one order on both engines, so that sums of floats are the same."""
        found = self.table(wanted).sort_by([("key", "ascending"), ("start_s", "ascending")])
        return {name: as_array(found[name]) for name in names}

    def table(self, wanted: Any) -> pa.Table:
        """What a query finds as an Arrow table: texts, 64-bit integers and floats; null is null."""
        return self.columnar.table(wanted)

    def series(
        self, kind: str, keys: Sequence[str], start_s: int, end_s: int, limit: int | None = None
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """(keys, starts, values) of series that start in [start_s, end_s), each by start; with a limit its newest.

        values is (quantities, rows): MIX_COLUMNS of a mix, the value of a number, export and import in MW of
        directions; null is NaN.
        """
        with self.reading() as connection:
            return read_series(connection, kind, keys, start_s, end_s, limit)

    def results(
        self, zone_key: str | None = None, start_s: int = 0, end_s: int = 2**40, *, with_estimates: bool = True
    ) -> list[Row]:
        """Solved hours, of one zone or of all, by zone and hour; without estimates only those of a zone's own data."""
        table = tables.results
        wanted = select(table).where(table.c.hour_s >= start_s, table.c.hour_s < end_s)
        if zone_key is not None:
            wanted = wanted.where(table.c.zone_key == zone_key)
        if not with_estimates:
            wanted = wanted.where(table.c.estimation.is_(None))
        return self.rows(wanted.order_by(table.c.zone_key, table.c.hour_s))

    def latest_results(self, *, with_estimates: bool = True, since_s: int = 0) -> dict[str, Row]:
        """The newest solved hour with an intensity of every zone, none from before since_s.

        An estimate counts as `traced.COUNTS_OLDER_S` says.
        """
        return {row["zone_key"]: row for row in self.rows(traced.latest(since_s, with_estimates))}

    def results_updated(
        self, zone_key: str, since_s: int, until_s: int, start_s: int, end_s: int, limit: int, *, late_s: int = 0
    ) -> list[Row]:
        """hour_s and updated_s of a zone's hours in [start_s, end_s) whose results last changed in [since_s, until_s).

        Only changes at least `late_s` after the hour had begun; the oldest first, those of one moment by hour, at most
        so many. Carried rows keep their stamps.
        """
        wanted = traced.updated(zone_key, since_s, until_s, start_s, end_s, limit)
        return self.rows(wanted.where(tables.results.c.updated_s - tables.results.c.hour_s >= late_s))

    def last_jobs(self) -> list[Row]:
        """The newest job of every series that asked for what is new, with when one last went well (`good_s`)."""
        return self.rows(records.last_jobs())

    def last_runs(self, count: int = 10) -> list[Row]:
        """The newest cycles, newest first."""
        return self.rows(select(tables.runs).order_by(tables.runs.c.id.desc()).limit(count))

    def refusals(self, key: str | None = None, limit: int = 100) -> list[Row]:
        """Refused events, newest first."""
        wanted = select(tables.refusals).order_by(tables.refusals.c.last_s.desc(), tables.refusals.c.id.desc())
        return self.rows((wanted.where(tables.refusals.c.key == key) if key else wanted).limit(limit))

    def counts(self) -> dict[str, int]:
        """Rows per table of events, refusals and results."""
        watched: Iterable[Table] = (
            tables.mixes, tables.numbers, tables.directions, tables.documents, tables.refusals, tables.quarantine,
            tables.results,
        )
        with self.reading() as connection:
            return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in watched}

    def rows(self, wanted: Any) -> list[Row]:
        """What a query finds, as dicts."""
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]


def _hours(row: Any) -> range:
    """The hours a stored event reaches into; none for no event."""
    if row is None:
        return range(0)
    start_s, end_s = row["start_s"], row["end_s"] or row["start_s"]
    return range(start_s - start_s % HOUR_S, max(end_s, start_s + 1), HOUR_S)


def _with_place(table: FromClause, names: Sequence[str]) -> list[Any]:
    """Columns of these names, with those that say where a row belongs."""
    return [table.c[name] for name in dict.fromkeys((*names, "key", "start_s"))]


def _identity(table: Table, row: Any) -> tuple[Any, ...]:
    return tuple(row[c.name] for c in table.primary_key)
