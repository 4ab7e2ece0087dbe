"""How fast a simulated year is stored and read, beside what the bare drivers make of the same rows.

    python benchmarks/store.py [--days 365] [--engines sqlite postgresql] [--again]

SQLite: `Store.load` beside the driver's own `executemany` of the same rows (prepared as tuples, not timed) into a table
of the same shape, keys and indexes, and into one without any. PostgreSQL: beside a bare COPY (binary, from the same
Arrow tables) into a table of the same shape without keys and indexes. All is timed month by month in turn, so that
both see the same machine. --again loads everything a second time: with nothing changed, and with one row in a hundred
corrected. Then reads: a year of one zone, one hour of all zones, with their query plans.

PostgreSQL is the server of the test-suite's wheel, in a temporary folder, fsync as it comes.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from server import postgresql
from sqlalchemy import text
from year import Year

from core.store import Store, open_store, tables
from core.store.columnar import schema_of
from core.store.written import NO_JOB

ZONE = "FR"


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def full(name: str, rows: pa.Table) -> pa.Table:
    """The rows with every column, in the table's order, for the bare drivers."""
    schema = schema_of(tables.metadata.tables[name])
    return rows.append_column("job_id", pa.array(np.full(rows.num_rows, NO_JOB))).select(schema.names).cast(schema)


class BareSqlite:
    """executemany into a file of its own."""

    def __init__(self, folder: Path, is_keyed: bool) -> None:
        self.name = "executemany, " + ("same keys and indexes" if is_keyed else "no key, no index")
        path = folder / f"bare-{is_keyed}.db"
        with open_store(folder / "shape.db") as shape:
            asked = "SELECT sql FROM sqlite_master WHERE tbl_name IN ('mixes', 'numbers') AND sql <> ''"
            made = shape.rows(text(asked))
        self.connection = sqlite3.connect(path)
        self.connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        for row in made if is_keyed else ():
            self.connection.execute(row["sql"])
        for name in () if is_keyed else ("mixes", "numbers"):
            self.connection.execute(f"CREATE TABLE {name} ({', '.join(tables.metadata.tables[name].columns.keys())})")

    def prepare(self, name: str, rows: pa.Table) -> Callable[[], None]:
        found = list(zip(*(column.to_pylist() for column in full(name, rows).columns), strict=True))
        marks = ", ".join("?" * len(found[0]))

        def work() -> None:
            self.connection.executemany(f"INSERT INTO {name} VALUES ({marks})", found)
            self.connection.commit()

        return work


class BareCopy:
    """COPY into tables without keys and indexes."""

    name = "COPY, no key, no index"

    def __init__(self, url: str) -> None:
        import adbc_driver_postgresql.dbapi as adbc

        self.cursor = adbc.connect(url, autocommit=True).cursor()
        for name in ("mixes", "numbers"):
            self.cursor.execute(f"CREATE TABLE bare_{name} AS SELECT * FROM {name} LIMIT 0")

    def prepare(self, name: str, rows: pa.Table) -> Callable[[], None]:
        found = full(name, rows)
        return lambda: self.cursor.adbc_ingest(f"bare_{name}", found, mode="append")


def load_year(year: Year, store: Store, rivals: list[Any]) -> None:
    seconds: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for month in year.tables():
        for name, rows in month.items():
            counts[name] += rows.num_rows
            seconds["Store.load"] += timed(lambda name=name, rows=rows: store.load(name, rows))
            for rival in rivals:
                seconds[rival.name] += timed(rival.prepare(name, rows))
    total, own = sum(counts.values()), seconds["Store.load"]
    print("  rows: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
    for name, spent in seconds.items():
        ratio = f", Store.load at {spent / own:.0%} of its rate" if name != "Store.load" else ""
        print(f"  {name}: {spent:.1f} s, {total / spent:,.0f} rows/s{ratio}")


def load_again(year: Year, store: Store) -> None:
    for what, part in (("nothing changed", 0.0), ("one in a hundred corrected", 0.01)):
        spent, rows_seen, changed = 0.0, 0, 0
        made = np.random.default_rng(1)
        for month in year.tables():
            for name, rows in month.items():
                value = "value" if name == "numbers" else "unknown"
                is_late = pa.array(made.random(rows.num_rows) < part)
                late = pc.if_else(is_late, -1.0 if name == "numbers" else 1.0, rows[value])
                rows = rows.set_column(rows.column_names.index(value), value, late)
                began = time.perf_counter()
                changed += store.load(name, rows).changed
                spent += time.perf_counter() - began
                rows_seen += rows.num_rows
        print(f"  again, {what}: {spent:.1f} s, {rows_seen / spent:,.0f} rows/s, {changed:,} replaced")


def reads(year: Year, store: Store) -> None:
    hour_s = year.start_s + (year.end_s - year.start_s) // 7200 * 3600
    asked: dict[str, Callable[[], Any]] = {
        f"production of {ZONE}, whole span": lambda: store.series("production", [ZONE], year.start_s, year.end_s),
        "production of all zones, one hour": lambda: store.columns("production", ("key", "gas"), hour_s, hour_s + 3600),
        "flows of all links, one hour": lambda: store.columns("exchange", ("key", "value"), hour_s, hour_s + 3600),
    }
    for what, work in asked.items():
        work()
        print(f"  {what}: {1000 * statistics.median(timed(work) for _ in range(20)):.1f} ms (median of 20)")
    is_sqlite = store.engine.dialect.name == "sqlite"
    for what, where in (
        ("one zone", f"kind = 'production' AND key = '{ZONE}' AND start_s BETWEEN {year.start_s} AND {year.end_s}"),
        ("one hour", f"kind = 'production' AND start_s BETWEEN {hour_s} AND {hour_s + 3599}"),
    ):
        for row in store.rows(text(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} SELECT * FROM mixes WHERE {where}")):
            print(f"    plan of {what}: {row['detail'] if is_sqlite else row['QUERY PLAN']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--again", action="store_true", help="also load it all a second and a third time")
    asked = parser.parse_args()
    year = Year(asked.days)
    for engine in asked.engines:
        print(f"{engine}, {asked.days} days")
        with tempfile.TemporaryDirectory() as folder, postgresql() as url:
            path = Path(folder)
            with open_store(path / "store.db" if engine == "sqlite" else url) as store:
                is_sqlite = engine == "sqlite"
                rivals = [BareSqlite(path, True), BareSqlite(path, False)] if is_sqlite else [BareCopy(url)]
                load_year(year, store, rivals)
                if asked.again:
                    load_again(year, store)
                if not is_sqlite:
                    with store.engine.connect() as connection:
                        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
                reads(year, store)


if __name__ == "__main__":
    main()
