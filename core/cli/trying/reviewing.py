"""`test-parser --review`: what a sample expects, shown to a person who says whether it is right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from core.cli import common

if TYPE_CHECKING:
    from pathlib import Path

    from core.config import Config
    from core.recording import Case
    from core.schemas import Event
    from core.validation import Look


def review(path: Path, is_right: bool) -> bool:
    """Show what a sample expects and mark it reviewed if a person agrees; whether it is."""
    from core.cli.trying import printing
    from core.errors import ConfigError
    from core.recording import read_case
    from core.samples.outcomes import expected_events

    case, out = read_case(path), common.console()
    if not {"expected", "expected_error"} & case.rest.keys():
        raise ConfigError(f"{path} expects nothing yet: make it with --record, or run the test of the samples once.")
    config, _ = common.everything()
    events = expected_events(case)
    out.print(f"{case.id}: {case.source}.{case.function} at {case.now}", soft_wrap=True)
    for one in case.http:
        out.print(f"  {one['method']} {one['url']}: status {one['status']}, bodies/{one['body']}", soft_wrap=True)
    if error := case.rest.get("expected_error"):
        out.print(f"  expects the error {error}", soft_wrap=True)
    if events:
        out.print(printing.events_table(events))
    for warning in case.rest.get("warnings", []):
        out.print(f"  warning: {warning}", soft_wrap=True)
    for look in _looks(config, case, events):
        out.print(printing.look_line(look), soft_wrap=True)
    if not is_right and not _agrees():
        typer.echo("It stays unreviewed.", err=True)
        return False
    case.rest["reviewed"] = True
    case.write(path)
    out.print(f"{path} is reviewed.", soft_wrap=True)
    return True


def _agrees() -> bool:
    if not sys.stdin.isatty():
        raise typer.BadParameter("There is no terminal to ask on: say --yes once you have read it.")
    return typer.confirm("Is every time, sign, unit and mode right, by the source's own page?", err=True)


def _looks(config: Config, case: Case, events: list[Event]) -> list[Look]:
    from core.samples.outcomes import kind_of
    from core.validation import Answer, look

    ordered = sorted(events, key=lambda event: event.start)
    return look(Answer(
        kind_of(case), case.key, ordered, case.moment, case.call["target_datetime"], None,
        config.zones.get(case.key), config.exchanges.get(case.key)))
