"""`gridtrace wait`: on a clock that is moved, and as a process that becomes its command."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from typer.testing import CliRunner

from core import times
from core.cli import answers, app, waiting
from core.errors import SourceDown
from core.store import open_store
from tests.core.api.dialects.conftest import fill
from tests.core.api.small import NOW

POLL_S = 300


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("waiting") / "store.db")
    with times.frozen(NOW), open_store(path) as store:
        fill(store)
    return path


class Waited:
    """What was run and when, with every sleep passing at once."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.sleeps: list[float] = []
        self.ran: list[tuple[list[str], str]] = []

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.clock.shift(seconds)

    def run(self, command: list[str]) -> None:
        self.ran.append((command, f"{times.now():%d %H:%M:%S}"))


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waited]:
    """It is 12:05."""
    with time_machine.travel(NOW, tick=False) as clock:
        made = Waited(clock)
        monkeypatch.setattr("time.sleep", made.sleep)
        monkeypatch.setattr(waiting, "_become", made.run)
        yield made


def wait(place: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["wait", "--store", place, "-z", "GB", *words, "--", "true", "-x"])


def greens(monkeypatch: pytest.MonkeyPatch, *found: bool | Exception | None) -> None:
    """What is answered one after the other."""
    rest = iter(found)

    def green(*_: object) -> dict[str, Any]:
        one = next(rest)
        if isinstance(one, Exception):
            raise one
        return {"is_green": one, "advice": f"green: {one}"}

    monkeypatch.setattr(answers.Here, "green", green)


def test_what_is_green_already_runs_at_once(place: str, waited: Waited) -> None:
    found = wait(place, "--below", "623")
    assert found.exit_code == 0 and waited.ran == [(["true", "-x"], "10 12:05:00")] and waited.sleeps == []
    assert found.stdout == "" and found.stderr.startswith("GB: green. 622.0")


def test_it_is_looked_again_every_five_minutes_until_it_is_green(
    place: str, waited: Waited, monkeypatch: pytest.MonkeyPatch
) -> None:
    greens(monkeypatch, False, None, SourceDown("The host did not answer."), True)
    found = wait(place, "--below", "623")
    assert waited.ran == [(["true", "-x"], "10 12:20:00")] and waited.sleeps == [POLL_S] * 3
    assert found.stderr.splitlines() == [
        "green: False", "The host did not answer. It is asked again in 5 minutes.", "green: True"]


def test_at_the_time_out_it_is_run_all_the_same_or_fails(place: str, waited: Waited) -> None:
    found = wait(place, "--below", "100", "--timeout", "12m")
    assert waited.ran == [(["true", "-x"], "10 12:17:00")] and waited.sleeps == [300, 300, 120]
    assert found.exit_code == 0 and "The time-out is reached" in found.stderr
    failed = wait(place, "--below", "100", "--timeout", "12m", "--or-fail")
    assert failed.exit_code == 1 and len(waited.ran) == 1


def test_the_best_start_is_waited_for(place: str, waited: Waited) -> None:
    """Two hours by 02:00 are best from midnight on; looked at every five minutes of the 11 h 55 min until then."""
    found = wait(place, "--best", "-d", "2h", "--by", "02:00", "--tz", "UTC")
    assert waited.ran == [(["true", "-x"], "11 00:00:00")] and waited.sleeps == [POLL_S] * 143
    assert found.stderr.count("Start at 2026-03-11 00:00 GMT in GB: 601.0 gCO2eq/kWh") == 1


