"""What `gridtrace status` prints of the parsers' health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.health.parsers import ParserHealth
    from core.health.series import SeriesHealth
    from core.store import Store
    from core.store.rows import Row

STRIP_CELLS = " ▁▂▃▄▅▆▇█"
"""From no job that went well to all of them; the first is for an hour without jobs."""


def show(store: Store, parser: str | None, *, all_series: bool, as_json: bool) -> bool:
    """Print the health of all parsers, or of one; whether a series is in trouble."""
    from core.cli import arguments
    from core.health.parsers import parsers_health
    from core.health.series import series_health

    config, plugins = common.everything()
    parsers = {one.parser: one for one in parsers_health(series_health(config, plugins, store))}
    chosen = list(parsers.values()) if parser is None else [parsers[arguments.one_of(parser, parsers, "a parser")]]
    if as_json:
        cycles = [_cycle(row) for row in store.last_runs(3)]
        told = [_plain(one, _log(store, one) if parser else None) for one in chosen]
        common.print_json({"parsers": told, "cycles": cycles})
    elif parser:
        _print_parser(store, chosen[0])
    else:
        _print_all(store, chosen, all_series)
    return any(one.troubled for one in chosen)


def _cycle(row: Row) -> Row:
    return common.record(row, "id", "summary") | {"summary": _line(row)}


def _plain(one: ParserHealth, log: Row | None) -> Row:
    """A parser for scripts; its log only where it alone was asked for."""
    return {
        "parser": one.parser, "state": one.state, "states": one.states, "error_streak": one.streak,
        "last_success": common.iso(one.good_s), "newest": common.iso(one.newest_s),
        "series": [_plain_series(each) for each in one.series], "log": log}


def _plain_series(one: SeriesHealth) -> Row:
    row = vars(one) | {"reason": one.reason or None, "warning": one.warning or None}
    return common.record({_NAMES.get(name, name): value for name, value in row.items()})


_NAMES = {"reference": "function", "good_s": "last_success_s", "streak": "error_streak", "share": "doubted_share"}


def _log(store: Store, one: ParserHealth) -> Row:
    from core.health.parsers import log_of

    found = log_of(store, one.parser)
    incidents = [common.record(vars(each) | {"parser": each.parser or None}, "told_s") for each in found.incidents]
    return {
        "availability": found.availability, "hours": [common.record(row, "parser") for row in found.hours],
        "jobs": [common.record(row, "id", "run_id", "window_start_s", "window_end_s") for row in found.jobs],
        "incidents": incidents}


def _print_all(store: Store, parsers: Sequence[ParserHealth], all_series: bool) -> None:
    shown = common.table("Parsers", "parser", ">series", "states", "newest data", ">errors", "last problem")
    for one in parsers:
        newest = common.stamp(one.newest_s) if one.newest_s is not None else "–"
        problem = f"{one.problem.key}: {one.problem.reason or one.problem.warning}" if one.problem else ""
        shown.add_row(one.parser, str(len(one.series)), _states(one), newest, str(one.streak or ""), problem)
    out = common.console()
    out.print(shown)
    if all_series:
        _print_series([each for one in parsers for each in one.series])
    for run in store.last_runs(3):
        out.print(f"{common.stamp(run['started_s'])} {run['origin']}: {_line(run)}", soft_wrap=True)
    counts = ", ".join(f"{count} {name}" for name, count in store.counts().items())
    out.print(f"rows: {counts}", soft_wrap=True)


def _states(one: ParserHealth) -> str:
    return ", ".join(f"{count} {state}" for state, count in one.states.items())


def _line(run: Row) -> str:
    import json

    return str(json.loads(str(run["summary"]))["line"]) if run["summary"] else "was not finished"


def _print_series(series: Sequence[SeriesHealth]) -> None:
    shown = common.table("Series", "kind", "key", "function", "state", "since", ">errors", "newest data", "why")
    for one in series:
        since = common.stamp(one.since_s) if one.since_s is not None else ""
        newest = common.stamp(one.newest_s) if one.newest_s is not None else "–"
        streak = str(one.streak or "")
        shown.add_row(
            one.kind, one.key, one.reference, common.state(one.state), since, streak, newest, one.reason or one.warning)
    common.console().print(shown)


def _print_parser(store: Store, one: ParserHealth) -> None:
    """The same as the page of a parser: availability, hours, incidents, series, jobs."""
    from core.health.messages import of_incident
    from core.health.parsers import log_of

    log, out = log_of(store, one.parser), common.console()
    out.print(f"{one.parser}: {_states(one)}", soft_wrap=True)
    parts = ", ".join(f"{name} {_percent(part)}" for name, part in log.availability.items())
    out.print(f"jobs that went well: {parts}")
    out.print(f"last 7 days, an hour each, newest right:\n{_strip(log.hours)}", soft_wrap=True)
    for incident in log.incidents[:5]:
        out.print(of_incident(incident), soft_wrap=True)
    _print_series(one.series)
    shown = common.table("Last jobs", "began", "kind", "key", "outcome", ">s", ">events", ">held", "message")
    for row in log.jobs:
        held = str(row["refused"] + row["suspect"] or "")
        shown.add_row(
            common.stamp(row["started_s"]), row["kind"], row["key"], row["outcome"], f"{row['seconds']:.1f}",
            str(row["accepted"]), held, row["message"])
    out.print(shown)
    typer.echo(f"{len(log.jobs)} jobs of the last 24 hours are shown.", err=True)


def _percent(part: float | None) -> str:
    return "–" if part is None else f"{100 * part:.1f} %"


def _strip(hours: Sequence[dict[str, Any]]) -> str:
    """A character for each of the last hours: how many of its jobs went well."""
    from core import times
    from core.health.parsers import STRIP_H

    told, now_s = {row["hour_s"]: row for row in hours}, int(times.now().timestamp())
    last_s, steps = now_s - now_s % 3600, len(STRIP_CELLS) - 2
    cells = []
    for hour_s in range(last_s - (STRIP_H - 1) * 3600, last_s + 1, 3600):
        row = told.get(hour_s)
        cells.append(STRIP_CELLS[1 + round(steps * row["good"] / (row["good"] + row["bad"]))] if row else " ")
    return "".join(cells)
