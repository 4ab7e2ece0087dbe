"""`gridtrace export` and `import`: what the store holds, as files that other programs read, and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.history.carrying import Imported

MOST_TOLD = 20
"""Reasons that are written out; the rest is counted."""


def export(
    target: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="A folder, or one file: .parquet or .csv.")],
    kind: Annotated[
        str | None, typer.Option(
            metavar="KIND,…", help="Only these kinds; `results` is one too. Default: all.",
            autocompletion=arguments.complete_kinds)
    ] = None,
    zone: Annotated[
        str | None, typer.Option(
            metavar="KEY,…", help="Only these zones, and the exchanges at them.",
            autocompletion=arguments.complete_zones)
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="MOMENT", help="What starts at this moment or later, in UTC.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="MOMENT", help="What starts before this moment.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="parquet or csv; default parquet.")
    ] = None,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Also what events of these kinds said before they were replaced.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace files of months that are asked for in part, by time or zone.")
    ] = False,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Write what the store holds into files, a folder per kind and a file per month; docs/data.md has the columns.

    A file that is there is replaced when its successor is whole; of a month that is asked for in part only with
    --replace, since the rest of it would be lost.

    Exit code 0: written, or the store holds nothing of that; 2: a wrong argument, configuration or store, or a file
    that cannot be written.
    """
    from core.history import carrying

    names, form = _names(kind, revisions), _format(form, target)
    start_s, end_s = arguments.span_s(start or "1970-01-01", end or "9999-12-31")
    config, _ = common.everything()
    zones = arguments.zones_of(config, zone)
    with common.open_existing(store) as opened:
        pieces = carrying.plan(opened, carrying.Asked(names, zones, start_s, end_s), target, form, replace)
        if not pieces:
            common.tell("The store holds nothing of that.", _told({}, target), as_json=as_json)
            return
        if target.suffix[1:] != form:
            carrying.describe(target)
        with common.progress("exporting", sum(len(piece.slices) for piece in pieces)) as advance:
            counts = carrying.export(opened, pieces, zones, advance)
    other = "".join(f", {count} of them {origin.upper()}" for origin, count in counts.items() if origin != "live")
    common.tell(f"{sum(counts.values())} rows{other}: {target}", _told(counts, target), as_json=as_json)


def _told(counts: Mapping[str, int], target: Path) -> dict[str, Any]:
    return {"rows": sum(counts.values()), "rows_by_origin": counts, "target": target}


def _names(kinds: str | None, with_revisions: bool) -> list[str]:
    """The datasets that are asked for."""
    from core.history.datasets import RESULTS, REVISIONS, datasets
    from core.kinds import KINDS

    asked = arguments.kinds_of(kinds, (*KINDS, RESULTS)) or [*KINDS, RESULTS]
    before = [f"{REVISIONS}/{name}" for name in asked] if with_revisions else []
    return [name for name in datasets() if name in (*asked, *before)]


def _format(form: str | None, target: Path) -> str:
    from core.history.files import FORMATS

    found = target.suffix[1:] if target.suffix[1:] in FORMATS else form or FORMATS[0]
    if found not in FORMATS or form not in (None, found):
        raise typer.BadParameter(f"{form!r} is not the format of {target}; there are {', '.join(FORMATS)}.")
    return found


def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="DIR|FILE…", help="Folders and files of exported data.")],
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="What the files hold, if neither they nor a folder say it.")
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(metavar="LABEL", help="live, replayed or simulated, for rows that do not say it themselves."),
    ] = None,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Store data from files as `gridtrace export` writes them, Parquet or CSV; docs/data.md has the columns.

    A row that is not in order is refused with its reason, and the rest is stored. A value in the store that was fetched
    later stays. The next cycle traces the hours that changed, or `gridtrace solve`.

    Exit code 0: all rows are in the store; 1: some were refused; 2: a wrong argument, configuration or store; 75: a
    cycle is running.
    """
    from core.history.carrying import Imported, files_of, import_file
    from core.history.datasets import datasets
    from core.kinds import ORIGINS
    from core.store import open_store

    if kind is not None:
        arguments.one_of(kind, datasets(), "a kind")
    if origin is not None:
        arguments.one_of(origin, ORIGINS, "an origin")
    if missing := [str(path) for path in paths if not path.exists()]:
        raise typer.BadParameter(f"There is no {', '.join(missing)}.")
    files, total = files_of(paths, kind), Imported()
    if not files:
        raise typer.BadParameter("There is no file that ends in .parquet or .csv.")
    config, _ = common.everything()
    with open_store(common.where_is_store(store)) as opened, opened.exclusive():
        with common.progress("importing", len(files)) as advance:
            for path, name in files:
                advance(0, f"importing {name}")
                total.add(import_file(config, opened, path, name, origin))
                advance()
        waiting = len(opened.unsolved_hours())
    if as_json:
        common.print_json({"files": len(files), **asdict(total), "unsolved_hours": waiting})
    else:
        _print(len(files), total, waiting)
    if total.refused:
        raise typer.Exit(1)


def _print(files: int, total: Imported, waiting: int) -> None:
    for one in total.refused[:MOST_TOLD]:
        typer.echo(str(one), err=True)
    if len(total.refused) > MOST_TOLD:
        typer.echo(f"and {len(total.refused) - MOST_TOLD} more like these", err=True)
    refused, unread = sum(one.rows for one in total.refused), sum(not one.rows for one in total.refused)
    typer.echo(
        f"{total.rows} rows in {files} files: {total.new} new, {total.changed} changed, {refused} refused"
        + (f"; {unread} files not read to their end" if unread else ""))
    if waiting:
        typer.echo(f"{waiting} hours wait to be traced: the next cycle does it, or gridtrace solve.")
