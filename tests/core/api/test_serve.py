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

import httpx
import pytest
from typer.testing import CliRunner

from core.cli import app
from core.cli.serving import _is_loopback
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


def test_it_answers_logs_and_ends_well(small_store: Store) -> None:
    with running("--store", small_store.name) as served:
        assert httpx.get(f"{served.url}/health", timeout=WAIT_S).json()["status"] == "ok"
        assert served.process.stdout is not None
        line = json.loads(served.process.stdout.readline())
        assert (line["path"], line["status"]) == ("/health", 200)
        assert served.end() == 0
        assert served.process.stderr is not None and served.process.stderr.read() == "", "nothing to complain of"


def test_a_request_that_runs_when_it_is_told_to_end_is_answered(small_store: Store) -> None:
    """The server asks for the body (100) once it has begun with the request; the rest comes after SIGTERM."""
    with running("--store", small_store.name, "--no-access-log") as served:
        with socket.create_connection(("127.0.0.1", served.port), timeout=WAIT_S) as connection:
            connection.sendall(
                b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            assert connection.recv(1024).startswith(b"HTTP/1.1 100")
            connection.sendall(b"12345")
            served.process.send_signal(signal.SIGTERM)
            with pytest.raises(httpx.ConnectError):
                while True:  # until it takes no new ones
                    httpx.get(f"{served.url}/health", timeout=WAIT_S)
            connection.sendall(b"67890")
            assert read_all(connection).startswith(b"HTTP/1.1 405")
        assert served.process.wait(WAIT_S) == 0


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


def serve(*words: str) -> tuple[int, str]:
    command = [*COMMAND[:-2], *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, check=False)
    return done.returncode, done.stderr


def test_a_store_that_is_not_there_is_an_error() -> None:
    code, said = serve("--store", "/nowhere/store.db", "--port", "0")
    assert code == 2 and said.startswith("gridtrace: There is no store at /nowhere/store.db")


def test_a_port_in_use_is_an_error(small_store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = serve("--store", small_store.name, "--port", port)
    assert code == 2 and f"127.0.0.1 port {port} cannot be used" in said


def test_other_machines_need_a_token_unless_they_do_not(small_store: Store) -> None:
    with running("--store", small_store.name, "--host", "0.0.0.0") as served:
        assert "with an access token" in served.said[-1] and "no access token yet" in served.said[0]
        latest = f"{served.url}/v4/carbon-intensity/latest?zone=XC"
        assert httpx.get(latest, timeout=WAIT_S).status_code == 401
    with running("--store", small_store.name, "--host", "0.0.0.0", "--anonymous") as served:
        assert "for anybody" in served.said[-1]


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("example.org", False),
     ("192.0.2.1", False), ("127.1.2.3", True)])
def test_which_hosts_only_this_machine_reaches(host: str, is_loopback: bool) -> None:
    assert _is_loopback(host) is is_loopback


@pytest.mark.parametrize("words", [["--port", "70000"], ["--workers", "0"], ["--per-minute", "-1"], ["--cache", "-1"]])
def test_what_cannot_be_is_refused(words: list[str]) -> None:
    assert CliRunner().invoke(app, ["serve", *words]).exit_code == 2
