"""A simulated week of operation with planned outages: every alert that was sent, held against the plan.

    python benchmarks/week.py               seven days of cycles, five minutes apart
    python benchmarks/week.py --days 2      the outages of its first two days

Some sources of the sandbox are asked over HTTP with a clock that is moved from cycle to cycle. While they are, some
fail as the plan says, the process is killed in the middle of a cycle, and the receiver of the alerts is away for a
while. What it has received at the end must be the plan: each alert right, none missing, none repeated. Exit code 1 if
it is not.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from core import http, times, tokens
from core.config import load
from core.flowtrace.arrays import FloatArray
from core.health.alerts import watch
from core.ingest import jobs as room
from core.ingest.runner import Cycle, due
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.distortions import ABSURD_MW, Distortion
from core.sandbox.faults import Fault
from core.sandbox.grid import Grid
from core.sandbox.readings import Readings, World
from core.sandbox.server import Sandbox
from core.sandbox.steps import Steps
from core.sandbox.wire import Asked, Reply
from core.store import open_store

BEGIN = times.read("2026-03-09T00:02Z")
ONLY = "NZ,TAIPOWER,PE,PA,UY,CR,SG,IL"
KINDS = ("production",)
HASTY = http.Patience(connect_s=2, read_s=2.0, body_s=2.0, retries=0)
KILLED = -signal.SIGKILL
SLACK_MIN = 65
"""How much later than planned an alert may come: jobs of slow sources are due every quarter of an hour."""


@dataclass(frozen=True)
class Outage:
    """What is wrong with a source, from one hour of the week to another."""

    source: str
    """The parser's module; empty for all sources."""
    what: str
    from_h: float
    to_h: float
    told: tuple[str, ...]
    """The states that are told of it, in order; none: nothing may be told."""
    within_h: float = 1.0
    """How long after its begin the first of them may be told at the latest."""
    every_h: float = 0.0
    """It comes and goes, for so long each."""

    def is_on(self, hour: float) -> bool:
        is_within = self.from_h <= hour < self.to_h
        return is_within and (not self.every_h or int((hour - self.from_h) / self.every_h) % 2 == 0)


WEEK = (
    Outage("NZ", "503", 12, 18, ("failing",)),
    Outage("TAIPOWER", "503", 27, 32, ("failing",), every_h=0.5),
    Outage("PE", "stuck", 38, 46, ("stale",), within_h=7),
    Outage("PA", "absurd", 60, 66, ("suspect",)),
    Outage("UY", "frozen", 77, 91, ("suspect",), within_h=9),
    Outage("", "away", 108, 109, ("failing",)),
    Outage("CR", "503", 122, 122.1, ()),
    Outage("SG", "403", 132, 168, ("failing",)),
)
KILLS_H, AWAY_H = (12.1, 40.0, 108.1), (60.0, 65.0)
"""When the process is killed in the middle of a cycle, and from when to when the receiver of the alerts is away."""


