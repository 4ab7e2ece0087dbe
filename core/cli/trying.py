"""`gridtrace test-parser`, also `python test_parser.py`: what a contributor runs on a parser."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import common, sandboxes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.config import Config
    from core.ingest.jobs import Job, Outcome
    from core.plugins import Manager
    from core.recording import Case

SHOWN_EVENTS = 40


def test_parser(
    key: Annotated[str, typer.Argument(metavar="ZONE", help="A zone (FR) or an exchange (NO-NO3->SE-SE2).")],
    kind: Annotated[str | None, typer.Argument(help="Default: production, or exchange for an exchange.")] = None,
    target_datetime: Annotated[
        str | None,
        typer.Option("--target_datetime", "--target-datetime", metavar="MOMENT", help="Ask for this moment, ISO 8601."),
    ] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the source's answers as a case below this folder.")
    ] = None,
    replay: common.ReplayOption = None,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    latency: sandboxes.LatencyOption = 0,
    seed: sandboxes.SeedOption = 1,
    all_events: Annotated[bool, typer.Option("--all", help="Print every event, not only the newest.")] = False,
) -> None:
    """Run one parser and show what it returns: events, seconds, oldest and newest time, whether it is fresh, and every
    verdict of the validation; of the quality rules, those that need nothing stored. Exit code 1 if it failed or
    something was refused or suspected."""
    from core.errors import ConfigError
    from core.kinds import split_key

    config, plugins = common.everything()
    pair = split_key(key)
    key = "->".join(sorted(pair)) if pair else key
    kind = kind or ("exchange" if pair else "production")
    jobs = _jobs(config, key, kind, _moment(target_datetime), replay)
    if not jobs:
        raise ConfigError(f"Nothing is configured or recorded for {kind} of {key}: {_choices(config, key)}")
    with sandboxes.gateway(sandbox, seed, faults, latency) as gateway:
        outcomes = [_try(config, plugins, job, record, gateway) for job in jobs]
    for outcome in outcomes:
        _print(outcome, all_events)
    is_bad = any(o.outcome != "ok" or o.checked.refusals or o.checked.suspects for o in outcomes)
    raise typer.Exit(1 if is_bad else 0)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as err:
        raise typer.BadParameter(f"{text!r} is not a moment in ISO 8601, such as 2026-03-10T12:00Z.") from err


def _choices(config: Config, key: str) -> str:
    place: Any = config.zones.get(key) or config.exchanges.get(key)
    if place is None:
        return f"there is no {key} in zones.json or exchanges.json."
    return f"it has {', '.join(place.parsers) or 'no parser at all'}."


def _jobs(config: Config, key: str, kind: str, target: datetime | None, replay: Path | None) -> list[Job]:
    from core.ingest import jobs as room
    from core.kinds import CAPACITY_KIND
    from core.recording import read_cases

    if kind == CAPACITY_KIND:
        raise typer.BadParameter("Installed capacities are not a series: `gridtrace capacity update` asks for them.")
    if replay is not None:
        found = [room.of_case(config, case) for case in read_cases(replay) if case.key == key]
        return [job for job in found if job.kind == kind]
    place: Any = config.zones.get(key) or config.exchanges.get(key)
    references = place.parsers.get(kind, ()) if place else ()
    return [room.Job(kind, key, (reference,), target) for reference in references]


def _try(config: Config, plugins: Manager, job: Job, record: Path | None, gateway: str | None) -> Outcome:
    from core import http
    from core.ingest import jobs as room
    from core.ingest.quarantine import sift
    from core.recording import record_into

    with http.session(gateway=gateway) as session:
        case = _new_case(plugins, job, record) if record is not None else None
        if case is not None:
            record_into(session, case)
        outcome = room.run(job, plugins, room.rules_of(config, plugins), session)
    if outcome.outcome in room.JUDGED:
        outcome.checked = sift(config, None, job, outcome.checked)
        outcome.outcome, outcome.message = room.verdict(outcome.checked)
    if case is not None and record is not None:
        path = record / f"{case.id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        case.write(path)
        typer.echo(f"recorded {len(case.http)} answers in {path}", err=True)
    return outcome


def _new_case(plugins: Manager, job: Job, record: Path) -> Case:
    """An empty case for a job; the credentials it was run with stand in it as `token`."""
    from core import times
    from core.recording import Case

    module, _, function = job.parser.partition(".")
    args = {**job.zone_keys, "target_datetime": job.target.isoformat() if job.target else None}
    name = f"{job.kind}_{job.key.replace('->', '_')}"
    env = dict.fromkeys(_token_names(plugins, job), "token")
    return Case(
        f"{module}/{name}", module, function, args, times.now().isoformat(), env, [], {"kind": job.kind},
        record / module / "bodies",
    )


def _token_names(plugins: Manager, job: Job) -> tuple[str, ...]:
    from core.declare import declaration
    from core.errors import PluginError

    try:
        facts = declaration(plugins.function(job.parser))
    except PluginError:
        return ()
    return facts.tokens if facts else ()


def _print(outcome: Outcome, all_events: bool) -> None:
    from core.ingest.jobs import FRESH_HOURS

    job, checked, out = outcome.job, outcome.checked, common.console()
    title = f"{job.kind} of {job.key} from {outcome.parser}" + (f" ({job.case.id})" if job.case else "")
    out.print(f"{title}: {outcome.outcome}, {len(checked.events)} events in {outcome.seconds:.2f} s", soft_wrap=True)
    if outcome.message:
        out.print(f"  {outcome.message}", soft_wrap=True)
    if checked.events:
        shown = checked.events if all_events else checked.events[-SHOWN_EVENTS:]
        out.print(_events_table(shown))
        if len(shown) < len(checked.events):
            out.print(f"  … and {len(checked.events) - len(shown)} earlier; --all prints them")
        oldest, newest = checked.events[0].start, checked.events[-1].start
        word = "fresh" if outcome.is_fresh else f"not fresh: older than {FRESH_HOURS} h"
        age = "" if job.target else f" ({common.age(newest, outcome.started)}, {word})"
        out.print(f"  oldest {oldest:%Y-%m-%d %H:%M}Z, newest {newest:%Y-%m-%d %H:%M}Z{age}", soft_wrap=True)
    for warning in checked.warnings:
        out.print(f"  warning: {warning}", soft_wrap=True)
    for refusal in checked.refusals:
        out.print(f"  refused: {refusal.reason}: {refusal.event}", soft_wrap=True)
    for suspect in checked.suspects:
        start = f"{suspect.event.start:%Y-%m-%d %H:%M}Z"
        out.print(f"  suspect ({suspect.rule}): {start}: {suspect.reason}", soft_wrap=True)
    if checked.events and not checked.refusals and not checked.suspects:
        out.print("  validation: every event accepted")


def _events_table(events: list[Any]) -> Any:
    shown = common.table(None, "start", "end", "what it says")
    for event in events:
        end = f"{event.end:%H:%M}Z" if event.end else "–"
        shown.add_row(f"{event.start:%Y-%m-%d %H:%M}Z", end, ", ".join(_facts(event.to_dict())))
    return shown


def _facts(event: dict[str, Any]) -> Iterator[str]:
    """What an event says, in words; not what is the same for all of them."""
    left_out = ("datetime", "end_datetime", "zoneKey", "sortedZoneKeys", "source", "capacity")
    for name, value in event.items():
        if name in left_out or value in (None, [], {}) or (name, value) == ("sourceType", "measured"):
            continue
        if name in ("production", "storage"):
            word = " storage" if name == "storage" else ""
            yield from (f"{mode}{word} {common.number(power, 1)}" for mode, power in value.items())
        else:
            yield f"{name} {common.number(value, 2) if isinstance(value, int | float) else value}"
