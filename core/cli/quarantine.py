"""`gridtrace quarantine`: look at the events that a quality rule suspects, and decide on them."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.store import Store

NEIGHBOURS_S = 6 * 3600
NEIGHBOURS = 3
ALL = "all"

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Events that a quality rule suspects: they are kept apart from what is traced until somebody decides.",
)

Numbers = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="Numbers of entries.")]
AllOf = Annotated[
    str | None, typer.Option(metavar="RULE|KEY", help="Every suspect of this rule, or of this zone or exchange.")
]


@app.command("list", short_help="What is suspected.", epilog="Example: gridtrace quarantine list --key FR")
def listing(
    rule: Annotated[str | None, typer.Option(help="Only of this rule: capacity, frozen, …")] = None,
    source: Annotated[str | None, typer.Option(help="Only of this parser: ENTSOE, EIA, …")] = None,
    key: Annotated[str | None, typer.Option(help="Only of this zone or exchange.")] = None,
    state: Annotated[
        str, typer.Option(help="suspect, released, dropped, superseded (an accepted value came since), or all.")
    ] = "suspect",
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="At most so many, the newest intervals.")] = 50,
    counts: Annotated[bool, typer.Option("--counts", help="Only how many there are by parser and rule.")] = False,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """List suspect events, the newest intervals first, and how many there are by parser and rule.

    Exit code 0: listed; 2: a wrong argument, configuration or store.
    """
    from core.store import STATES

    arguments.one_of(state, (*STATES, ALL), "a state")
    with common.open_existing(store) as opened:
        wanted = None if state == ALL else state
        rows = opened.quarantine.entries(rule=rule, source=source, key=key, state=wanted, limit=limit)
        counted = opened.quarantine.counts()
    if key and not rows:
        arguments.place_of(common.everything()[0], key)
    if as_json:
        common.print_json({"entries": [] if counts else [_record(row) for row in rows], "counts": counted})
        return
    if rows and not counts:
        shown = common.table(None, ">id", "start", "kind", "key", "parser", ">times", "state", "rule", "figures")
        for row in rows:
            shown.add_row(
                str(row["id"]), common.stamp(row["start_s"]), row["kind"], row["key"], row["parser"],
                str(row["times"]), common.state(row["state"]), row["rule"], _figures(row) or row["reason"],
            )
        common.console().print(shown)
    _print_counts(counted)


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """An entry for scripts."""
    return common.record(row, "digest") | {name: json.loads(row[name]) for name in ("figures", "event")}


def _figures(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:.6g}" for name, value in json.loads(row["figures"]).items())


def _print_counts(counted: Sequence[dict[str, Any]]) -> None:
    """A line per parser and rule, with the entries of each state."""
    from core.store import STATES

    if not counted:
        typer.echo("Nothing was ever suspected.")
        return
    lines: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in counted:
        lines[row["parser"], row["rule"]][row["state"]] = row["entries"]
    shown = common.table("By parser and rule", "parser", "rule", *(f">{state}" for state in STATES))
    for (parser, rule), by_state in lines.items():
        shown.add_row(parser, rule, *(str(by_state.get(state, 0)) for state in STATES))
    common.console().print(shown)


@app.command("show", short_help="One suspect event in full.", epilog="Example: gridtrace quarantine show 1")
def show(
    entry: Annotated[int, typer.Argument(metavar="ID", help="The number of an entry.")],
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Show a suspect event: what it says, the rule and its figures, and what is stored around it.

    Exit code 0: shown; 2: there is no such entry, or a wrong argument or store.
    """
    with common.open_existing(store) as opened:
        row = opened.quarantine.entry(entry)
        around = _neighbours(opened, row)
    if as_json:
        common.print_json(_record(row) | {"stored_around": [json.loads(line) for line in around]})
        return
    out = common.console()
    span = common.interval(row["start_s"], row["end_s"])
    out.print(f"{row['kind']} of {row['key']}, {span}, from {row['parser']}", soft_wrap=True)
    out.print(f"  {row['state']}; came {row['times']} times, {common.stamp(row['first_s'])} to "
              f"{common.stamp(row['last_s'])}; {row['origin']}", soft_wrap=True)
    out.print(f"  rule {row['rule']}: {row['reason']}", soft_wrap=True)
    for name, value in json.loads(row["figures"]).items():
        out.print(f"    {name} {value:g}", soft_wrap=True)
    out.print(f"  event: {row['event']}", soft_wrap=True)
    out.print("  stored around it:" if around else "  nothing is stored around it")
    for line in around:
        out.print(f"    {line}", soft_wrap=True)


def _neighbours(store: Store, row: dict[str, Any]) -> list[str]:
    """The stored events of the series nearest in time, one per line."""
    start_s = row["start_s"]
    found = store.events(row["kind"], row["key"], start_s - NEIGHBOURS_S, start_s + NEIGHBOURS_S + 1)
    before = [event for event in found if event.start.timestamp() < start_s][-NEIGHBOURS:]
    after = [event for event in found if event.start.timestamp() >= start_s][: NEIGHBOURS + 1]
    return [event.model_dump_json(by_alias=True, exclude_defaults=True) for event in (*before, *after)]


@app.command(
    "release", short_help="Accept suspect events after all.", epilog="Example: gridtrace quarantine release 1")
def release(
    entries: Numbers = None, all_of: AllOf = None, store: common.StoreOption = None, as_json: common.JsonOption = False
) -> None:
    """Store suspect events as they are; their hours are traced in the next cycle, and the same again is accepted.

    Exit code 0: released; 2: there is no such entry, or a wrong argument or store; 75: a cycle is running.
    """
    with common.open_existing(store) as opened:
        chosen = _chosen(opened, entries, all_of)
        with opened.exclusive():
            changed = opened.quarantine.release(chosen)
    text = f"{len(chosen)} events released, {changed} rows changed; the next cycle traces their hours."
    common.tell(text, {"released": len(chosen), "rows_changed": changed}, as_json=as_json)


@app.command(
    "drop", short_help="Put suspect events away for good.", epilog="Example: gridtrace quarantine drop --all-of frozen")
def drop(
    entries: Numbers = None, all_of: AllOf = None, store: common.StoreOption = None, as_json: common.JsonOption = False
) -> None:
    """Close suspect events: they are not stored, and the same again is passed over in silence.

    Exit code 0: dropped; 2: there is no such entry, or a wrong argument or store; 75: a cycle is running.
    """
    with common.open_existing(store) as opened:
        chosen = _chosen(opened, entries, all_of)
        with opened.exclusive():
            opened.quarantine.drop(chosen)
    common.tell(f"{len(chosen)} events dropped.", {"dropped": len(chosen)}, as_json=as_json)


def _chosen(store: Store, entries: list[int] | None, all_of: str | None) -> list[dict[str, Any]]:
    """The entries that are named by number, or every suspect of a rule or key."""
    if bool(entries) == bool(all_of):
        raise typer.BadParameter("Name either entries by their numbers or a rule or key with --all-of.")
    if entries:
        return [store.quarantine.entry(number) for number in dict.fromkeys(entries)]
    found = store.quarantine.entries(rule=all_of) or store.quarantine.entries(key=all_of)
    if not found:
        raise typer.BadParameter(f"Nothing is suspected by a rule or of a key {all_of}.")
    return found
