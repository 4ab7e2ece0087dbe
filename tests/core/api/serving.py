"""An instance on a free port of this machine, in a thread, at a moment that stands still."""

import contextvars
import logging
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx2 as httpx
import uvicorn
from fastapi import FastAPI

from core import times
from core.api import errors
from core.api.app import create_app
from core.api.gate import gate
from core.api.gate.meters import Meters
from core.api.gate.protocol import Protocol
from core.api.grid import Grid
from core.api.operation import routes
from core.api.serve import bound_socket, config_of
from core.api.settings import Settings
from core.plugins import Manager
from core.store import Store
from tests.core.api import small
from tests.core.api.small import NOW

WAIT_S = 60
"""For what comes at once unless something is broken."""


@dataclass
class Served:
    """What a test asks."""

    port: int
    app: FastAPI
    server: uvicorn.Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=WAIT_S)

    @property
    def grid(self) -> Grid:
        found = self.app.state.grid
        assert isinstance(found, Grid)
        return found

    def connect(self) -> socket.socket:
        """A bare connection, for what no client would send."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)

    def say(self, data: bytes) -> bytes:
        """Send these bytes, and all that comes back until the server closes."""
        with self.connect() as connection:
            connection.sendall(data)
            return read_all(connection)


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


class Announced(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_listening.set()


@contextmanager
def serving(store: Store, *, app: FastAPI | None = None, patience_s: float = 10.0, **settings: Any) -> Iterator[Served]:
    """Serve a store, or an application over it, through the gate until the block ends, with these settings."""
    made = app or create_app(Grid(small.CONFIG, store))
    grid = made.state.grid
    protocol = type("Impatient", (Protocol,), {"patience_s": patience_s})
    guarded = gate(made, grid, Settings(store.name, **settings), patience_s=patience_s)
    with times.frozen(NOW):
        context = contextvars.copy_context()
    context.run(grid.refresh)
    with bound_socket("127.0.0.1", 0) as listening:
        server = Announced(config_of(guarded, protocol=protocol))
        served = Served(listening.getsockname()[1], made, server)
        thread = threading.Thread(target=context.run, args=(server.run, [listening]))
        thread.start()
        try:
            assert server.is_listening.wait(WAIT_S)
            yield served
        finally:
            served.client.close()
            server.should_exit = True
            thread.join(WAIT_S)
    assert not thread.is_alive()


def nothing() -> None:
    """A handler of nothing."""


def application(
    store: Store, handler: Callable[..., Any] = nothing, plugins: Manager | None = None
) -> FastAPI:
    """A small application, which is made at once: /health, /status and /metrics, and a handler at /extra."""
    made = FastAPI()
    made.state.grid, made.state.meters = Grid(small.CONFIG, store), Meters()
    made.state.plugins = plugins or Manager()
    errors.install(made)
    made.include_router(routes.router())
    made.add_api_route("/extra", handler)
    return made


class Lines(logging.Handler):
    """What a log says, line by line, as soon as it is said."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: queue.Queue[str] = queue.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.put(self.format(record))

    def next(self) -> str:
        return self._lines.get(timeout=WAIT_S)


@contextmanager
def lines_of(name: str) -> Iterator[Lines]:
    """The lines of a logger within the block."""
    logger, lines = logging.getLogger(name), Lines()
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.setLevel(level)
