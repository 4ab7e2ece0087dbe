"""How long `gridtrace gaps` looks through a stored year of the world: `python benchmarks/gaps.py [--days N] [PLACE]`.

The sandbox's year is loaded (every zone's production and every link's flow, hourly), a day of each month is taken away,
and the gaps of all these series are found, once with little and once with that much missing.
"""

import argparse
import tempfile
import time
from pathlib import Path

from sqlalchemy import delete
from year import DAY_H, HOUR_S, Year

from core import times
from core.history.gaps import find
from core.ingest.jobs import plan
from core.plugins import manager
from core.sandbox import TOKENS
from core.store import Store, open_store, tables
from core.tokens import given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place", nargs="?", help="a new file or a URL of PostgreSQL; default a temporary file")
    parser.add_argument("--days", type=int, default=365)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(words.place or Path(folder) / "store.db") as store:
        year = Year(words.days)
        for tables_of_month in year.tables():
            for name, rows in tables_of_month.items():
                store.load(name, rows)
        print(f"{store.name}: {store.counts()}")
        measure(store, year)
        with store.writing() as connection:
            for table in (tables.mixes, tables.numbers):
                for start_s, _ in year.months():
                    is_first_day = table.c.start_s.between(start_s, start_s + DAY_H * HOUR_S - 1)
                    connection.execute(delete(table).where(is_first_day))
        measure(store, year)


def measure(store: Store, year: Year) -> None:
    """Print how long all gaps take to be found."""
    plugins, jobs = manager(), plan(year.config, kinds=["production", "exchange"])
    with given(TOKENS):
        find(store, plugins, jobs, times.epoch(year.start_s), times.epoch(year.start_s + 1))  # imports the parsers
        began = time.perf_counter()
        found = find(store, plugins, jobs, times.epoch(year.start_s), times.epoch(year.end_s))
        seconds = time.perf_counter() - began
    count = sum(len(one.gaps) for one in found.lacking)
    print(f"{len(jobs)} series, {found.whole} whole, {len(found.lacking)} with {count} gaps: {seconds:.2f} s")


if __name__ == "__main__":
    main()
