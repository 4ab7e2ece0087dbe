"""The public log of one parser: for the people who wrote it, who need no account to hear that it broke."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from xml.etree import ElementTree as xml

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.errors import NothingKnown
from core.api.grid import Grid, grid_of
from core.api.operation.observed import Observed, Observer
from core.headers import read_header
from core.health.messages import of_incident
from core.health.parsers import STRIP_H, Log, ParserHealth, log_of
from core.health.series import SeriesHealth
from core.plugins import Manager
from core.store.reports import Incident
from core.store.rows import Row

ATOM = "application/atom+xml"
ATOM_SPACE = "http://www.w3.org/2005/Atom"
ParserName = Annotated[str, Path(max_length=64, description="A module of `parsers/`.", examples=["ENTSOE"])]


class ParserLog(BaseModel):
    """What is known of one parser; nothing in it is secret."""

    parser: str = Field(examples=["ENTSOE"])
    title: str
    facts: dict[str, str] = Field(examples=[{"Licence": "CC BY 4.0"}])
    addresses: list[str]
    state: str = Field(examples=["ok"])
    states: dict[str, int] = Field(examples=[{"failing": 1, "ok": 40}])
    availability: dict[str, float | None] = Field(examples=[{"day": 0.993, "week": 1.0, "month": 0.998}])
    hours: list[dict[str, Any]]
    series: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    incidents: list[dict[str, Any]]


def stamp(moment_s: int | None) -> str | None:
    """A moment, or nothing."""
    return None if moment_s is None else bodies.stamp(moment_s)


def log_answer(observer: Observer) -> Callable[[Request, ParserName], Response]:
    def parser_log(request: Request, parser: ParserName) -> Response:
        """A parser's series, its availability, its last jobs and its incidents."""
        grid, plugins = grid_of(request), request.app.state.plugins
        body = log_body(grid, plugins, _known(observer.look(grid, plugins)[0], parser))
        return bodies.reply(request, body)

    return parser_log


def feed_answer(observer: Observer) -> Callable[[Request, ParserName], Response]:
    def parser_feed(request: Request, parser: ParserName) -> Response:
        """A parser's incidents, for readers of feeds: one entry when one begins, one when it is over."""
        grid = grid_of(request)
        _known(observer.look(grid, request.app.state.plugins)[0], parser)
        content = feed(parser, str(request.base_url), grid.store.reports.incidents(parser), grid.now_s)
        return Response(content, media_type=ATOM, headers={"Cache-Control": f"public, max-age={bodies.NOW_S}"})

    return parser_feed


def _known(seen: Observed, name: str) -> ParserHealth:
    """The health of a parser that the configuration names. Raises NothingKnown."""
    for one in seen.parsers:
        if one.parser == name:
            return one
    raise NothingKnown(f"No parser {name!r}", "No series of the configuration names it; /status lists those there are.")


def log_body(grid: Grid, plugins: Manager, one: ParserHealth) -> dict[str, Any]:
    """The log of a parser, in the shape that /status/{parser} and the static export give."""
    log, header, now_s = log_of(grid.store, one.parser), read_header(plugins.docstring(one.parser)), grid.now_s
    return {
        "parser": one.parser, "title": header.title, "facts": dict(header.fields), "addresses": header.addresses,
        "datetime": stamp(now_s), "state": one.state, "states": one.states, "availability": log.availability,
        "hours": _hours(log, now_s), "series": [_series(each, now_s) for each in one.series],
        "jobs": [_job(row) for row in log.jobs], "incidents": [_incident(each) for each in log.incidents],
    }


def _hours(log: Log, now_s: int) -> list[Row]:
    """Every hour of the strip, also those in which nobody asked."""
    told, last_s = {row["hour_s"]: row for row in log.hours}, now_s - now_s % 3600
    names = ("good", "bad", "written", "refused", "suspect")
    return [
        {"start": stamp(hour_s), **{name: told[hour_s][name] if hour_s in told else 0 for name in names}}
        for hour_s in range(last_s - (STRIP_H - 1) * 3600, last_s + 1, 3600)]


def _series(one: SeriesHealth, now_s: int) -> Row:
    return {
        "kind": one.kind, "key": one.key, "function": one.reference, "state": one.state, "since": stamp(one.since_s),
        "reason": one.reason or None, "outcome": one.outcome, "lastAsked": stamp(one.asked_s),
        "lastSuccess": stamp(one.good_s), "errorStreak": one.streak, "newestData": stamp(one.newest_s),
        "newestDataAgeSeconds": one.age_s(now_s), "overdueSeconds": one.overdue_s(now_s),
        "doubtedShare": None if one.share is None else round(one.share, 4),
    }


def _job(row: Row) -> Row:
    return {
        "startedAt": stamp(row["started_s"]), "kind": row["kind"], "key": row["key"], "outcome": row["outcome"],
        "seconds": round(row["seconds"], 2), "accepted": row["accepted"], "refused": row["refused"],
        "suspect": row["suspect"], "written": row["written"], "message": row["message"] or None,
    }


def _incident(one: Incident) -> Row:
    return {
        "id": one.id, "parser": one.parser or None, "state": one.state, "since": stamp(one.since_s),
        "openedAt": stamp(one.opened_s), "closedAt": stamp(one.closed_s), "series": one.series, "reason": one.reason}


def feed(parser: str, base_url: str, incidents: Sequence[Incident], now_s: int) -> bytes:
    """An Atom feed of incidents, newest first."""
    root, address = xml.Element("feed", xmlns=ATOM_SPACE), f"{base_url}status/{parser}/feed"
    page = f"{base_url}#page=status&source={parser}"
    newest_s = max((one.closed_s or one.opened_s for one in incidents), default=now_s)
    for tag, words in (("id", address), ("title", f"Gridtrace: {parser}"), ("updated", bodies.second(newest_s))):
        xml.SubElement(root, tag).text = words
    xml.SubElement(root, "link", rel="self", href=address)
    xml.SubElement(root, "link", rel="alternate", href=page)
    xml.SubElement(xml.SubElement(root, "author"), "name").text = "Gridtrace"
    moments = [(one.closed_s, one) for one in incidents if one.closed_s is not None]
    moments += [(one.opened_s, one) for one in incidents]
    for at_s, one in sorted(moments, key=lambda both: (both[0], both[1].id), reverse=True):
        _entry(root, address, page, at_s, one)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: xml.Element, address: str, page: str, at_s: int, one: Incident) -> None:
    is_over = at_s == one.closed_s
    entry = xml.SubElement(root, "entry")
    who = one.parser or "Most parsers at once"
    title = f"{who}: {'over' if is_over else one.state}"
    mark = f"{address}#{one.id}-{'over' if is_over else 'begun'}"
    text = of_incident(one if is_over else Incident(**{**vars(one), "closed_s": None}))
    for tag, words in (("id", mark), ("title", title), ("updated", bodies.second(at_s)), ("summary", text)):
        xml.SubElement(entry, tag).text = words
    xml.SubElement(entry, "link", rel="alternate", href=page)
