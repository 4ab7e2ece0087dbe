"""The plan of a past: a span cut into the windows that one call of a parser fills, the same in every run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from core import declare, times
from core.declare import Declaration
from core.errors import MissingExtra, MissingToken, PluginError
from core.ingest.jobs import Job, require_usable
from core.plugins import Manager

HOUR_S = 3600
END_MIN = 1
"""A day is asked for in its last minute."""


@dataclass(frozen=True)
class Past:
    """A series whose source has a past: its job, asked of the parsers that have one, and what they declare.

    The windows are those of the parser whose calls give least, so that whoever answers leaves no hole.
    """

    job: Job
    facts: Declaration
    earliest: datetime

    def windows(self, start: datetime, end: datetime, now: datetime) -> list[times.Window]:
        """The windows that hold [start, end), without what is before the source's first day or not out yet."""
        first, last = max(start, self.earliest), min(end, self.latest(now))
        return list(_grid(self.facts, first, last)) if first < last else []

    def latest(self, now: datetime) -> datetime:
        """Up to when all should be out at `now`."""
        return times.shift(now, hours=-self.facts.delay_h)

    def present(self, now: datetime) -> datetime:
        """Where that begins which a call for the present gives."""
        if self.facts.day_of is None:
            return times.shift(now, hours=-self.facts.window_h)
        days = round(self.facts.window_h / 24)
        return times.midnight(times.day(now, self.facts.day_of, 1 - days), self.facts.day_of)

    def ask(self, window: times.Window, now: datetime) -> Job:
        """The job that asks for a window."""
        return replace(self.job, target=self._target(window, now), window=window)

    def _target(self, window: times.Window, now: datetime) -> datetime:
        """The moment to ask for: the window's end, before what the answer holds ahead of it; never one to come."""
        if self.facts.day_of is None:
            moment = times.shift(window.end, hours=-self.facts.ahead_h)
        else:
            moment = times.shift(window.end, minutes=-END_MIN)
        return max(self.earliest, min(moment, self.latest(now)))

    def is_out(self, window: times.Window, at_s: float) -> bool:
        """Whether all of a window was published at a moment: what was asked before must be asked again."""
        return window.end.timestamp() + self.facts.delay_h * HOUR_S <= at_s


def past_of(job: Job, plugins: Manager, now: datetime) -> tuple[Past | None, str]:
    """The past of a series, or None with the reason why it cannot be asked for."""
    found: dict[str, tuple[Declaration, datetime]] = {}
    reasons = []
    for reference in job.references:
        try:
            function = plugins.function(reference)
            require_usable(function)
        except (PluginError, MissingToken, MissingExtra) as err:
            reasons.append(str(err))
            continue
        facts = declare.declaration(function)
        since = declare.earliest(facts, now) if facts else None
        if facts is None or since is None:
            reasons.append(f"{reference.partition('.')[0]} publishes the present only.")
        else:
            found[reference] = facts, since
    if not found:
        return None, reasons[0] if reasons else "No parser is configured."
    facts = min((one for one, _ in found.values()), key=lambda one: one.window_h + one.ahead_h)
    return Past(replace(job, references=tuple(found)), facts, min(since for _, since in found.values())), ""


def _grid(facts: Declaration, start: datetime, end: datetime) -> Iterator[times.Window]:
    """The windows of the fixed grid that reach into [start, end), oldest first."""
    if facts.day_of is not None:
        yield from _days(facts.day_of, round(facts.window_h / 24), start, end)
        return
    length_s = (facts.window_h + facts.ahead_h) * HOUR_S
    number = start.timestamp() // length_s
    while (at_s := number * length_s) < end.timestamp():
        yield times.Window(times.epoch(at_s), times.epoch(at_s + length_s))
        number += 1


def _days(clock: str, count: int, start: datetime, end: datetime) -> Iterator[times.Window]:
    """Windows of `count` whole days on a clock."""
    first = times.day(start, clock).toordinal() // count * count
    while (at := times.midnight(date.fromordinal(first), clock)) < end:
        first += count
        yield times.Window(at, times.midnight(date.fromordinal(first), clock))
