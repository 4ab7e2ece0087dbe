"""A Dask cluster: its workers ask a cycle's jobs as threads of this process would.

The runner stays here: it plans, judges, stores and solves. All jobs of a source go to one worker, whose session keeps
what a host allows and sends equal requests once. What a worker does is in core.ingest.errands.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import http
from core.config import Config
from core.errors import ClusterError
from core.ingest import errands
from core.ingest import jobs as room
from core.ingest.asking import QUEUE_S, Started
from core.ingest.errands import Errand, Facts
from core.ingest.jobs import Job, Outcome

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 5.0
LOOK_EVERY_S = 1.0
REPLY_S = 60.0
"""After a job's deadline and its time in line, before a worker that does not answer is given up on."""
AWAY = "The Dask scheduler at {} does not answer any more: see whether it runs, and run again."
NO_WORKER = "No worker is left at {}: start one with `dask worker`, and run again."


@contextmanager
def connected(address: str, config: Config) -> Iterator["Cluster"]:
    """The cluster at a scheduler's address, looked over; ClusterError if it cannot be used."""
    try:
        from distributed import Client
    except ImportError as err:
        raise ClusterError("A Dask cluster needs an optional dependency: pip install 'gridtrace[dask]'.") from err
    asyncio.run(_reach(address))
    with Client(address, timeout=CONNECT_S) as client:
        yield Cluster(client, address, Facts(http.VERSION, config.digest))


async def _reach(address: str) -> None:
    """Ask the scheduler who it is. A client would do so too, but cannot be put away in peace after a failure."""
    from distributed.core import rpc
    from distributed.security import Security

    remedy = "start one with `dask scheduler`, name it with --scheduler tcp://host:8786, or leave --scheduler out"
    try:
        arguments = Security().get_connection_args("client")
        scheduler = rpc(address, connection_args=arguments, timeout=CONNECT_S)
        try:
            found = await asyncio.wait_for(scheduler.identity(), CONNECT_S)
        finally:
            await scheduler.close_rpc()
    except Exception as err:
        said = room.one_line(str(err) or type(err).__name__)
        raise ClusterError(f"No Dask scheduler answers at {address} ({said}): {remedy}.") from err
    if found.get("type") != "Scheduler":
        raise ClusterError(f"What answers at {address} is no Dask scheduler but a {found.get('type')}: {remedy}.")


class Cluster:
    """Workers that have the version and the configuration of this machine; those that join later are looked over too.
    """

    def __init__(self, client: "Client", address: str, here: Facts) -> None:
        self.client, self.address, self.here = client, address, here
        self._unfit: dict[str, str | None] = {}
        """Why a worker cannot be given work; None if it can."""
        workers = self.workers()
        if reasons := [reason for reason in self._unfit.values() if reason]:
            raise ClusterError(reasons[0])
        if not workers:
            raise ClusterError(NO_WORKER.format(address))

    @property
    def is_there(self) -> bool:
        """Whether there is a connection to the scheduler."""
        return bool(self.client.status == "running")

    def workers(self) -> list[str]:
        """The addresses of the workers that are there now and can be given work; ClusterError without a scheduler."""
        if not self.is_there:
            raise ClusterError(AWAY.format(self.address))
        present = sorted(self.client.nthreads())
        if fresh := [worker for worker in present if worker not in self._unfit]:
            for worker, said in self.on_workers(fresh, errands.facts).items():
                self._unfit[worker] = self._why_unfit(worker, said)
        return [worker for worker in present if self._unfit.get(worker, "") is None]

    def on_workers(self, workers: Sequence[str], function: Callable[..., Any], *given: Any) -> dict[str, Any]:
        """What a function says on each of these workers; the error where it fails."""
        found: dict[str, Any] = self.client.run(function, *given, workers=list(workers), on_error="return")
        return found

    def _why_unfit(self, worker: str, said: Any) -> str | None:
        if not isinstance(said, Facts):
            return (f"The worker {worker} cannot run Gridtrace {self.here.version} ({room.one_line(repr(said))}): "
                    "install the same version there as here, with the same Python and Dask, and start it again.")
        if said.version != self.here.version:
            return (f"The worker {worker} has Gridtrace {said.version}, and this machine {self.here.version}: "
                    "install the same version on both, and start the worker again.")
        if said.configuration != self.here.configuration:
            return (f"The worker {worker} has another configuration than this machine: give both the same zones.json, "
                    "exchanges.json, emission_factors.csv (GRIDTRACE_CONFIG) and plugins, and start the worker again.")
        return None

    @contextmanager
    def asking(self, errand: Errand, jobs: Sequence[Job]) -> Iterator["Remote"]:
        """Where these jobs of one cycle are asked."""
        remote = Remote(self, errand, jobs)
        try:
            yield remote
        finally:
            remote.close()


