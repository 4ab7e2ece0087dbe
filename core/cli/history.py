"""`gridtrace show`, `status` and `refusals`: what the store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, balances, common

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from core.config import Config
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
    parser: Annotated[
        str | None, typer.Argument(metavar="PARSER", help="Only this parser: its series, its last jobs.")
    ] = None,
    store: common.StoreOption = None,
    all_series: Annotated[bool, typer.Option("--all", help="Every series, also those that go well.")] = False,
    as_json: common.JsonOption = False,
) -> None:
    """Show the parsers' health: how many series are in which state, since when, and why.

    Exit code 0: every series is ok, or is not asked; 1: at least one is failing, suspect or stale; 2: there is no such
    store or parser. docs/health.md says what the states mean.
    """
    from core.cli import health

    with common.open_existing(store) as opened:
        has_trouble = health.show(opened, parser, all_series=all_series, as_json=as_json)
    if has_trouble:
        raise typer.Exit(1)


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