def test_a_new_forecast_moves_the_start(place: str, waited: Waited, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said at 12:05: 14:00; at 12:10: 12:12, which comes before the next look."""
    rest = iter(["2026-03-10T14:00:00Z", "2026-03-10T12:12:00Z"])
    deadlines: list[int] = []

    def decide(_: object, names: list[str], job: Any) -> dict[str, Any]:
        deadlines.append(job.deadline_s)
        return {"start": (start := next(rest)), "advice": f"Start at {start}."}

    monkeypatch.setattr(answers.Here, "decide", decide)
    found = wait(place, "--best", "-d", "2h", "--timeout", "6h")
    assert waited.ran == [(["true", "-x"], "10 12:12:00")] and waited.sleeps == [300, 120]
    assert found.stderr.splitlines() == ["Start at 2026-03-10T14:00:00Z.", "Start at 2026-03-10T12:12:00Z."]
    latest_s = int(NOW.timestamp()) + 8 * 3600
    assert deadlines == [latest_s, latest_s]  # it stays where it was, or the job would be put off for ever


def test_without_a_forecast_it_runs_at_the_latest_start(place: str, waited: Waited) -> None:
    found = CliRunner().invoke(app, [
        "wait", "--store", place, "-z", "ES", "--best", "-d", "1h", "--by", "2026-03-10T14:00Z", "--", "true"])
    assert waited.ran == [(["true"], "10 13:00:00")] and "the latest start that meets the deadline" in found.stderr


def test_what_was_asleep_until_after_the_latest_start_runs_at_once(
    place: str, waited: Waited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: waited.clock.shift(3600 * 24))
    found = wait(place, "--best", "-d", "2h", "--by", "02:00")
    assert waited.ran == [(["true", "-x"], "11 12:05:00")] and found.exit_code == 0


def test_a_terminal_counts_down(place: str, waited: Waited, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Status:
        def __enter__(self) -> "Status":
            return self

        def __exit__(self, *_: object) -> None:
            shown.append("end")

        def update(self, text: str) -> None:
            shown.append(text)

    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.console.Console.status", lambda *_: Status())
    now_s = NOW.timestamp()
    waiting._pause(now_s + 2, waiting.Look(now_s + 3700, ""), now_s + 9000)
    waiting._pause(now_s + 3, waiting.Look(float("inf"), ""), now_s + 62)
    assert shown == ["1:01:40 until the start", "1:01:39 until the start", "end", "0:01:00 until the time-out", "end"]


@pytest.mark.parametrize(("words", "said"), [
    (("--best",), "--best goes with -d"), (("-d", "2h"), "--best goes with -d"),
    (("--by", "18:00"), "--best goes with -d"),
    (("--best", "-d", "2h", "--or-fail"), "--or-fail goes with green"), (("--timeout", "x"), "is not a length of time"),
])
def test_what_makes_no_sense_is_exit_code_2(place: str, waited: Waited, words: tuple[str, ...], said: str) -> None:
    found = wait(place, *words)
    assert found.exit_code == 2 and said in " ".join(found.stderr.replace("│", "").split()) and not waited.ran


def test_a_command_that_is_not_there_is_told_before_waiting(place: str, waited: Waited) -> None:
    found = CliRunner().invoke(app, ["wait", "--store", place, "-z", "GB", "--", "no-such-command-here"])
    assert found.exit_code == 2 and "There is no command" in found.stderr


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `gridtrace wait` for a zone of an empty store, of which nothing is ever known."""
    path, started = str(tmp_path / "store.db"), []
    open_store(path).close()

    def start(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "core.cli", "wait", "--store", path, "-z", "FR", *words]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.communicate()


SLEEPER = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
REFUSING = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
print(flush=True)
time.sleep(60)
"""


def test_the_command_s_exit_code_output_and_signals_are_its_own(process: Callable[..., Any]) -> None:
    fails = process("--timeout", "1s", "--", sys.executable, "-c", "print('done'); raise SystemExit(7)")
    slept = process("--timeout", "1s", "--", sys.executable, "-c", SLEEPER)
    refuses = process("--timeout", "1s", "--", sys.executable, "-c", REFUSING)
    out, said = fails.communicate(timeout=60)
    assert (fails.returncode, out) == (7, "done\n") and "Nothing is known of FR" in said
    assert int(slept.stdout.readline()) == slept.pid  # it took the place of this process
    slept.send_signal(signal.SIGINT)
    refuses.stdout.readline()
    refuses.send_signal(signal.SIGTERM)
    assert refuses.wait(60) == 9 and slept.wait(60) == -signal.SIGINT


@pytest.mark.parametrize(("name", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_signal_while_it_waits_ends_it_without_running(
    process: Callable[..., Any], name: signal.Signals, code: int
) -> None:
    waits = process("--", sys.executable, "-c", "print('ran')")
    assert "Nothing is known of FR" in waits.stderr.readline()
    os.kill(waits.pid, name)
    out, _ = waits.communicate(timeout=60)
    assert (waits.returncode, out) == (code, "")
