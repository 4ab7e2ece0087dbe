"""`gridtrace serve` as a process of its own: how it begins, answers and ends."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from core.api import serve as room
from core.api.settings import Settings
from core.cli import app
from core.cli.serving import _is_loopback
from core.errors import ConfigError, StoreError
from core.store import Store
from tests.core.api.serving import WAIT_S, read_all

COMMAND = [sys.executable, "-c", "from core.cli import main; main()", "serve", "--port", "0"]


class Process:
    """A server that was started and says where it is."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stderr is not None
        self.said = [process.stderr.readline()]
        while not (found := re.search(r"http://[\d.]+:(\d+),", self.said[-1])):
            self.said.append(process.stderr.readline())
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def end(self) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WAIT_S)


@contextlib.contextmanager
def running(*words: str) -> Iterator[Process]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *words], text=True, env=environment, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield Process(process)
        finally:
            process.kill()
            process.communicate()


def test_it_answers_logs_and_lets_what_runs_end(small_store: Store) -> None:
    """The server asks for the body (100) once it has begun with the request; the rest comes after SIGTERM."""
    with running("--store", small_store.name) as served:
        assert served.process.stdout is not None and served.process.stderr is not None
        assert httpx.get(f"{served.url}/health", timeout=WAIT_S).json()["status"] == "ok"
        line = json.loads(served.process.stdout.readline())
        assert (line["path"], line["status"]) == ("/health", 200)
        with socket.create_connection(("127.0.0.1", served.port), timeout=WAIT_S) as connection:
            connection.sendall(
                b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            assert connection.recv(1024).startswith(b"HTTP/1.1 100")
            connection.sendall(b"12345")
            served.process.send_signal(signal.SIGTERM)
            with pytest.raises(httpx.ConnectError):
                while True:  # until it takes no new ones; one that waits to be taken just then is cut off
                    with contextlib.suppress(httpx.ReadError):
                        httpx.get(f"{served.url}/health", timeout=WAIT_S)
            connection.sendall(b"67890")
            assert read_all(connection).startswith(b"HTTP/1.1 405")
        assert served.process.wait(WAIT_S) == 0
        assert served.process.stderr.read() == "", "nothing to complain of"


def test_several_workers_answer_and_count_together(small_store: Store) -> None:
    """Once the one that answered first is halted, the other one answers."""
    with running("--store", small_store.name, "--workers", "2") as served:
        first = _answering(served)
        os.kill(first, signal.SIGSTOP)
        second = _answering(served)
        with contextlib.suppress(ProcessLookupError):  # one that is halted for long is replaced
            os.kill(first, signal.SIGCONT)
        assert len({first, second, served.process.pid}) == 3
        text = httpx.get(f"{served.url}/metrics", timeout=WAIT_S).text
        assert 'gridtrace_requests_total{method="GET",route="/health",status="200"} 2.0' in text
        assert served.end() == 0


def _answering(served: Process) -> int:
    """The process that answers a request."""
    assert httpx.get(f"{served.url}/health", timeout=WAIT_S).status_code == 200
    assert served.process.stdout is not None
    return int(json.loads(served.process.stdout.readline())["pid"])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """What the command would serve with."""
    found: list[Settings] = []

    def run(settings: Settings, listening: socket.socket, *, logs_access: bool) -> None:
        found.append(settings)
        listening.close()

    monkeypatch.setattr(room, "run", run)
    return found


def serve(*words: str) -> Result:
    return CliRunner().invoke(app, ["serve", "--port", "0", *words])


def test_a_store_that_is_not_there_is_an_error(told: list[Settings]) -> None:
    found = serve("--store", "/nowhere/store.db")
    assert isinstance(found.exception, StoreError) and str(found.exception).startswith("There is no store at")
    assert told == []


def test_a_port_in_use_is_an_error(small_store: Store, told: list[Settings]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found = serve("--store", small_store.name, "--port", port)
    assert isinstance(found.exception, ConfigError) and f"127.0.0.1 port {port} cannot be used" in str(found.exception)
    assert told == []


@pytest.mark.parametrize(("words", "needs_token"), [
    (["--host", "0.0.0.0"], True), (["--host", "0.0.0.0", "--anonymous"], False), ([], False),
    (["--require-token"], True),
])
def test_other_machines_need_a_token_unless_they_do_not(
    small_store: Store, told: list[Settings], words: list[str], needs_token: bool
) -> None:
    found = serve("--store", small_store.name, "--per-minute", "7", "--cache", "1", *words)
    assert told == [Settings(small_store.name, needs_token, 7, 1, 1024 * 1024)]
    assert ("with an access token" in found.stderr) == needs_token
    assert ("there is no access token yet" in found.stderr) == needs_token


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("example.org", False),
     ("192.0.2.1", False), ("127.1.2.3", True)])
def test_which_hosts_only_this_machine_reaches(host: str, is_loopback: bool) -> None:
    assert _is_loopback(host) is is_loopback


@pytest.mark.parametrize("words", [["--port", "70000"], ["--workers", "0"], ["--per-minute", "-1"], ["--cache", "-1"]])
def test_what_cannot_be_is_refused(words: list[str]) -> None:
    assert CliRunner().invoke(app, ["serve", *words]).exit_code == 2
