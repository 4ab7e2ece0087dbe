"""How long the days of one zone's year take: its hourly results, hourly and five-minute production, and hours with
five-minute values between them in one series.

    python benchmarks/periods.py [--by hour|day|month|year]

An SQLite file in a temporary folder; the best of five, with the read.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from core import times
from core.history import periods
from core.store import Store, open_store, tables
from core.store.columnar import schema_of

CLOCK = "Europe/Paris"
BEGIN, END = times.read("2025-01-01T00:00", CLOCK), times.read("2025-12-31T23:59", CLOCK)
BEGIN_S, END_S = int(BEGIN.timestamp()), int(times.shift(END, minutes=1).timestamp())
HOUR_S, FIVE_MINUTES_S = 3600, 300
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by", choices=["hour", "day", "month", "year"], default="day")
    by = parser.parse_args().by
    edges_s = [int(edge.timestamp()) for edge in times.edges(BEGIN, END, by, CLOCK)]
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store.db") as store:
        fill(store)
        for name, zone_key in (("production, hourly", "HOURS"), ("production, 5 min", "MINUTES"), ("both", "BOTH")):
            say(name, lambda key=zone_key: periods.of_series(store, "production", key, edges_s, END_S))
        say("results", lambda: periods.of_results(store, "HOURS", edges_s, END_S))


def say(name: str, work: Callable[[], Any]) -> None:
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - began)
    print(f"{name:20} {1000 * min(seconds):5.0f} ms, {found['is_complete'].mean():.0%} of the periods complete")


def fill(store: Store) -> None:
    hours_s, minutes_s = np.arange(BEGIN_S, END_S, HOUR_S), np.arange(BEGIN_S, END_S, FIVE_MINUTES_S)
    is_hour = minutes_s % HOUR_S == 0
    store.load("mixes", mixes("HOURS", hours_s, hours_s + HOUR_S))
    store.load("mixes", mixes("MINUTES", minutes_s, minutes_s + FIVE_MINUTES_S))
    store.load("mixes", mixes("BOTH", minutes_s, minutes_s + np.where(is_hour, HOUR_S, FIVE_MINUTES_S)))
    texts = {"zone_key": "HOURS", "storage_method": "static", "estimation": None, "flags": "", "origin": "live"}
    columns: dict[str, Any] = {c.name: np.full(len(hours_s), 100.0) for c in tables.results.columns}
    columns |= {name: [text] * len(hours_s) for name, text in texts.items()}
    store.write_results(pa.table(columns | {"hour_s": hours_s}), store.unsolved_hours())


def mixes(key: str, start_s: np.ndarray, end_s: np.ndarray) -> pa.Table:
    texts = {"key": key, "kind": "production", "source": "a", "source_type": "measured", "origin": "live",
             "corrected": ""}
    numbers = {name: np.full(len(start_s), 100.0) for name in tables.MIX_COLUMNS}
    columns = {name: [text] * len(start_s) for name, text in texts.items()} | numbers
    columns |= {"start_s": start_s, "end_s": end_s, "fetched_s": end_s}
    schema = schema_of(tables.mixes, [c.name for c in tables.mixes.columns if c.name != "job_id"])
    return pa.table([pa.array(columns[name]) for name in schema.names], schema.names).cast(schema)


if __name__ == "__main__":
    main()
