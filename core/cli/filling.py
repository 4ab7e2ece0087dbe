"""`gridtrace backfill` and `gridtrace gaps`: filling the past, and what is missing in it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import common, running, sandboxes
from core.cli import report as reporting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from rich.table import Table

    from core.config import Config
    from core.history.backfill import Filled, Plan, Tally
    from core.history.gaps import Found
    from core.ingest.jobs import Job, Outcome
    from core.ingest.runner import Cycle

ALL = "all"
GAPS_DAYS = 7
BAR_WIDTH = 20
"""Characters: what is done and how long the rest takes must stand beside it."""
COLUMNS = ("kind", "key", "start", "end", "hours", "said", "can_be_filled", "reason")
"""Of a gap, in CSV and JSON."""
KindsOption = Annotated[
    str | None, typer.Option("--kind", metavar="KIND,…", help="Only these kinds: production,exchange.")
]
NoSolveOption = Annotated[
    bool, typer.Option("--no-solve", help="Leave the tracing of the changed hours to the next cycle.")
]
EndOption = Annotated[
    str | None, typer.Option("--to", metavar="MOMENT", help="Up to this moment, not included; default now.")
]
WorkersOption = Annotated[int, typer.Option(metavar="N", min=1, help="Jobs under way at a time.")]
DeadlineOption = Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="After which a job is given up.")]


def backfill(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Zones, exchanges, parsers, or all.")],
    start: Annotated[str, typer.Option("--from", metavar="MOMENT", help="The first moment, ISO 8601, in UTC.")],
    end: EndOption = None,
    kinds: KindsOption = None,
    again: Annotated[bool, typer.Option("--again", help="Ask also for what was answered before.")] = False,
    no_solve: NoSolveOption = False,
    store: common.StoreOption = None,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    latency: sandboxes.LatencyOption = 0,
    seed: sandboxes.SeedOption = 1,
    workers: WorkersOption = 48,
    deadline: DeadlineOption = 120,
) -> None:
    """Fill the past of series from their sources, oldest first, and trace its hours.

    The span is cut into what one call of a source returns. What was answered before is left out, so that the same
    command goes on where it was stopped. The store is held for about half a minute at a time, and cycles run in
    between. Exit codes are those of `gridtrace run`; what a source cannot answer any more is no failure.
    """
    from core.history import backfill as room
    from core.store.windows import ANSWERED

    config, plugins = common.everything()
    jobs, span = _series(config, names, kinds), _span(start, end)
    with _cycle(config, plugins, store, sandbox, faults, latency, seed, workers=workers, deadline_s=deadline) as cycle:
        _fill(cycle, room.plan(cycle, jobs, room.spans_of(jobs, *span), () if again else ANSWERED), not no_solve)


def gaps(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME…]", help="Zones, exchanges or parsers; default all.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="MOMENT", help="The first moment; default 7 days ago.")
    ] = None,
    end: EndOption = None,
    kinds: KindsOption = None,
    fill: Annotated[bool, typer.Option("--fill", help="Ask the sources for what is missing.")] = False,
    no_solve: NoSolveOption = False,
    limit: Annotated[int, typer.Option(min=1, help="Print at most so many, the longest.")] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="All gaps, comma-separated.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All gaps, as JSON.")] = False,
    store: common.StoreOption = None,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    latency: sandboxes.LatencyOption = 0,
    seed: sandboxes.SeedOption = 1,
    workers: WorkersOption = 48,
    deadline: DeadlineOption = 120,
) -> None:
    """List the stretches of the past in which series have nothing stored; --fill has them filled.

    A gap says whether its source was asked for that part of the past, and what it said. Up to now means up to what
    should be published by now. Exit code 0, with --fill that of `gridtrace backfill`.
    """
    from core import times
    from core.history import backfill as room
    from core.history.gaps import UNFILLABLE, find

    if as_csv + as_json + fill > 1:
        raise typer.BadParameter("Choose one of --fill, --csv and --json.")
    config, plugins = common.everything()
    jobs = _series(config, names or [ALL], kinds)
    span = _span(start or times.shift(times.floor(times.now(), 1), days=-GAPS_DAYS).isoformat(), end)
    with _cycle(config, plugins, store, sandbox, faults, latency, seed, workers=workers, deadline_s=deadline) as cycle:
        found = find(cycle.store, plugins, jobs, *span)
        if as_csv or as_json:
            _print_records(found, as_csv)
        else:
            _print_gaps(found, limit)
        if fill:
            _fill(cycle, room.plan(cycle, jobs, found.spans(), UNFILLABLE), not no_solve)


@contextmanager
def _cycle(
    config: Config, plugins: Any, store: str | None, is_sandbox: bool, faults: str | None, latency: float, seed: int,
    **more: Any,
) -> Iterator[Cycle]:
    """What asks the sources, or the simulated ones, and writes to the store of either."""
    from core.ingest.runner import Cycle
    from core.store import LIVE, open_store

    where = common.where_is_store(store, "sandbox" if is_sandbox else None)
    label = running.SIMULATED if is_sandbox else LIVE
    with open_store(where) as opened, sandboxes.gateway(is_sandbox, seed, faults, latency) as gateway:
        yield Cycle(
            config, plugins, opened, label, gateway=gateway, patience=sandboxes.patience(is_sandbox, latency),
            is_brief=True, **more)


def _series(config: Config, names: Sequence[str], kinds: str | None) -> list[Job]:
    """The series that names and kinds choose."""
    from core.ingest.jobs import plan

    wanted = running.kinds_of(kinds)
    if unknown := [name for name in names if name != ALL and not plan(config, only=[name])]:
        raise typer.BadParameter(f"Nothing is configured for {', '.join(unknown)}: see `gridtrace zones`.")
    found = plan(config, kinds=wanted, only=None if ALL in names else names)
    if not found:
        raise typer.BadParameter(f"{', '.join(names)} has no series of {kinds}: see `gridtrace zones`.")
    return found


def _span(start: str, end: str | None) -> tuple[datetime, datetime]:
    from core import times

    first, last = times.read(start, "UTC"), times.read(end, "UTC") if end else times.floor(times.now(), 1)
    if first >= last:
        raise typer.BadParameter("--to must be later than --from, and --from than now.")
    return first, last


def _fill(cycle: Cycle, planned: Plan, is_solving: bool) -> None:
    """Ask for what is planned, print what came of it, trace what changed, and leave with the exit code of all that."""
    filled = _ask(cycle, planned.jobs)
    _print_filled(planned, filled)
    try:
        if is_solving and not filled.is_stopped:
            _trace(cycle)
    except KeyboardInterrupt:
        filled.is_stopped = True
    if filled.is_stopped:
        typer.echo("gridtrace: stopped; what was stored stays, and the same command goes on from there.", err=True)
        raise typer.Exit(130)
    raise typer.Exit(1 if filled.total.failed else 0)


def _ask(cycle: Cycle, jobs: Sequence[Job]) -> Filled:
    """With a progress bar on a terminal, or a line per chunk and problem in a log."""
    from core.history import backfill as room
    from core.ingest.jobs import BAD

    if not sys.stderr.isatty():

        def told_chunk(filled: Filled) -> None:
            done = filled.total.windows.total()
            day, events = _day(jobs[done - 1]), _events(filled.total)
            typer.echo(f"{day}: {done} of {len(jobs)} windows; events: {events}", err=True)

        return room.run(cycle, jobs, lambda one: running.log_line(one) if one.outcome in BAD else None, told_chunk)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(BAR_WIDTH), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=common.progress_console(), transient=True) as bar:
        task, stored = bar.add_task("asking", total=len(jobs)), 0

        def told(outcome: Outcome) -> None:
            nonlocal stored
            stored += outcome.new + outcome.changed
            bar.update(task, advance=1, description=f"{_day(outcome.job)}, {common.number(stored)} events")

        return room.run(cycle, jobs, told)


def _trace(cycle: Cycle) -> None:
    from rich.progress import Progress

    from core.history.backfill import trace_changed

    total = len(cycle.store.unsolved_hours())
    with Progress(console=common.progress_console(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("tracing", total=total)
        solved = trace_changed(cycle, lambda hours_s: bar.update(task, advance=len(hours_s)))
    typer.echo(f"solved: {len(solved.hours)} hours, {len(solved.zones)} zones")


def _day(job: Job) -> str:
    """The day that a window's job is at."""
    return f"{job.window.start:%Y-%m-%d}" if job.window else ""


