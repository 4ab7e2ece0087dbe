"""When a job may run: windows of its start, hours of the day, a deadline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core import times
from core.errors import CannotSchedule
from core.forecast import FARTHEST_H
from core.scheduling.series import moment

Window = tuple[int, int]
"""Of starts the first and the last, both allowed; of time its begin and its end. Unix seconds."""
Daily = tuple[int, int]
"""From which minute after midnight to which one; across midnight if it ends before it begins."""
DAILY = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)")
DAY_S = 24 * 3600


@dataclass(frozen=True)
class Allowed:
    """What windows, hours of the day and a deadline leave, rising."""

    starts: tuple[Window, ...]
    """In which a job that runs in one go may begin."""
    spans: tuple[Window, ...]
    """In which the pieces of one that may be interrupted lie; apart from each other."""


def read_daily(text: str) -> Daily:
    """Hours of the day such as `22:00-06:00`. Raises CannotSchedule."""
    match = DAILY.fullmatch(text.strip())
    hours = [int(part) for part in match.groups()] if match else []
    if not hours or max(hours[1], hours[3]) > 59:
        raise CannotSchedule(f"{text[:40]!r} are no hours of the day: write 22:00-06:00.")
    first, end = 60 * hours[0] + hours[1], 60 * hours[2] + hours[3]
    if not (first < 24 * 60 and end <= 24 * 60) or first == end:
        raise CannotSchedule(f"{text[:40]!r} must begin and end at different times from 00:00 to 24:00.")
    return first, end


def allowed(
    duration_s: int, now_s: int, *, windows: Sequence[Window] = (), deadline_s: int | None = None,
    daily: Sequence[Daily] = (), clock: str = "UTC",
) -> Allowed:
    """What is left from now on; without windows and a deadline, of starts within a day.

    Of hours of the day, which are those of the clock, the whole job must lie inside. Raises CannotSchedule if nothing
    is left, or what is asked for reaches farther than any forecast.
    """
    starts = _starts(duration_s, now_s, windows, deadline_s)
    spans = _joined([(first_s, last_s + duration_s) for first_s, last_s in starts])
    if daily:
        begin, end = times.epoch(spans[0][0]), times.epoch(spans[-1][1])
        shown = [(int(one.start.timestamp()), int(one.end.timestamp()))
                 for one in times.shown(begin, end, daily, clock)]
        spans = _common(spans, shown)
        starts = _common(starts, [(begin_s, end_s - duration_s) for begin_s, end_s in shown])
    if not starts:
        raise _nothing_left(duration_s, deadline_s)
    return Allowed(tuple(starts), tuple(span for span in spans if span[0] < span[1]))


def _starts(duration_s: int, now_s: int, windows: Sequence[Window], deadline_s: int | None) -> list[Window]:
    """Windows of starts from now on that let the job end by the deadline, rising."""
    if any(last_s < first_s for first_s, last_s in windows):
        raise CannotSchedule("A window ends before it begins: give its first and its last start, in this order.")
    if windows and all(last_s < now_s for _, last_s in windows):
        raise CannotSchedule("Every window has passed: give one that ends later.")
    default = (now_s, now_s + DAY_S if deadline_s is None else deadline_s - duration_s)
    latest_s = max(last_s for _, last_s in windows or [default]) if deadline_s is None else deadline_s - duration_s
    cut = [(max(first_s, now_s), min(last_s, latest_s)) for first_s, last_s in windows or [default]]
    found = sorted(window for window in cut if window[0] <= window[1])
    if not found:
        raise _nothing_left(duration_s, deadline_s)
    if max(last_s for _, last_s in found) + duration_s > now_s + FARTHEST_H * 3600:
        raise CannotSchedule(f"No forecast reaches farther than {FARTHEST_H // 24} days: give a nearer end.")
    return found


def _nothing_left(duration_s: int, deadline_s: int | None) -> CannotSchedule:
    by = "" if deadline_s is None else f" by {moment(deadline_s)}"
    return CannotSchedule(f"No window is left in which a job of {duration_s} s could begin and end{by}.")


def _joined(spans: Sequence[Window]) -> list[Window]:
    """The same time in spans that lie apart, rising."""
    found: list[Window] = []
    for begin_s, end_s in sorted(spans):
        if found and begin_s <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end_s))
        else:
            found.append((begin_s, end_s))
    return found


def _common(some: Sequence[Window], others: Sequence[Window]) -> list[Window]:
    """Where a window of each overlap, ends included, rising."""
    both = [(max(one[0], other[0]), min(one[1], other[1])) for one in some for other in others]
    return sorted(window for window in both if window[0] <= window[1])
