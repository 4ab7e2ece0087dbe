"""What a simulated year of the world weighs: in SQLite and PostgreSQL table by table, in Parquet and CSV by dataset.

    python benchmarks/size.py [--days 365]

Hourly production of every zone and flows of every link are stored in SQLite and traced, exported with `gridtrace
export` in both formats, and the Parquet imported into PostgreSQL with `gridtrace import`, so that all hold the same
rows. SQLite is weighed by its own table of pages, PostgreSQL by pg_table_size and pg_indexes_size. Each command runs in
a process of its own, whose time and largest memory are printed.

PostgreSQL is the server of the test-suite's wheel, in a temporary folder, fsync as it comes.
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.compute as pc
from server import postgresql
from year import Year

from core.ingest.solve import solve
from core.store import Store, open_store, tables, upkeep


def fill(file: Path, days: int) -> None:
    """Store and trace a year; of zones without any power station, which have no production, nothing."""
    year = Year(days)
    with open_store(file) as store:
        for month in year.tables():
            mixes = month["mixes"]
            has_value = pc.is_valid(pc.coalesce(*(mixes[name] for name in tables.MIX_COLUMNS)))
            store.load("mixes", mixes.filter(has_value))
            store.load("numbers", month["numbers"])
        solve(year.config, store)
        upkeep.vacuum(store)


def gridtrace(*words: object) -> None:
    """Run a command; print what it says, how long it took and the most memory it had."""
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "core.cli", *map(str, words)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = child.stdout.read().splitlines()
    _, status, used = os.wait4(child.pid, 0)
    spent = time.perf_counter() - began
    if status:
        sys.exit(f"gridtrace {words[0]} failed")
    print(f"  gridtrace {words[0]}: {spent:.1f} s, {used.ru_maxrss / 1024:.0f} MB of memory at most; {said[0]}")


def weigh_store(name: str, store: Store) -> None:
    found = upkeep.info(store)
    print(f"{name} {found.version}: {found.bytes / 1e6:,.0f} MB")
    for table in found.tables:
        if table.rows:
            own, indexes = (size or 0 for size in (table.table_bytes, table.index_bytes))
            print(f"  {table.name}: {table.rows:,} rows, {own / 1e6:,.1f} MB and {indexes / 1e6:,.1f} MB of indexes, "
                  f"{(own + indexes) / table.rows:.0f} bytes a row")


def weigh_files(folder: Path) -> None:
    sizes = {
        str(one.relative_to(folder)): sum(path.stat().st_size for path in one.rglob("part-*"))
        for one in sorted(folder.iterdir()) if one.is_dir()}
    print(f"{folder.name}: {sum(sizes.values()) / 1e6:,.0f} MB")
    print("".join(f"  {name}: {size / 1e6:,.1f} MB\n" for name, size in sizes.items()), end="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, postgresql() as url:
        folder = Path(name)
        file = folder / "store.db"
        # In a process of its own: what a child had of its parent counts as memory that it had itself.
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(file, asked.days))
        filling.start()
        filling.join()
        with open_store(file) as store:
            weigh_store("SQLite", store)
        for form in ("parquet", "csv"):
            gridtrace("export", folder / form, "--format", form, "--store", file)
            weigh_files(folder / form)
        gridtrace("import", folder / "parquet", "--store", url)
        with open_store(url) as store:
            upkeep.vacuum(store)
            weigh_store("PostgreSQL", store)
        gridtrace("export", folder / "again", "--store", url)
        gridtrace("import", folder / "csv", "--store", folder / "from-csv.db")


if __name__ == "__main__":
    main()
