"""`gridtrace test-parser`, also `python test_parser.py`: what a contributor runs on a parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common, sandboxes

if TYPE_CHECKING:
    from core import http
    from core.cli.trying.comparing import Comparison
    from core.config import Config
    from core.ingest.jobs import Job, Outcome
    from core.plugins import Manager
    from core.validation import Look, Promise

__all__ = ["Tried", "test_parser"]


@dataclass
class Tried:
    """One parser that was called, and all that is said of its answer."""

    outcome: Outcome
    looks: list[Look] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    comparison: Comparison | None = None
    sample: Path | None = None
    notes: list[str] = field(default_factory=list)
    """What to know of the sample."""

    @property
    def is_bad(self) -> bool:
        """Whether it failed, something was refused or suspected, or a declaration is not kept."""
        checked = self.outcome.checked
        if self.promises:
            return any(not one.is_kept for one in self.promises)
        return self.outcome.outcome != "ok" or bool(checked.refusals or checked.suspects)


def test_parser(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="[ZONE|EXCHANGE]", help="FR, or with quotes 'ES->FR'.", autocompletion=arguments.complete_zones),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]", help="Default: production, or exchange for an exchange.",
            autocompletion=arguments.complete_kinds),
    ] = None,
    target_datetime: Annotated[
        str | None,
        typer.Option("--target_datetime", "--target-datetime", metavar="MOMENT", help="Ask for this moment, ISO 8601."),
    ] = None,
    past: Annotated[
        bool, typer.Option("--past", help="Ask for a past moment, and hold the answer against what @source declares.")
    ] = False,
    parser: Annotated[
        str | None, typer.Option(metavar="MODULE", help="Only this one, of several that serve the series.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Make a sample in tests/samples of the answer.")] = False,
    record_to: Annotated[Path | None, typer.Option(metavar="DIR", help="Make it below this folder instead.")] = None,
    keep: Annotated[
        int, typer.Option(metavar="N", min=0, help="Cut the sample to the newest N events; 0 leaves it whole.")
    ] = 3,
    own_numbers: Annotated[
        bool, typer.Option("--own-numbers", help="Put other numbers in the place of the source's in the sample.")
    ] = False,
    odd: Annotated[
        str | None, typer.Option(metavar="NAME", help="Make the sample odd/NAME, also of a call that fails.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also replace a sample that was reviewed.")] = False,
    review: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Show what a sample expects, and ask whether it is right.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it is right.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Against what is stored, other sources, and the zone's balance.")
    ] = False,
    store: common.StoreOption = None,
    replay: common.ReplayOption = None,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    latency: sandboxes.LatencyOption = 0,
    seed: sandboxes.SeedOption = 1,
    all_events: Annotated[bool, typer.Option("--all", help="Print every event, not only the newest.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 also for a warning.")] = False,
    as_json: common.JsonOption = False,
) -> None:
    """Run one parser and show what it returns: events, seconds, oldest and newest time, whether it is fresh, every
    verdict of the validation (of the quality rules, those that need nothing stored), and what looks suspicious.

    Exit code 0: all went well; 1: it failed, something was refused or suspected, or with --past a declaration is not
    kept; 2: a wrong argument, or a sample that was reviewed and stays.
    """
    from core.cli.trying import printing, recording, reviewing

    if review is not None:
        raise typer.Exit(0 if reviewing.review(review, yes) else 1)
    if key is None:
        raise typer.BadParameter("Name a zone or an exchange: gridtrace test-parser FR.")
    config, plugins = common.everything()
    key, kind = _series(key, kind)
    jobs = _jobs(config, key, kind, _moment(target_datetime), replay, parser)
    if past and replay is not None:
        raise typer.BadParameter("--past asks the source: a recording is of one moment.")
    if past and target_datetime is None:
        jobs = [_in_past(plugins, job) for job in jobs]
    wanted = recording.Wanted(record_to, odd, keep, own_numbers, force) if record or record_to or odd else None
    if wanted is not None:
        jobs = recording.allowed(wanted, jobs)
    trial = _Trial(config, plugins, wanted, past, _where(store, sandbox, replay) if compare else None)
    with sandboxes.gateway(sandbox, seed, faults, latency) as gateway:
        tried = [trial.run(job, replay, gateway) for job in jobs]
    if as_json:
        common.print_json({"parsers": [printing.plain(one) for one in tried]})
    else:
        for one in tried:
            printing.show(one, all_events)
    is_bad = any(one.is_bad or (strict and bool(one.looks or one.outcome.checked.warnings)) for one in tried)
    raise typer.Exit(1 if is_bad else 0)


def _series(key: str, kind: str | None) -> tuple[str, str]:
    """The key in its order, and the kind."""
    from core.kinds import sorted_key, split_key

    pair = split_key(key)
    return sorted_key(*pair) if pair else key, kind or ("exchange" if pair else "production")


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as err:
        raise typer.BadParameter(f"{text!r} is not a moment in ISO 8601, such as 2026-03-10T12:00Z.") from err


def _where(store: str | None, sandbox: bool, replay: Path | None) -> str:
    """The store of the origin that is asked."""
    return common.where_is_store(store, "sandbox" if sandbox else "replay" if replay else None)


def _jobs(
    config: Config, key: str, kind: str, target: datetime | None, replay: Path | None, parser: str | None
) -> list[Job]:
    from core.errors import ConfigError
    from core.ingest import jobs as room
    from core.kinds import CAPACITY_KIND
    from core.recording import read_cases

    if kind == CAPACITY_KIND:
        raise typer.BadParameter("Installed capacities are not a series: `gridtrace capacity update` asks for them.")
    if replay is not None:
        found = [room.of_case(config, case) for case in read_cases(replay) if case.key == key]
        found = [job for job in found if job.kind == kind]
    else:
        place: Any = config.zones.get(key) or config.exchanges.get(key)
        references = place.parsers.get(kind, ()) if place else ()
        found = [room.Job(kind, key, (reference,), target) for reference in references]
    jobs = [job for job in found if parser in (None, job.source)]
    if not jobs:
        by = f" by {parser}" if parser else ""
        raise ConfigError(f"Nothing is configured or recorded for {kind} of {key}{by}: {_choices(config, key)}")
    return jobs


def _choices(config: Config, key: str) -> str:
    place: Any = config.zones.get(key) or config.exchanges.get(key)
    if place is None:
        return f"there is no {key} in zones.json or exchanges.json."
    return f"it has {', '.join(place.parsers) or 'no parser at all'}."


def _in_past(plugins: Manager, job: Job) -> Job:
    """The job asked for a past moment of what its function declares."""
    from dataclasses import replace

    from core import times
    from core.declare import declaration
    from core.errors import ConfigError
    from core.validation import past_moment

    facts = declaration(plugins.function(job.parser))
    if facts is None:
        raise ConfigError(f"{job.parser} has no @source(...): what its past is, only that can say.")
    return replace(job, target=past_moment(facts, times.now()))


@dataclass(frozen=True)
class _Trial:
    """What is to be done with each job."""

    config: Config
    plugins: Manager
    wanted: Any
    has_past: bool
    store: str | None
    """Where to look for what is stored; None: nothing is compared."""

    def run(self, job: Job, replay: Path | None, gateway: str | None) -> Tried:
        from core import http
        from core.cli.trying import comparing, recording

        with http.session(gateway=gateway) as session, recording.recorder(self.wanted, self.plugins, job) as taken:
            tried = Tried(self._ask(job, taken.into(session)))
            balances: list[Any] = []
            if self.store is not None:
                others = comparing.Others(self.config, self.plugins, session, replay)
                tried.comparison, balances = comparing.compare(tried.outcome, others, self.store)
            self._judge(tried, balances)
            tried.sample, tried.notes = taken.sample_of(tried.outcome)
        return tried

    def _ask(self, job: Job, session: http.Session) -> Outcome:
        from core.ingest import jobs as room
        from core.ingest.quarantine import sift

        outcome = room.run(job, self.plugins, room.rules_of(self.config, self.plugins), session)
        if outcome.outcome in room.JUDGED:
            outcome.checked = sift(self.config, None, job, outcome.checked)
            outcome.outcome, outcome.message = room.verdict(outcome.checked)
        return outcome

    def _judge(self, tried: Tried, balances: list[Any]) -> None:
        from core.declare import declaration
        from core.errors import PluginError
        from core.ingest.jobs import NO_HISTORY
        from core.validation import Answer, look, promises

        job, events, now = tried.outcome.job, tried.outcome.checked.events, tried.outcome.started
        try:
            facts = declaration(self.plugins.function(job.parser))
        except PluginError:
            return
        tried.looks = look(Answer(
            job.kind, job.key, events, now, job.target, facts, self.config.zones.get(job.key),
            self.config.exchanges.get(job.key), balances))
        if self.has_past and facts is not None and job.target is not None and tried.outcome.outcome != "skipped":
            has_refused = tried.outcome.outcome == NO_HISTORY
            tried.promises = promises(facts, job.target, now, events, has_refused=has_refused)
