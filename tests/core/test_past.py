"""core.validation.past: what @source(...) declares of the past, held against an answer."""

from datetime import datetime
from typing import Any

import pytest

from core import schemas, times
from core.schemas import Event
from core.validation import past_moment, promises
from tests.core.test_looks import facts

NOW = times.read("2026-06-10T12:00Z")
TARGET = times.read("2026-06-03T12:00Z")


def hours(first: str, count: int, step: int = 1) -> list[Event]:
    """Hours of load from a moment on."""
    start = times.read(first)
    return [
        schemas.read("consumption", schemas.consumption(
            "XM", start=times.shift(start, hours=at), end=times.shift(start, hours=at + 1), source="x", load_mw=5))
        for at in range(0, count, step)]


def kept(events: list[Event], has_refused: bool = False, target: datetime = TARGET, **more: Any) -> list[bool]:
    declared = facts(**{"resolution_min": 60, "window_h": 48, "history": "2015", **more})
    return [one.is_kept for one in promises(declared, target, NOW, events, has_refused=has_refused)]


def test_a_week_ago_is_asked_for_or_the_middle_of_a_shorter_history() -> None:
    assert past_moment(facts(history="2015", delay_h=2), NOW) == times.read("2026-06-03T10:00Z")
    assert past_moment(facts(history="4 days"), NOW) == times.read("2026-06-08T12:00Z")
    assert past_moment(facts(delay_h=0), NOW) == TARGET, "live only: it must refuse"


def test_live_only_must_refuse() -> None:
    assert kept([], has_refused=True, history="live only") == [True]
    assert kept(hours("2026-06-10T10:00Z", 2), history="live only") == [False]
    assert kept([], history="live only") == [False]


def test_before_the_first_day_it_must_refuse_too() -> None:
    assert kept([], has_refused=True, history="2026-06-05") == [True]


def test_of_a_declared_history_something_must_come() -> None:
    assert kept([], has_refused=True) == kept([]) == [False]


@pytest.mark.parametrize(("events", "is_kept"), [
    (hours("2026-06-01T12:00Z", 48), True),
    (hours("2026-06-01T13:00Z", 47), True),  # up to it: the hour in which the window begins may be out
    (hours("2026-06-01T12:00Z", 30), False),
    (hours("2026-06-02T12:00Z", 24), False),
    (hours("2026-06-01T12:00Z", 48, step=2), False),
    (hours("2026-06-08T12:00Z", 48), False),
])
def test_all_of_the_window_must_come(events: list[Event], is_kept: bool) -> None:
    assert kept(events) == [True, is_kept]


def test_ahead_of_it_too_where_that_is_declared() -> None:
    assert kept(hours("2026-06-01T12:00Z", 48), ahead_h=24) == [True, False]
    assert kept(hours("2026-06-01T12:00Z", 72), ahead_h=24) == [True, True]


def test_whole_days_of_a_clock() -> None:
    """3 June in Berlin (UTC+2) is from 22:00Z of the 2nd on."""
    more = {"window_h": 24, "day_of": "Europe/Berlin"}
    assert kept(hours("2026-06-02T22:00Z", 24), **more) == [True, True]
    assert kept(hours("2026-06-03T00:00Z", 24), **more) == [True, False]


def test_what_is_missing_is_named() -> None:
    declared = facts(resolution_min=60, window_h=48, history="2015")
    _, window = promises(declared, TARGET, NOW, hours("2026-06-01T12:00Z", 30), has_refused=False)
    assert window.seen == (
        "Of 2026-06-01 12:00Z to 2026-06-03 12:00Z 18.0 h are missing, first 2026-06-02 18:00Z to 2026-06-03 12:00Z.")
