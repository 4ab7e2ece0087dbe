"""How long it takes to foresee every zone by what was learnt of it, beside the blend: 380 zones, 72 hours, one process.

    python benchmarks/forecast.py [--zones 380] [--postgresql]

An SQLite file in a temporary folder, or the server of the test-suite's wheel. One zone has 130 days of results and of
weather, from which a model is learnt; all others have 36 days and the same model. The numbers are made up: what they
are does not matter to the time. The best of three; reading, making and packing are in it, writing is said beside it.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
from server import postgresql

from core import times
from core.config import Zone
from core.forecast import training
from core.forecast.issuing import issue
from core.forecast.kept import COLUMNS, REACH_H
from core.forecast.results import blend_past, read_past
from core.store import Store, open_store, tables
from core.store.columnar import schema_of
from core.weather import Kept

NOW_S = int(times.read("2026-03-10T12:30Z").timestamp())
HOUR_S, DAY_S, RUN_S = 3600, 86400, 6 * 3600
LONG_DAYS, DAYS, WEATHER_DAYS, ROUNDS = 130, 36, 10, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zones", type=int, default=380)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    keys = [f"Z{number:03}" for number in range(asked.zones)]
    zones = {key: Zone.model_construct(key=key, sub_zones=()) for key in keys}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = stack.enter_context(postgresql()) if asked.postgresql else Path(folder) / "store.db"
        store = stack.enter_context(open_store(place))
        fill(store, keys)
        began = time.perf_counter()
        (taught,) = training.teach(store, [zones[keys[0]]], NOW_S, 1)
        seconds = time.perf_counter() - began
        print(f"learning of one zone ({taught.hours} hours), in a process that begins: {seconds:.1f} s")
        model = store.forecasts.model(keys[0])
        assert model is not None
        for key in keys:
            store.forecasts.write_model(model | {"zone_key": key})
        print(f"a model: {len(model['content']) / 1000:.0f} kB")
        blend_s, _ = best(lambda: blend_past(read_past(store, None, COLUMNS, NOW_S), NOW_S, REACH_H))
        learnt_s, rows = best(lambda: issue(store, zones, NOW_S, "simulated"))
        assert {row["method"] for row in rows} == {"boosting_with_weather"} and len(rows) == len(keys)
        began = time.perf_counter()
        store.forecasts.write(rows)
        written_s = time.perf_counter() - began
        size = sum(len(row["content"]) for row in rows) / len(rows)
        memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(f"{len(keys)} zones: blend {blend_s:.1f} s, learnt {learnt_s:.1f} s ({learnt_s / blend_s:.1f} times as "
              f"long); written in {1000 * written_s:.0f} ms, {size:.0f} bytes each; {memory_mb:.0f} MB of memory")


def best(made: Callable[[], object]) -> tuple[float, list]:
    """The shortest of ROUNDS, and what the last one gave."""
    seconds, found = [], None
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = made()
        seconds.append(time.perf_counter() - began)
    return min(seconds), found


def fill(store: Store, keys: list[str]) -> None:
    """Results of all zones, and their weather, with runs every six hours."""
    running_s = NOW_S - NOW_S % HOUR_S
    random = np.random.default_rng(1)
    for begin, end, some in ((LONG_DAYS, DAYS, keys[:1]), (DAYS, 0, keys)):
        for at_s in range(running_s - begin * DAY_S, running_s - end * DAY_S, 6 * DAY_S):
            put_results(store, some, np.arange(at_s, min(at_s + 6 * DAY_S, running_s - end * DAY_S), HOUR_S), random)
    with store.writing() as connection:
        for lead_s in range(0, 84 * HOUR_S, RUN_S):
            run_s = NOW_S // RUN_S * RUN_S - lead_s
            hours_s = range(max(run_s, running_s - 3 * DAY_S), run_s + 84 * HOUR_S + 1, HOUR_S)
            store.weather.write(connection, [kept(keys, run_s, at_s, random) for at_s in hours_s], "simulated", NOW_S)
        for some, first, last in ((keys[:1], LONG_DAYS, WEATHER_DAYS), (keys, WEATHER_DAYS, 3)):
            for at_s in range(running_s - first * DAY_S, running_s - last * DAY_S, HOUR_S):
                run_s = (at_s - DAY_S) // RUN_S * RUN_S
                store.weather.write(connection, [kept(some, run_s, at_s, random)], "simulated", NOW_S)


def kept(keys: list[str], run_s: int, at_s: int, random: np.random.Generator) -> Kept:
    means = random.uniform([2, 2, 270, 0], [12, 12, 300, 600], (len(keys), 4))
    return Kept(times.epoch(run_s), times.epoch(at_s), b"", tuple(keys), means)


def put_results(store: Store, keys: list[str], hours_s: np.ndarray, random: np.random.Generator) -> None:
    schema, count = schema_of(tables.results), len(keys) * len(hours_s)
    texts = {"storage_method": "static", "estimation": None, "flags": "", "origin": "live"}
    columns = {
        name: np.zeros(count, int) if pa.types.is_integer(schema.field(name).type) else random.random(count)
        for name in schema.names if name not in texts}
    columns |= {name: [text] * count for name, text in texts.items()}
    columns |= {"zone_key": np.repeat(keys, len(hours_s)), "hour_s": np.tile(hours_s, len(keys))}
    columns["lifecycle_g_per_kwh"] = random.uniform(100, 500, count)
    store.write_results(
        pa.table([pa.array(columns[n]) for n in schema.names], schema.names).cast(schema),
        {int(hour_s): 1 for hour_s in hours_s})


if __name__ == "__main__":
    main()
