"""`gridtrace forecast`: what the coming hours will probably be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.forecast.strong.once import Issued

FARTHEST_H = 96
COLUMNS = ("datetime", "carbon_intensity_g_per_kwh", "low_g_per_kwh", "high_g_per_kwh", "method")

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Forecasts of intensity: what is learnt, and from files.")


@app.callback()
def forecast() -> None:
    """Forecasts of intensity: what is learnt, and from files."""


@app.command(
    "csv", short_help="A forecast from two CSV files.",
    epilog="Example: gridtrace forecast csv emissions.csv weather.csv --issued 2021-07-05T00:00Z --out ahead.csv")
def csv(
    emissions: Annotated[
        Path, typer.Argument(metavar="EMISSIONS", help="Hourly intensity, and generation by source.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="What is there is replaced.")],
    weather: Annotated[
        Path | None, typer.Argument(metavar="[WEATHER]", help="Hourly `datetime`, wind, temperature, dew point, "
                                    "radiation, precipitation.")
    ] = None,
    issued: Annotated[
        str, typer.Option("--issued", metavar="MOMENT", help="Only hours of EMISSIONS before that of it are read.")
    ] = "now",
    hours: Annotated[int, typer.Option("--hours", metavar="N", min=1, max=FARTHEST_H, help="How far ahead.")] = 72,
    threads: Annotated[int, typer.Option("--threads", metavar="N", min=1, help="Of this machine, to train.")] = 1,
    as_json: common.JsonOption = False,
) -> None:
    """Train on a grid's past and foresee its intensity from the hour of --issued on, with the band of nine in ten.

    docs/forecast.md has the columns. With 90 days of history or more and the extra `forecast` it is boosted trees and
    regressions, with weather where WEATHER reaches ahead; else the blend. The column `method` says which.

    Exit code 0: written; 2: a wrong argument, or a file that cannot be read or written.
    """
    from core.errors import CannotForecast
    from core.forecast.strong.files import read_files
    from core.forecast.strong.once import issue, issue_blend

    first = int(arguments.moment(issued).timestamp()) // 3600
    hourly = read_files(emissions, weather, first)
    try:
        with common.progress("training", None):
            found = issue(hourly, threads, hours)
    except CannotForecast as err:
        typer.echo(f"warning: {err} This is the blend.", err=True)
        found = issue_blend(hourly)
    _write(_rows(found, first, hours), out)
    common.tell(f"{hours} hours by {found.method}: {out}", {"hours": hours, "method": found.method, "file": out},
                as_json=as_json)


def _rows(found: Issued, first_hour: int, hours: int) -> Iterator[tuple[str | float | None, ...]]:
    """A row of COLUMNS per hour; None for what is not known."""
    import numpy as np

    numbers = np.round(np.stack([found.values, found.low, found.high], axis=1)[:hours], 2).tolist()
    for at, row in enumerate(numbers):
        known = (None if np.isnan(one) else one for one in row)
        yield (common.iso((first_hour + at) * 3600), *known, found.method)


def _write(rows: Iterator[tuple[str | float | None, ...]], out: Path) -> None:
    import csv as room

    from core.errors import FileError

    try:
        with out.open("w", newline="") as file:
            room.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    except OSError as err:
        raise FileError(f"{out} cannot be written: {err}.") from err
