"""`gridtrace run`: one cycle, or one every few minutes."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import answers, arguments, common, sandboxes
from core.cli import report as reporting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.health.alerts import Watch
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
        typer.Option(
            metavar="NAME,…", help="Only these zones, exchanges or parsers, due or not: FR,NZ,ES->FR.",
            autocompletion=arguments.complete_zones),
    ] = None,
    kinds: arguments.KindsOption = None,
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
    as_json: common.JsonOption = False,
) -> None:
    """Run one cycle: ask every parser that is due, validate, store, trace the flows of the hours that changed.

    A replay writes to gridtrace-replay.db and a sandbox to gridtrace-sandbox.db, or to the store that --store names.
    With --every and --json each cycle is a document.

    Exit code 0: every job went well or was skipped; 1: at least one failed (the rest is stored); 2: a wrong argument,
    configuration, store or cluster; 75: another cycle is running; 130: stopped by Ctrl-C.
    """
    from core.health.alerts import telling, watch
    from core.ingest.runner import Cycle
    from core.store import LIVE, newest_job, open_store

    pause_s = arguments.seconds_of(every) if every else None
    arguments.one_of(origin, ORIGINS, "a label of what is not live")
    config, plugins = common.everything()
    wanted_kinds, names = arguments.kinds_of(kinds), arguments.words_of(only) or []
    if replay and sandbox:
        raise typer.BadParameter("--replay and --sandbox exclude each other.")
    if not replay:  # recordings may be of what is configured no more
        arguments.names_of(config, names)
    where = common.where_is_store(store, "replay" if replay else "sandbox" if sandbox else None)
    label = origin if replay else SIMULATED if sandbox else LIVE
    watched = None if replay else watch(where, label, lambda text: typer.echo(f"gridtrace: {text}", err=True))
    with (
        telling(watched), open_store(where) as opened, sandboxes.gateway(sandbox, seed, faults, latency) as gateway
    ):
        cycle = Cycle(
            config, plugins, opened, label, workers=workers, deadline_s=deadline, gateway=gateway,
            patience=sandboxes.patience(sandbox, latency), scheduler=scheduler)

        def once() -> int:
            since = newest_job(opened)
            report = _run_one(cycle, _jobs(cycle, wanted_kinds, names, replay, all_jobs), since)
            foreseen = 0 if replay else _issue(cycle)
            if as_json:
                record = reporting.record(config, opened, report) | {"zones_foreseen": foreseen}
                common.print_json({"origin": label} | record)
            else:
                reporting.print_report(config, opened, report)
            if watched is not None:
                watched.ended(config, plugins, opened)
            return 1 if report.has_failures else 0

        try:
            if pause_s is None:
                raise typer.Exit(once())
            _for_ever(once, pause_s, watched)
        except KeyboardInterrupt:
            typer.echo("gridtrace: stopped; what was stored stays, and the next cycle traces it.", err=True)
            raise typer.Exit(130) from None


def _for_ever(once: Callable[[], int], pause_s: float, watched: Watch | None) -> None:
    """A cycle every `pause_s`; a store that is busy, locked or full, or a cluster that is away, is tried again then."""
    from core.errors import ClusterError, StoreError
    from core.health.alerts import telling

    while True:
        began = time.monotonic()
        try:
            with telling(watched):
                once()
        except (ClusterError, StoreError) as err:
            typer.echo(f"gridtrace: {err}", err=True)
        time.sleep(max(0.0, pause_s - (time.monotonic() - began)))


def _jobs(
    cycle: Cycle, kinds: Sequence[str] | None, only: Sequence[str] | None, replay: Path | None, all_jobs: bool
) -> list[Job]:
    from core.history.refetch import due_again
    from core.ingest import jobs as room
    from core.ingest.foreseen import plan_weather
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
    has_weather = not kinds and (not only or bool({ref.partition(".")[0] for ref in cycle.config.weather} & {*only}))
    if not (planned or has_weather):
        raise typer.BadParameter("What was asked for has no source: `gridtrace zones` lists who serves what.")
    wanted = planned if all_jobs or only else due(cycle.store, planned, cycle.plugins)
    foreseen = plan_weather(cycle.config, cycle.store, cycle.plugins) if has_weather else []
    return [*wanted, *foreseen, *due_again(cycle.store, planned, cycle.plugins)]


def _run_one(cycle: Cycle, jobs: Sequence[Job], since: int) -> Report:
    """A cycle with a progress bar on a terminal, or a line per job in a log; `since` as `Cycle.run` has it."""
    is_seen = sys.stderr.isatty()
    with common.progress("asking", len(jobs)) as advance:

        def told(outcome: Outcome) -> None:
            if is_seen:
                advance(doing=f"{outcome.job.kind} {outcome.job.key}")
            else:
                log_line(outcome)

        return cycle.run(jobs, told, since)


def _issue(cycle: Cycle) -> int:
    """Issue this hour's forecasts, if no cycle has; of how many zones."""
    from core.forecast.issuing import issue_due

    with common.progress("foreseeing", None):
        count = issue_due(cycle.store, cycle.config.zones, answers.now_s(), cycle.origin)
    if count:
        typer.echo(f"issued the forecasts of {count} zones", err=True)
    return count


def log_line(outcome: Outcome) -> None:
    if outcome.outcome == "skipped":
        return
    job, checked = outcome.job, outcome.checked
    message = outcome.message or "; ".join(checked.warnings)
    until = f" until {job.window.end:%Y-%m-%dT%H:%MZ}" if job.window else ""
    typer.echo(
        f"{outcome.outcome} {job.kind} {job.key}{until} {outcome.parser} {outcome.accepted} events "
        f"{len(checked.refusals)} refused {len(checked.suspects)} suspect {outcome.seconds:.2f} s {message}".rstrip(),
        err=True,
    )
