"""`gridtrace check` and `gridtrace zones`: what is configured, what resolves, what is still to be written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import common

ARTICLE = {"zone": "a zone", "exchange": "an exchange"}

if TYPE_CHECKING:
    from core.config import Config
    from core.plugins import Manager


def check() -> None:
    """Check zones.json, exchanges.json, emission_factors.csv and every parser they name; 2 if one is wrong.

    A parser that nobody has written yet is no error: it is named, and its series are skipped.
    """
    from core.config import default_root
    from core.config.check import problems
    from core.errors import ConfigError

    found = problems(default_root())
    for problem in found:
        typer.echo(str(problem), err=True)
    if found:
        raise ConfigError(f"The configuration breaks {len(found)} rules, listed above.")
    config, plugins = common.everything()
    wrong, unwritten = resolve(config, plugins)
    for text in wrong:
        typer.echo(text, err=True)
    typer.echo(f"{len(config.zones)} zones, {len(config.exchanges)} exchanges: every rule holds.")
    if unwritten:
        total = sum(unwritten.values())
        names = ", ".join(f"{name} ({count})" for name, count in sorted(unwritten.items()))
        typer.echo(f"Not written yet: {len(unwritten)} parsers that {total} series name, which are skipped: {names}.")
    if wrong or plugins.broken:
        raise ConfigError(f"{len(wrong) + len(plugins.broken)} parsers do not resolve, listed above.")


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
    search: Annotated[str, typer.Argument(help="Only zones whose key or name contains this.")] = "",
    kind: Annotated[str, typer.Option(help="The kind whose parser is shown.")] = "production",
) -> None:
    """List the zones, who serves them, and which parsers are not written yet."""
    from core.plugins import is_written

    config, plugins = common.everything()
    shown = common.table(None, "zone", "name", "time zone", f"{kind} from", "state")
    counts: dict[str, int] = defaultdict(int)
    for key, zone in config.zones.items():
        if search.lower() not in f"{key} {zone.name}".lower():
            continue
        references = zone.parsers.get(kind, ())
        modules = [reference.partition(".")[0] for reference in references]
        is_there = [is_written(m) or plugins.has_plugin(m) for m in modules]
        word = "served" if any(is_there) else "not written yet" if modules else "no source"
        word = "aggregate of sub-zones" if zone.sub_zones and not modules else word
        counts[word] += 1
        shown.add_row(key, zone.name, zone.timezone, ", ".join(references) or "–", word)
    common.console().print(shown)
    typer.echo(", ".join(f"{count} {word}" for word, count in counts.items()) or f"No zone matches {search!r}.")
