"""`gridtrace check` and `gridtrace zones`: what is configured, what resolves, what is still to be written."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import arguments, common

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config import Config, Zone
    from core.plugins import Manager

ARTICLE = {"zone": "a zone", "exchange": "an exchange"}


def check(as_json: common.JsonOption = False) -> None:
    """Check zones.json, exchanges.json, emission_factors.csv and every parser they name.

    A parser that nobody has written yet is no error: it is named, and its series are skipped.

    Exit code 0: every rule holds; 2: one is broken, or a parser does not resolve.
    """
    from core.config import default_root
    from core.config.check import problems
    from core.errors import ConfigError

    with common.progress("checking", None):
        if found := [str(problem) for problem in problems(default_root())]:
            if as_json:
                common.print_json({"zones": None, "exchanges": None, "problems": found, "not_written": None})
            raise ConfigError("\n  ".join([f"The configuration breaks {len(found)} rules:", *found]))
        config, plugins = common.everything()
        wrong, unwritten = resolve(config, plugins)
    series = [{"parser": name, "series": count} for name, count in sorted(unwritten.items())]
    broken = [str(reason) for reason in plugins.broken.values()]
    text = f"{len(config.zones)} zones, {len(config.exchanges)} exchanges: every rule holds."
    if unwritten:
        names, total = ", ".join(f"{one['parser']} ({one['series']})" for one in series), sum(unwritten.values())
        text += f"\nNot written yet: {len(series)} parsers that {total} series name, which are skipped: {names}."
    common.tell(text, {
        "zones": len(config.zones), "exchanges": len(config.exchanges), "problems": [*wrong, *broken],
        "not_written": series}, as_json=as_json)
    if wrong or broken:
        raise ConfigError("\n  ".join([f"{len(wrong) + len(broken)} parsers do not resolve:", *wrong, *broken]))


def resolve(config: Config, plugins: Manager) -> tuple[list[str], dict[str, int]]:
    """(what does not resolve, by file, key and field; parsers not written yet and how many series name each)."""
    from core.errors import NotWritten, PluginError
    from core.plugins import is_for

    wrong: list[str] = []
    unwritten: dict[str, int] = defaultdict(int)
    places = [("zones.json", "zone", key, zone.parsers) for key, zone in config.zones.items()]
    places += [("exchanges.json", "exchange", key, link.parsers) for key, link in config.exchanges.items()]
    for file, subject, key, by_kind in places:
        for kind, references in by_kind.items():
            for reference in references:
                try:
                    if not is_for(kind, subject, plugins.function(reference)):
                        reason = f"{reference} does not take the keys of {ARTICLE[subject]}."
                        wrong.append(f"{file}: {key}: parsers.{kind}: {reason}")
                except NotWritten:
                    unwritten[reference.partition(".")[0]] += 1
                except PluginError as err:
                    wrong.append(f"{file}: {key}: parsers.{kind}: {err}")
    return wrong, dict(unwritten)


def zones(
    search: Annotated[str, typer.Argument(metavar="[TEXT]", help="Only zones whose key or name contains this.")] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="The kind whose parser is shown.",
                          autocompletion=arguments.complete_kinds)
    ] = "production",
    as_json: common.JsonOption = False,
) -> None:
    """List the zones, who serves them, and which parsers are not written yet.

    Exit code 0: listed; 2: a wrong kind or configuration.
    """
    from core.kinds import ZONE_KINDS

    arguments.one_of(kind, ZONE_KINDS, "a kind of a zone")
    config, plugins = common.everything()
    found = [_record(key, zone, kind, plugins) for key, zone in config.zones.items()
             if search.lower() in f"{key} {zone.name}".lower()]
    if as_json:
        common.print_json({"kind": kind, "zones": found})
    else:
        _print(found, kind, search)


def _record(key: str, zone: Zone, kind: str, plugins: Manager) -> dict[str, Any]:
    """A zone and the state of its kind."""
    from core.plugins import is_written

    parsers = zone.parsers.get(kind, ())
    modules = [reference.partition(".")[0] for reference in parsers]
    is_there = [is_written(module) or plugins.has_plugin(module) for module in modules]
    state = "served" if any(is_there) else "not written yet" if modules else "no source"
    state = "aggregate of sub-zones" if zone.sub_zones and not modules else state
    return {"zone": key, "name": zone.name, "timezone": zone.timezone, "parsers": list(parsers), "state": state}


def _print(found: Sequence[dict[str, Any]], kind: str, search: str) -> None:
    shown = common.table(None, "zone", "name", "time zone", f"{kind} from", "state")
    for one in found:
        parsers = ", ".join(one["parsers"]) or "–"
        shown.add_row(one["zone"], one["name"], one["timezone"], parsers, common.state(one["state"]))
    if found:
        common.console().print(shown)
    counts = Counter(one["state"] for one in found)
    typer.echo(", ".join(f"{count} {state}" for state, count in counts.items()) or f"No zone matches {search!r}.")
