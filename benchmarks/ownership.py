"""What it costs to keep an instance: requests per source and day, memory, processor time, disk.

    python benchmarks/ownership.py [--hours 24] [--only NAME,…]

Simulated hours of five-minute cycles over all sources of a sandbox, each cycle asking what is due, as `gridtrace run`
from cron does. The first cycle of a new store asks for everything and is counted apart. Each kind of work is done in a
process of its own, whose largest memory is what the system says. Prints Markdown tables for docs/ownership.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from api import ours

from core import http, times, tokens
from core.config import load
from core.history.refetch import due_again
from core.ingest import jobs as room
from core.ingest.runner import Cycle, due
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.process import sandbox_process
from core.store import open_store, upkeep

BEGIN = "2026-03-10T00:02Z"
STEP_MIN = 5
DAY_H, YEAR_H = 24, 8766
FORGOTTEN = ("jobs", "runs")
"""Tables that lose what is older than two weeks by themselves."""


class Counting(http.PoliteAdapter):
    """Counts the requests that each host gets."""

    sent: Counter[str] = Counter()

    def send(self, request, **kwargs):  # type: ignore[no-untyped-def]
        self.sent[urlsplit(request.url).hostname] += 1
        return super().send(request, **kwargs)


def run_cycles(where: str, gateway: str, hours: int, only: list[str] | None) -> None:
    """The cycles of so many simulated hours; a line of JSON for each on stdout."""
    http.PoliteAdapter = Counting  # type: ignore[misc]
    config, plugins, first = load(), Manager(), times.read(BEGIN)
    with open_store(where) as store, tokens.given(TOKENS):
        for number in range(hours * 60 // STEP_MIN + 1):
            with times.frozen(times.shift(first, minutes=STEP_MIN * number)):
                Counting.sent.clear()
                began_s = time.process_time()
                planned = room.plan(config, only=only)
                asked = [*due(store, planned, plugins), *due_again(store, planned, plugins)]
                report = Cycle(config, plugins, store, "simulated", gateway=gateway).run(asked)
                used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                info = upkeep.info(store).tables
                weighed = {one.name: (one.table_bytes or 0) + (one.index_bytes or 0) for one in info}
                told = {
                    "sent": Counting.sent, "jobs": len(asked), "cpu_s": time.process_time() - began_s,
                    "seconds": report.seconds, "memory_mb": used, "bytes": weighed}
                print(json.dumps(told), flush=True)


def cycles(where: Path, hours: int, only: str | None) -> list[dict[str, Any]]:
    """What each cycle took, from a process of their own; the first is that of an empty store."""
    with sandbox_process() as gateway:
        command = [sys.executable, __file__, "--child", str(where), gateway, "--hours", str(hours)]
        command += ["--only", only] if only else []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            found = [json.loads(line) for line in child.stdout]
    if child.returncode:
        sys.exit("The cycles did not come to their end.")
    return found


def memory_mb(*words: object) -> float:
    """The most memory that a command had."""
    child = subprocess.Popen([sys.executable, "-m", "core.cli", *map(str, words)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"gridtrace {words[0]} failed")
    return used.ru_maxrss / 1024


def table(*lines: tuple[object, ...]) -> None:
    head, *rest = (f"| {' | '.join(map(str, line))} |" for line in lines)
    print("\n".join(["", head, "|---" * len(lines[0]) + "|", *rest]))


def tell(found: list[dict[str, Any]], hours: int) -> None:
    """The tables of requests and of what the cycles took."""
    first, later = found[0], found[1:]
    sent, days = Counter[str](), hours / DAY_H
    for one in later:
        sent.update(one["sent"])
    grown = {name: later[-1]["bytes"][name] - weight for name, weight in first["bytes"].items()}
    table(
        ("", "first cycle", f"a day, from {hours} h"),
        ("jobs", first["jobs"], f"{sum(one['jobs'] for one in later) / days:,.0f}"),
        ("requests", sum(first["sent"].values()), f"{sum(sent.values()) / days:,.0f}"),
        ("processor time, s", f"{first['cpu_s']:.0f}", f"{sum(one['cpu_s'] for one in later) / days:,.0f}"),
        ("longest cycle, s", f"{first['seconds']:.0f}", f"{max(one['seconds'] for one in later):.0f}"),
        ("memory at most, MB", f"{first['memory_mb']:.0f}", f"{later[-1]['memory_mb']:.0f}"),
        ("store, MB", f"{sum(first['bytes'].values()) / 1e6:.0f}", f"+{sum(grown.values()) / days / 1e6:.0f}"))
    lasting = sum(weight for name, weight in grown.items() if name not in FORGOTTEN)
    print(f"\na year at that pace, without records of jobs: {lasting / hours * YEAR_H / 1e9:.1f} GB of SQLite")
    heaviest = sorted(grown.items(), key=lambda one: -one[1])
    table(("table", "MB a day"), *((name, f"{weight / days / 1e6:.1f}") for name, weight in heaviest if weight))
    hosts = sorted(first["sent"].keys() | sent.keys(), key=lambda host: (-sent[host], host))
    table(
        ("host", "requests in the first cycle", "requests a day"),
        *((host, first["sent"].get(host, 0), f"{sent[host] / days:,.0f}") for host in hosts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--only", help="zones, exchanges and parsers")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        run_cycles(*given.child, given.hours, given.only.split(",") if given.only else None)
        return
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "store.db"
        tell(cycles(where, given.hours, given.only), given.hours)
        with ours(str(where)) as made:
            made.get("/state")
            serving_mb = made.memory_mb()
        solving_mb = memory_mb("solve", "--store", where, "--from", BEGIN[:10], "--to", "2026-03-12")
        exporting_mb = memory_mb("export", Path(folder) / "out", "--store", where)
        table(
            ("command", "memory at most, MB"),
            ("serve, one worker, after /state", f"{serving_mb:.0f}"),
            ("solve of these hours", f"{solving_mb:.0f}"), ("export of these hours", f"{exporting_mb:.0f}"))


if __name__ == "__main__":
    main()
