"""A day of cycles against sources that fail and a process that is killed, beside the same day without either.

    python benchmarks/chaos.py [--hours 24] [--faulty 0.2] [--kills 10] [--seed 1] [--only NAME,…] [--kind KIND,…]

Both runs make a cycle for every five simulated minutes over simulated sources. In one of them a part of all requests
commits a fault of transport or shape, and the process is killed (SIGKILL) at random and started again; the very last
cycle finds sources that have calmed down. At the end every row that the clean run has is looked for in the other: it
must be there and the same wherever the source answered a request for it. Exit code 1 if anything is wrong, missing,
twice or half.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from core import http, times, tokens
from core.config import load
from core.declare import declaration
from core.ingest import jobs as room
from core.ingest.runner import Cycle, due
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.process import sandbox_process
from core.store import GOOD, Store, open_store, tables

BEGIN = "2026-03-10T00:02Z"
STEP_MIN = 5
ONLY = (
    "CH,IT-SO,NO-NO2,PT,AT->CH,ES->PT,EE->FI,US-CAL-BANC,US-NW-BPAT,US-CAL-BANC->US-NW-BPAT,ELEXON,GB,FR,ECO2MIX,"
    "ES-CN-TE,ES-IB-MA,ES-IB-ME,ES-IB-MA->ES-IB-ME,ESIOS,AU-SA,AU-TAS,AU-TAS->AU-VIC,ONS,CAMMESA,CA_ON,CEB,KPX,NZ,"
    "TAIPOWER,US_NY"
)
"""Some series of every source, so that a day passes in a quarter of an hour."""
HASTY = http.Patience(connect_s=2, read_s=1.0, body_s=1.0, retries=2, backoff_s=0.02)
"""A simulated day should not wait for real time-outs."""
PATIENT = http.Patience(connect_s=20, read_s=30.0, body_s=30.0)
"""Where there are no faults nothing may be lost to a machine that is busy."""
HOLD_S = 20.0
EDGE_S = 3600
"""Answers may begin so much later than their window, which sources and parsers count from whole hours or from the
newest data."""
PLUGINS = Manager()
KILL_WITHIN_S = 2.5
"""A cycle begins as the one before ends, and takes about so long."""


@dataclass
class Findings:
    """What the comparison of the two stores found."""

    same: int = 0
    unanswered: Counter[str] = field(default_factory=Counter)
    """Rows that the source never gave to the second run, by parser."""
    old: Counter[str] = field(default_factory=Counter)
    """Rows older than what the source told again when it had calmed down, by parser: a well-formed answer that lacked
    something came last."""
    suspect: Counter[str] = field(default_factory=Counter)
    """Rows that wait in the second run's quarantine instead, by parser."""
    wrong: list[str] = field(default_factory=list)
    """Rows that are missing or differ although the source answered, and rows that nobody published."""
    results: Counter[str] = field(default_factory=Counter)


def moments(hours: float) -> list[str]:
    """The simulated start of every cycle."""
    first = times.read(BEGIN)
    return [times.shift(first, minutes=STEP_MIN * i).isoformat() for i in range(int(hours * 60 / STEP_MIN))]


def run_cycles(
    where: str, gateway: str, calm: str, hours: float, only: Sequence[str], kinds: Sequence[str]
) -> None:
    """The cycles that a store has not had to their end yet, one after the other; a line for each on stdout.

    The last one asks sources that have calmed down, due or not.
    """
    config, plugins = load(), Manager()
    last = times.read(moments(hours)[-1])
    with open_store(where) as store, tokens.given(TOKENS):
        done = max((row["started_s"] for row in store.last_runs() if row["ended_s"]), default=0)
        for moment in map(times.read, moments(hours)):
            if moment.timestamp() <= done:
                continue
            asked = gateway if moment < last else calm
            with times.frozen(moment):
                patience, deadline_s = (PATIENT, 120) if asked == calm else (HASTY, 20)
                cycle = Cycle(
                    config, plugins, store, "simulated", gateway=asked, patience=patience, deadline_s=deadline_s)
                jobs = room.plan(config, only=only, kinds=kinds)
                print(cycle.run(due(store, jobs, plugins) if moment < last else jobs).summary(), flush=True)


