"""`gridtrace show`, `status` and `refusals`: what the store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, balances, common

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from core.config import Config
    from core.history.health import ParserHealth
    from core.store import Store


def show(
    zone: Annotated[
        str, typer.Argument(
            metavar="ZONE", help="The zone's key: FR, US-CAL-CISO.", autocompletion=arguments.complete_zones)
    ],
    at: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="In UTC; its hour is shown. Default: the newest.")
    ] = None,
    depth: Annotated[int, typer.Option(min=0, max=3, help="Unfold imports so many borders upstream.")] = 0,
    by_source: Annotated[
        bool, typer.Option("--sources", help="Instead list where and how what is consumed was generated.")
    ] = False,
    disable_estimations: Annotated[
        bool, typer.Option("--disable-estimations", help="Only an hour of which the zone's own data made the value.")
    ] = False,
    known_at: Annotated[
        str | None, typer.Option("--known-at", metavar="MOMENT", help="As the store knew it then, before revisions.")
    ] = None,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Show a zone's balance in one hour: production by mode, storage, every import with its intensity, the result.

    Exit code 0: shown; 2: there is nothing to show, or a wrong argument, configuration or store.
    """
    from core import times

    config, _ = common.everything()
    arguments.zone_of(config, zone)
    known_at_s = int(arguments.moment(known_at).timestamp()) if known_at else None
    with common.open_existing(store) as opened:
        hour = times.floor(arguments.moment(at), 60) if at else _newest_hour(opened, zone, not disable_estimations)
        results = _results(config, opened, hour, known_at_s)
        if disable_estimations:
            results = _without_estimates(zone, hour, results)
        asked = balances.Asked(config, opened, zone, hour, depth, by_source, known_at_s)
        if as_json:
            common.print_json(balances.record(asked, results))
        else:
            balances.print_balance(asked, results)


def _results(config: Config, store: Store, hour: datetime, known_at_s: int | None) -> Mapping[str, Mapping[str, Any]]:
    """The results of an hour by zone, as they are or as they were known then."""
    from core.ingest.explain import results_known

    hour_s = int(hour.timestamp())
    found = (
        store.results(start_s=hour_s, end_s=hour_s + 3600) if known_at_s is None
        else results_known(config, store, [hour_s], known_at_s).to_pylist())
    return {row["zone_key"]: row for row in found}


def _newest_hour(store: Store, zone: str, with_estimates: bool) -> datetime:
    from core import times
    from core.errors import StoreError

    rows = store.results(zone, with_estimates=with_estimates)
    if not rows:
        raise StoreError(f"The store has no result for {zone} {'yet' if with_estimates else 'that is not estimated'}.")
    valued = [row for row in rows if row["lifecycle_g_per_kwh"] is not None] or rows
    return times.epoch(valued[-1]["hour_s"])


def _without_estimates(
    zone: str, hour: datetime, results: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Mapping[str, Any]]:
    """The results that the zones' own data made; an error if that of the zone itself is an estimate."""
    from core.errors import StoreError

    own = {key: row for key, row in results.items() if not row["estimation"]}
    if zone in results and zone not in own:
        how = common.estimated(results[zone]["estimation"])
        raise StoreError(f"{zone} is {how} at {hour:%Y-%m-%d %H:%M}Z: leave --disable-estimations out to see it.")
    return own


def status(
    store: common.StoreOption = None,
    all_series: Annotated[bool, typer.Option("--all", help="Every series, also those that go well.")] = False,
) -> None:
    """Show the parsers' health: when each last went well, how many series fail, and why; exit code 1 if any does."""
    from core.history.health import parsers_health

    with common.open_existing(store) as opened:
        rows, runs = opened.last_jobs(), opened.last_runs(3)
        parsers = parsers_health(rows)
        shown = common.table("Parsers", "parser", ">series", ">good", ">bad", ">skipped", "newest data", "last problem")
        for one in parsers:
            shown.add_row(*_cells(one))
        out = common.console()
        out.print(shown)
        if all_series:
            _print_series(rows)
        for run in runs:
            out.print(f"{common.stamp(run['started_s'])} {run['origin']}: {_line(run)}", soft_wrap=True)
        counts = ", ".join(f"{count} {name}" for name, count in opened.counts().items())
        out.print(f"rows: {counts}", soft_wrap=True)
    if any(one.bad for one in parsers):
        raise typer.Exit(1)


def _line(run: dict[str, object]) -> str:
    import json

    return str(json.loads(str(run["summary"]))["line"]) if run["summary"] else "was not finished"


def _cells(one: ParserHealth) -> list[str]:
    newest = common.stamp(one.newest_s) if one.newest_s is not None else "–"
    problem = f"{one.problem.key}: {one.problem.message}" if one.problem else ""
    return [one.parser, str(one.series), str(one.good), str(one.bad), str(one.skipped), newest, problem]


def _print_series(rows: list[dict[str, object]]) -> None:
    shown = common.table("Series", "kind", "key", "parser", "outcome", ">seconds", ">events", "newest data", "message")
    for row in rows:
        newest = common.stamp(int(str(row["newest_s"]))) if row["newest_s"] else "–"
        shown.add_row(
            str(row["kind"]), str(row["key"]), str(row["parser"]), str(row["outcome"]), f"{row['seconds']:.2f}",
            str(row["accepted"]), newest, str(row["message"] or ""),
        )
    common.console().print(shown)


def refusals(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="[ZONE|EXCHANGE]", help="Only those of this zone or exchange.",
            autocompletion=arguments.complete_zones),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many, the newest.")] = 50,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """List the events that were refused, with the reason, as they came.

    Exit code 0: listed; 2: a wrong argument, configuration or store.
    """
    with common.open_existing(store) as opened:
        rows = opened.refusals(key, limit)
    if key and not rows:
        arguments.place_of(common.everything()[0], key)
    if as_json:
        common.print_json({"refusals": [_refusal(row) for row in rows]})
        return
    shown = common.table(None, "last seen", ">times", "kind", "key", "parser", "reason", "event")
    for row in rows:
        shown.add_row(
            common.stamp(row["last_s"]), str(row["times"]), row["kind"], row["key"], row["parser"], row["reason"],
            row["event"],
        )
    if rows:
        common.console().print(shown)
    typer.echo(f"{len(rows)} refusals.")


def _refusal(row: dict[str, Any]) -> dict[str, Any]:
    """A refused event for scripts."""
    import json

    return common.record(row, "digest") | {"event": json.loads(row["event"])}
