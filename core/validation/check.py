"""Every event of an answer by itself: accepted, refused with the reason, or suspected by a plugin's rule.

Three steps: the schema (core.schemas), the rules that need the clock, the asked key and the rest of the list, and the
quality rules of plugins, small functions (event) → reason or None. One bad event never costs its batch.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.errors import InvalidEvent
from core.kinds import KINDS, LONGEST_S
from core.schemas import Event, Exchange, IntradayStatistics, Production, RawEvent, read

Rule = Callable[[Event], str | None]

AHEAD = timedelta(days=1)
MAX_INT_BITS = 64
"""Greater whole numbers are stored as text: Python refuses to print very long ones, and databases to hold them."""


@dataclass(frozen=True)
class Refusal:
    """One event that was not accepted, as it came, and why."""

    kind: str
    key: str
    reason: str
    event: Any


@dataclass(frozen=True)
class Suspect:
    """One event that its schema accepts and a quality rule does not believe."""

    event: Event
    rule: str
    reason: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Checked:
    """What became of one parser's answer."""

    events: list[Event] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check(kind: str, key: str, answer: Any, *, now: datetime, rules: Iterable[Rule] = ()) -> Checked:
    """Judge what a fetch function returned (an event, several, or None) for a kind and key, as of `now`."""
    checked = Checked()
    rules = list(rules)
    for raw in as_list(answer):
        try:
            event = read(kind, raw)
            reason = _wrong_place(event, key) or _wrong_time(event, kind, now) or _too_long(event)
        except InvalidEvent as err:
            event, reason = None, str(err)
        if event is None or reason:
            checked.refusals.append(Refusal(kind, key, _storable(reason or ""), raw))
        elif suspect := _judge(rules, event, checked):
            checked.suspects.append(suspect)
        else:
            checked.events.append(event)
    return _as_series(kind, key, checked)


def as_list(answer: Any) -> list[Any]:
    """What a fetch function returned, as a list; it may give one event, several, or nothing.

    A generator that raises half way raises here: what it gave before is not taken for the whole answer.
    """
    if answer is None:
        return []
    if isinstance(answer, Mapping | Event | str | bytes) or not isinstance(answer, Iterable):
        return [answer]
    return list(answer)


def _wrong_place(event: Event, key: str) -> str | None:
    return None if event.key == key else f"it belongs to {event.key}, but {key} was asked for"


def _wrong_time(event: Event, kind: str, now: datetime) -> str | None:
    is_free = KINDS[kind].is_future_allowed or event.source_type in ("forecasted", "published")
    if not is_free and event.start > now + AHEAD:
        return f"it is {event.source_type} but starts {event.start:%Y-%m-%d %H:%M}Z, more than a day ahead"
    return None


def _too_long(event: Event) -> str | None:
    """A mix or flow may not hold for longer than the store allows: one wrong end would have decades solved again."""
    if not isinstance(event, Production | Exchange) or event.end is None:
        return None
    days, most = (event.end - event.start).total_seconds() / 86400, LONGEST_S / 86400
    return f"its interval of {days:.0f} days is longer than {most:.0f}" if days > most else None


def _storable(text: str) -> str:
    """A reason may quote the source; half a character pair or a null byte would fail in the database."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _judge(rules: Iterable[Rule], event: Event, checked: Checked) -> Suspect | None:
    """The first rule's suspicion; a rule that itself breaks is warned of and suspects nothing."""
    for rule in rules:
        name = str(getattr(rule, "__name__", rule))
        try:
            reason = rule(event)
        except Exception as err:  # noqa: BLE001  rules come from plugins; one of them must not cost the batch
            checked.warnings.append(f"the quality rule {name} failed: {err!r}")
        else:
            if reason:
                return Suspect(event, name, _storable(str(reason)))
    return None


def _as_series(kind: str, key: str, checked: Checked) -> Checked:
    """Sort by start; in a series keep one event per start and cut an end back to the next start."""
    checked.events.sort(key=_order)
    if not checked.events or not checked.events[0].is_series:
        return checked
    events = list(_one_per_start(kind, key, checked))
    for i, (event, following) in enumerate(itertools.pairwise(events)):
        if event.end is not None and event.end > following.start:
            events[i] = event.model_copy(update={"end": following.start})
            checked.warnings.append(f"the interval from {event.start:%Y-%m-%d %H:%M}Z overlaps the next; cut back")
    checked.events = events
    return checked


def _order(event: Event) -> tuple[Any, ...]:
    if isinstance(event, IntradayStatistics):
        return event.start, event.area, event.contract_id
    return (event.start,)


def _one_per_start(kind: str, key: str, checked: Checked) -> Iterator[Event]:
    """The last event of each start; an earlier, different one is refused, not lost."""
    for _, group in itertools.groupby(checked.events, key=lambda event: event.start):
        *earlier, last = group
        for event in earlier:
            if event != last:
                reason = f"a later event of the same answer has the same start, {event.start:%Y-%m-%d %H:%M}Z"
                checked.refusals.append(Refusal(kind, key, reason, event.to_dict()))
                checked.warnings.append(reason)
        yield last


def jsonable(event: Any) -> RawEvent | str:
    """A refused event in a form that can be stored: times as text, anything else odd as its repr."""
    if isinstance(event, Event):
        event = event.to_dict()
    if not isinstance(event, Mapping):
        return repr(event)
    return {str(k): _plain(v) for k, v in event.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, int) and value.bit_length() > MAX_INT_BITS:
        return hex(value)
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
