"""What is missing in the stored past: stretches of a span in which a series has no value."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core import times
from core.history.windows import HOUR_S, Past, past_of
from core.ingest.jobs import NO_HISTORY, Job
from core.kinds import KINDS
from core.plugins import Manager
from core.store import Store
from core.store.coverage import Covered, coverage
from core.store.windows import Asked

NO_SERIES = ("LocationalPrice", "GridAlert", "IntradayStatistics")
"""Events that need not follow each other."""
USUAL_DELAY_H = 1.0
"""Of what a source without a past publishes."""
UNFILLABLE = ("empty", NO_HISTORY)
"""Outcomes of a window after which asking for a gap in it brings nothing; answered values may have been deleted."""
NEVER = "never asked"
SAID = {"ok": "answered without it", "empty": "answered empty", NO_HISTORY: "refused"}
"""How the outcome of a window reads beside a gap; others read as they are."""


@dataclass(frozen=True)
class Gap:
    """One stretch that a series lacks, and what its source said when that part of the past was asked for."""

    window: times.Window
    said: str

    @property
    def hours(self) -> float:
        return (self.window.end - self.window.start).total_seconds() / HOUR_S


@dataclass(frozen=True)
class Lacking:
    """What one series lacks, or all of it where nothing is stored."""

    job: Job
    gaps: tuple[Gap, ...]
    reason: str
    """Why it cannot be filled; empty if it can."""


@dataclass
class Found:
    """The series with gaps, how many have none, and why others are not looked at."""

    lacking: list[Lacking] = field(default_factory=list)
    whole: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Series of which nothing is stored, and nothing can be asked for, by reason."""

    def spans(self) -> Mapping[tuple[str, str], Sequence[times.Window]]:
        """What can be filled, by kind and key."""
        return {
            (one.job.kind, one.job.key): [gap.window for gap in one.gaps] for one in self.lacking if not one.reason}


def find(store: Store, plugins: Manager, jobs: Sequence[Job], start: datetime, end: datetime) -> Found:
    """The gaps of the jobs' series within [start, end), as far as it should be out by now."""
    found, now = Found(), times.now()
    by_kind, pasts = defaultdict[str, list[Job]](list), dict[Job, tuple[Past | None, str]]()
    for job in jobs:
        if KINDS[job.kind].event not in NO_SERIES:
            by_kind[job.kind].append(job)
            pasts[job] = past_of(job, plugins, now)
    span_s = int(start.timestamp()), int(end.timestamp())
    asked = store.windows.asked({(job.kind, job.key) for job in pasts}, *span_s)
    for kind, of_kind in by_kind.items():
        covered = coverage(store, kind, [job.key for job in of_kind], *span_s)
        for job in of_kind:
            past, reason = pasts[job]
            if past is None and job.key not in covered:
                found.skipped[reason] += 1
            elif (span := _span(past, start, end, now)) is not None:
                holes = _holes(covered.get(job.key), span)
                said = _said(past, holes, asked.get((kind, job.key), ()))
                if holes:
                    gaps = tuple(Gap(*one) for one in zip(holes, said, strict=True))
                    found.lacking.append(Lacking(job, gaps, reason))
                found.whole += not holes
    return found


def _span(past: Past | None, start: datetime, end: datetime, now: datetime) -> times.Window | None:
    """What of a span a series should have; None if nothing."""
    first = max(start, past.earliest) if past else start
    last = min(end, past.latest(now) if past else times.shift(now, hours=-USUAL_DELAY_H))
    return times.Window(first, last) if first < last else None


def _holes(covered: Covered | None, span: times.Window) -> list[times.Window]:
    """The holes of a series within a span, oldest first; at its ends those of a whole interval only."""
    first_s, last_s = int(span.start.timestamp()), int(span.end.timestamp())
    if covered is None:
        return [span]
    inner = [*covered.holes]
    if covered.first_s - first_s >= covered.usual_s:
        inner.insert(0, (first_s, covered.first_s))
    if last_s - covered.last_s >= covered.usual_s:
        inner.append((covered.last_s, last_s))
    clipped = ((max(start_s, first_s), min(end_s, last_s)) for start_s, end_s in inner)
    return [times.Window(times.epoch(one), times.epoch(two)) for one, two in clipped if one < two]


def _said(past: Past | None, holes: Sequence[times.Window], asked: Sequence[Asked]) -> list[str]:
    """What the source said of each hole, both by time; what was asked too early, so will be again, does not count."""
    windows = ((times.Window(times.epoch(one.start_s), times.epoch(one.end_s)), one) for one in asked)
    heard = [(window, one) for window, one in windows if past is not None and past.is_out(window, one.at_s)]
    found, place = [], 0
    for hole in holes:
        while place < len(heard) and heard[place][0].end <= hole.start:
            place += 1
        told, until, is_whole = [], hole.start, True
        for window, one in heard[place:]:
            if window.start >= hole.end:
                break
            told.append(one)
            is_whole &= window.start <= until
            until = max(until, window.end)
        found.append(_words(told, is_whole and until >= hole.end))
    return found


def _words(told: Sequence[Asked], is_whole: bool) -> str:
    """What was heard, each outcome with its last message; that a part was never asked for is said too."""
    heard = {one.outcome: one.message for one in told}
    words = [SAID.get(outcome, outcome) + (f": {said}" if said else "") for outcome, said in heard.items()]
    return "; ".join([*words, *([] if is_whole else [f"in part {NEVER}" if words else NEVER])])
