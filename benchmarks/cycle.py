"""How long a whole cycle takes against simulated sources that answer after a while, beside the bound they set.

    python benchmarks/cycle.py [--latency 0.1] [--rounds 2] [--workers 48] [--only NAME,…]

The bound is that of the slowest host: its requests × the latency / the requests that a host gets at a time. It is
counted in the same run as the cycle is timed, which asks every parser, validates, stores and traces into a new file.
The sandbox runs in a process of its own; its own work comes on top of the latency and is not in the bound.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from core import http, tokens
from core.config import load
from core.ingest import jobs as room
from core.ingest.runner import Cycle, Report
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.process import sandbox_process
from core.store import open_store


class Counting(http.PoliteAdapter):
    """Counts the requests that each host gets."""

    sent: Counter[str] = Counter()

    def send(self, request, **kwargs):  # type: ignore[no-untyped-def]
        self.sent[urlsplit(request.url).hostname] += 1
        return super().send(request, **kwargs)


def run(where: Path, latency_s: float, workers: int, only: list[str] | None) -> tuple[float, Report]:
    """(seconds, report) of one cycle into a new store."""
    config, plugins = load(), Manager()
    with (
        sandbox_process(["--latency", str(latency_s)]) as url, tokens.given(TOKENS), open_store(where) as store,
    ):
        cycle = Cycle(config, plugins, store, "simulated", workers=workers, gateway=url)
        began = time.perf_counter()
        report = cycle.run(room.plan(config, only=only))
        return time.perf_counter() - began, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--latency", type=float, default=0.1, help="seconds")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=48)
    parser.add_argument("--only", help="zones, exchanges and parsers")
    given = parser.parse_args()
    http.PoliteAdapter = Counting  # type: ignore[misc]
    for number in range(given.rounds):
        Counting.sent.clear()
        with tempfile.TemporaryDirectory() as folder:
            only = given.only.split(",") if given.only else None
            seconds, report = run(Path(folder) / "store.db", given.latency, given.workers, only)
        host, count = Counting.sent.most_common(1)[0]
        bound = count * given.latency / http.PER_HOST
        print(f"round {number + 1}: {seconds:.1f} s; {report.requests} requests, {count} of them to {host}, at least "
              f"{bound:.1f} s at {http.PER_HOST} at a time; {seconds / bound if bound else 0:.2f} × the bound")
        print(f"  {report.summary()}")


if __name__ == "__main__":
    main()
