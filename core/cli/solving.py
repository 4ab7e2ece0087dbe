"""`gridtrace solve`: trace stored hours again."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import common

SETTLED_G_PER_KWH = 0.001


def solve(
    start: Annotated[str, typer.Option("--from", metavar="MOMENT", help="The first hour, ISO 8601.")],
    end: Annotated[str, typer.Option("--to", metavar="MOMENT", help="Up to this moment, not included.")],
    storage: Annotated[
        str, typer.Option(metavar="METHOD", help="What discharge carries: static, charging-mean or reservoir.")
    ] = "static",
    store: common.StoreOption = None,
) -> None:
    """Trace the stored hours of a span again, after a change of factors or with another method for storage.

    docs/method.md explains the methods. A cycle solves hours that change later with `static`.
    """
    from core import times
    from core.ingest.solve import solve as solve_hours
    from core.ingest.storage import METHODS

    if storage not in METHODS:
        raise typer.BadParameter(f"{storage!r} is not a method; there are {', '.join(METHODS)}.")
    span = [int(times.floor(times.read(moment, "UTC"), 60).timestamp()) for moment in (start, end)]
    if span[0] >= span[1]:
        raise typer.BadParameter("--to must be later than --from.")
    config, _ = common.everything()
    with common.open_existing(store) as opened, opened.exclusive():
        hours = opened.mark_unsolved(*span)
        with common.progress("tracing", hours) as advance:
            solved = solve_hours(config, opened, METHODS[storage], lambda run: advance(len(run)))
    if solved.residual > SETTLED_G_PER_KWH:
        typer.echo(f"warning: the charging means still changed by {solved.residual:.2g} g/kWh: not settled", err=True)
    typer.echo(f"{hours} hours traced; {solved.written} rows changed; {len(solved.zones)} zones have an intensity.")
