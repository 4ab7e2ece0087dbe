"""Writers that are killed (SIGKILL) again and again, beside a reader that asks what an API asks.

    python benchmarks/kills.py [--kills 20] [--engines sqlite postgresql] [--seed 1]

Half of the kills hit a bulk load of a month of the world, half a cycle's upserts, one job after the other. Each writer
writes a number of its own into every value, over what the one before it left. After each kill the store must be sound
(SQLite's integrity check; on PostgreSQL the same rows by every index), every moment of a load and every job's batch
must be of one number, the hours of what is there marked for tracing, and what was replaced among the revisions. All the
while a reader asks for the newest results, a day of a zone and an hour of all zones; the longest it ever waited is
told. Exit code 1 if anything is half-written or the reader waited over 200 ms.
"""

import argparse
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from server import postgresql
from sqlalchemy import text
from year import Year

from core import schemas, times
from core.store import Store, open_store

DAYS = 31
KEYS = 200
"""Series that a cycle of this benchmark writes."""
HOUR_S = 3600
KILL_WITHIN_S = {"bulk load": 6.0, "upserts": 1.5}
MODES = tuple(KILL_WITHIN_S)
READER_MOST_MS = 200.0
FIRST = times.read("2026-03-10T00:00Z")
"""Of the upserts; the load is of another year."""


def write(where: str, mode: str, number: int, days: int) -> None:
    """What a writer does until it is killed; a word on stdout says that it begins to write."""
    with open_store(where) as store:
        if mode == MODES[0]:
            months = list(Year(days).tables())
            print("ready", flush=True)
            while True:
                for month in months:
                    store.load("mixes", _numbered(month["mixes"], number))
                number += 1
        print("ready", flush=True)
        while True:
            for key in range(KEYS):
                _write_job(store, f"ZZ-{key}", number)
            number += 1


def _numbered(rows: pa.Table, number: int) -> pa.Table:
    """The rows with this number as their value, fetched in the second of this number."""
    rows = rows.set_column(rows.column_names.index("gas"), "gas", pa.array(np.full(rows.num_rows, float(number))))
    return rows.set_column(rows.column_names.index("fetched_s"), "fetched_s", pa.array(np.full(rows.num_rows, number)))


def _write_job(store: Store, key: str, number: int) -> None:
    events = [
        schemas.read("production", schemas.production(
            key, start=times.shift(FIRST, hours=hour), end=times.shift(FIRST, hours=hour + 1), source="a",
            modes={"gas": float(number)}))
        for hour in range(24)
    ]
    job = {
        "run_id": 1, "kind": "production", "key": key, "parser": "ZZ.fetch_production", "started_s": number,
        "seconds": 0.0, "outcome": "ok", "accepted": len(events), "refused": 0, "newest_s": None, "message": None,
    }
    store.write_job(job, events, [], "live")


@dataclass
class Findings:
    """What a series of kills showed."""

    kills: int = 0
    wrong: list[str] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)
    rows: int = 0
    revisions: int = 0


