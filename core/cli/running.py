"""`gridtrace run`: one cycle, or one every few minutes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common
from core.cli import report as reporting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.ingest.jobs import Job, Outcome
    from core.ingest.runner import Cycle, Report

REPLAYED = "replayed"


def run(
    store: common.StoreOption = None,
    every: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Go on for ever, a cycle in this time: 5m, 90s, 1h.")
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="NAME,…", help="Only these zones, exchanges or parsers: FR,NZ,ES->FR.")
    ] = None,
    kinds: Annotated[str | None, typer.Option(metavar="KIND,…", help="Only these kinds: production,exchange.")] = None,
    replay: common.ReplayOption = None,
    origin: Annotated[str, typer.Option(metavar="LABEL", help="Label of what a replay stores.")] = REPLAYED,
    all_jobs: Annotated[bool, typer.Option("--all", help="Also the jobs that are not due yet.")] = False,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Jobs under way at a time.")] = 16,
    deadline: Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="After which a job is given up.")] = 120,
) -> None:
    """Run one cycle: ask every parser that is due, validate, store, trace the flows of the hours that changed.

    Exit code 0: every job went well or was skipped; 1: at least one failed (the rest is stored); 2: a wrong argument
    or configuration; 75: another cycle is running.
    """
    from core.ingest.runner import Cycle
    from core.store import open_store

    pause_s = seconds_of(every) if every else None
    config, plugins = common.everything()
    wanted_kinds = kinds_of(kinds)
    where = common.where_is_store(store, common.REPLAY_STORE if replay else common.DEFAULT_STORE)
    with open_store(where) as opened:
        label = origin if replay else "live"
        cycle = Cycle(config, plugins, opened, label, workers=workers, deadline_s=deadline)
        while True:
            began = time.monotonic()
            jobs = _jobs(cycle, wanted_kinds, words_of(only), replay, all_jobs)
            report = _run_one(cycle, jobs)
            reporting.print_report(config, opened, report, where)
            if pause_s is None:
                raise typer.Exit(1 if report.has_failures else 0)
            time.sleep(max(0.0, pause_s - (time.monotonic() - began)))


def seconds_of(text: str) -> float:
    """A span such as 5m, 90s or 1h in seconds."""
    units = {"s": 1, "m": 60, "h": 3600}
    if text[-1:] not in units or not text[:-1].isdigit() or int(text[:-1]) == 0:
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
    from core.ingest import jobs as room
    from core.ingest.runner import due
    from core.recording import read_cases

    if replay is not None:
        found, left_out = room.of_cases(cycle.config, read_cases(replay))
        for case, reason in left_out:
            typer.echo(f"left out {case.id}: {reason}", err=True)
        found = [job for job in found if job.kind in (kinds or (job.kind,))]
        return [job for job in found if not only or {job.key, job.parser.partition(".")[0]} & set(only)]
    planned = room.plan(cycle.config, kinds=kinds, only=only)
    if not planned:
        raise typer.BadParameter("Nothing is configured for what was asked: see `gridtrace zones`.")
    return planned if all_jobs or only else due(cycle.store, planned, cycle.plugins)


def _run_one(cycle: Cycle, jobs: Sequence[Job]) -> Report:
    """A cycle with a progress bar on a terminal, or a line per job in a log."""
    import sys

    if not sys.stderr.isatty():
        return cycle.run(jobs, told=_log_line)
    from rich.progress import Progress

    with Progress(console=common.progress_console(), transient=True) as bar:
        task = bar.add_task("asking", total=len(jobs))

        def told(outcome: Outcome) -> None:
            bar.update(task, advance=1, description=f"{outcome.job.kind} {outcome.job.key}")

        return cycle.run(jobs, told=told)


def _log_line(outcome: Outcome) -> None:
    if outcome.outcome == "skipped":
        return
    job, checked = outcome.job, outcome.checked
    message = outcome.message or "; ".join(checked.warnings)
    typer.echo(
        f"{outcome.outcome} {job.kind} {job.key} {outcome.parser} {len(checked.events)} events "
        f"{len(checked.refusals)} refused {outcome.seconds:.2f} s {message}".rstrip(),
        err=True,
    )
