"""`gridtrace db`: what the store holds and weighs, tidying it up, forgetting what is old."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.store import Store
    from core.store.upkeep import Info, Old

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="The store itself: what it holds and weighs, tidying it up, forgetting what is old.",
)


@app.command("info", short_help="What the store holds and weighs.", epilog="Example: gridtrace db info")
def info(store: common.StoreOption = None, as_json: common.JsonOption = False) -> None:
    """Show the store's engine, schema and size, its tables, the oldest and newest of each kind, and what waits.

    Exit code 0: shown; 2: a wrong argument or store.
    """
    from core.store.upkeep import info as look

    with common.open_existing(store) as opened, common.progress("counting", None):
        found = look(opened)
    if as_json:
        common.print_json(_record(found))
    else:
        _print(found)


def _record(found: Info) -> dict[str, Any]:
    """What the store holds, for scripts."""
    told = asdict(found)
    return told | {"kinds": [common.record(kind) for kind in told["kinds"]]}


def _print(found: Info) -> None:
    out = common.console()
    head = f"{found.engine} {found.version}, schema {found.schema}, {_mb(found.bytes)}"
    out.print(f"{head}: {found.where}", soft_wrap=True)
    weighed = common.table("Tables", "table", ">rows", ">MB", ">MB of indexes")
    for table in found.tables:
        weighed.add_row(table.name, common.number(table.rows), _mb(table.table_bytes, ""), _mb(table.index_bytes, ""))
    out.print(weighed)
    if found.kinds:
        kinds = common.table("Kinds", "kind", ">rows", "oldest", "newest")
        for kind in found.kinds:
            kinds.add_row(kind.kind, common.number(kind.rows), common.stamp(kind.oldest_s), common.stamp(kind.newest_s))
        out.print(kinds)
    waiting = ", ".join(f"{count} {state}" for state, count in found.quarantine.items()) or "empty"
    out.print(f"{found.revisions} revisions; {found.unsolved_hours} hours to be traced; quarantine: {waiting}",
              soft_wrap=True)


def _mb(size_bytes: int | None, unit: str = " MB") -> str:
    return "n/a" if size_bytes is None else f"{common.number(size_bytes / 1e6, 1)}{unit}"


@app.command("vacuum", short_help="Give back the room of what was deleted.", epilog="Example: gridtrace db vacuum")
def vacuum(
    check: Annotated[bool, typer.Option("--check", help="Check the file first; leave a damaged one alone.")] = False,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Give the room of deleted rows back and count the tables anew for the planner; not while a cycle runs.

    An SQLite file is written anew: it takes as much free room again for a moment. PostgreSQL keeps the room for new
    rows, and shrinks only what is empty at a table's end.

    Exit code 0: done; 2: a wrong argument, or a store that is damaged or cannot be used; 75: a cycle is running.
    """
    from core.errors import StoreError
    from core.store import upkeep

    with common.open_existing(store) as opened, common.progress("tidying up", None) as advance:
        if check:
            advance(doing="checking")
            if found := upkeep.faults(opened):
                raise StoreError(f"The store {opened.name} is damaged, restore a backup: {'; '.join(found[:3])}.")
            advance()
        before = upkeep.size(opened)
        upkeep.vacuum(opened)
        after = upkeep.size(opened)
    text = "The file is sound.\n" if check else ""
    text += f"{_mb(before)} before, {_mb(after)} after."
    common.tell(text, {"bytes_before": before, "bytes_after": after}, as_json=as_json)


@app.command(
    "prune", short_help="Forget what is old.", epilog="Example: gridtrace db prune --older-than 3y --events --dry-run")