@dataclass(frozen=True)
class Since(Distortion):
    """Instruments that stand still, or say absurd things, from a moment on."""

    moment_s: float = 0.0
    is_frozen: bool = True

    def values(self, values: FloatArray, steps: Steps, now: datetime) -> FloatArray:
        at = min(max(0, int((self.moment_s - steps.start_s) // steps.step_s)), steps.count)
        found = values.copy()
        if at < steps.count:
            found[..., at:] = found[..., at : at + 1] if self.is_frozen else ABSURD_MW
        return found


class Spoilt(Sandbox):
    """A sandbox in which the plan's outages happen, by the clock of who asks."""

    def __init__(self, world: World, outages: Sequence[Outage]) -> None:
        super().__init__(world)
        self.outages = outages

    def answer(self, asked: Asked) -> tuple[Reply, Fault | None]:
        name, reply_of = self.sources.get(asked.host, ("", None))
        hour = (asked.now - BEGIN).total_seconds() / 3600
        for one in self.outages:
            if reply_of is not None and one.source.lower() in ("", name) and one.is_on(hour):
                return self._spoilt(one, asked, reply_of)
        return super().answer(asked)

    def _spoilt(self, one: Outage, asked: Asked, reply_of: Callable[..., Reply]) -> tuple[Reply, Fault | None]:
        begin = times.shift(BEGIN, hours=one.from_h)
        if one.what == "away":
            return Reply(b""), Fault("reset")
        if one.what in ("403", "503"):
            return Reply(b"<html>no</html>", "text/html", int(one.what)), None
        if one.what == "stuck":
            return reply_of(replace(asked, now=begin), Readings(self.world, begin)), None
        made = Since(moment_s=begin.timestamp(), is_frozen=one.what == "frozen")
        return reply_of(asked, Readings(self.world, asked.now, made)), None


@dataclass
class Inbox:
    """What the receiver of the alerts got; while it is away it answers 503."""

    got: list[dict[str, Any]] = field(default_factory=list)
    is_away: bool = False
    refused: int = 0


@contextmanager
def receiving() -> Iterator[tuple[str, Inbox]]:
    """A webhook on loopback."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if inbox.is_away:
                inbox.refused += 1
            else:
                inbox.got.append(json.loads(body))
            self.send_response(503 if inbox.is_away else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", inbox
        server.shutdown()


def moments(days: float, step_min: int) -> list[datetime]:
    """When each cycle begins."""
    return [times.shift(BEGIN, minutes=step_min * at) for at in range(int(days * 24 * 60 / step_min))]


def run_cycles(where: str, gateway: str, days: float, step_min: int, only: str) -> None:
    """The cycles that have not begun yet, a line on stdout before each; as `gridtrace run`, with a clock that is moved.
    """
    config, plugins = load(), Manager()
    with open_store(where) as store, tokens.given(TOKENS):
        begun = max((row["started_s"] for row in store.last_runs(1)), default=0)
        watched = watch(where, "simulated", lambda text: print(text, file=sys.stderr, flush=True))
        jobs = room.plan(config, only=only.split(","), kinds=KINDS)
        for moment in moments(days, step_min):
            if moment.timestamp() <= begun:
                continue
            print(moment.isoformat(), flush=True)
            with times.frozen(moment):
                cycle = Cycle(config, plugins, store, "simulated", gateway=gateway, patience=HASTY, deadline_s=20)
                cycle.run(due(store, jobs, plugins))
                watched.ended(config, plugins, store)


def week(
    outages: Sequence[Outage], kills_h: Sequence[float], away_h: tuple[float, float], days: float, step_min: int,
    folder: Path, only: str = ONLY,
) -> tuple[list[dict[str, Any]], Inbox, int]:
    """Run it: the changes that were received, in order, the inbox, and how often the process was killed."""
    kills, killed, log = [times.shift(BEGIN, hours=hour) for hour in kills_h], 0, folder / "week.log"
    with receiving() as (url, inbox), Spoilt(World(Grid(load())), outages) as sandbox, log.open("w") as said:
        threading.Thread(target=sandbox.serve_forever, daemon=True).start()
        command = [sys.executable, __file__, "--child", str(folder / "week.db"), sandbox.url, "--days", str(days),
                   "--step", str(step_min), "--only", only]
        environment = {**os.environ, "GRIDTRACE_ALERT_WEBHOOK": url}
        code: int | None = KILLED
        while code == KILLED:
            piped = subprocess.PIPE
            with subprocess.Popen(command, stdout=piped, stderr=said, text=True, env=environment) as process:
                assert process.stdout is not None
                for line in process.stdout:
                    moment = times.read(line.strip())
                    hour = (moment - BEGIN).total_seconds() / 3600
                    inbox.is_away = away_h[0] <= hour < away_h[1]
                    if due_kill := next((at for at in kills if at <= moment), None):
                        kills.remove(due_kill)
                        killed += 1
                        time.sleep(0.05)
                        process.send_signal(signal.SIGKILL)
            code = process.returncode
        sandbox.shutdown()
    if code:
        raise SystemExit(f"The cycles ended with exit code {code}; what they said is in {log}.")
    alerts = [change | {"at": one["at"], "id": one["id"]} for one in inbox.got for change in one["changes"]]
    return alerts, inbox, killed


def judge(changes: Sequence[dict[str, Any]], outages: Sequence[Outage], days: float) -> list[str]:
    """What is wrong with the alerts; nothing if they are the plan."""
    left, wrong = list(changes), []
    for one in outages:
        for state in one.told:
            failed = _take(left, one, "failed", state, one.from_h, one.from_h + one.within_h)
            wrong += [] if failed else [f"{one.source or 'all'} {one.what}: nothing said that it is {state}"]
            if one.to_h < 24 * days - 2:
                over = _take(left, one, "recovered", state, one.to_h, one.to_h + 1 + SLACK_MIN / 60 + one.within_h)
                wrong += [] if over else [f"{one.source or 'all'} {one.what}: nothing said that it is over"]
    return wrong + [f"not planned: {_line(one)}" for one in left]


def _take(
    left: list[dict[str, Any]], one: Outage, change: str, state: str, from_h: float, to_h: float
) -> dict[str, Any] | None:
    for found in left:
        hour = (times.read(found["at"]) - BEGIN).total_seconds() / 3600
        is_of = (found["parser"] or "") == one.source and (found["change"], found["state"]) == (change, state)
        if is_of and from_h <= hour <= to_h:
            left.remove(found)
            return found
    return None


def _line(one: dict[str, Any]) -> str:
    who, what = one["parser"] or f"{len(one['parsers'])} parsers", f"{one['change']:9} {one['state']}"
    return f"{one['at']} {who:11} {what:18} since {one['since']} over {one['over']}: {len(one['series'])} series"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--step", type=int, default=5, help="minutes from cycle to cycle")
    parser.add_argument("--only", default=ONLY, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help="keep the store and the log here")
    parser.add_argument("--child", nargs=2, metavar=("STORE", "ADDRESS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        run_cycles(*given.child, given.days, given.step, given.only)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        os.makedirs(folder, exist_ok=True)
        began = time.perf_counter()
        changes, inbox, killed = week(WEEK, KILLS_H, AWAY_H, given.days, given.step, folder)
        wrong = judge(changes, [one for one in WEEK if one.from_h < 24 * given.days], given.days)
        cycles, seconds = len(moments(given.days, given.step)), time.perf_counter() - began
        print(f"{cycles} cycles, killed {killed} times, {seconds:.0f} s")
        print(f"{len(inbox.got)} messages with {len(changes)} changes; {inbox.refused} refused while away")
        print("\n".join(map(_line, changes)))
        print("\n".join(f"WRONG: {line}" for line in wrong) or "each alert right, none missing, none repeated")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
