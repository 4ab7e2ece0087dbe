"""Messages for people and programs, made of the items that `incidents` decides on."""

from collections.abc import Sequence
from typing import Any

from core import times
from core.health.incidents import FAILED, RECOVERED, STORE
from core.kinds import split_key
from core.store import LIVE
from core.store.reports import Incident, Message
from core.store.rows import Row

VERSION = 1
"""Of the form of a message for programs."""
NAMED, NAMED_PARSERS = 6, 8
SAID = {"failing": "fails", "suspect": "sends what is not believed", "stale": "brings nothing new"}
WELL = {"failing": "answers again", "suspect": "is believed again", "stale": "brings new data again"}


def stamp(moment_s: int | None) -> str | None:
    """A moment for programs."""
    return None if moment_s is None else f"{times.epoch(moment_s):%Y-%m-%dT%H:%M:%SZ}"


def clock(moment_s: int) -> str:
    """A moment for people."""
    return f"{times.epoch(moment_s):%Y-%m-%d %H:%M}Z"


def span(seconds: int) -> str:
    """A length of time for people, in one or two units."""
    minutes = max(1, round(seconds / 60))
    days, hours = minutes // 1440, minutes % 1440 // 60
    parts = [f"{days} d"] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes % 60} min"] if minutes % 60 and not days else []
    return " ".join(parts)


def document(message: Message) -> dict[str, Any]:
    """A message for programs. `id` is the same when it is sent again; `attempt` says how often it was tried."""
    return {
        "version": VERSION, "id": message.id, "attempt": message.attempt, "at": stamp(message.created_s),
        "origin": message.origin, "subject": subject(message), "text": text(message),
        "changes": [_change(item) for item in message.items],
    }


def _change(item: Row) -> dict[str, Any]:
    names = ("change", "incident", "parser", "parsers", "state", "reason", "series")
    moments = {"since": stamp(item["since_s"]), "over": stamp(item["over_s"])}
    return {name: item[name] for name in names} | moments | {"seriesOfParser": item["of"]}


def subject(message: Message) -> str:
    """A message in a few words."""
    first, *rest = message.items
    label = "" if message.origin == LIVE else f"{message.origin.upper()} "
    more = f" and {len(rest)} more" if rest else ""
    return f"Gridtrace {label}{_who(first)} {_what(first)}{more}"


def text(message: Message) -> str:
    """A message for people: a paragraph for each item."""
    label = "" if message.origin == LIVE else f"{message.origin.upper()}: these sources are not real.\n"
    return label + "\n".join(map(line, message.items))


def line(item: Row) -> str:
    """One item as one line."""
    if item["change"] == RECOVERED:
        lasted = span(item["over_s"] - item["since_s"])
        return f"{_who(item)} {_what(item)} since {clock(item['over_s'])}, after {lasted}{_series(item)}."
    still = "" if item["change"] == FAILED else "still "
    return f"{_who(item)} {still}{_what(item)} since {clock(item['since_s'])}{_series(item)}. {item['reason']}"


def _who(item: Row) -> str:
    if item["state"] == STORE:
        return "The store"
    if item["parser"] is not None:
        return str(item["parser"])
    return f"{len(item['parsers'])} parsers at once ({_some(item['parsers'], NAMED_PARSERS)})"


def _what(item: Row) -> str:
    if item["state"] == STORE:
        return "can be used again" if item["change"] == RECOVERED else "cannot be used"
    if not item["is_asked"]:
        return "is not asked any more (skipped, or declared dead)"
    if item["parser"] is None:
        return "answer again" if item["change"] == RECOVERED else "fail, which is hardly the sources: see the network"
    return (WELL if item["change"] == RECOVERED else SAID)[item["state"]]


def _series(item: Row) -> str:
    count = len(item["series"])
    if count == item["of"] != 1:
        return f": all {count} series" if count else ""
    part = "" if count == 1 == item["of"] else f" ({count} of {item['of']} series)"
    return f": {_some(item['series'], NAMED)}{part}"


def _some(names: Sequence[str], most: int) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def is_for(item: Row, names: Sequence[str]) -> bool:
    """Whether an item is of one of these parsers or zones; what is of most parsers at once is for everybody."""
    if not names or item["parser"] is None or item["parser"] in names:
        return True
    keys = {one.partition(" ")[2] for one in item["series"]}
    return bool({*names} & (keys | {zone for key in keys for zone in split_key(key) or ()}))


def of_incident(incident: Incident) -> str:
    """An incident as one line, open or over."""
    item: Row = {
        "change": FAILED, "parser": incident.parser or None, "parsers": [], "state": incident.state,
        "since_s": incident.since_s, "reason": incident.reason, "series": incident.series, "of": 0, "is_asked": True}
    who = incident.parser or "Most parsers at once"
    over = "" if incident.closed_s is None else f" Over at {clock(incident.closed_s)}."
    series = _some(incident.series, NAMED)
    return f"{who} {_what(item) if incident.parser else 'fail'} since {clock(incident.since_s)}: {series}. " \
        f"{incident.reason}{over}"
