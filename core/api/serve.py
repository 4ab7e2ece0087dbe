"""An instance on a port of this machine: one process, or several that share the port."""

import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

import uvicorn
from fastapi import FastAPI
from prometheus_client import disable_created_metrics
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from core import plugins
from core.api.app import create_app
from core.api.gate import gate
from core.api.gate.meters import SHARED_FOLDER
from core.api.gate.protocol import Protocol
from core.api.grid import Grid
from core.api.settings import Settings, handed_over
from core.errors import ConfigError
from core.places import zone_at
from core.store import open_store

BACKLOG = 2048
GRACE_S = 10
"""How long requests that are running may take to end."""


def application() -> ASGIApp:
    """What each process serves, from the settings that were handed over. Raises StoreError."""
    settings = handed_over()
    disable_created_metrics()  # type: ignore[no-untyped-call]
    config, manager = plugins.everything()
    grid = Grid(config, open_store(settings.store))
    grid.refresh()
    app = create_app(grid, manager)
    _warm_up(app)
    return gate(app, grid, settings)


def _warm_up(app: FastAPI) -> None:
    """Have made what the first caller would otherwise keep all others waiting for: the routes, the zones' shapes."""
    app.openapi()
    zone_at(0, 0)


def config_of(app: ASGIApp | str, *, workers: int = 1, protocol: type[Protocol] = Protocol,
              log_config: dict[str, Any] | None = None) -> uvicorn.Config:
    """How uvicorn is to serve an application, or what the name of a function makes."""
    return uvicorn.Config(
        app, factory=isinstance(app, str), workers=workers, http=protocol, ws="none", lifespan="on", backlog=BACKLOG,
        access_log=False, server_header=False, log_config=log_config, timeout_graceful_shutdown=GRACE_S)


def logging_config(*, logs_access: bool) -> dict[str, Any]:
    """Requests on stdout, a line of JSON each; everything else on stderr."""
    level = "INFO" if logs_access else "CRITICAL"
    return {
        "version": 1, "disable_existing_loggers": False,
        "formatters": {"bare": {"format": "%(message)s"}, "full": {"format": "%(asctime)s %(levelname)s %(message)s"}},
        "handlers": {
            "access": {"class": "logging.StreamHandler", "formatter": "bare", "stream": "ext://sys.stdout"},
            "rest": {"class": "logging.StreamHandler", "formatter": "full", "stream": "ext://sys.stderr"},
        },
        "loggers": {
            "gridtrace.access": {"handlers": ["access"], "level": level, "propagate": False},
            "gridtrace": {"handlers": ["rest"], "level": "INFO", "propagate": False},
            "uvicorn": {"handlers": ["rest"], "level": "ERROR", "propagate": False},
        },
    }


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any free one. Raises ConfigError if it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as err:
        raise ConfigError(f"{host} port {port} cannot be used: {err.strerror or err}. Take another one.") from err
    made.set_inheritable(True)
    return made


def run(settings: Settings, listening: socket.socket, *, logs_access: bool = True) -> None:
    """Serve until the process is told to end (SIGTERM, Ctrl-C), and let running requests end."""
    settings.hand_over()
    config = config_of(
        "core.api.serve:application", workers=settings.workers, log_config=logging_config(logs_access=logs_access))
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again once it has shut down
        signal.signal(number, lambda *_: None)
    with listening:
        if settings.workers == 1:
            uvicorn.Server(config).run([listening])
        else:
            with _shared_counts():
                Multiprocess(config, [listening]).run()


@contextlib.contextmanager
def _shared_counts() -> Iterator[None]:
    """A folder in which workers count together."""
    with tempfile.TemporaryDirectory(prefix="gridtrace-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        yield