@dataclass
class Sent:
    """A job that a worker has."""

    job: Job
    worker: str
    task: Any


class Remote:
    """Asks on a cluster's workers (core.ingest.asking.Asking)."""

    look_every_s = LOOK_EVERY_S

    def __init__(self, cluster: Cluster, errand: Errand, jobs: Sequence[Job]) -> None:
        self._cluster, self._errand = cluster, errand
        self._places = Places(jobs, cluster.workers())
        self._sent: dict[Future[Outcome], Sent] = {}
        """Whoever takes a job out of it is the one that says what became of it."""
        self._requests: dict[str, int] = {}

    @property
    def requests(self) -> int | None:
        """As far as the workers that did not die said."""
        return sum(self._requests.values())

    def start(self, job: Job) -> Started:
        answer: Future[Outcome] = Future()
        started = Started(job, answer, lambda: QUEUE_S + REPLY_S)
        worker = self._places.of(job)
        if worker is None or not self._cluster.is_there:
            answer.set_result(self._lost(job, NO_WORKER.format(self._cluster.address)))
            return started
        task = self._cluster.client.submit(
            errands.ask, errands.parcel(self._errand, job), workers=[worker], pure=False)
        self._sent[answer] = Sent(job, worker, task)
        task.add_done_callback(lambda task: self._receive(answer))
        return started

    def _lost(self, job: Job, reason: str) -> Outcome:
        """The outcome of a job that no worker can end, for this reason or because there is no scheduler any more."""
        said = reason if self._cluster.is_there else AWAY.format(self._cluster.address)
        return room.failed(job, ClusterError(said))

    def _receive(self, answer: Future[Outcome]) -> None:
        """Hand on what a worker answered."""
        sent = self._sent.pop(answer, None)
        if sent is None:
            return
        try:
            outcome, requests = errands.unpacked(sent.task.result())
        except BaseException as err:  # noqa: BLE001  the worker's, the scheduler's, or of bytes that are no answer
            answer.set_result(self._lost(sent.job, f"Lost by the worker {sent.worker}: {err!r}."))
            return
        self._requests[sent.worker] = max(requests, self._requests.get(sent.worker, 0))
        outcome.job = sent.job
        answer.set_result(outcome)

    def give_up(self, started: Started) -> None:
        if sent := self._sent.pop(started.future, None):
            sent.task.cancel()

    def look(self) -> None:
        """Fail the jobs of workers that are gone; the rest of their sources' jobs go to the others."""
        workers = []
        with suppress(ClusterError, OSError, RuntimeError):
            workers = self._cluster.workers()
        self._places.update(workers)
        for answer, sent in list(self._sent.items()):
            if sent.worker not in workers and self._sent.pop(answer, None) is not None:
                sent.task.cancel()
                said = f"The worker {sent.worker} was lost while it asked; the job is due again in the next cycle."
                answer.set_result(self._lost(sent.job, said))

    def close(self) -> None:
        """Call off what is under way, and have the workers forget the cycle's answers."""
        tasks = [sent.task for sent in self._sent.values()]
        self._sent.clear()
        with suppress(ClusterError, OSError, RuntimeError):
            workers = self._cluster.workers()
            self._cluster.client.cancel(tasks)
            self._cluster.on_workers(workers, errands.end_cycle, self._errand.cycle)


class Places:
    """Which worker asks a source: one only, so that what a host allows holds as it does in one process.

    Sources are spread by how many jobs they have; those that a job may ask one after the other stay together.
    """

    def __init__(self, jobs: Sequence[Job], workers: Sequence[str]) -> None:
        self._together: dict[str, str] = {}
        for job in jobs:
            for source in job.sources[1:]:
                self._together[self._first(source)] = self._first(job.source)
        self._jobs = Counter(self._first(job.source) for job in jobs)
        self._place: dict[str, str] = {}
        self.update(workers)

    def _first(self, source: str) -> str:
        """The one that stands for all sources that stay together with this one."""
        while self._together.get(source, source) != source:
            source = self._together[source]
        return source

    def of(self, job: Job) -> str | None:
        """The worker that asks a job's source; None if no worker is left."""
        return self._place.get(self._first(job.source))

    def update(self, workers: Sequence[str]) -> None:
        """Place the sources that have no worker among these: the one with most jobs first, where there are fewest."""
        self._place = {source: worker for source, worker in self._place.items() if worker in workers}
        load = dict.fromkeys(workers, 0)
        for source, worker in self._place.items():
            load[worker] += self._jobs[source]
        for source, count in self._jobs.most_common() if load else ():
            if source not in self._place:
                worker = min(load, key=lambda one: load[one])
                self._place[source] = worker
                load[worker] += count
