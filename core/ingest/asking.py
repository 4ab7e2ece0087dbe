"""How a cycle has its jobs asked: in threads of this process, or elsewhere in the same way (core.ingest.cluster)."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Protocol

from core import http, times
from core.ingest import jobs as room
from core.ingest.executor import DaemonExecutor
from core.ingest.jobs import Job, Outcome
from core.plugins import Manager
from core.validation import Rule

DEADLINE_S = 120.0
QUEUE_S = 900.0
"""How long a job may stand in line for hosts without that counting against its deadline."""
LONGEST_WAIT_S = 3600.0

Hanging = dict[tuple[str, str], Future[Outcome]]
"""Given-up jobs by kind and key: a series whose call still runs from an earlier cycle is not asked beside it."""


@dataclass(frozen=True)
class Started:
    """A job under way."""

    job: Job
    future: Future[Outcome]
    forgiven_s: Callable[[], float]
    """What of its time so far does not count against its deadline."""
    began_s: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """How long it has run, as far as that counts against its deadline."""
        return time.monotonic() - self.began_s - self.forgiven_s()

    def outcome(self) -> Outcome:
        """What the job brought, once it has ended; another machine may have lost it."""
        try:
            return self.future.result()
        except BaseException as err:  # noqa: BLE001  raised in the job's thread, so never this one's Ctrl-C
            return room.failed(self.job, err)


def given_up(job: Job, deadline_s: float) -> Outcome:
    """The outcome of a job that took longer than its deadline."""
    message = f"No answer within {deadline_s:g} s; given up."
    return Outcome(job, "timeout", job.parser, times.now(), deadline_s, message=message)


class Asking(Protocol):
    """Where the jobs of one cycle run."""

    look_every_s: float
    """How often it wants to `look`."""

    @property
    def requests(self) -> int | None:
        """How many requests have been sent to sources; None where nobody counts."""

    def start(self, job: Job) -> Started:
        """Begin a job now; how many are under way is the caller's to limit."""

    def give_up(self, started: Started) -> None:
        """Wait for a job no longer."""

    def look(self) -> None:
        """See to what may have happened to the jobs under way."""


@dataclass
class Threads:
    """Asks in threads of this process, all with one session."""

    plugins: Manager
    rules: Sequence[Rule]
    session: http.Session
    hanging: Hanging
    look_every_s = LONGEST_WAIT_S

    @property
    def requests(self) -> int | None:
        return getattr(self.session, "sent", None)

    def start(self, job: Job) -> Started:
        earlier = self.hanging.get((job.kind, job.key))
        if earlier is not None and not earlier.done():
            return Started(job, _not_asked(job), lambda: 0.0)
        with http.queueing() as queue:
            future = DaemonExecutor().submit(room.run, job, self.plugins, self.rules, self.session)
        return Started(job, future, lambda: min(queue.seconds(), QUEUE_S))

    def give_up(self, started: Started) -> None:
        self.hanging[started.job.kind, started.job.key] = started.future

    def look(self) -> None:
        """Threads need no looking after."""


def outcomes(
    take: Callable[[int], Sequence[Job]], asking: Asking, *, workers: int, deadline_s: float,
    ended: Callable[[Job], None] = lambda job: None,
) -> Iterator[Outcome]:
    """Outcomes as they come, at most `workers` jobs under way; one over its deadline is given up.

    `take` gives up to so many jobs to begin, none when there are no more for now; `ended` hears of a job when its
    outcome has been dealt with.
    """
    running: dict[Future[Outcome], Started] = {}
    while True:
        for job in take(workers - len(running)):
            started = asking.start(job)
            running[started.future] = started
        if not running:
            return
        done, _ = wait(running, timeout=_next_look_s(running, asking, deadline_s), return_when=FIRST_COMPLETED)
        for started in [running.pop(future) for future in done]:
            yield started.outcome()
            ended(started.job)
        for started in _overdue(running, deadline_s):
            asking.give_up(started)
            yield given_up(started.job, deadline_s)
            ended(started.job)
        asking.look()


def _next_look_s(running: dict[Future[Outcome], Started], asking: Asking, deadline_s: float) -> float:
    soonest = deadline_s - max(started.seconds() for started in running.values())
    return min(asking.look_every_s, max(0.0, soonest))


def _overdue(running: dict[Future[Outcome], Started], deadline_s: float) -> Iterator[Started]:
    for future, started in list(running.items()):
        if started.seconds() >= deadline_s and not future.done():
            yield running.pop(future)


def _not_asked(job: Job) -> Future[Outcome]:
    message = "Not asked: the call that was given up earlier is still under way."
    future: Future[Outcome] = Future()
    future.set_result(Outcome(job, "timeout", job.parser, times.now(), message=message))
    return future
