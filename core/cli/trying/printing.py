"""What `test-parser` prints of one parser: for a person, and for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table

    from core.cli.trying import Tried
    from core.schemas import Event
    from core.validation import Look

SHOWN_EVENTS = 40


def show(tried: Tried, all_events: bool) -> None:
    """All that is to be said of one parser."""
    from core.cli.trying import comparing

    outcome, out = tried.outcome, common.console()
    job, checked = outcome.job, outcome.checked
    title = f"{job.kind} of {job.key} from {outcome.parser}" + (f" ({job.case.id})" if job.case else "")
    out.print(f"{title}: {outcome.outcome}, {len(checked.events)} events in {outcome.seconds:.2f} s", soft_wrap=True)
    for line in _lines(tried, all_events):
        out.print(line, soft_wrap=isinstance(line, str))
    if tried.comparison is not None:
        comparing.show(tried.comparison, all_events)
    for note in tried.notes:
        out.print(f"  sample: {note}", soft_wrap=True)
    if tried.sample is not None:
        out.print(f"  sample: {tried.sample}: read it with --review, and say whether it is right", soft_wrap=True)


def _lines(tried: Tried, all_events: bool) -> Iterator[str | Table]:
    outcome, checked = tried.outcome, tried.outcome.checked
    if outcome.message:
        yield f"  {outcome.message}"
    if checked.events:
        shown = checked.events if all_events else checked.events[-SHOWN_EVENTS:]
        yield events_table(shown)
        if len(shown) < len(checked.events):
            yield f"  … and {len(checked.events) - len(shown)} earlier; --all prints them"
        yield _span(tried)
    yield from (f"  warning: {warning}" for warning in checked.warnings)
    yield from map(look_line, tried.looks)
    yield from (f"  refused: {refusal.reason}: {refusal.event}" for refusal in checked.refusals)
    for suspect in checked.suspects:
        yield f"  suspect ({suspect.rule}): {suspect.event.start:%Y-%m-%d %H:%M}Z: {suspect.reason}"
    for promise in tried.promises:
        yield f"  {'kept' if promise.is_kept else 'not kept'}: {promise.declared}: {promise.seen}"
    if checked.events and not checked.refusals and not checked.suspects:
        yield "  validation: every event accepted"


def look_line(look: Look) -> str:
    """One suspicious thing: what was seen, why, where to look."""
    return f"  warning ({look.name}): {look.seen} {look.why} Look at {look.where}."


def _span(tried: Tried) -> str:
    from core.ingest.jobs import FRESH_HOURS

    outcome, events = tried.outcome, tried.outcome.checked.events
    oldest, newest = events[0].start, events[-1].start
    word = "fresh" if outcome.is_fresh else f"not fresh: older than {FRESH_HOURS} h"
    age = "" if outcome.job.target else f" ({common.age(newest, outcome.started)}, {word})"
    return f"  oldest {oldest:%Y-%m-%d %H:%M}Z, newest {newest:%Y-%m-%d %H:%M}Z{age}"


def events_table(events: Sequence[Event]) -> Table:
    """Events, one a row."""
    shown = common.table(None, "start", "end", "what it says")
    for event in events:
        end = f"{event.end:%H:%M}Z" if event.end else "–"
        shown.add_row(f"{event.start:%Y-%m-%d %H:%M}Z", end, ", ".join(_facts(event.to_dict())))
    return shown


def _facts(event: dict[str, Any]) -> Iterator[str]:
    """What an event says, in words; not what is the same for all of them."""
    left_out = ("datetime", "end_datetime", "zoneKey", "sortedZoneKeys", "source", "capacity")
    for name, value in event.items():
        if name in left_out or value in (None, [], {}) or (name, value) == ("sourceType", "measured"):
            continue
        if name in ("production", "storage"):
            word = " storage" if name == "storage" else ""
            yield from (f"{mode}{word} {common.number(power, 1)}" for mode, power in value.items())
        else:
            yield f"{name} {common.number(value, 2) if isinstance(value, int | float) else value}"


def plain(tried: Tried) -> dict[str, Any]:
    """The same for scripts."""
    from core.cli.trying import comparing
    from core.validation import jsonable

    outcome, checked = tried.outcome, tried.outcome.checked
    return {
        "parser": outcome.parser, "kind": outcome.job.kind, "key": outcome.job.key,
        "target_datetime": outcome.job.target, "outcome": outcome.outcome, "message": outcome.message,
        "seconds": round(outcome.seconds, 3), "is_fresh": outcome.is_fresh,
        "events": [{"start": one.start, "end": one.end, "event": jsonable(one)} for one in checked.events],
        "parser_warnings": checked.warnings, "warnings": [look._asdict() for look in tried.looks],
        "refusals": [{"reason": one.reason, "event": jsonable(one.event)} for one in checked.refusals],
        "suspects": [
            {"rule": one.rule, "reason": one.reason, "event": jsonable(one.event)} for one in checked.suspects],
        "promises": [promise._asdict() for promise in tried.promises],
        "comparison": comparing.plain(tried.comparison) if tried.comparison else None,
        "sample": tried.sample, "sample_notes": tried.notes,
    }
