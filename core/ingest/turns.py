"""Whose turn it is: which job a free worker takes next, and which sources are this cycle's to ask."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.ingest.jobs import Job, Outcome
from core.store import Claims, Recorded, Store, recorded_since

PER_PARSER = 16
"""Jobs of one parser under way at most: enough to keep its host busy, and the rest of the workers free for others."""


class Turns:
    """Jobs that wait, parser by parser in the order they came; a parser with more of them goes before one with fewer.

    What takes longest so begins first and never waits for the rest, and one slow host cannot hold all workers. A parser
    is claimed when it is its turn and let go of after its last job, so that several runners share a store's sources.
    """

    def __init__(
        self, jobs: Iterable[Job], claim: Callable[[str, Sequence[Job]], Sequence[Job]] = lambda source, jobs: jobs,
        release: Callable[[str], None] = lambda source: None,
    ) -> None:
        self._waiting: dict[str, deque[Job]] = {}
        self._running = Counter[str]()
        self._claimed = set[str]()
        self._claim, self._release = claim, release
        for job in jobs:
            self._waiting.setdefault(job.source, deque()).append(job)

    def take(self, count: int) -> list[Job]:
        """Up to so many jobs to begin now."""
        taken: list[Job] = []
        while len(taken) < count and (free := [name for name in self._waiting if self._running[name] < PER_PARSER]):
            name = max(free, key=lambda one: len(self._waiting[one]))
            if not self._is_ours(name):
                continue
            taken.append(self._waiting[name].popleft())
            self._running[name] += 1
            if not self._waiting[name]:
                del self._waiting[name]
        return taken

    def _is_ours(self, name: str) -> bool:
        """Whether the parser is claimed, perhaps just now and with fewer jobs; if it is not, its jobs are left."""
        if name in self._claimed:
            return True
        ours = self._claim(name, [*self._waiting.pop(name)])
        if ours:
            self._claimed.add(name)
            self._waiting[name] = deque(ours)
        return bool(ours)

    def end(self, job: Job) -> None:
        """Note that a job is no longer under way, and what it brought is stored."""
        self._running[job.source] -= 1
        if not self._running[job.source] and job.source not in self._waiting:
            self._claimed.discard(job.source)
            self._release(job.source)


def in_order(jobs: Iterable[Job], outcomes: Iterable[Outcome], left: Collection[Job] = ()) -> Iterator[Outcome]:
    """The outcomes as they come, but the windows of one series in the order of their jobs.

    What is judged rests on the past of its series, which should be there. Jobs that are `left` by the time that an
    outcome of their series comes have none.
    """
    lines: dict[tuple[str, str], deque[Job]] = {}
    for job in jobs:
        if job.window is not None:
            lines.setdefault((job.kind, job.key), deque()).append(job)
    early: dict[Job, Outcome] = {}
    for outcome in outcomes:
        job = outcome.job
        if job.window is None:
            yield outcome
            continue
        early[job] = outcome
        line = lines[job.kind, job.key]
        while line and (line[0] in early or line[0] in left):
            if (next_one := early.pop(line.popleft(), None)) is not None:
                yield next_one


@dataclass
class Share:
    """What of the work on a store is this cycle's: the sources that it finds free when it is their turn."""

    store: Store
    claims: Claims
    begin: Callable[[], int]
    """Begins the run in the store and gives its number; called when the first source is ours."""
    since: int
    """The newest record of a job when the jobs were planned: what others recorded later is not asked again."""
    run_id: int | None = None
    left: set[Job] = field(default_factory=set)
    """What other runners have or had."""
    owners: set[str] = field(default_factory=set)
    """Who had the sources that were not free."""
    _held: dict[str, list[str]] = field(default_factory=dict)

    def claim(self, source: str, jobs: Sequence[Job]) -> list[Job]:
        """The jobs of a source that are ours; none if another runner has it, or one that they fall back on."""
        names = sorted({name for job in jobs for name in job.sources})
        if not self._take(source, names):
            self.left.update(jobs)
            return []
        if self.run_id is None:
            self.run_id = self.begin()
        done = recorded_since(self.store, self.since, self.run_id)
        ours = [job for job in jobs if not job.is_planned or _place(job) not in done]
        self.left.update(set(jobs) - set(ours) if len(ours) < len(jobs) else ())
        if not ours:
            self.release(source)
        return ours

    def _take(self, source: str, names: Sequence[str]) -> bool:
        held = self._held[source] = []
        for name in names:
            if not self.claims.take(name):
                self.owners.add(self.claims.owner(name) or "process unknown")
                self.release(source)
                return False
            held.append(name)
        return True

    def release(self, source: str) -> None:
        """Let others have a source."""
        for name in self._held.pop(source):
            self.claims.give_back(name)


def _place(job: Job) -> Recorded:
    """As a record says what a job asked for."""
    return job.kind, job.key, int(job.window.end.timestamp()) if job.window else None
