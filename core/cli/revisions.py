"""`gridtrace revisions`: what sources said before they said otherwise."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEPT = (
    "kind", "key", "start_s", "end_s", "source", "source_type", "origin", "terms", "part", "fetched_s", "replaced_s",
)
"""Columns that are not values."""


def revisions(
    key: arguments.PlaceArgument,
    start: Annotated[str, typer.Option("--from", metavar="MOMENT", help="Intervals from here on, in UTC.")],
    end: arguments.EndOption = None,
    kind: arguments.KindOption = None,
    store: common.StoreOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """List the intervals that a source revised: every value they had, and when it was known.

    The values shown are those in which an interval's revisions differ; with --json all of them.

    Exit code 0: listed; 2: a wrong argument, configuration or store.
    """
    from core.kinds import KINDS

    first_s, end_s = arguments.span_s(start, end)
    config, _ = common.everything()
    arguments.place_of(config, key)
    if kind is not None:
        arguments.one_of(kind, KINDS, "a kind")
    with common.open_existing(store) as opened:
        found = [row for row in opened.revisions(key, first_s, end_s) if kind in (None, row["kind"])]
    if as_json:
        common.print_json({"revisions": [_record(row) for row in found]})
        return
    intervals = [list(group) for _, group in groupby(found, lambda row: [row[name] for name in _identity(row)])]
    shown = common.table(None, "kind", "interval", "known from", "until", "said", "source")
    for rows in intervals:
        for at, row in enumerate(rows):
            place = (row["kind"], common.interval(row["start_s"], row["end_s"])) if at == 0 else ("", "")
            until = common.stamp(row["replaced_s"]) if row["replaced_s"] is not None else "stands"
            shown.add_row(*place, common.stamp(row["fetched_s"]), until, _values(row, rows), row["source"])
    if intervals:
        common.console().print(shown)
    typer.echo(f"{len(intervals)} revised intervals of {key}, {len(found) - len(intervals)} former values.")


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """A revision for scripts: what is said of every kind, and the values of its own."""
    values = {name: value for name, value in row.items() if name not in KEPT}
    kept = {name: row.get(name) for name in KEPT}
    return common.record(kept) | {"values": values}


def _identity(row: dict[str, Any]) -> list[str]:
    return [name for name in ("kind", "start_s", "terms", "part") if name in row]


def _values(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    """What the revisions of an interval do not agree on, as this one has it."""
    names = [name for name in row if name not in KEPT]
    told = [f"{name} {_value(row[name])}" for name in names if len({str(other[name]) for other in rows}) > 1]
    return common.notes(*told, *_labels(row, rows)) or "the same"


def _labels(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    if len({other["source_type"] for other in rows}) > 1:
        yield str(row["source_type"])
    if len({other["end_s"] for other in rows}) > 1:
        yield f"until {common.stamp(row['end_s'])}" if row["end_s"] is not None else "a snapshot"


def _value(value: float | str | None) -> str:
    return common.number(value, 1) if value is None or isinstance(value, float) else str(value)