class Child:
    """Cycles in a process of their own, which can be killed."""

    def __init__(self, where: Path, gateway: str, calm: str, given: argparse.Namespace) -> None:
        self.command = [
            sys.executable, __file__, "--child", str(where), gateway, calm, "--hours", str(given.hours),
            "--only", given.only, "--kind", given.kind,
        ]
        self.hours, self.cycles = given.hours, 0

    def run(self, until: int | None = None, after_s: float = 0.0) -> None:
        """Run until the end, or kill it so many seconds after the cycle of this number has ended."""
        with subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in process.stdout:
                self.cycles += 1
                if self.cycles == until:
                    time.sleep(after_s)
                    process.send_signal(signal.SIGKILL)
        if process.returncode != (0 if until is None else -signal.SIGKILL):
            raise SystemExit(f"The cycles ended with exit code {process.returncode}.")

    def run_killed(self, count: int, made: random.Random) -> list[str]:
        """Run to the end, killed so often on the way, each time somewhere within a cycle; when that was."""
        told = []
        for number in sorted(made.sample(range(1, len(moments(self.hours)) - 1), count)):
            after_s = made.uniform(0.0, KILL_WITHIN_S)
            self.run(max(number, self.cycles + 1), after_s)
            told.append(f"{after_s:.2f} s after cycle {self.cycles}")
        self.run()
        return told


def rows_of(store: Store) -> dict[tuple[str, ...], dict[str, object]]:
    """Every stored event by table and primary key."""
    found = {}
    with store.engine.connect() as connection:
        for table in (tables.mixes, tables.numbers):
            names = [column.name for column in table.primary_key]
            for row in connection.execute(select(table)).mappings():
                found[table.name, *(row[name] for name in names)] = dict(row)
    return found


def good_jobs(store: Store) -> dict[tuple[str, str], list[int]]:
    """When each series was answered well."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    with store.engine.connect() as connection:
        wanted = select(tables.jobs.c.kind, tables.jobs.c.key, tables.jobs.c.started_s)
        for kind, key, started_s in connection.execute(wanted.where(tables.jobs.c.outcome == "ok")):
            found[kind, key].append(started_s)
    return found


def written_at(store: Store) -> dict[int, tuple[int, str]]:
    """Job → when it ran, and its parser."""
    with store.engine.connect() as connection:
        wanted = select(tables.jobs.c.id, tables.jobs.c.started_s, tables.jobs.c.parser)
        return {row[0]: (row[1], row[2]) for row in connection.execute(wanted)}


def window_of(parser: str) -> int:
    """The seconds before a call of which it gives the data."""
    facts = declaration(PLUGINS.function(parser))
    return 3600 * (facts.window_h if facts else 0)


def was_answered(
    answered: dict[tuple[str, str], list[int]], row: dict[str, object], parser: str, since_s: int, reach_s: int
) -> bool:
    """Whether a right answer since that moment covered the interval of a row for sure."""
    start_s, window_s = int(str(row["start_s"])), window_of(parser)
    covered_s = window_s - EDGE_S if window_s > 2 * EDGE_S else window_s
    last_s = min(start_s + covered_s - 1, start_s + reach_s)
    return any(since_s <= at_s <= last_s for at_s in answered[str(row["kind"]), str(row["key"])])


def reach_of(rows: Iterable[dict[str, object]], written: dict[int, tuple[int, str]]) -> dict[tuple[str, str], int]:
    """How many seconds before it ran the first job of each series began with what it brought.

    A call for what is new may bring less than the window that a parser declares for its past.
    """
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        back_s = written[int(str(row["job_id"]))][0] - int(str(row["start_s"]))
        series = str(row["kind"]), str(row["key"])
        found[series] = max(found.get(series, back_s), back_s)
    return found


def compare(clean: Store, other: Store) -> Findings:
    """Look for every row of the clean run in the other, and the other way round."""
    found = Findings()
    expected, present = rows_of(clean), rows_of(other)
    calm_s = max(row["started_s"] for row in other.last_runs(1))
    waiting, suspected = ({(one["kind"], one["key"], one["start_s"]) for one in store.quarantine.waiting(0, 2**40)}
                          for store in (other, clean))
    answered, answered_clean = good_jobs(other), good_jobs(clean)
    written, written_other = written_at(clean), written_at(other)
    reach, reach_other = reach_of(expected.values(), written), reach_of(present.values(), written_other)
    for identity, row in expected.items():
        twin = present.pop(identity, None)
        if twin is not None and all(row[name] == twin[name] for name in row if name not in ("job_id", "fetched_s")):
            found.same += 1
            continue
        since_s, parser = written[int(str(row["job_id"]))]
        start_s, window_s = int(str(row["start_s"])), window_of(parser)
        if (row["kind"], row["key"], row["start_s"]) in waiting:
            found.suspect[parser] += 1
        elif not was_answered(answered, row, parser, since_s, reach[str(row["kind"]), str(row["key"])]):
            found.unanswered[parser] += 1
        elif window_s > STEP_MIN * 60 and start_s < calm_s - window_s:
            found.old[parser] += 1
        else:
            found.wrong.append(f"{identity} is {'missing' if twin is None else 'different'}")
    for identity, row in present.items():
        if (row["kind"], row["key"], row["start_s"]) in suspected:
            found.suspect["in the clean run"] += 1
        elif was_answered(
            answered_clean, row, *reversed(written_other[int(str(row["job_id"]))]),
            reach_other[str(row["kind"]), str(row["key"])]):
            found.wrong.append(f"{identity} was never published")
        else:
            found.unanswered["in the clean run"] += 1
    found.results = compare_results(clean, other)
    return found


def compare_results(clean: Store, other: Store) -> Counter[str]:
    def values(store: Store) -> dict[tuple[str, int], float | None]:
        return {(row["zone_key"], row["hour_s"]): row["lifecycle_g_per_kwh"] for row in store.results()}

    expected, present = values(clean), values(other)
    return Counter(
        "same" if key in present and present[key] == value else "missing" if key not in present else "different"
        for key, value in expected.items())


def integrity(store: Store) -> list[str]:
    """What is twice, half or broken in a store."""
    wrong = []
    with store.engine.connect() as connection:
        for table in (tables.mixes, tables.numbers, tables.results):
            names = list(table.primary_key)
            twice = connection.execute(select(func.count()).select_from(
                select(*names).group_by(*names).having(func.count() > 1).subquery())).scalar_one()
            wrong += [f"{twice} rows of {table.name} are there twice"] if twice else []
        for table in (tables.mixes, tables.numbers):
            orphans = select(func.count()).select_from(table).where(
                table.c.job_id.not_in(select(tables.jobs.c.id).where(tables.jobs.c.outcome.in_(GOOD))))
            count = connection.execute(orphans).scalar_one()
            wrong += [f"{count} rows of {table.name} belong to no job that went well"] if count else []
        said = connection.execute(text("PRAGMA integrity_check")).scalar_one()
        wrong += [] if said == "ok" else [f"SQLite says {said}"]
    wrong += [f"{len(store.unsolved_hours())} hours were not solved"] if store.unsolved_hours() else []
    return wrong


def timed(run: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What a call gives, and its seconds."""
    began = time.perf_counter()
    return run(*arguments), time.perf_counter() - began


