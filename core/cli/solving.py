"""`gridtrace solve`: trace stored hours again."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from core.config import Config
    from core.flowtrace.storage import Method
    from core.ingest.cluster import Cluster
    from core.ingest.solve import Solved
    from core.store import Store

SETTLED_G_PER_KWH = 0.001


def solve(
    start: Annotated[str, typer.Option("--from", metavar="MOMENT", help="The first hour, in UTC: 2026-01-31T12:00.")],
    end: arguments.EndOption = None,
    storage: Annotated[
        str, typer.Option(metavar="METHOD", help="What discharge carries: static, charging-mean or reservoir.")
    ] = "static",
    store: common.StoreOption = None,
    scheduler: common.SchedulerOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Trace the stored hours of a span again, after a change of factors or with another method for storage.

    docs/method.md explains the methods. A cycle solves hours that change later with `static`. With a scheduler, workers
    trace parts of the span side by side.

    Exit code 0: traced; 2: a wrong argument, configuration, store or cluster; 75: another command is tracing; 130:
    stopped by Ctrl-C, and the next cycle traces the rest.
    """
    from core import times
    from core.ingest.storage import METHODS
    from core.store import claiming

    arguments.one_of(storage, METHODS, "a method")
    if scheduler and METHODS[storage] != "static":
        raise typer.BadParameter(
            f"{storage} follows stores from hour to hour, so its span cannot be cut in parts: leave --scheduler out.")
    span = [int(times.floor(edge, 60).timestamp()) for edge in arguments.span(start, end)]
    config, _ = common.everything()
    with ExitStack() as stack:
        cluster = stack.enter_context(_cluster(scheduler, config)) if scheduler else None
        opened = stack.enter_context(common.open_existing(store))
        stack.enter_context(stack.enter_context(claiming(opened)).solving())
        hours = opened.mark_unsolved(*span)
        try:
            solved = _solve(config, opened, METHODS[storage], cluster, hours)
        except KeyboardInterrupt:
            typer.echo("gridtrace: stopped; what was traced stays, and the next cycle traces the rest.", err=True)
            raise typer.Exit(130) from None
    if solved.residual > SETTLED_G_PER_KWH:
        typer.echo(f"warning: the charging means still changed by {solved.residual:.2g} g/kWh: not settled", err=True)
    about = {"hours": hours, "rows_changed": solved.written, "zones": len(solved.zones)}
    text = f"{hours} hours traced; {solved.written} rows changed; {len(solved.zones)} zones have an intensity."
    common.tell(text, about, as_json=as_json)


def _cluster(address: str, config: Config) -> AbstractContextManager[Cluster]:
    from core.ingest.cluster import connected

    return connected(address, config)


def _solve(config: Config, store: Store, method: Method, cluster: Cluster | None, hours: int) -> Solved:
    """Here or on a cluster, with a progress bar."""
    from core.ingest.solve import solve as solve_here

    with common.progress("tracing", hours) as advance:

        def told(hours_s: Sequence[int]) -> None:
            advance(len(hours_s))

        if cluster is None:
            return solve_here(config, store, method, told)
        from core.ingest.parts import solve_on

        return solve_on(cluster, store, told)
