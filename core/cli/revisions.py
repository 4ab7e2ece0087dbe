"""`gridtrace revisions`: what sources said before they said otherwise."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEPT = (
    "kind", "key", "start_s", "end_s", "source", "source_type", "origin", "terms", "part", "fetched_s", "replaced_s",
)
"""Columns that are not values."""


def revisions(
    key: Annotated[str, typer.Argument(metavar="ZONE|EXCHANGE", help="FR, or with quotes 'ES->FR'.")],
    start: Annotated[str, typer.Option("--from", metavar="MOMENT", help="Intervals from here on, ISO 8601.")],
    end: Annotated[str, typer.Option("--to", metavar="MOMENT", help="Up to this moment, not included.")],
    kind: Annotated[str | None, typer.Option(help="Only this series: production, price, …")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every value of every revision, as JSON.")] = False,
    store: common.StoreOption = None,
) -> None:
    """List the intervals that a source revised: every value they had, and when it was known.

    The values shown are those in which an interval's revisions differ; with --json all of them.
    """
    from core.errors import ConfigError
    from core.kinds import KINDS

    first_s, end_s = common.span(start, end)
    config, _ = common.everything()
    if key not in config.zones and key not in config.exchanges:
        raise ConfigError(f"There is no zone or exchange {key}: `gridtrace zones` lists them.")
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is not a kind; there are {', '.join(KINDS)}.")
    with common.open_existing(store) as opened:
        found = [row for row in opened.revisions(key, first_s, end_s) if kind in (None, row["kind"])]
    intervals = [list(group) for _, group in groupby(found, lambda row: [row[name] for name in _identity(row)])]
    if as_json:
        _print_json(found)
        return
    shown = common.table(None, "kind", "interval", "known from", "until", "said", "source")
    for rows in intervals:
        for at, row in enumerate(rows):
            place = (row["kind"], common.interval(row["start_s"], row["end_s"])) if at == 0 else ("", "")
            until = common.stamp(row["replaced_s"]) if row["replaced_s"] is not None else "stands"
            shown.add_row(*place, common.stamp(row["fetched_s"]), until, _values(row, rows), row["source"])
    if intervals:
        common.console().print(shown)
    typer.echo(f"{len(intervals)} revised intervals of {key}, {len(found) - len(intervals)} former values.")


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


def _print_json(found: Sequence[dict[str, Any]]) -> None:
    import json

    from core import times

    def moment(value: int | None) -> str | None:
        return None if value is None else f"{times.epoch(value):%Y-%m-%dT%H:%M:%SZ}"

    told = [
        {name.removesuffix("_s"): moment(value) if name.endswith("_s") else value for name, value in row.items()}
        for row in found
    ]
    typer.echo(json.dumps(told, indent=1))
