"""Messages on their way: to a webhook, a command and what apprise knows, with failures and kills between."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core import times
from core.errors import ConfigError, StoreBusy, StoreError
from core.health import alerts
from core.health.channels import Settings, read_settings
from core.health.incidents import Policy
from core.store import Store, open_store
from tests.core.health.world import CONFIG, NOON_S, at, job, plugins

ROOT = Path(__file__).parents[3]


class Receiver(ThreadingHTTPServer):
    """A webhook on loopback: what it got, by path, and what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, Any]] = []
        self.status, self.wait_s = 204, 0.0

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.got.append((self.path, json.loads(body) if body else None))
        time.sleep(self.server.wait_s)
        self.send_response(self.server.status)
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the count of cycles in which a store failed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def failing(store: Store, cycles: int = 3, first_min: float = 0) -> None:
    """XB fails in so many cycles, five minutes apart."""
    for cycle in range(cycles):
        job(store, "XB", "failed", first_min + 5 * cycle)


def settings(monkeypatch: pytest.MonkeyPatch, said: list[str], **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"GRIDTRACE_ALERT_{name}", value)
    return read_settings(said.append)


def end_cycle(store: Store, given: Settings, said: list[str], minutes: float = 10) -> None:
    with at(minutes):
        alerts.Watch("store.db", "live", given, said.append).ended(CONFIG, plugins(), store)