def _events(tally: Tally) -> str:
    return f"{tally.new} new, {tally.changed} changed, {tally.suspect} suspect"


def _print_filled(planned: Plan, filled: Filled) -> None:
    reasons = common.table("What brought nothing", ">windows", "parser", "outcome", "reason", "of")
    for (parser, outcome, reason), jobs in sorted(filled.reasons.items()):
        of = reporting.some(sorted({f"{job.kind} {job.key}" for job in jobs}))
        reasons.add_row(str(len(jobs)), parser, outcome, reason, of)
    for shown in (_parsers(filled), reasons):
        if shown.row_count:
            common.console().print(shown)
    for parser, begins in sorted(planned.begins.items()):
        typer.echo(f"{parser}: its source has nothing before {common.stamp(begins.timestamp())}.")
    for parser, ends in sorted(planned.ends.items()):
        typer.echo(f"{parser}: nothing should be out yet of what is after {common.stamp(ends.timestamp())}.")
    reporting.print_skipped(reason for reason, count in planned.skipped.items() for _ in range(count))
    total = filled.total
    typer.echo(
        f"windows: {total.windows.total()} of {len(planned.jobs)} asked: {_answers(total)}; "
        f"{planned.answered} answered before; {planned.skipped.total()} series skipped; events: {_events(total)}; "
        f"{filled.seconds:.1f} s")


