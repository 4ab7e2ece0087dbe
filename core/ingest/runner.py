"""One cycle: run the jobs, store what each brings as it comes, solve the hours that changed."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field

from core import http, times
from core.config import Config
from core.declare import declaration
from core.errors import PluginError, StoreError
from core.ingest import jobs as room
from core.ingest.executor import DaemonExecutor
from core.ingest.jobs import BAD, MEASURED_KINDS, OUTCOMES, Job, Outcome
from core.ingest.quarantine import as_row, sift
from core.ingest.solve import solve
from core.ingest.turns import Turns, in_order
from core.plugins import Manager
from core.store import LIVE, Decided, Store
from core.validation import jsonable

WORKERS = 48
DEADLINE_S = 120.0
QUEUE_S = 900.0
POLL_MEASURED_MIN, POLL_OTHER_MIN = 5, 60
SLACK_MIN = 1
LONGEST_WAIT_S = 3600.0

Told = Callable[[Outcome], None]


@dataclass
class Report:
    """What a cycle did."""

    outcomes: list[Outcome] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    refused: int = 0
    suspect: int = 0
    solved_zones: set[str] = field(default_factory=set)
    solved_hours: set[int] = field(default_factory=set)
    results_written: int = 0
    requests: int | None = None
    seconds: float = 0.0
    solve_seconds: float = 0.0

    @property
    def counts(self) -> dict[str, int]:
        """Jobs per outcome."""
        found = Counter(outcome.outcome for outcome in self.outcomes)
        return {name: found[name] for name in OUTCOMES if found[name]}

    @property
    def accepted(self) -> int:
        return sum(len(outcome.checked.events) for outcome in self.outcomes)

    @property
    def has_failures(self) -> bool:
        return any(outcome.outcome in BAD for outcome in self.outcomes)

    def summary(self) -> str:
        """The cycle in one line."""
        jobs = ", ".join(f"{count} {name}" for name, count in self.counts.items()) or "none due"
        return (
            f"jobs: {jobs}; events: {self.accepted} accepted, {self.new} new, {self.changed} changed, "
            f"{self.refused} refused, {self.suspect} suspect; solved: {len(self.solved_hours)} hours, "
            f"{len(self.solved_zones)} zones; {self.seconds:.1f} s"
        )


@dataclass(frozen=True)
class Started:
    """A job under way."""

    job: Job
    began_s: float
    queue: http.Queueing

    def seconds(self) -> float:
        """How long it has run, without standing in line for hosts: at most QUEUE_S of that is forgiven."""
        return time.monotonic() - self.began_s - min(self.queue.seconds(), QUEUE_S)


@dataclass
class Cycle:
    """What a cycle needs. `origin` labels everything it stores: live, replayed or simulated."""

    config: Config
    plugins: Manager
    store: Store
    origin: str = LIVE
    workers: int = WORKERS
    deadline_s: float = DEADLINE_S
    executor: Executor = field(default_factory=DaemonExecutor)
    gateway: str | None = None
    """The address of a sandbox that answers for all sources; None for the sources themselves."""
    patience: http.Patience = http.PATIENCE
    is_brief: bool = False
    """Whether it is a chunk of a backfill: it holds the store for a short while, waits for others, traces nothing."""
    _decided: Decided = field(default_factory=dict)
    """What people have released and dropped, as of the cycle's begin: nobody decides while it holds the store."""
    _hanging: dict[tuple[str, str], Future[Outcome]] = field(default_factory=dict)
    """Given-up jobs by kind and key: a series whose call still runs from an earlier cycle is not asked beside it."""

    def run(self, jobs: Sequence[Job], told: Told = lambda outcome: None) -> Report:
        """Run the jobs; `told` hears of each when it ends. Raises StoreBusy if another cycle holds the store."""
        began, report = time.perf_counter(), Report()
        with self.store.exclusive(is_brief=self.is_brief), self._session() as session:
            run_id, self._decided = self.store.begin_run(_now_s(), self.origin), self.store.quarantine.decided()
            for outcome in in_order(jobs, self._outcomes(jobs, session)):
                kept = self._keep(run_id, outcome, report)
                report.outcomes.append(kept)
                told(kept)
            if not self.is_brief:
                self._solve(report)
            report.requests = getattr(session, "sent", None)
            report.seconds = time.perf_counter() - began
            self.store.end_run(run_id, _now_s(), {"line": report.summary(), "jobs": report.counts})
        return report

    def _session(self) -> http.Session:
        return http.session(is_cycle=True, patience=self.patience, gateway=self.gateway)

    def _outcomes(self, jobs: Sequence[Job], session: http.Session) -> Iterator[Outcome]:
        """Outcomes as they come, at most `workers` jobs under way; one over its deadline is given up."""
        rules = room.rules_of(self.config, self.plugins)
        stuck = [job for job in jobs if self._is_hanging(job)]
        for job in stuck:
            message = "Not asked: the call that was given up earlier is still under way."
            yield Outcome(job, "timeout", job.parser, times.now(), message=message)
        turns = Turns([job for job in jobs if job not in stuck] if stuck else jobs)
        running: dict[Future[Outcome], Started] = {}
        while True:
            for job in turns.take(self.workers - len(running)):
                with http.queueing() as queue:
                    future = self.executor.submit(room.run, job, self.plugins, rules, session)
                running[future] = Started(job, time.monotonic(), queue)
            if not running:
                return
            done, _ = wait(running, timeout=self._next_deadline_s(running), return_when=FIRST_COMPLETED)
            for future in done:
                turns.end(job := running.pop(future).job)
                yield _result(future, job)
            for outcome in self._overdue(running):
                turns.end(outcome.job)
                yield outcome

    def _is_hanging(self, job: Job) -> bool:
        given_up = self._hanging.get((job.kind, job.key))
        return given_up is not None and not given_up.done()

    def _next_deadline_s(self, running: dict[Future[Outcome], Started]) -> float:
        soonest = self.deadline_s - max(started.seconds() for started in running.values())
        return min(LONGEST_WAIT_S, max(0.0, soonest))

    def _overdue(self, running: dict[Future[Outcome], Started]) -> Iterator[Outcome]:
        for future, started in list(running.items()):
            if started.seconds() >= self.deadline_s and not future.done():
                job = running.pop(future).job
                self._hanging[job.kind, job.key] = future
                message = f"No answer within {self.deadline_s:g} s; given up."
                yield Outcome(job, "timeout", job.parser, times.now(), self.deadline_s, message=message)

    def _keep(self, run_id: int, outcome: Outcome, report: Report) -> Outcome:
        """Judge one job's batch and store it with its record; one that the store cannot take fails that job only."""
        try:
            if outcome.outcome in room.JUDGED:
                outcome.checked = sift(self.config, self.store, outcome.job, outcome.checked, self._decided)
                outcome.outcome, outcome.message = room.verdict(outcome.checked)
            self._write(run_id, outcome, report)
        except StoreError:
            raise
        except Exception as err:  # noqa: BLE001  what an event holds comes from a parser
            outcome = room.failed(outcome.job, err)
            self._write(run_id, outcome, report)
        return outcome

    def _write(self, run_id: int, outcome: Outcome, report: Report) -> None:
        checked, job = outcome.checked, outcome.job
        refusals = [{"reason": r.reason, "event": json.dumps(jsonable(r.event))} for r in checked.refusals]
        warnings = "; ".join(checked.warnings)
        row = {
            "run_id": run_id, "kind": job.kind, "key": job.key, "parser": outcome.parser,
            "started_s": int(outcome.started.timestamp()), "seconds": outcome.seconds, "outcome": outcome.outcome,
            "accepted": len(checked.events), "refused": len(refusals), "suspect": len(checked.suspects),
            "newest_s": int(outcome.newest.timestamp()) if outcome.newest else None,
            "message": outcome.message or warnings or None,
            "window_start_s": int(job.window.start.timestamp()) if job.window else None,
            "window_end_s": int(job.window.end.timestamp()) if job.window else None,
        }
        suspects = [as_row(suspect) for suspect in checked.suspects]
        written = self.store.write_job(row, checked.events, refusals, self.origin, suspects)
        outcome.new, outcome.changed = written.new, written.changed
        report.new += written.new
        report.changed += written.changed
        report.refused += len(refusals)
        report.suspect += len(suspects)

    def _solve(self, report: Report) -> None:
        began = time.perf_counter()
        solved = solve(self.config, self.store)
        report.solved_hours, report.solved_zones = solved.hours, solved.zones
        report.results_written = solved.written
        report.solve_seconds = time.perf_counter() - began