def test_a_webhook_gets_one_message_with_what_programs_need(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    given = settings(monkeypatch, said, WEBHOOK=receiver.url())
    failing(store)
    for minutes in (10, 15, 20):
        end_cycle(store, given, said, minutes)
    ((path, body),) = receiver.got
    assert path == "/hook" and body["version"] == 1 and body["attempt"] == 1 and body["origin"] == "live"
    assert body["at"] == "2026-03-10T12:10:00Z" and body["subject"] == "Gridtrace XB fails"
    (change,) = body["changes"]
    assert change == {
        "change": "failed", "incident": 1, "parser": "XB", "parsers": ["XB"], "state": "failing",
        "reason": "SourceDown: XB is away.", "series": ["production XB"], "since": "2026-03-10T12:00:00Z", "over": None,
        "seriesOfParser": 1}
    line = "XB fails since 2026-03-10 12:00Z: production XB. SourceDown: XB is away."
    assert said == [line] and body["text"] == line, "the log has it once, too"


def test_a_channel_that_fails_is_tried_again_and_the_others_are_not(
    store: Store, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    script = tmp_path / "note.py"
    script.write_text(f"import sys; open({str(tmp_path / 'noted')!r}, 'a').write(sys.stdin.read() + '\\n')")
    given = settings(
        monkeypatch, said, WEBHOOK=receiver.url("/secret-path"), COMMAND=f"{sys.executable} {script} --loud")
    receiver.status = 503
    failing(store)
    end_cycle(store, given, said)
    assert said[-1].endswith("127.0.0.1 answered with status 503.") and "secret-path" not in str(said)
    receiver.status = 204
    end_cycle(store, given, said, 15)
    end_cycle(store, given, said, 20)
    assert [body["attempt"] for _, body in receiver.got] == [1, 2]
    assert receiver.got[0][1]["id"] == receiver.got[1][1]["id"], "the same message"
    (noted,) = (tmp_path / "noted").read_text().splitlines()
    assert json.loads(noted)["changes"][0]["parser"] == "XB"


def test_a_command_that_hangs_costs_its_limit_only(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("core.health.channels.LIMIT_S", 0.3)
    given = settings(monkeypatch, said, COMMAND=f"{sys.executable} -c 'import time; time.sleep(60)'")
    failing(store)
    began = time.monotonic()
    end_cycle(store, given, said)
    assert time.monotonic() - began < 20 and said[-1].endswith("did not end within 0.3 s.")


def test_channels_hear_only_of_their_parsers_and_zones(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    urls = f"XA,XC={receiver.url('/xa')} links,XB={receiver.url('/xb')} {receiver.url('/all')}"
    given = settings(monkeypatch, said, WEBHOOK=urls, AFTER="2")
    failing(store, 2)
    for minutes in (0, 5):
        job(store, "XB->XC", "failed", minutes)
    end_cycle(store, given, said)
    got = {path: [one["parser"] for one in body["changes"]] for path, body in receiver.got}
    assert got == {"/xb": ["XB", "links"], "/all": ["XB", "links"], "/xa": ["links"]}, "the link ends in XC"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of modules that apprise imports
def test_apprise_sends_and_says_what_failed_without_the_secrets_of_its_address(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """apprise's own JSON to loopback; everything else is the library's."""
    said: list[str] = []
    url = f"json://user:hunter22@127.0.0.1:{receiver.server_port}/private-way"
    given = settings(monkeypatch, said, APPRISE=f"XB={url}")
    receiver.status = 403
    failing(store)
    end_cycle(store, given, said)
    assert "did not take the message" in said[-1] and "hunter22" not in str(said) and "private-way" not in str(said)
    receiver.status = 200
    end_cycle(store, given, said, 15)
    path, body = receiver.got[-1]
    assert (path, body["title"]) == ("/private-way", "Gridtrace XB fails") and "SourceDown" in body["message"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name, value, words", [
    ("WEBHOOK", "ops.example.org/s3cret", "no address"), ("APPRISE", "nonsense://s3cret", "cannot use"),
    ("AFTER", "0", "whole number above 0"), ("REMIND_H", "often", "number above 0"),
    ("COMMAND", "say 's3cret", "words"), ("PING", "s3cret", "no address")])
def test_a_variable_that_makes_no_sense_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as raised:
        settings(monkeypatch, [], **{name: value})
    assert f"GRIDTRACE_ALERT_{name}" in str(raised.value) and "s3cret" not in str(raised.value)


def test_numbers_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, [], AFTER="5", REMIND_H="24").policy == Policy(5, 24.0)


def test_the_dead_mans_switch_hears_of_each_cycle_and_of_a_store_that_fails(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    given = settings(monkeypatch, said, PING=receiver.url("/uuid"))
    end_cycle(store, given, said)
    watched = alerts.Watch("store.db", "live", given, said.append)
    for err in (StoreError("The disk is full."), StoreBusy("Another cycle is writing.")):
        with pytest.raises(StoreError), alerts.telling(watched):
            raise err
    assert [path for path, _ in receiver.got] == ["/uuid", "/uuid/fail"], "a busy store is no failure"


def test_a_store_that_fails_is_told_in_the_third_cycle_and_its_return_once(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    given = settings(monkeypatch, said, WEBHOOK=receiver.url())
    watched = alerts.Watch("store.db", "live", given, said.append)
    for minutes in range(0, 30, 5):
        with at(minutes), pytest.raises(StoreError), alerts.telling(watched):
            raise StoreError("The disk is full.")
    end_cycle(store, given, said, 60)
    end_cycle(store, given, said, 65)
    assert said == [
        "The store cannot be used since 2026-03-10 12:00Z. The disk is full.",
        "The store can be used again since 2026-03-10 13:00Z, after 1 h."]
    assert [body["changes"][0]["change"] for _, body in receiver.got] == ["failed", "recovered"]


KILLED = """
import os, signal, sys
from core import store, times
from core.health import alerts, channels
from tests.core.health.world import CONFIG, at, plugins
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
where, point, minutes = sys.argv[1:]
with store.open_store(where) as opened, at(float(minutes)):
    if point == "before":
        alerts.deliver = die
    if point == "between":
        type(opened.reports).settle = die
    alerts.watch(where, "live", lambda text: None).ended(CONFIG, plugins(), opened)
"""


@pytest.mark.parametrize("point, attempts", [("before", [1]), ("between", [1, 2])])
def test_a_kill_loses_no_message_and_repeats_at_most_the_one_being_sent(
    place: str, receiver: Receiver, point: str, attempts: list[int]
) -> None:
    """Killed after the message was recorded, or after it was sent and before that was; then two more cycles."""
    environment = {**os.environ, "GRIDTRACE_ALERT_WEBHOOK": receiver.url(), "PYTHONPATH": str(ROOT)}
    with open_store(place) as store:
        failing(store)
    for minutes, where in ((10, point), (15, ""), (20, "")):
        command = [sys.executable, "-c", KILLED, place, where, str(minutes)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode == (-signal.SIGKILL if where else 0), done.stderr
    assert [body["attempt"] for _, body in receiver.got] == attempts
    assert len({body["id"] for _, body in receiver.got}) == 1


def test_two_runners_tell_one_thing_once(store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    given = settings(monkeypatch, said, WEBHOOK=receiver.url())
    failing(store)
    receiver.wait_s = 0.3
    runners = [threading.Thread(target=end_cycle, args=(store, given, said)) for _ in range(4)]
    for one in runners:
        one.start()
    for one in runners:
        one.join()
    assert len(receiver.got) == 1 and len(said) == 1


def test_what_could_not_be_sent_for_a_day_is_given_up(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    given = settings(monkeypatch, said, WEBHOOK=receiver.url())
    receiver.status = 500
    failing(store)
    end_cycle(store, given, said)
    receiver.status = 204
    end_cycle(store, given, said, 10 + 24 * 60 + 1)
    assert len(receiver.got) == 1


def test_a_message_of_a_sandbox_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    failing(store)
    with times.frozen(times.epoch(NOON_S + 600)):
        alerts.Watch("s", "simulated", settings(monkeypatch, said), said.append).ended(CONFIG, plugins(), store)
    assert said[0].startswith("SIMULATED: ")


def test_the_test_asks_every_channel(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setenv("GRIDTRACE_ALERT_WEBHOOK", f"FR={receiver.url()}")
    monkeypatch.setenv("GRIDTRACE_ALERT_COMMAND", "/nowhere/at-all --x")
    found = dict(alerts.test_all(said.append))
    assert found["log"] is None and found["webhook at 127.0.0.1"] is None
    assert found["command at-all"] == "The command at-all cannot be run: No such file or directory."
    assert receiver.got[0][1]["changes"][0]["parser"] == "TEST"
