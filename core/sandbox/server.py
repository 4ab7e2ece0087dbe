"""The simulated sources on a port of this machine: real HTTP, answers in the wire formats of the real sources.

A request for https://host/path comes as GET /https/host/path, with the asker's clock in a header (core.http does both).
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from core import times
from core.http import NOW_HEADER
from core.sandbox import faults
from core.sandbox.readings import Readings, World
from core.sandbox.sources import by_host
from core.sandbox.wire import NOT_FOUND, Asked, Reply

LOOPBACK = "127.0.0.1"


class Sandbox(ThreadingHTTPServer):
    """Answers for every simulated source. `port` 0 takes any free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: World, plan: faults.Plan | None = None, port: int = 0) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self.world, self.plan, self.sources = world, plan or faults.Plan(), by_host()
        self.answered: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def answer(self, asked: Asked) -> tuple[Reply, faults.Fault | None]:
        """What a source says, distorted as the plan has it, and the fault that sending it must commit."""
        name, reply_of = self.sources.get(asked.host, ("", None))
        if reply_of is None:
            return NOT_FOUND, None
        with self._lock:
            self.answered[name] = self.answered.get(name, 0) + 1
        time.sleep(self.plan.latency_s)
        fault = self.plan.choose(name, asked)
        readings = Readings(self.world, asked.now, fault.distortion() if fault else None)
        reply = reply_of(asked, readings)
        return (fault.spoil(reply) if fault else reply), fault

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of the sandbox."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Sandbox

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        reply, fault = self.server.answer(self._asked(body))
        if fault is None:
            self.give(reply)
        else:
            fault.send(self, reply)

    do_POST = do_GET

    def do_HEAD(self) -> None:
        """Whether there is such a host, which may fail as ever; of what it has nothing is made."""
        asked = self._asked(b"")
        name, _ = self.server.sources.get(asked.host, ("", None))
        fault = self.server.plan.choose(name, asked) if name else None
        reply = Reply(b"", status=200 if name else 404)
        if fault is None:
            self.give(reply)
        else:
            fault.send(self, reply)

    def _asked(self, body: bytes) -> Asked:
        scheme, _, rest = self.path.lstrip("/").partition("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(self.command, f"{scheme}://{rest}", self._now(), headers, body)

    def _now(self) -> datetime:
        given = self.headers.get(NOW_HEADER)
        return times.read(given) if given else times.now()

    def give(self, reply: Reply) -> None:
        """The whole answer."""
        self.begin(reply, len(reply.body))
        self.wfile.write(reply.body)

    def begin(self, reply: Reply, length: int | None, *more: tuple[str, str]) -> None:
        """Status and headers; a length of None means that the end of the connection ends the body."""
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in (*reply.headers, *more):
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def finish(self) -> None:
        with suppress(OSError, ValueError):  # a connection that was reset
            super().finish()

    def log_message(self, *args: Any) -> None:
        """Say nothing: thousands of requests are not worth a line each."""


@contextmanager
def serving(world: World, plan: faults.Plan | None = None) -> Iterator[Sandbox]:
    """A sandbox in threads of this process for as long as the block lasts."""
    with Sandbox(world, plan) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()