def _result(future: Future[Outcome], job: Job) -> Outcome:
    """What a job brought; an executor of other machines may have lost it."""
    try:
        return future.result()
    except BaseException as err:  # noqa: BLE001  raised in the job's thread, so never this one's Ctrl-C
        return room.failed(job, err)


def due(store: Store, jobs: Sequence[Job], plugins: Manager) -> list[Job]:
    """Those jobs whose last good answer is older than their poll interval; those without one are always due.

    One from the future (the clock was wrong, or is now) does not count.
    """
    now_s = _now_s()
    good = {(row["kind"], row["key"]): row["good_s"] for row in store.last_jobs()}
    return [
        job for job in jobs
        if not 0 <= now_s - (good.get((job.kind, job.key)) or 0) < (poll_minutes(job, plugins) - SLACK_MIN) * 60
    ]


def poll_minutes(job: Job, plugins: Manager) -> int:
    """How often to ask: measured kinds every 5 minutes, or a quarter of a longer resolution; the rest every hour."""
    if job.kind not in MEASURED_KINDS:
        return POLL_OTHER_MIN
    try:
        facts = declaration(plugins.function(job.parser))
    except PluginError:
        return POLL_MEASURED_MIN
    return max(POLL_MEASURED_MIN, (facts.resolution_min or 0) // 4) if facts else POLL_MEASURED_MIN


def _now_s() -> int:
    return int(times.now().timestamp())