def chaos(given: argparse.Namespace, folder: Path) -> tuple[Findings, list[str], dict[str, object]]:
    """Both runs and their comparison; figures for people."""
    seconds: dict[str, float] = {}
    faults = ["--faults", f"transport={given.faulty / 2},shape={given.faulty / 2}", "--hold", str(HOLD_S)]
    seed = ["--seed", str(given.seed)]
    with sandbox_process(seed) as url, sandbox_process([*seed, *faults]) as faulty_url, ThreadPoolExecutor() as both:
        clean = both.submit(timed, Child(folder / "clean.db", url, url, given).run)
        other = Child(folder / "chaos.db", faulty_url, url, given)
        chaotic = both.submit(timed, other.run_killed, given.kills, random.Random(given.seed))
        (_, seconds["clean"]), (killed, seconds["chaos"]) = clean.result(), chaotic.result()
    with open_store(folder / "clean.db") as first, open_store(folder / "chaos.db") as second:
        found, wrong = compare(first, second), integrity(second)
        figures = {
            "cycles": len(moments(given.hours)), "kills": len(killed), "killed": killed,
            "seconds": {name: round(value) for name, value in seconds.items()},
            "jobs": {name: outcomes(one) for name, one in (("clean", first), ("chaos", second))},
            "rows": {name: one.counts() for name, one in (("clean", first), ("chaos", second))},
        }
    return found, wrong, figures


def outcomes(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        wanted = select(tables.jobs.c.outcome, func.count()).group_by(tables.jobs.c.outcome)
        return {row[0]: row[1] for row in connection.execute(wanted)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=24, help="simulated")
    parser.add_argument("--faulty", type=float, default=0.2, help="part of the requests")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=ONLY, help="zones, exchanges and parsers")
    parser.add_argument("--kind", default="production,exchange,consumption")
    parser.add_argument("--folder", type=Path, help="keep the two stores here")
    parser.add_argument("--child", nargs=3, metavar=("STORE", "ADDRESS", "CALM"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        run_cycles(*given.child, given.hours, given.only.split(","), given.kind.split(","))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        os.makedirs(folder, exist_ok=True)
        found, wrong, figures = chaos(given, folder)
    print(json.dumps(figures, indent=1))
    print(f"events: {found.same} the same, {sum(found.unanswered.values())} never answered {dict(found.unanswered)}, "
          f"{sum(found.old.values())} older than the last right answer {dict(found.old)}, "
          f"{sum(found.suspect.values())} in quarantine {dict(found.suspect)}, {len(found.wrong)} wrong")
    print(f"results: {dict(found.results)}")
    for line in (*found.wrong[:20], *wrong):
        print(f"WRONG: {line}")
    sys.exit(1 if found.wrong or wrong else 0)


if __name__ == "__main__":
    main()
