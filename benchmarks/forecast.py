"""How long the forecasts of every zone take, by the number of columns of results: 380 zones, hourly, one read.

    python benchmarks/forecast.py [--days 7] [--postgresql]

An SQLite file in a temporary folder, or the server of the test-suite's wheel; the best of five.
"""

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
from server import postgresql

from core import forecast, times
from core.store import Store, open_store, tables
from core.store.columnar import schema_of

ISSUED_S = int(times.read("2026-03-10T12:30Z").timestamp())
ZONES = [f"Z{number}" for number in range(380)]
HOUR_S, WEEK = 3600, 168
NUMBERS = [
    "lifecycle_g_per_kwh", "direct_g_per_kwh", "renewable_share", "carbon_free_share", "consumption_mw",
    *tables.SHARE_COLUMNS,
]
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=35)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = stack.enter_context(postgresql()) if asked.postgresql else Path(folder) / "store.db"
        store = stack.enter_context(open_store(place))
        fill(store, asked.days)
        for count in (1, 5, len(NUMBERS)):
            seconds = min(spent(store, NUMBERS[:count]) for _ in range(ROUNDS))
            print(f"{count:2} columns, {asked.days} days in the store: {1000 * seconds:4.0f} ms for {len(ZONES)} zones")


def spent(store: Store, columns: list[str]) -> float:
    began = time.perf_counter()
    found = forecast.forecast_all(store, columns, ISSUED_S, hours=24)
    assert len(found) == len(ZONES)
    return time.perf_counter() - began


def fill(store: Store, days: int) -> None:
    """Write results of all zones a week at a time, the running hour the last."""
    last_s, random = ISSUED_S - ISSUED_S % HOUR_S, np.random.default_rng(1)
    hours_s = np.arange(last_s - days * 24 * HOUR_S, last_s + 1, HOUR_S)
    schema = schema_of(tables.results)
    for part_s in np.array_split(hours_s, -(-len(hours_s) // WEEK)):
        count = len(ZONES) * len(part_s)
        texts = {"storage_method": "static", "estimation": None, "flags": "", "origin": "live"}
        columns = {
            name: np.zeros(count, int) if pa.types.is_integer(schema.field(name).type) else random.random(count)
            for name in schema.names}
        columns |= {name: [text] * count for name, text in texts.items()}
        columns |= {"zone_key": np.repeat(ZONES, len(part_s)), "hour_s": np.tile(part_s, len(ZONES))}
        store.write_results(pa.table([pa.array(columns[n]) for n in schema.names], schema.names).cast(schema),
                            {int(hour_s): 1 for hour_s in part_s})


if __name__ == "__main__":
    main()
