"""One cycle: run the jobs, store what each brings as it comes, solve the hours that changed."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from core import http, times, tokens
from core.config import Config
from core.declare import declaration
from core.errors import PluginError, StoreBusy, StoreError
from core.ingest import jobs as room
from core.ingest.asking import DEADLINE_S, Asking, Hanging, Threads, outcomes
from core.ingest.jobs import BAD, MEASURED_KINDS, OUTCOMES, Job, Outcome
from core.ingest.quarantine import as_row, sift
from core.ingest.solve import solve
from core.ingest.turns import Share, Turns, in_order
from core.plugins import Manager
from core.store import LIVE, Claims, Decided, Store, claiming, newest_job
from core.validation import jsonable

WORKERS = 48
POLL_MEASURED_MIN, POLL_OTHER_MIN = 5, 60
SLACK_MIN = 1

Told = Callable[[Outcome], None]


@dataclass
class Report:
    """What a cycle did."""

    outcomes: list[Outcome] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    refused: int = 0
    suspect: int = 0
    left: int = 0
    """Jobs that other runners on the store have, or have just done."""
    is_solving_left: bool = False
    """Somebody else was solving for so long that the hours are left to the next cycle."""
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
        return sum(outcome.accepted for outcome in self.outcomes)

    @property
    def has_failures(self) -> bool:
        return any(outcome.outcome in BAD for outcome in self.outcomes)

    def summary(self) -> str:
        """The cycle in one line."""
        jobs = ", ".join(f"{count} {name}" for name, count in self.counts.items()) or "none due"
        left = f"; {self.left} left to other runners" if self.left else ""
        solved = f"{len(self.solved_hours)} hours, {len(self.solved_zones)} zones"
        if self.is_solving_left:
            solved = "left to the next cycle, as another command is solving"
        return (
            f"jobs: {jobs}{left}; events: {self.accepted} accepted, {self.new} new, {self.changed} changed, "
            f"{self.refused} refused, {self.suspect} suspect; solved: {solved}; {self.seconds:.1f} s"
        )


@dataclass
class Cycle:
    """What a cycle needs. `origin` labels everything it stores: live, replayed or simulated."""

    config: Config
    plugins: Manager
    store: Store
    origin: str = LIVE
    workers: int = WORKERS
    deadline_s: float = DEADLINE_S
    gateway: str | None = None
    """The address of a sandbox that answers for all sources; None for the sources themselves."""
    patience: http.Patience = http.PATIENCE
    is_brief: bool = False
    """Whether it is a chunk of a backfill: it holds the store for a short while, waits for others, traces nothing."""
    scheduler: str | None = None
    """The address of a Dask cluster whose workers ask; None for threads of this process."""
    _decided: Decided = field(default_factory=dict)
    """What people have released and dropped, as of the cycle's begin: nobody decides while a cycle runs."""
    _hanging: Hanging = field(default_factory=dict)

    def run(self, jobs: Sequence[Job], told: Told = lambda outcome: None, since: int | None = None) -> Report:
        """Run the jobs whose sources no other runner has; `told` hears of each when it ends.

        `since` is the newest record of a job when these were planned (that of now if it is not given): what others
        have recorded after it is not asked again. Raises StoreBusy if another cycle holds the store, or others have
        every source; ClusterError if the cluster cannot be used.
        """
        began, report = time.perf_counter(), Report()
        since = newest_job(self.store) if since is None else since
        with self._asking(jobs) as asking, claiming(self.store, is_brief=self.is_brief) as claims:
            share = Share(self.store, claims, self._begin, since)
            turns = Turns(jobs, share.claim, share.release)
            ending = outcomes(turns.take, asking, workers=self.workers, deadline_s=self.deadline_s, ended=turns.end)
            for outcome in in_order(jobs, ending, share.left):
                kept = self._keep(share.run_id or 0, outcome, report)
                report.outcomes.append(kept)
                told(kept)
            report.left = len(share.left)
            run_id = share.run_id if share.run_id is not None else self._begin_idle(share)
            if not self.is_brief:
                self._solve(claims, report)
            report.requests = asking.requests
            report.seconds = time.perf_counter() - began
            self.store.end_run(run_id, _now_s(), {"line": report.summary(), "jobs": report.counts})
        return report

    def _begin(self) -> int:
        self._decided = self.store.quarantine.decided()
        return self.store.begin_run(_now_s(), self.origin)

    def _begin_idle(self, share: Share) -> int:
        """Begin a run that had no job to do; StoreBusy if that is because others have them now."""
        if share.owners:
            owners = " and ".join(sorted(share.owners))
            raise StoreBusy(f"Every source that was to be asked is being asked by another cycle ({owners}).")
        return self._begin()

    @contextmanager
    def _asking(self, jobs: Sequence[Job]) -> Iterator[Asking]:
        if self.scheduler is None:
            with http.session(is_cycle=True, patience=self.patience, gateway=self.gateway) as session:
                yield Threads(self.plugins, room.rules_of(self.config, self.plugins), session, self._hanging)
            return
        from core.ingest.cluster import connected
        from core.ingest.errands import Errand

        errand = Errand(self.deadline_s, self.patience, self.gateway, times.frozen_at(), tokens.made_up())
        with connected(self.scheduler, self.config) as cluster, cluster.asking(errand, jobs) as asking:
            yield asking

    def _keep(self, run_id: int, outcome: Outcome, report: Report) -> Outcome:
        """Judge one job's batch and store it with its record; one that the store cannot take fails that job only."""
        try:
            if outcome.outcome in room.JUDGED and not outcome.weather:
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
            "accepted": outcome.accepted, "refused": len(refusals), "suspect": len(checked.suspects),
            "newest_s": int(outcome.newest.timestamp()) if outcome.newest else None,
            "message": outcome.message or warnings or None,
            "window_start_s": int(job.window.start.timestamp()) if job.window else None,
            "window_end_s": int(job.window.end.timestamp()) if job.window else None,
        }
        suspects = [as_row(suspect) for suspect in checked.suspects]
        written = self.store.write_job(row, checked.events, refusals, self.origin, suspects, outcome.weather)
        outcome.new, outcome.changed = written.new, written.changed
        report.new += written.new
        report.changed += written.changed
        report.refused += len(refusals)
        report.suspect += len(suspects)

    def _solve(self, claims: Claims, report: Report) -> None:
        """Solve what is unsolved, what others have stored too; while somebody solves for long, the next cycle does."""
        began = time.perf_counter()
        try:
            with claims.solving():
                solved = solve(self.config, self.store)
        except StoreBusy:
            report.is_solving_left = True
            return
        report.solved_hours, report.solved_zones = solved.hours, solved.zones
        report.results_written = solved.written
        report.solve_seconds = time.perf_counter() - began


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