def prune(
    older_than: Annotated[str, typer.Option(metavar="AGE", help="How old at least: 3y, 8w or 90d.")],
    events: Annotated[bool, typer.Option("--events", help="Events whose interval has ended by then.")] = False,
    results: Annotated[bool, typer.Option("--results", help="Results of hours that have ended by then.")] = False,
    revisions: Annotated[bool, typer.Option("--revisions", help="What events of then said before.")] = False,
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help="Entries of then that are released, dropped or superseded.")
    ] = False,
    refusals: Annotated[bool, typer.Option("--refusals", help="Refusals last seen before.")] = False,
    jobs: Annotated[
        bool, typer.Option("--jobs", help="Records of jobs and cycles, but for each series' last and last good one.")
    ] = False,
    weather: Annotated[bool, typer.Option("--weather", help="Forecasts of the weather of hours before.")] = False,
    forecasts: Annotated[bool, typer.Option("--forecasts", help="Forecasts of zones that were issued before.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All of these.")] = False,
    kind: arguments.KindsOption = None,
    undecided: Annotated[bool, typer.Option("--undecided", help="Of the quarantine also what still waits.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many rows that is.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Forget what is old: for good, in small steps, while others read on. On a terminal it asks first.

    Results stay when the events that they rest on are forgotten, and no hour is traced again for it. The file becomes
    smaller with `gridtrace db vacuum` only.

    Exit code 0: done, or there is nothing so old; 1: not done, as the answer was no; 2: a wrong argument or store; 75:
    a cycle is running.
    """
    from core.store import upkeep

    wanted = events, results, revisions, quarantine, refusals, jobs, weather, forecasts
    chosen = dict(zip(upkeep.PARTS, wanted, strict=True))
    parts = [part for part, is_chosen in chosen.items() if is_chosen or everything]
    if not parts:
        options = ", ".join(f"--{part}" for part in upkeep.PARTS)
        raise typer.BadParameter(f"Say what to forget: {options} or --all.")
    if undecided and "quarantine" not in parts:
        raise typer.BadParameter("--undecided goes with --quarantine.")
    if kind and {"results", "weather", "forecasts"} & {*parts}:
        raise typer.BadParameter(
            "Results, weather and forecasts are of no kind: leave --kind, or --results, --weather, --forecasts and "
            "--all, out.")
    kinds, before = arguments.kinds_of(kind), _before(older_than)
    with common.open_existing(store) as opened:
        found = upkeep.old_rows(int(before.timestamp()), parts, kinds, with_undecided=undecided)
        with common.progress("counting", None):
            counts = [upkeep.count_old(opened, old) for old in found]
        if not as_json:
            _print_counts(f"Before {before:%Y-%m-%d %H:%M}Z", found, counts)
        forgotten = 0
        if sum(counts) and not dry_run:
            if not yes and _is_terminal():
                typer.confirm(f"Forget {sum(counts)} rows for good?", abort=True, err=True)
            with opened.exclusive():
                forgotten = _forget(opened, found, sum(counts))
    rows = [{"table": old.table.name, "rows": count} for old, count in zip(found, counts, strict=True)]
    if as_json:
        common.print_json({"before": before, "rows_to_forget": rows, "rows_forgotten": forgotten})
    elif forgotten:
        typer.echo(f"{forgotten} rows forgotten.")


def _before(age: str) -> datetime:
    """The moment so long ago: years by the calendar, UTC."""
    from core import times

    found = re.fullmatch(r"([1-9]\d{0,3})([dwy])", age)
    if found is None:
        raise typer.BadParameter(f"{age!r} is not an age: write 3y, 8w or 90d.")
    count, now = int(found[1]), times.now()
    try:
        if found[2] == "y":
            return times.calendar_shift(now, "UTC", months=-12 * count)
        return times.shift(now, days=-count * (7 if found[2] == "w" else 1))
    except (ValueError, OverflowError) as err:
        raise typer.BadParameter(f"{age} ago is outside the calendar.") from err


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _print_counts(title: str, found: Sequence[Old], counts: Sequence[int]) -> None:
    shown = common.table(title, "table", ">rows to forget")
    for old, count in zip(found, counts, strict=True):
        shown.add_row(old.table.name, common.number(count))
    common.console().print(shown)


def _forget(store: Store, found: Sequence[Old], total: int) -> int:
    from core.store import upkeep

    with common.progress("forgetting", total) as advance:
        return sum(upkeep.forget(store, old, advance) for old in found)
