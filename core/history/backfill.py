"""Filling the past: the windows that a span needs, asked for in chunks of ordinary jobs, oldest first."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core import times
from core.history.windows import Past, past_of
from core.ingest.jobs import BAD, NO_HISTORY, Job, Outcome
from core.ingest.runner import Cycle
from core.ingest.solve import Solved, solve
from core.store.windows import ANSWERED, Asked

FIRST_CHUNK, LARGEST_CHUNK = 16, 512
"""Jobs of the first chunk, and at most; what one parser is asked for a window stays together."""
CHUNK_S = 30.0
"""How long a chunk should hold the store: the next one gets as many jobs as fit."""
PAUSE_S = 0.5
"""Between chunks, for a cycle that waits for the store."""

Told = Callable[[Outcome], None]
Spans = Mapping[tuple[str, str], Sequence[times.Window]]
"""The stretches to fill, by kind and key."""


@dataclass
class Plan:
    """The windows to ask for, oldest first, and what is not asked for."""

    jobs: list[Job] = field(default_factory=list)
    answered: int = 0
    """Windows that were answered before."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Series without a past here, by reason."""
    begins: dict[str, datetime] = field(default_factory=dict)
    """Parsers of which more was wanted than their source has, with its first moment."""
    ends: dict[str, datetime] = field(default_factory=dict)
    """Parsers of which more was wanted than is out by now, with up to when it should be."""


@dataclass
class Tally:
    """What the windows of one parser brought: how many by outcome, and their events."""

    windows: Counter[str] = field(default_factory=Counter)
    new: int = 0
    changed: int = 0
    suspect: int = 0

    @property
    def failed(self) -> int:
        """Windows that may be answered when they are asked for again."""
        return sum(self.windows[name] for name in BAD if name != NO_HISTORY)


@dataclass
class Filled:
    """What a backfill did."""

    parsers: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    reasons: dict[tuple[str, str, str], list[Job]] = field(default_factory=lambda: defaultdict(list))
    """The jobs that brought nothing by parser, outcome and message."""
    seconds: float = 0.0
    is_stopped: bool = False
    """By Ctrl-C, before all was asked for."""

    @property
    def total(self) -> Tally:
        """All parsers together."""
        found = Tally()
        for one in self.parsers.values():
            found.windows += one.windows
            found.new, found.changed = found.new + one.new, found.changed + one.changed
            found.suspect += one.suspect
        return found

    def note(self, outcome: Outcome) -> None:
        """Count what a window brought."""
        tally = self.parsers[outcome.parser]
        tally.windows[outcome.outcome] += 1
        tally.new, tally.changed = tally.new + outcome.new, tally.changed + outcome.changed
        tally.suspect += len(outcome.checked.suspects)
        if outcome.outcome in BAD:
            self.reasons[outcome.parser, outcome.outcome, outcome.message or ""].append(outcome.job)


def spans_of(jobs: Sequence[Job], start: datetime, end: datetime) -> Spans:
    """The same span for every series."""
    return {(job.kind, job.key): [times.Window(start, end)] for job in jobs}


def plan(cycle: Cycle, jobs: Sequence[Job], spans: Spans, answers: Collection[str] = ANSWERED) -> Plan:
    """The windows that fill these spans of the jobs' series, without those whose last outcome is one of `answers`."""
    made, now, found = Plan(), times.now(), list[tuple[Past, times.Window]]()
    for job in jobs:
        wanted = spans.get((job.kind, job.key))
        past, reason = past_of(job, cycle.plugins, now) if wanted else (None, "")
        if past is not None and wanted:
            windows = {window for span in wanted for window in past.windows(*span, now)}
            found += [(past, window) for window in windows]
            if min(span.start for span in wanted) < past.earliest:
                made.begins[job.parser] = past.earliest
            if not windows or max(span.end for span in wanted) > now:
                made.ends[job.parser] = past.latest(now)
        elif wanted:
            made.skipped[reason] += 1
    asked = _asked(cycle, found)
    wanted_now = [one for one in found if not _is_answered(*one, asked, answers)]
    made.answered = len(found) - len(wanted_now)
    made.jobs = sorted((past.ask(window, now) for past, window in wanted_now), key=_order)
    return made


def _order(job: Job) -> tuple[times.Window, str, str, str]:
    return *_together(job), job.kind, job.key


def _together(job: Job) -> tuple[times.Window, str]:
    """What is asked in one chunk, since jobs of one parser and window may share a request; by the window's end."""
    assert job.window is not None
    return times.Window(job.window.end, job.window.start), job.parser.partition(".")[0]


def _asked(cycle: Cycle, found: Sequence[tuple[Past, times.Window]]) -> dict[tuple[str, str, int, int], Asked]:
    if not found:
        return {}
    series = {(past.job.kind, past.job.key) for past, _ in found}
    first, last = min(one.start for _, one in found), max(one.end for _, one in found)
    windows = cycle.store.windows.asked(series, int(first.timestamp()), int(last.timestamp()))
    return {(*name, one.start_s, one.end_s): one for name, of_series in windows.items() for one in of_series}


def _is_answered(
    past: Past, window: times.Window, asked: Mapping[tuple[str, str, int, int], Asked], answers: Collection[str]
) -> bool:
    one = asked.get((past.job.kind, past.job.key, int(window.start.timestamp()), int(window.end.timestamp())))
    return one is not None and one.outcome in answers and past.is_out(window, one.at_s)


def run(
    cycle: Cycle, jobs: Sequence[Job], told: Told = lambda outcome: None,
    told_chunk: Callable[[Filled], None] = lambda filled: None, pause_s: float = PAUSE_S,
) -> Filled:
    """Ask for planned windows chunk by chunk, each of which stores what it brings; nothing is traced.

    The store is held for one chunk at a time. What is stopped in between loses only what is under way: the next plan
    leaves out what was answered. Ctrl-C ends it early and well.
    """
    filled, began, place, size = Filled(), time.perf_counter(), 0, FIRST_CHUNK

    def heard(outcome: Outcome) -> None:
        filled.note(outcome)
        told(outcome)

    try:
        while place < len(jobs):
            chunk = _chunk(jobs, place, size)
            report = cycle.run(chunk, heard)
            told_chunk(filled)
            place += len(chunk)
            size = max(1, min(LARGEST_CHUNK, round(len(chunk) * CHUNK_S / max(report.seconds, 0.1)), 4 * size))
            if place < len(jobs):
                time.sleep(pause_s)
    except KeyboardInterrupt:
        filled.is_stopped = True
    filled.seconds = time.perf_counter() - began
    return filled


def _chunk(jobs: Sequence[Job], place: int, size: int) -> Sequence[Job]:
    """So many jobs from a place on, and what belongs together with the last of them."""
    end = min(place + size, len(jobs))
    while end < len(jobs) and _together(jobs[end]) == _together(jobs[end - 1]):
        end += 1
    return jobs[place:end]


def trace_changed(cycle: Cycle, told: Callable[[Sequence[int]], None] = lambda hours_s: None) -> Solved:
    """Solve, in one go, the hours that a backfill changed and no cycle has solved since; `told` hears of each run."""
    with cycle.store.exclusive(is_brief=True):
        return solve(cycle.config, cycle.store, told=told)
