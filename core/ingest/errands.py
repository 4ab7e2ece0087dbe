"""What a worker of a cluster does: it asks jobs and traces hours, with its own plugins and credentials.

Nothing here knows of Dask but `secede`. Jobs and outcomes are pickled here, so that Dask moves bytes it does not look
into; no password or token is ever among them.
"""

import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from core import http, times, tokens
from core.errors import ClusterError, StoreError
from core.ingest import jobs as room
from core.ingest.asking import Hanging, Threads, given_up
from core.ingest.jobs import Job, Outcome
from core.ingest.solve import network_of, solve_run
from core.ingest.storage import Storage
from core.plugins import everything
from core.store import Store, open_store, with_own_password
from core.validation import jsonable

KEPT_SESSIONS = 4
"""Of the newest cycles: one whose runner was killed is never said to have ended."""


@dataclass(frozen=True)
class Errand:
    """What a worker must know of a cycle."""

    deadline_s: float
    patience: http.Patience
    gateway: str | None
    """The address of a sandbox on the runner's machine."""
    clock: datetime | None
    """The moment at which a test's clock stands."""
    tokens: Mapping[str, str]
    """A sandbox's, which are none; real ones are the worker's own."""
    cycle: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True)
class Facts:
    """What must be the same on a worker as on the machine that gives it work."""

    version: str
    configuration: str


class Desk:
    """What one process of a worker builds once: configuration, plugins, and a session for each cycle."""

    def __init__(self) -> None:
        self.config, self.plugins = everything()
        self._rules = room.rules_of(self.config, self.plugins)
        self._hanging: Hanging = {}
        self._sessions = OrderedDict[str, http.Session]()
        self._lock = threading.Lock()

    def threads(self, errand: Errand) -> Threads:
        """Asks with the one session of the cycle."""
        with self._lock:
            if errand.cycle not in self._sessions:
                made = http.session(is_cycle=True, patience=errand.patience, gateway=errand.gateway)
                self._sessions[errand.cycle] = made
            while len(self._sessions) > KEPT_SESSIONS:
                self._sessions.popitem(last=False)[1].close()
            return Threads(self.plugins, self._rules, self._sessions[errand.cycle], self._hanging)

    def end(self, cycle: str) -> None:
        """Close the session of a cycle: the next one must not get its answers."""
        with self._lock:
            if session := self._sessions.pop(cycle, None):
                session.close()


_opening = threading.Lock()
_desk = lru_cache(maxsize=1)(Desk)


def desk() -> Desk:
    """This process's desk."""
    with _opening:
        return _desk()


def facts() -> Facts:
    """Of this process."""
    return Facts(http.VERSION, desk().config.digest)


def end_cycle(cycle: str) -> None:
    """Forget what this process knows of a cycle."""
    desk().end(cycle)


def parcel(errand: Errand, job: Job) -> bytes:
    """A job as it is sent to a worker."""
    return pickle.dumps((errand, job))


def ask(sent: bytes) -> bytes:
    """Ask a job's parsers within its deadline; the outcome, and how many requests this process has sent in the cycle.

    It leaves Dask's pool of threads at once: how many jobs are under way is the runner's to limit.
    """
    from distributed import secede

    secede()
    errand, job = pickle.loads(sent)
    with ExitStack() as stack:
        if errand.clock is not None:
            stack.enter_context(times.frozen(errand.clock))
        if errand.tokens:
            stack.enter_context(tokens.given(errand.tokens))
        threads = desk().threads(errand)
        outcome = _answer(threads, job, errand.deadline_s)
        return _packed(outcome, threads.requests or 0)


def _answer(threads: Threads, job: Job, deadline_s: float) -> Outcome:
    started = threads.start(job)
    while not started.future.done() and (left_s := deadline_s - started.seconds()) > 0:
        wait([started.future], timeout=left_s)
    if started.future.done():
        return started.outcome()
    threads.give_up(started)
    return given_up(job, deadline_s)


def _packed(outcome: Outcome, requests: int) -> bytes:
    """The outcome in bytes. What was refused may be anything, so that it goes as it will be stored if it must."""
    try:
        return pickle.dumps((outcome, requests))
    except Exception:  # noqa: BLE001  what an answer holds comes from a parser
        refusals = [replace(one, event=jsonable(one.event)) for one in outcome.checked.refusals]
        outcome.checked.refusals = refusals
    try:
        return pickle.dumps((outcome, requests))
    except Exception as err:  # noqa: BLE001  the same
        return pickle.dumps((room.failed(outcome.job, err), requests))


def unpacked(received: bytes) -> tuple[Outcome, int]:
    """What `ask` gave."""
    outcome, requests = pickle.loads(received)
    return outcome, requests


def why_unreadable(address: str, identity: tuple[int, int] | None) -> str | None:
    """Why the store at an address, a file of this identity or a database, cannot be read from here; None if it can."""
    if "://" not in address and (identity is None or file_identity(address) != identity):
        return f"{address} is no file there, or another one. Several machines need PostgreSQL."
    try:
        _open(address).close()
    except StoreError as err:
        return str(err)
    return None


def file_identity(address: str) -> tuple[int, int] | None:
    """Device and number of a file; None if there is none."""
    try:
        found = Path(address).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open(address: str) -> Store:
    return open_store(with_own_password(address, os.environ.get(tokens.STORE_VARIABLE)))


def solve_part(here: Facts, address: str, hours_s: Sequence[int]) -> Any:
    """The results of a run of hours as an Arrow table; ClusterError if this worker is not as the machine that asks."""
    if facts() != here:
        raise ClusterError("A worker that came later has another version or configuration of Gridtrace")
    config = desk().config
    with _open(address) as store:
        return solve_run(config, network_of(config), store, hours_s, Storage("static"))
