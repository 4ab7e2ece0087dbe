"""`gridtrace capacity`: what is installed, as zones.json has it and as its sources say."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from core.config import Capacity, Config
    from core.config.capacities import Change, Update
    from core.ingest.jobs import Job, Outcome
    from core.plugins import Manager

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What is installed: the capacities in zones.json.")

JUMP = "! jump"


@app.command(
    "update", short_help="Ask the sources, and show or write what changes.",
    epilog="Example: gridtrace capacity update --zone FR")
def update(
    source: Annotated[
        str | None, typer.Option(metavar="NAME,…", help="Only zones that these parsers serve: EIA,REE.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(
            metavar="KEY,…", help="Only these zones; one that is a sum stands for its parts.",
            autocompletion=arguments.complete_zones)
    ] = None,
    date: Annotated[
        str | None, typer.Option(metavar="DAY", help="What was installed then: 2025-01-01; default the newest.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write what changes into zones.json.")] = False,
    replay: common.ReplayOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Ask the sources what is installed, show what differs from zones.json, and write it there with --write.

    A figure that at least doubles or halves is marked: look at it before you write.

    Exit code 0: every source that has the day answered, or was skipped; 1: at least one failed, and the others count;
    2: a wrong argument or configuration, or a file that cannot be written; 130: stopped by Ctrl-C, and nothing was
    written.
    """
    from core.config import capacities as room
    from core.ingest import capacities as asking

    config, plugins = common.everything()
    jobs = _jobs(config, arguments.words_of(source), arguments.zones_of(config, zone), _day(date), replay)
    try:
        outcomes = _ask(jobs, plugins)
    except KeyboardInterrupt:
        typer.echo("gridtrace: stopped; nothing was written.", err=True)
        raise typer.Exit(130) from None
    found = room.update(config.zones, asking.answers(outcomes))
    left = _write(found) if found.changes and write else None
    if as_json:
        common.print_json(_record(found, outcomes, left))
    else:
        _print(found, outcomes)
        _print_written(found, left)
    raise typer.Exit(1 if any(outcome.outcome in asking.BAD for outcome in outcomes) else 0)


def _day(text: str | None) -> date | None:
    from core.config.zones import read_day

    try:
        return read_day(text) if text else None
    except ValueError as err:
        raise typer.BadParameter(f"--date: {err}.") from err


def _jobs(
    config: Config, sources: Sequence[str] | None, zones: Sequence[str] | None, day: date | None, replay: Path | None
) -> list[Job]:
    from core.ingest import capacities as asking
    from core.ingest.jobs import of_case
    from core.kinds import CAPACITY_KIND
    from core.recording import read_cases

    if replay is not None and day is not None:
        raise typer.BadParameter("--replay and --date exclude each other: a recorded case has its own.")
    jobs = asking.plan(config, zones=zones, sources=sources, day=day)
    if replay is not None:
        wanted = {job.key for job in jobs}
        cases = [of_case(config, case) for case in read_cases(replay)]
        jobs = [job for job in cases if job.kind == CAPACITY_KIND and job.key in wanted]
    if not jobs:
        raise typer.BadParameter("No zone that is named has a source of its installed capacity: see zones.json.")
    return jobs


def _ask(jobs: Sequence[Job], plugins: Manager) -> list[Outcome]:
    from core.ingest import capacities as asking

    with common.progress("asking", len(jobs)) as advance:
        return asking.ask(jobs, plugins, told=lambda outcome: advance())


def _record(found: Update, outcomes: Sequence[Outcome], left: Sequence[str] | None) -> dict[str, Any]:
    """What came of it for scripts; `left` are the zones that could not be written, None if nothing was."""
    answers = [
        {"zone": one.job.key, "parser": one.parser, "outcome": one.outcome, "reason": one.message,
         "warnings": one.checked.warnings} for one in outcomes]
    written = [] if left is None else [key for key in found.capacities if key not in left]
    return {
        "answers": answers, "changes": [_change(one) for one in found.changes], "notes": found.notes,
        "zones_written": written}


def _change(one: Change) -> dict[str, Any]:
    old, new = one.old, one.new
    return {
        "zone": one.zone, "mode": one.mode, "mw": old.mw if old else None, "from": _iso(old),
        "new_mw": new.mw if new else None, "new_from": _iso(new), "source": new.source if new else None,
        "is_jump": one.is_jump}


def _iso(one: Capacity | None) -> str | None:
    return one.valid_from.isoformat() if one is not None and one.valid_from else None


def _print(found: Update, outcomes: Sequence[Outcome]) -> None:
    out = common.console()
    if found.changes:
        out.print(_changes(found.changes))
    for outcome in outcomes:
        for warning in outcome.checked.warnings:
            out.print(f"{outcome.job.key}, {outcome.parser}: {warning}", soft_wrap=True)
    for note in found.notes:
        out.print(note, soft_wrap=True)
    if silent := [outcome for outcome in outcomes if not outcome.installed]:
        out.print(_reasons(silent))
    counts = Counter(outcome.outcome for outcome in outcomes)
    asked = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    changed = len(found.capacities)
    jumps = sum(change.is_jump for change in found.changes)
    typer.echo(
        f"zones asked: {len(outcomes)} ({asked}); figures that change: {len(found.changes)}, of {changed} zones; "
        f"by a factor of two or more: {jumps}")


def _changes(changes: Sequence[Change]) -> object:
    shown = common.table(
        "What changes", "zone", "mode", ">MW", "since", ">new MW", "from", ">change", "source", "note")
    for change in changes:
        old, new, share = change.old, change.new, change.share
        shown.add_row(
            change.zone, change.mode, _power(old), _since(old), _power(new), _since(new),
            "–" if share is None else f"{100 * share:+.0f} %", (new.source if new else None) or "–",
            _note(change))
    return shown


def _note(change: Change) -> str:
    if change.new is None:
        return f"{JUMP}: goes, without a date"
    return JUMP if change.is_jump else "new" if change.old is None else ""


def _power(one: Capacity | None) -> str:
    return common.number(None) if one is None else common.number(one.mw, 0 if one.mw.is_integer() else 2)


def _since(one: Capacity | None) -> str:
    return _iso(one) or "–"


def _reasons(outcomes: Sequence[Outcome]) -> object:
    """Who did not answer, by parser and reason."""
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.parser.partition(".")[0], outcome.outcome, outcome.message or ""].append(outcome.job.key)
    shown = common.table("Without an answer", "source", "outcome", "zones", "reason")
    for (name, word, reason), keys in sorted(groups.items()):
        shown.add_row(name, common.state(word), ", ".join(keys) if len(keys) <= 5 else f"{len(keys)} zones", reason)
    return shown


def _write(found: Update) -> list[str]:
    """Write what changes into zones.json; the zones that are not in that file."""
    from core.config import default_root
    from core.config.writing import write_capacities

    return write_capacities(default_root(), found.capacities)


def _print_written(found: Update, left: Sequence[str] | None) -> None:
    from core.config import default_root

    if left is not None:
        typer.echo(f"{len(found.capacities) - len(left)} zones are written to {default_root() / 'zones.json'}.")
    elif found.changes:
        typer.echo("Nothing is written; --write puts it into zones.json.")
    if left:
        typer.echo(f"Not in that file, as a plugin brings them, so left out: {', '.join(left)}.")
