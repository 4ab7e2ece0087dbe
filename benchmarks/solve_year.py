"""`gridtrace solve` of a stored year of the world, in one process and on one and two Dask workers of this machine.

    python benchmarks/solve_year.py [--days 365] [--engines sqlite postgresql] [--no-dask]

The year is simulated and loaded first. In one process the time is told by part: reading the rows of the store, their
hourly means and what stands in for missing ones, solving itself (factors, storage, elimination, shares), the rows of
the results, writing them. Then the same hours are marked again, and solved again in one process and on a scheduler
with one and with two workers of one thread each, which are started beforehand. Each finds the results there and
compares them; they must be the same to the last digit. All is timed in one run, one after the other.
"""

import argparse
import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
from server import postgresql
from sqlalchemy import select
from year import Year

from core.ingest import solve as room
from core.store import Store, open_store, tables

PARTS = {
    "read": [(Store, "columns"), (Store, "columns_of_hours")],
    "solve": [(room, "trace_inputs")],
    "rows of results": [(room, "results_of")],
    "write": [(Store, "write_results")],
}
WORKERS = (1, 2)


@contextlib.contextmanager
def timed_parts(seconds: dict[str, float]) -> Iterator[None]:
    """Add up what the calls of each part take."""
    with contextlib.ExitStack() as stack:
        for part, places in PARTS.items():
            for owner, name in places:
                stack.enter_context(mock.patch.object(owner, name, _timed(getattr(owner, name), part, seconds)))
        yield


def _timed(function: Callable[..., Any], part: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def call(*given: Any, **more: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*given, **more)
        finally:
            seconds[part] += time.perf_counter() - began

    return call


def load(year: Year, store: Store) -> float:
    began = time.perf_counter()
    for month in year.tables():
        for name, rows in month.items():
            store.load(name, rows)
    return time.perf_counter() - began


def first_time(year: Year, store: Store) -> None:
    seconds: dict[str, float] = defaultdict(float)
    began = time.perf_counter()
    with timed_parts(seconds):
        solved = room.solve(year.config, store)
    total = time.perf_counter() - began
    seconds["means, and what is missing"] = total - sum(seconds.values())
    print(f"  one process: {total:.1f} s for {len(solved.hours):,} hours and {solved.written:,} rows, "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
    for part, spent in seconds.items():
        print(f"    {part}: {spent:.1f} s, {spent / total:.0%}", flush=True)


def again(year: Year, store: Store, solve: Callable[[], room.Solved], what: str, alone_s: float = 0.0) -> float:
    """Solve everything again; seconds."""
    store.mark_unsolved(year.start_s, year.end_s)
    before, began = contents(store), time.perf_counter()
    solved = solve()
    total = time.perf_counter() - began
    if solved.written or not contents(store).equals(before):
        sys.exit(f"  WRONG: {what} gives other results ({solved.written} rows changed)")
    ratio = f", {alone_s / total:.2f} times as fast as one process" if alone_s else ""
    print(f"  again, {what}: {total:.1f} s for {len(solved.hours):,} hours{ratio}", flush=True)
    return total


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler with so many workers."""
    folder = tempfile.mkdtemp(prefix="gridtrace-")
    file = Path(folder) / "scheduler.json"
    python = [sys.executable, "-m", "dask"]
    common = ["--scheduler-file", str(file)]
    with contextlib.ExitStack() as stack:
        for command in (
            ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *common],
            ["worker", *common, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard", "--local-directory",
             folder],
        ):
            process = stack.enter_context(subprocess.Popen(
                [*python, *command], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
            stack.callback(process.terminate)
            while not file.exists():
                time.sleep(0.1)
        from distributed import Client

        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(workers, timeout=60)
            address = str(client.scheduler_info()["address"])
        yield address


def on_cluster(year: Year, store: Store, workers: int, alone_s: float) -> None:
    from core.ingest.cluster import connected
    from core.ingest.parts import solve_on

    with cluster(workers) as address, connected(address, year.config) as found:
        again(year, store, lambda: solve_on(found, store), f"on {workers} Dask workers", alone_s)


def contents(store: Store) -> pa.Table:
    """All results, by zone and hour."""
    table = tables.results
    return store.table(select(table).order_by(table.c.zone_key, table.c.hour_s))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--no-dask", action="store_true")
    given = parser.parse_args()
    year = Year(given.days)
    for engine in given.engines:
        with tempfile.TemporaryDirectory() as folder, postgresql() as url:
            where = str(Path(folder) / "store.db") if engine == "sqlite" else url
            with open_store(where) as store:
                print(f"{engine}, {given.days} days, loaded in {load(year, store):.1f} s", flush=True)
                first_time(year, store)
                alone_s = again(year, store, lambda store=store: room.solve(year.config, store), "in one process")
                for workers in () if given.no_dask else WORKERS:
                    on_cluster(year, store, workers, alone_s)


if __name__ == "__main__":
    main()