def _answers(tally: Tally) -> str:
    from core.ingest.jobs import NO_HISTORY

    windows = tally.windows
    return f"{windows['ok']} answered, {windows['empty']} empty, {windows[NO_HISTORY]} refused, {tally.failed} failed"


def _parsers(filled: Filled) -> Table:
    """A table of what each parser's windows brought."""
    shown = common.table("Parsers", "parser", ">windows", "answers", "events")
    for name, tally in sorted(filled.parsers.items()):
        shown.add_row(name, str(tally.windows.total()), _answers(tally), _events(tally))
    return shown


def _print_gaps(found: Found, limit: int) -> None:
    shown = common.table("Gaps", "kind", "key", "from", "to", ">hours", "the source", "notes")
    rows = sorted(_records(found), key=lambda row: (-row["hours"], row["key"], row["kind"], row["start"]))
    for row in rows[:limit]:
        shown.add_row(
            row["kind"], row["key"], f"{row['start']:%Y-%m-%d %H:%M}Z", f"{row['end']:%Y-%m-%d %H:%M}Z",
            common.number(row["hours"], 1), row["said"], f"cannot be filled: {row['reason']}" if row["reason"] else "")
    if rows:
        common.console().print(shown)
    if len(rows) > limit:
        typer.echo(f"and {len(rows) - limit} shorter ones: --csv prints all.")
    reporting.print_skipped(reason for reason, count in found.skipped.items() for _ in range(count))
    can = sum(not one.reason for one in found.lacking)
    typer.echo(
        f"{len(rows)} gaps in {len(found.lacking)} series, together {common.number(sum(row['hours'] for row in rows))} "
        f"hours; {can} series can be filled; {found.whole} are whole; {found.skipped.total()} have no data and nobody "
        "to ask.")


def _records(found: Found) -> Iterable[dict[str, Any]]:
    """The gaps one by one, with COLUMNS."""
    for one in found.lacking:
        for gap in one.gaps:
            values = (one.job.kind, one.job.key, *gap.window, round(gap.hours, 4), gap.said, not one.reason, one.reason)
            yield dict(zip(COLUMNS, values, strict=True))


def _print_records(found: Found, as_csv: bool) -> None:
    import csv
    import json

    rows = [{**row, "start": row["start"].isoformat(), "end": row["end"].isoformat()} for row in _records(found)]
    if not as_csv:
        typer.echo(json.dumps({"gaps": rows}, indent=1))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([str(value).lower() if isinstance(value, bool) else value for value in row.values()])
