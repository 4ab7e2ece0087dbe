"""Whether a fetch function does for a past moment what its @source(...) declares, as back-filling relies on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core import times
from core.declare import LIVE_ONLY, Declaration, earliest
from core.schemas import Event

USUAL_DAYS = 7
HOUR_S = 3600


class Promise(NamedTuple):
    """One thing that is declared, and whether the answer keeps it."""

    declared: str
    is_kept: bool
    seen: str


def past_moment(facts: Declaration, now: datetime) -> datetime:
    """A moment to try: a week ago, or in the middle of a shorter history."""
    first = earliest(facts, now) if facts.history != LIVE_ONLY else None
    moment = times.shift(now, days=-USUAL_DAYS, hours=-facts.delay_h)
    if first is not None and first > moment:
        moment = times.shift(first, hours=(now - first).total_seconds() / HOUR_S / 2)
    return times.floor(moment, 60)


def promises(
    facts: Declaration, target: datetime, now: datetime, events: Sequence[Event], *, has_refused: bool
) -> list[Promise]:
    """What is declared of the past, held against the answer for a past moment; it has refused if it raised NoHistory.
    """
    said = f'history="{facts.history}"'
    since = earliest(facts, now)
    if since is None or target < since:
        return [_refusal(said, events, has_refused)]
    if has_refused:
        return [Promise(said, False, "It raised NoHistory for a moment of that history: declare what there is.")]
    if not events:
        return [Promise(said, False, "Nothing came for a moment of that history.")]
    return [Promise(said, True, f"{len(events)} events came."), _window(facts, target, since, events)]


def _refusal(said: str, events: Sequence[Event], has_refused: bool) -> Promise:
    if has_refused:
        return Promise(said, True, "It raised NoHistory.")
    came = f"{len(events)} events came, the newest of {_stamp(events[-1].start)}" if events else "nothing came"
    return Promise(said, False, f"It must raise errors.NoHistory for that moment, but {came}.")


def _window(facts: Declaration, target: datetime, since: datetime, events: Sequence[Event]) -> Promise:
    """Whether all of the declared window is there."""
    if facts.day_of:
        days = round(facts.window_h / 24)
        first = times.midnight(times.day(target, facts.day_of, 1 - days), facts.day_of)
        span = times.Window(first, times.midnight(times.day(target, facts.day_of, 1), facts.day_of))
        said = f'window_h={facts.window_h:g}, day_of="{facts.day_of}"'
    else:
        span = times.window(target, hours=facts.window_h, ahead_hours=facts.ahead_h)
        said = f"window_h={facts.window_h:g}" + (f", ahead_h={facts.ahead_h:g}" if facts.ahead_h else "")
    span = times.Window(max(span.start, since), span.end)
    inside = [one for one in events if one.start < span.end and _end(one, events, facts) > span.start]
    if not inside:
        return Promise(said, False, f"Nothing of {_span(span)} came; the newest is of {_stamp(events[-1].start)}.")
    holes = _holes(span, inside, events, facts)
    lacking_h = sum((hole.end - hole.start).total_seconds() for hole in holes) / HOUR_S
    if lacking_h > 0:
        return Promise(said, False, f"Of {_span(span)} {lacking_h:.1f} h are missing, first {_span(holes[0])}.")
    return Promise(said, True, f"All of {_span(span)} came.")


def _holes(
    span: times.Window, inside: Sequence[Event], events: Sequence[Event], facts: Declaration
) -> list[times.Window]:
    """What of a span no interval covers; less than one interval at either end is none: the moment lies within it."""
    step_s = _step_s(events, facts)
    holes, at = [], times.shift(span.start, minutes=step_s / 60)
    for one in inside:
        if one.start > at:
            holes.append(times.Window(at, one.start))
        at = max(at, _end(one, events, facts))
    if times.shift(at, minutes=step_s / 60) < span.end:
        holes.append(times.Window(at, span.end))
    return holes


def _step_s(events: Sequence[Event], facts: Declaration) -> float:
    if facts.resolution_min:
        return facts.resolution_min * 60.0
    lengths = times.lengths([one.start for one in events], 60)
    return 60 * max(lengths.values())


def _end(event: Event, events: Sequence[Event], facts: Declaration) -> datetime:
    return event.end or times.shift(event.start, minutes=_step_s(events, facts) / 60)


def _span(span: times.Window) -> str:
    return f"{_stamp(span.start)} to {_stamp(span.end)}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
