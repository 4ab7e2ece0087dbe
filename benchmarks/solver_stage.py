"""The solver stage of a live cycle: read the last hours of the world from a store, trace them, write the results.

    python benchmarks/solver_stage.py [--hours 72] [--minutes 60] [--late 0] [--rounds 5]

Every zone that has a source of production and every exchange gets made-up events (seeded), one per
hour or so many minutes, in a new SQLite file. With --late, a week before is stored too; eight zones in ten lack so many
of the newest hours and one in ten lacks all, and these are estimated from that week.
Each round is timed twice: with no result stored yet, so that every row is written, and again with none that changes.
The smallest and the largest of the rounds are printed.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from core import schemas, times
from core.config import Config, load
from core.ingest.solve import solve
from core.store import Store, open_store, tables

END = times.read("2026-03-10T12:00Z")
MODES = ("coal", "gas", "hydro", "nuclear", "solar", "wind")


def fill(config: Config, store: Store, hours: int, minutes: int, late: int) -> tuple[int, int]:
    """Store made-up events, each so many minutes long, for so many hours up to END; (zones, exchanges)."""
    made = np.random.default_rng(1)
    per_hour, solved = 60 // minutes, hours
    hours += 7 * 24 if late else 0
    starts = [times.shift(END, minutes=-minutes * back) for back in range(hours * 60 // minutes, 0, -1)]
    zones = [key for key in config.solved_zones() if "production" in config.zones[key].parsers]
    for at, key in enumerate(zones):
        told = starts[: len(starts) - per_hour * lacks(at, solved, late)]
        mixes = [dict(zip(MODES, row, strict=True)) for row in made.uniform(10, 1000, (len(told), len(MODES)))]
        put(store, "production", key, [
            schemas.production(key, start=start, end=times.shift(start, minutes=minutes), source="made up", modes=mix)
            for start, mix in zip(told, mixes, strict=True)])
    for key in config.link_keys():
        put(store, "exchange", key, [
            schemas.exchange(*key.split("->"), start=start, end=times.shift(start, minutes=minutes), source="made up",
                             flow_mw=float(flow_mw))
            for start, flow_mw in zip(starts, made.normal(0, 200, len(starts)), strict=True)])
    return len(zones), len(config.link_keys())


def lacks(zone: int, hours: int, late: int) -> int:
    """How many of the newest hours a zone is without production."""
    return {0: 0, 1: hours}.get(zone % 10, late) if late else 0


def put(store: Store, kind: str, key: str, events: list[schemas.RawEvent]) -> None:
    row = {"run_id": 1, "kind": kind, "key": key, "parser": "made.up", "started_s": 0, "seconds": 0.0, "outcome": "ok",
           "accepted": len(events), "refused": 0, "newest_s": None, "message": None}
    store.write_job(row, [schemas.read(kind, event) for event in events], [], "simulated")


def measure(config: Config, store: Store, hours: int) -> tuple[float, int]:
    """(seconds, rows written) of solving the hours again."""
    end_s = int(END.timestamp())
    store.mark_unsolved(end_s - 3600 * hours, end_s)
    began = time.perf_counter()
    written = solve(config, store).written
    return time.perf_counter() - began, written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=int, default=72)
    parser.add_argument("--minutes", type=int, default=60, help="length of an event")
    parser.add_argument("--late", type=int, default=0, help="newest hours in which most zones lack production")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    config = load()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store.db") as store:
        store.begin_run(0, "simulated")
        zones, links = fill(config, store, given.hours, given.minutes, given.late)
        print(f"{zones} zones with production, {links} exchanges, {given.hours} h in events of {given.minutes} min, "
              f"the newest {given.late} late")
        timed: dict[str, list[float]] = {}
        for _ in range(given.rounds):
            with store.engine.begin() as connection:
                connection.execute(tables.results.delete())
                connection.execute(tables.unsolved.delete())
            for word in ("every row written", "no row changed"):
                seconds, written = measure(config, store, given.hours)
                timed.setdefault(f"{word} ({written:,})", []).append(seconds)
        for word, seconds in timed.items():
            print(f"{word:32} {min(seconds):.2f} to {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
