"""A real source on loopback: an HTTP server that answers what a test scripted, and remembers what it was asked."""

import gzip
import socket
import struct
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Answer:
    """What the server does with one request."""

    body: bytes = b"ok"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    """Before the status line."""
    body_delay_s: float = 0.0
    """Between the headers and the body."""
    is_reset: bool = False
    """The connection is reset where the status line should come."""
    is_cut: bool = False
    """The connection ends in the middle of the body."""
    is_chunked: bool = False
    is_gzipped: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as the server received it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at_s: float


class Source(ThreadingHTTPServer):
    """Answers each path with its script, one answer a request; the last one stays. Unscripted paths answer `ok`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[Asked] = []
        self.scripts: defaultdict[str, list[Answer]] = defaultdict(lambda: [Answer()])
        self.lock = threading.Lock()
        self.under_way = self.most_at_once = 0

    def script(self, path: str, *answers: Answer) -> str:
        """Set what a path answers; its address."""
        self.scripts[path] = list(answers)
        return self.url + path

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up, or was reset, is what tests are about."""
        if not isinstance(sys.exc_info()[1], OSError | ValueError):
            super().handle_error(request, client_address)

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def next_answer(self, path: str) -> Answer:
        with self.lock:
            script = self.scripts[path.partition("?")[0]]
            return script.pop(0) if len(script) > 1 else script[0]

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the requests that are being answered at the same time."""
        with self.lock:
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            yield
        finally:
            with self.lock:
                self.under_way -= 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Source

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body, time.monotonic())
        with self.server.lock:
            self.server.asked.append(asked)
        with self.server.counted():
            self.give(self.server.next_answer(self.path))

    do_POST = do_GET

    def give(self, answer: Answer) -> None:
        time.sleep(answer.delay_s)
        if answer.is_reset:
            self.reset()
            return
        body = gzip.compress(answer.body) if answer.is_gzipped else answer.body
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.is_gzipped:
            self.send_header("Content-Encoding", "gzip")
        if answer.is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        time.sleep(answer.body_delay_s)
        if answer.is_cut:
            self.wfile.write(body[: len(body) // 2])
            self.reset()
        elif answer.is_chunked:
            for part in (body[:7], body[7:]):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if part else b"")
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(body)

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError, ValueError):  # reset above
            super().finish()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Source() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def closed_port() -> str:
    """The address of a port at which nobody listens."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{made.getsockname()[1]}"
