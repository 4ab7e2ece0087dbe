"""`gridtrace doctor`: what is wrong with this instance, and what to do."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common, sandboxes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.health.findings import Finding

SIGNS = {"ok": "✓", "warning": "!", "problem": "✗"}
PLAIN_SIGNS = {"ok": "ok", "warning": "!", "problem": "X"}
"""Where the terminal cannot show the others."""
COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


def doctor(
    store: common.StoreOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no source.")] = False,
    sandbox: sandboxes.SandboxOption = False,
    faults: sandboxes.FaultsOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is well.")] = False,
    as_json: common.JsonOption = False,
) -> None:
    """Look at keys, extras, clock, store, disk, cycles, parsers and the sources' hosts; say what to do.

    Exit code 0: nothing needs action, though there may be warnings; 1: there is a problem; 2: it could not look, as the
    configuration cannot be read.
    """
    from core.health.doctor import Patient, diagnose, worst

    config, plugins = common.everything()
    where = common.where_is_store(store, "sandbox" if sandbox else None)
    with sandboxes.gateway(sandbox, 1, faults, 0) as gateway, common.progress("asking hosts", None) as advance:
        found = diagnose(Patient(config, plugins, where, gateway, offline), advance)
    if as_json:
        common.print_json({"findings": [asdict(one) for one in found]})
    else:
        _print(found, everything)
    if worst(found) == "problem":
        raise typer.Exit(1)


def _print(found: Sequence[Finding], everything: bool) -> None:
    from rich.text import Text

    signs = SIGNS if _shows(SIGNS) else PLAIN_SIGNS
    shown = common.table(None, "", "area", "found", "to do")
    for one in found:
        if everything or one.level != "ok":
            shown.add_row(Text(signs[one.level], style=COLOURS[one.level]), one.area, one.found, one.todo)
    if shown.row_count:
        common.console().print(shown)
    counts = {level: sum(one.level == level for one in found) for level in SIGNS}
    typer.echo(f"{counts['problem']} problems, {counts['warning']} warnings, {counts['ok']} ok.")


def _shows(signs: dict[str, str]) -> bool:
    """Whether the output's encoding has these characters."""
    try:
        "".join(signs.values()).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
