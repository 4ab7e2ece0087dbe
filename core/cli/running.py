"""`gridtrace run`: one cycle, or one every few minutes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common, sandboxes
from core.cli import report as reporting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.ingest.jobs import Job, Outcome
    from core.ingest.runner import Cycle, Report

REPLAYED, SIMULATED = "replayed", "simulated"
ORIGINS = (REPLAYED, SIMULATED)


def run(
    store: common.StoreOption = None,
    every: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Go on until stopped, a cycle in this time: 5m, 90s, 1h.")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="NAME,…", help="Only these zones, exchanges or parsers, due or not: FR,NZ,ES->FR."),
    ] = None,
    kinds: Annotated[str | None, typer.Option(metavar="KIND,…", help="Only these kinds: production,exchange.")] = None,
    replay: common.ReplayOption = None,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    latency: sandboxes.LatencyOption = 0,
    seed: sandboxes.SeedOption = 1,
    origin: Annotated[
        str, typer.Option(metavar="LABEL", help="Label of what a replay stores: replayed or simulated.")
    ] = REPLAYED,
    all_jobs: Annotated[bool, typer.Option("--all", help="Also the jobs that are not due yet.")] = False,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Jobs under way at a time.")] = 48,
    deadline: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="After which a job is given up.")] = 120,
    scheduler: common.SchedulerOption = None,
) -> None:
    """Run one cycle: ask every parser that is due, validate, store, trace the flows of the hours that changed.

    Exit code 0: every job went well or was skipped; 1: at least one failed (the rest is stored); 2: a wrong argument,
    configuration, store or cluster; 75: another cycle is running; 130: stopped by Ctrl-C. A replay writes to
    gridtrace-replay.db and a sandbox to gridtrace-sandbox.db, or to the store that --store names.
    """
    from core.ingest.runner import Cycle
    from core.store import LIVE, newest_job, open_store

    pause_s = seconds_of(every) if every else None
    if origin not in ORIGINS:
        raise typer.BadParameter(f"{origin!r} is not a label of what is not live; there are {', '.join(ORIGINS)}.")
    config, plugins = common.everything()
    wanted_kinds, names = kinds_of(kinds), words_of(only)
    if replay and sandbox:
        raise typer.BadParameter("--replay and --sandbox exclude each other.")
    where = common.where_is_store(store, "replay" if replay else "sandbox" if sandbox else None)
    label = origin if replay else SIMULATED if sandbox else LIVE
    with open_store(where) as opened, sandboxes.gateway(sandbox, seed, faults, latency) as gateway:
        cycle = Cycle(
            config, plugins, opened, label, workers=workers, deadline_s=deadline, gateway=gateway,
            patience=sandboxes.patience(sandbox, latency), scheduler=scheduler)

        def once() -> int:
            since = newest_job(opened)
            report = _run_one(cycle, _jobs(cycle, wanted_kinds, names, replay, all_jobs), since)
            reporting.print_report(config, opened, report)
            return 1 if report.has_failures else 0

        try:
            if pause_s is None:
                raise typer.Exit(once())
            _for_ever(once, pause_s)
        except KeyboardInterrupt:
            typer.echo("gridtrace: stopped; what was stored stays, and the next cycle traces it.", err=True)
            raise typer.Exit(130) from None


def _for_ever(once: Callable[[], int], pause_s: float) -> None:
    """A cycle every `pause_s`; a store that is busy, locked or full, or a cluster that is away, is tried again then."""
    from core.errors import ClusterError, StoreError

    while True:
        began = time.monotonic()
        try:
            once()
        except (ClusterError, StoreError) as err:
            typer.echo(f"gridtrace: {err}", err=True)
        time.sleep(max(0.0, pause_s - (time.monotonic() - began)))


def seconds_of(text: str) -> float:
    """A span such as 5m, 90s or 1h in seconds."""
    units = {"s": 1, "m": 60, "h": 3600}
    if text[-1:] not in units or not text[:-1].isdecimal() or int(text[:-1]) == 0:
        raise typer.BadParameter(f"{text!r} is not a span: write 5m, 90s or 1h.")
    return float(text[:-1]) * units[text[-1]]


def words_of(text: str | None) -> list[str] | None:
    """The words of a comma-separated list; None for none."""
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def kinds_of(text: str | None) -> list[str] | None:
    """The kinds of a comma-separated list, checked."""
    from core.kinds import KINDS

    found = words_of(text)
    if wrong := [kind for kind in found or () if kind not in KINDS]:
        raise typer.BadParameter(f"{', '.join(wrong)} is not a kind; there are {', '.join(KINDS)}.")
    return found


def _jobs(
    cycle: Cycle, kinds: Sequence[str] | None, only: Sequence[str] | None, replay: Path | None, all_jobs: bool
) -> list[Job]:
    from core.history.refetch import due_again
    from core.ingest import jobs as room
    from core.ingest.runner import due
    from core.recording import read_cases

    if replay is not None:
        found, left_out = room.of_cases(cycle.config, read_cases(replay))
        for case, reason in left_out:
            typer.echo(f"left out {case.id}: {reason}", err=True)
        found = [job for job in found if job.kind in (kinds or (job.kind,))]
        found = [job for job in found if not only or {job.key, job.parser.partition(".")[0]} & set(only)]
        if not found:
            raise typer.BadParameter(f"No case below {replay} is recorded of what was asked for.")
        return found
    planned = room.plan(cycle.config, kinds=kinds, only=only)
    unknown = [name for name in only or () if not room.plan(cycle.config, only=[name])]
    if unknown or not planned:
        what = ", ".join(unknown) or "what was asked"
        raise typer.BadParameter(f"Nothing is configured for {what}: see `gridtrace zones`.")
    wanted = planned if all_jobs or only else due(cycle.store, planned, cycle.plugins)
    return [*wanted, *due_again(cycle.store, planned, cycle.plugins)]


def _run_one(cycle: Cycle, jobs: Sequence[Job], since: int) -> Report:
    """A cycle with a progress bar on a terminal, or a line per job in a log; `since` as `Cycle.run` has it."""
    import sys

    if not sys.stderr.isatty():
        return cycle.run(jobs, log_line, since)
    from rich.progress import Progress

    with Progress(console=common.progress_console(), transient=True) as bar:
        task = bar.add_task("asking", total=len(jobs))

        def told(outcome: Outcome) -> None:
            bar.update(task, advance=1, description=f"{outcome.job.kind} {outcome.job.key}")

        return cycle.run(jobs, told, since)


def log_line(outcome: Outcome) -> None:
    if outcome.outcome == "skipped":
        return
    job, checked = outcome.job, outcome.checked
    message = outcome.message or "; ".join(checked.warnings)
    until = f" until {job.window.end:%Y-%m-%dT%H:%MZ}" if job.window else ""
    typer.echo(
        f"{outcome.outcome} {job.kind} {job.key}{until} {outcome.parser} {len(checked.events)} events "
        f"{len(checked.refusals)} refused {len(checked.suspects)} suspect {outcome.seconds:.2f} s {message}".rstrip(),
        err=True,
    )
