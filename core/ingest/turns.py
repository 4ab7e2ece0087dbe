"""Whose turn it is: which job a free worker takes next."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from core import times
from core.ingest.jobs import Job, Outcome

PER_PARSER = 16
"""Jobs of one parser under way at most: enough to keep its host busy, and the rest of the workers free for others."""


class Turns:
    """Jobs that wait, parser by parser in the order they came; a parser with more of them goes before one with fewer.

    What takes longest so begins first and never waits for the rest, and one slow host cannot hold all workers.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._waiting: dict[str, deque[Job]] = {}
        self._running = Counter[str]()
        for job in jobs:
            self._waiting.setdefault(_parser(job), deque()).append(job)

    def take(self, count: int) -> list[Job]:
        """Up to so many jobs to begin now."""
        taken: list[Job] = []
        while len(taken) < count and (free := [name for name in self._waiting if self._running[name] < PER_PARSER]):
            name = max(free, key=lambda one: len(self._waiting[one]))
            taken.append(self._waiting[name].popleft())
            self._running[name] += 1
            if not self._waiting[name]:
                del self._waiting[name]
        return taken

    def end(self, job: Job) -> None:
        """Note that a job is no longer under way."""
        self._running[_parser(job)] -= 1


def in_order(jobs: Iterable[Job], outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes as they come, but the windows of one series in the order of their jobs.

    What is judged rests on the past of its series, which should be there.
    """
    lines: dict[tuple[str, str], deque[times.Window]] = {}
    for job in jobs:
        if job.window is not None:
            lines.setdefault((job.kind, job.key), deque()).append(job.window)
    early: dict[tuple[str, str, times.Window], Outcome] = {}
    for outcome in outcomes:
        job = outcome.job
        if job.window is None:
            yield outcome
            continue
        early[job.kind, job.key, job.window] = outcome
        line = lines[job.kind, job.key]
        while line and (next_one := early.pop((job.kind, job.key, line[0]), None)) is not None:
            line.popleft()
            yield next_one


def _parser(job: Job) -> str:
    return job.parser.partition(".")[0]
