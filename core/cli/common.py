"""What several commands share: where the store is, the configuration with plugins, how things are written."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from core.tokens import STORE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from core.config import Config
    from core.plugins import Manager
    from core.store import Store

DEFAULT_STORE = "gridtrace.db"
OTHER_STORES = {"replay": "gridtrace-replay.db", "sandbox": "gridtrace-sandbox.db"}
"""Where what is not live goes, whatever the environment says, so that it stays out of the live store."""
NARROWEST = 80
"""Columns of a table; in a narrower terminal its lines wrap, where cut numbers would mislead."""
BAR_WIDTH = 20
"""Characters: what is done and how long the rest takes must stand beside it."""
STATES = {
    "green": ("ok", "served", "valid"),
    "yellow": ("stale", "suspect", "refused", "empty", "no", "not"),
    "red": ("failed", "failing", "timeout", "revoked"),
}
"""The first words of states that a terminal shows in a colour."""


class Estimation(NamedTuple):
    """How a person reads what the column `estimation` of a result says."""

    name: str
    reason: str


ESTIMATIONS = {
    "same_hour_mean": Estimation(
        "mean of the same hour",
        "production is missing in this hour, and taken as its mean in the same hour of the seven days before",
    ),
    "typical_mix": Estimation(
        "typical mix", "production is not known, and taken as what its power stations make in a typical year"
    ),
    "default_mix": Estimation(
        "world mix", "neither production nor power stations are known, and the world's mix is taken"
    ),
}

StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="FILE|URL", help=f"The store; default ${STORE_VARIABLE} or {DEFAULT_STORE}."),
]

SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="URL", help="Work on a Dask cluster: tcp://host:8786. See docs/cluster.md."),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, for scripts.")]

ReplayOption = Annotated[
    Path | None, typer.Option("--replay", metavar="DIR", help="Answer from the recorded cases below this folder.")
]


def where_is_store(given: str | None, other: str | None = None) -> str:
    """The store a command was given; else one of OTHER_STORES, the environment's, or the default file here."""
    if other is not None:
        return given or OTHER_STORES[other]
    return given or os.environ.get(STORE_VARIABLE) or DEFAULT_STORE


def open_existing(given: str | None) -> Store:
    """Open a store to read from; a file that is not there is an error, not a new store."""
    from core.errors import StoreError
    from core.store import open_store

    where = where_is_store(given)
    if "://" not in where and not Path(where).exists():
        raise StoreError(f"There is no store at {where}: run `gridtrace run` first, or name one with --store.")
    return open_store(where)


def everything() -> tuple[Config, Manager]:
    """The configuration and the plugins, what plugins add to it included; says on stderr which are broken."""
    from core import plugins as room

    config, plugins = room.everything()
    for reason in plugins.broken.values():
        typer.echo(f"warning: {reason}", err=True)
    return config, plugins


def console() -> Console:
    """Where tables are printed: as wide as the terminal but at least 80 columns, or 120 into a file or pipe.

    Text is printed as it is: `[ocr]` or `:mw:` in a message is not Rich's markup.
    """
    from rich.console import Console

    made = Console(highlight=False, markup=False, emoji=False)
    made.width = max(made.width, NARROWEST) if made.is_terminal else 120
    return made


def progress_console() -> Console:
    """Where progress is shown: never among the results."""
    from rich.console import Console

    return Console(stderr=True)


@contextlib.contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A bar on a terminal, nothing elsewhere; gives what moves it on by so many, and may say anew what is being done.

    Where nobody knows how much there is to do, it only shows that something is being done.
    """
    if not sys.stderr.isatty():
        yield lambda count=1, doing=title: None
        return
    from rich import progress as room

    ends = (room.TimeElapsedColumn(),) if total is None else (room.MofNCompleteColumn(), room.TimeRemainingColumn())
    columns = (room.TextColumn("{task.description}", markup=False), room.BarColumn(BAR_WIDTH), *ends)
    with room.Progress(*columns, console=progress_console(), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda count=1, doing=title: bar.update(task, advance=count, description=doing)


def table(title: str | None, *columns: str) -> Table:
    """An empty table; a column whose name begins with `>` is set flush right. Text that is too long is folded."""
    from rich import box
    from rich.table import Table

    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        if name.startswith(">"):
            made.add_column(name.lstrip(">"), justify="right", no_wrap=True)
        else:
            made.add_column(name, overflow="fold")
    return made


def print_json(value: Any) -> None:
    """A result for scripts: one JSON document on stdout, in a line of its own unless a person looks at it.

    Moments are ISO 8601 in UTC; what is not known is null.
    """
    import json

    indent = 1 if sys.stdout.isatty() else None
    typer.echo(json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False, default=_plain))


def tell(text: str, value: Any, *, as_json: bool) -> None:
    """A result in a sentence, or for scripts."""
    if as_json:
        print_json(value)
    else:
        typer.echo(text)


def _plain(value: Any) -> Any:
    from datetime import datetime

    if isinstance(value, datetime):
        return iso(value.timestamp())
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not for JSON")


def iso(at_s: float | None) -> str | None:
    """A moment for scripts."""
    from core import times

    return None if at_s is None else times.text(times.epoch(at_s), "YYYY-MM-DDTHH:mm:ss[Z]")


def record(row: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    """A row of the store for scripts: its moments, in columns that end in `_s`, in ISO 8601 and without that ending."""
    return {
        name.removesuffix("_s"): iso(value) if name.endswith("_s") else value
        for name, value in row.items() if name not in left_out
    }


def state(word: str) -> Text:
    """A state for a table, in a colour on a terminal that has any."""
    from rich.text import Text

    first = word.partition(" ")[0]
    return Text(word, next((colour for colour, words in STATES.items() if first in words), ""))


def number(value: float | None, digits: int = 0) -> str:
    """A number for a person; a dash for none."""
    return "–" if value is None else f"{value:,.{digits}f}".replace(",", "\u202f")


def percent(value: float | None) -> str:
    """A share as a percentage; a dash for none."""
    return "–" if value is None else f"{100 * value:.0f} %"


def stamp(epoch_s: float) -> str:
    """A moment for a person, to the minute."""
    from core import times

    return f"{times.epoch(epoch_s):%Y-%m-%d %H:%M}Z"


def interval(start_s: int, end_s: int | None) -> str:
    """An interval for a person; one without an end is a moment."""
    from core import times

    if end_s is None:
        return stamp(start_s)
    first, last = times.epoch(start_s), times.epoch(end_s)
    end = f"{last:%H:%M}Z" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}Z"
    return f"{first:%Y-%m-%d %H:%M} to {end}"


def words(flags: str) -> str:
    """A result's flags for a person."""
    return flags.replace("_", " ").replace(",", ", ")


def estimated(estimation: str | None) -> str:
    """How a result was estimated, for a person; empty for the zone's own data."""
    return f"estimated: {ESTIMATIONS[estimation].name}" if estimation else ""


def notes(*parts: str) -> str:
    """What there is to say, without what is empty."""
    return ", ".join(part for part in parts if part)


def age(then: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    if then is None:
        return "–"
    minutes = (now - then).total_seconds() / 60
    if minutes < 0:
        return "ahead"
    for unit, length in (("d", 1440), ("h", 60)):
        if minutes >= 2 * length:
            return f"{minutes / length:.0f} {unit}"
    return f"{minutes:.0f} min"