def kill(where: str, count: int, seed: int, days: int = DAYS) -> Findings:
    """Kill so many writers of one store, in turn one that loads and one that upserts."""
    found, made = Findings(), random.Random(seed)
    with open_store(where) as store:
        store.begin_run(0, "live")
        _read(store)  # what is imported and compiled once
        for at in range(count):
            command = [sys.executable, __file__, "--child", where, MODES[at % 2], str(1000 * (at + 1)), str(days)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                if process.stdout.readline() != "ready\n":
                    raise SystemExit("The writer could not begin.")
                until = time.perf_counter() + made.uniform(0.05, KILL_WITHIN_S[MODES[at % 2]])
                while time.perf_counter() < until:
                    found.waits_ms.append(_read(store))
                process.send_signal(signal.SIGKILL)
            found.kills += 1
            found.wrong += [f"after kill {found.kills} ({MODES[at % 2]}): {one}" for one in unsound(store)]
        found.rows = store.counts()["mixes"]
        found.revisions = store.rows(text("SELECT COUNT(*) AS count FROM mixes_revisions"))[0]["count"]
    return found


def _read(store: Store) -> float:
    """What an API asks for, ms."""
    began = time.perf_counter()
    store.latest_results()
    start_s = int(FIRST.timestamp())
    store.series("production", ["FR"], start_s, start_s + 24 * HOUR_S)
    store.columns("production", ("key", "gas"), start_s, start_s + HOUR_S)
    return 1000 * (time.perf_counter() - began)


def unsound(store: Store) -> Iterator[str]:
    """What is broken, half, twice or forgotten in a store."""
    if store.engine.dialect.name == "sqlite":
        said = store.rows(text("PRAGMA integrity_check"))[0]["integrity_check"]
        if said != "ok":
            yield f"SQLite says {said}"
    else:
        yield from _indexes_that_differ(store)
    asked = {
        "moments of a load hold several numbers":
            "SELECT start_s FROM mixes WHERE key NOT LIKE 'ZZ%' GROUP BY start_s HAVING MIN(gas) <> MAX(gas)"
            " OR COUNT(*) <> (SELECT COUNT(DISTINCT key) FROM mixes WHERE key NOT LIKE 'ZZ%')",
        "batches of a job hold several numbers":
            "SELECT key FROM mixes WHERE key LIKE 'ZZ%' GROUP BY key"
            " HAVING MIN(gas) <> MAX(gas) OR COUNT(*) <> 24 OR MIN(job_id) <> MAX(job_id)",
        "rows belong to no job":
            "SELECT key FROM mixes WHERE key LIKE 'ZZ%' AND job_id NOT IN (SELECT id FROM jobs)",
        "hours are not marked": "SELECT start_s FROM mixes WHERE start_s NOT IN (SELECT hour_s FROM unsolved)",
        "rows were replaced without a revision of it":
            "SELECT m.key FROM mixes m JOIN jobs j ON j.key = m.key LEFT JOIN mixes_revisions r ON r.key = m.key"
            " AND r.start_s = m.start_s AND r.job_id = j.id WHERE m.job_id <> j.id AND r.id IS NULL",
        "revisions overlap what stands":
            "SELECT r.key FROM mixes_revisions r JOIN mixes m ON m.key = r.key AND m.start_s = r.start_s"
            " WHERE r.replaced_s > m.fetched_s OR r.gas = m.gas",
    }
    for what, statement in asked.items():
        count = store.rows(text(f"SELECT COUNT(*) AS count FROM ({statement}) AS found"))[0]["count"]
        if count:
            yield f"{count} {what}"


def _indexes_that_differ(store: Store) -> Iterator[str]:
    """Indexes of PostgreSQL by which other rows are found than without any."""
    with store.engine.connect() as connection:
        counts = []
        for path in ("seqscan", "indexscan", "bitmapscan"):
            for other in ("seqscan", "indexscan", "indexonlyscan", "bitmapscan"):
                connection.execute(text(f"SET LOCAL enable_{other} = {'on' if other == path else 'off'}"))
            wanted = "SELECT COUNT(*), SUM(start_s), SUM(gas) FROM mixes WHERE"
            by_key = connection.execute(text(f"{wanted} key >= ''")).one()
            by_start = connection.execute(text(f"{wanted} start_s >= 0")).one()
            counts += [tuple(by_key), tuple(by_start)]
    if len({*counts}) > 1:
        yield f"an index finds other rows: {counts}"


@contextmanager
def place(engine: str) -> Iterator[str]:
    """Where a new store of this engine is."""
    with tempfile.TemporaryDirectory() as folder, postgresql() if engine == "postgresql" else nullcontext() as url:
        yield url or str(Path(folder) / "store.db")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=4, metavar=("STORE", "MODE", "NUMBER", "DAYS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        where, mode, number, days = given.child
        write(where, mode, int(number), int(days))
    is_wrong = False
    for engine in given.engines:
        with place(engine) as where:
            found = kill(where, given.kills, given.seed)
        waits = sorted(found.waits_ms)
        print(f"{engine}: {found.kills} kills, {found.rows:,} rows and {found.revisions:,} revisions in the end, "
              f"{len(found.wrong)} times unsound; {len(waits)} reads, median {statistics.median(waits):.1f} ms, 99 % "
              f"{waits[int(0.99 * len(waits))]:.1f} ms, longest {waits[-1]:.1f} ms")
        for line in found.wrong[:20]:
            print(f"  WRONG: {line}")
        is_wrong |= bool(found.wrong) or waits[-1] > READER_MOST_MS
    sys.exit(int(is_wrong))


if __name__ == "__main__":
    main()
