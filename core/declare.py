"""What a fetch function says of its source, so that the runner, the docs and back-filling know it without asking."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from core import times

F = TypeVar("F", bound=Callable[..., Any])

LIVE_ONLY, ANY = "live only", "any"
DAYS = re.compile(r"([1-9]\d*) days")
FIRST_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True)
class Declaration:
    """Facts of one fetch function. Times are in hours unless the name says minutes."""

    resolution_min: int | None
    """Length of the source's own intervals; None where it varies by zone or is a snapshot."""
    delay_h: float
    """How long after an interval its values are usually out."""
    window_h: float
    """How much one call returns. Asked for a moment, it gives all that is published of so many hours up to it; with
    `day_of`, whole days that long together, the last of which holds it. More may come; less leaves holes in a past."""
    ahead_h: float
    """The same of the hours after the asked moment, for what is published ahead."""
    day_of: str | None
    """The clock whose days one call returns, where it gives the day of the asked moment and not what is up to it."""
    history: str
    """What can be asked for: `live only`, `any` moment, from a day, month or year on (ISO), or back so many `days`."""
    refetch_h: float
    """How far back published values are still revised, so are fetched again."""
    tokens: tuple[str, ...]
    rate_per_min: float | None
    """Requests a minute the source allows, where it says so."""
    extra: str | None
    """The optional dependency group it needs."""
    dead: str | None
    """Since when and why the source no longer answers."""

    def __post_init__(self) -> None:
        if self.history not in (LIVE_ONLY, ANY) and not DAYS.fullmatch(self.history):
            _first_day(self.history)
        if self.day_of is not None and (self.window_h % 24 or self.ahead_h):
            raise ValueError(f"A call that gives days of {self.day_of} has a window of whole days, and none ahead.")
        if self.window_h + self.ahead_h <= 0:
            raise ValueError("One call must give some time: window_h and ahead_h are 0.")


def source(
    *,
    resolution_min: int | None,
    window_h: float,
    ahead_h: float = 0,
    day_of: str | None = None,
    history: str = LIVE_ONLY,
    delay_h: float = 1,
    refetch_h: float = 0,
    tokens: tuple[str, ...] = (),
    rate_per_min: float | None = None,
    extra: str | None = None,
    dead: str | None = None,
) -> Callable[[F], F]:
    """Declare a fetch function's source; every `fetch_*` of `parsers/` needs it. ValueError for what cannot be."""
    facts = Declaration(
        resolution_min, delay_h, window_h, ahead_h, day_of, history, refetch_h, tokens, rate_per_min, extra, dead
    )

    def mark(function: F) -> F:
        function.declaration = facts  # type: ignore[attr-defined]
        return function

    return mark


def declaration(function: Callable[..., Any]) -> Declaration | None:
    """What a fetch function declares; None for an undeclared one."""
    return getattr(function, "declaration", None)


def earliest(facts: Declaration, now: datetime) -> datetime | None:
    """The first moment that can be asked for at `now`; None if only the present can."""
    if facts.history == LIVE_ONLY:
        return None
    if facts.history == ANY:
        return times.epoch(0)
    if days := DAYS.fullmatch(facts.history):
        return times.shift(now, days=-int(days[1]))
    return times.midnight(_first_day(facts.history), "UTC")


def _first_day(text: str) -> date:
    """The first day of a written day, month or year."""
    if not FIRST_DAY.fullmatch(text):
        raise ValueError(f"{text!r} is no history: write `live only`, `any`, `90 days`, or 2015, 2015-12, 2015-12-01.")
    return date.fromisoformat(text + "-01-01"[len(text) - 4 :])
