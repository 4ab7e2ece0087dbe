"""`gridtrace backfill` and `gridtrace gaps`: filling the past, and what is missing in it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common, running, sandboxes
from core.cli import report as reporting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.table import Table

    from core.config import Config
    from core.history.backfill import Filled, Plan, Tally
    from core.history.gaps import Found
    from core.ingest.jobs import Job, Outcome
    from core.ingest.runner import Cycle
    from core.ingest.solve import Solved

ALL = "all"
GAPS_DAYS = 7
COLUMNS = ("kind", "key", "start", "end", "hours", "said", "can_be_filled", "reason")
"""Of a gap, in CSV and JSON."""
NoSolveOption = Annotated[
    bool, typer.Option("--no-solve", help="Leave the tracing of the changed hours to the next cycle.")
]
WorkersOption = Annotated[int, typer.Option(metavar="N", min=1, help="Jobs under way at a time.")]
DeadlineOption = Annotated[float, typer.Option(metavar="SECONDS", min=0.1, help="After which a job is given up.")]


def backfill(
    names: Annotated[
        list[str], typer.Argument(
            metavar="NAME…", help="Zones, exchanges, parsers, or all.", autocompletion=arguments.complete_zones)
    ],
    start: Annotated[str, typer.Option("--from", metavar="MOMENT", help="The first moment, in UTC: 2026-01-31.")],
    end: arguments.EndOption = None,
    kinds: arguments.KindsOption = None,
    again: Annotated[bool, typer.Option("--again", help="Ask also for what was answered before.")] = False,
    no_solve: NoSolveOption = False,
    store: common.StoreOption = None,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    latency: sandboxes.LatencyOption = 0,
    seed: sandboxes.SeedOption = 1,
    workers: WorkersOption = 48,
    deadline: DeadlineOption = 120,
    as_json: common.JsonOption = False,
) -> None:
    """Fill the past of series from their sources, oldest first, and trace its hours.

    The span is cut into what one call of a source returns. What was answered before is left out, so that the same
    command goes on where it was stopped. The store is held for about half a minute at a time, and cycles run in
    between.

    Exit code 0: every window went well or was skipped, and what a source cannot answer any more is no failure; 1: at
    least one failed (the rest is stored); 2: a wrong argument, configuration or store; 75: a cycle holds the store for
    minutes; 130: stopped by Ctrl-C, and the same command goes on from there.
    """
    from core.history import backfill as room
    from core.store.windows import ANSWERED

    config, plugins = common.everything()
    jobs, span = _series(config, names, kinds), arguments.span(start, end)
    with _cycle(config, plugins, store, sandbox, faults, latency, seed, workers=workers, deadline_s=deadline) as cycle:
        planned = room.plan(cycle, jobs, room.spans_of(jobs, *span), () if again else ANSWERED)
        _fill(cycle, planned, not no_solve, as_json)


def gaps(
    names: Annotated[
        list[str] | None, typer.Argument(
            metavar="[NAME…]", help="Zones, exchanges or parsers; default all.",
            autocompletion=arguments.complete_zones)
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="MOMENT", help="The first moment; default 7 days ago.")
    ] = None,
    end: arguments.EndOption = None,
    kinds: arguments.KindsOption = None,
    fill: Annotated[bool, typer.Option("--fill", help="Ask the sources for what is missing.")] = False,
    no_solve: NoSolveOption = False,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Print at most so many, the longest.")] = 50,
    as_csv: Annotated[bool, typer.Option("--csv", help="All gaps, comma-separated.")] = False,
    store: common.StoreOption = None,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    latency: sandboxes.LatencyOption = 0,
    seed: sandboxes.SeedOption = 1,
    workers: WorkersOption = 48,
    deadline: DeadlineOption = 120,
    as_json: common.JsonOption = False,
) -> None:
    """List the stretches of the past in which series have nothing stored; --fill has them filled.

    A gap says whether its source was asked for that part of the past, and what it said. Up to now means up to what
    should be published by now. --csv and --json have all gaps.

    Exit code 0: listed; 2: a wrong argument, configuration or store; with --fill those of `gridtrace backfill`.
    """
    from core import times
    from core.history import backfill as room
    from core.history.gaps import UNFILLABLE, find

    if as_csv + as_json + fill > 1:
        raise typer.BadParameter("Choose one of --fill, --csv and --json.")
    config, plugins = common.everything()
    jobs = _series(config, names or [ALL], kinds)
    span = arguments.span(start or times.shift(times.floor(times.now(), 1), days=-GAPS_DAYS).isoformat(), end)
    with _cycle(config, plugins, store, sandbox, faults, latency, seed, workers=workers, deadline_s=deadline) as cycle:
        with common.progress("looking for gaps", None):
            found = find(cycle.store, plugins, jobs, *span)
        if as_json:
            common.print_json({"gaps": list(_records(found)), "whole_series": found.whole, "skipped": [
                {"series": count, "reason": reason} for reason, count in found.skipped.items()]})
        elif as_csv:
            _print_csv(found)
        else:
            _print_gaps(found, limit)
        if fill:
            _fill(cycle, room.plan(cycle, jobs, found.spans(), UNFILLABLE), not no_solve, as_json=False)


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

    wanted = arguments.kinds_of(kinds)
    arguments.names_of(config, [name for name in names if name != ALL])
    found = plan(config, kinds=wanted, only=None if ALL in names else names)
    if not found:
        raise typer.BadParameter(f"{', '.join(names)} has no series of {kinds or 'any kind'}: see `gridtrace zones`.")
    return found


def _fill(cycle: Cycle, planned: Plan, is_solving: bool, as_json: bool) -> None:
    """Ask for what is planned, say what came of it, trace what changed, and leave with the exit code of all that."""
    filled, solved = _ask(cycle, planned.jobs), None
    if not as_json:
        _print_filled(planned, filled)
    try:
        if is_solving and not filled.is_stopped:
            solved = _trace(cycle)
    except KeyboardInterrupt:
        filled.is_stopped = True
    if as_json:
        common.print_json({"store": cycle.store.name} | _record(planned, filled, solved))
    elif solved:
        typer.echo(f"solved: {len(solved.hours)} hours, {len(solved.zones)} zones")
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
    with common.progress("asking", len(jobs)) as advance:
        stored = 0

        def told(outcome: Outcome) -> None:
            nonlocal stored
            stored += outcome.new + outcome.changed
            advance(doing=f"{_day(outcome.job)}, {common.number(stored)} events")

        return room.run(cycle, jobs, told)


def _trace(cycle: Cycle) -> Solved:
    from core.history.backfill import trace_changed

    with common.progress("tracing", len(cycle.store.unsolved_hours())) as advance:
        return trace_changed(cycle, lambda hours_s: advance(len(hours_s)))


def _record(planned: Plan, filled: Filled, solved: Solved | None) -> dict[str, Any]:
    """What a backfill did, for scripts."""
    return {
        "windows": {"planned": len(planned.jobs), "answered_before": planned.answered},
        **_told(filled.total),
        "parsers": [{"parser": name} | _told(tally) for name, tally in sorted(filled.parsers.items())],
        "problems": _problems(filled),
        "skipped": [{"series": count, "reason": reason} for reason, count in planned.skipped.items()],
        "begins": [{"parser": parser, "at": at} for parser, at in sorted(planned.begins.items())],
        "ends": [{"parser": parser, "at": at} for parser, at in sorted(planned.ends.items())],
        "solved": {"hours": len(solved.hours), "zones": len(solved.zones)} if solved else None,
        "is_stopped": filled.is_stopped, "seconds": round(filled.seconds, 1),
    }


def _told(tally: Tally) -> dict[str, Any]:
    events = {"new": tally.new, "changed": tally.changed, "suspect": tally.suspect}
    return {"outcomes": dict(tally.windows), "events": events}


def _problems(filled: Filled) -> list[reporting.Record]:
    groups = {why: [f"{job.kind} {job.key}" for job in jobs] for why, jobs in filled.reasons.items()}
    return reporting.problems("windows", groups)


def _day(job: Job) -> str:
    """The day that a window's job is at."""
    return f"{job.window.start:%Y-%m-%d}" if job.window else ""


def _events(tally: Tally) -> str:
    return f"{tally.new} new, {tally.changed} changed, {tally.suspect} suspect"


def _print_filled(planned: Plan, filled: Filled) -> None:
    parsers = _parsers(filled)
    if parsers.row_count:
        common.console().print(parsers)
    reporting.print_problems("windows", _problems(filled), "What brought nothing")
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


def _print_csv(found: Found) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _records(found):
        told = row | {name: common.iso(row[name].timestamp()) for name in ("start", "end")}
        writer.writerow([str(value).lower() if isinstance(value, bool) else value for value in told.values()])
