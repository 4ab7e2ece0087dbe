"""The page of sources: what each parser's header says, what its functions declare, and which series name them."""

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from types import ModuleType

from core.config import load
from core.declare import Declaration, declaration
from core.headers import Header, read_header
from core.kinds import WEATHER_KIND, WORLD_KEY
from core.plugins import Manager, builtin_names

from .tables import linked, listed, table

Series = dict[str, dict[str, list[str]]]
"""Function → kind → the zones and exchanges that name it."""

PUBLISHER = re.compile(r"^(.*?)(?:[,:]| \(|$)")
FUNCTION_TITLES = ("function", "kinds", "interval", "one call gives", "usual delay", "asked again for", "history")


def page() -> str:
    plugins, used = Manager(), _series()
    modules = {name: plugins.module(name) for name in builtin_names()}
    parts = ["# Sources", "", *INTRODUCTION, "", *_overview(modules, used), ""]
    for name, module in modules.items():
        parts += [f"## {name}", "", *_header(module), "", *_functions(module, used), ""]
    return "\n".join(parts)


INTRODUCTION = (
    "Who publishes what Gridtrace reads, under which terms, and how soon: from the head of each module of `parsers/`",
    "and the declaration of each function. Data belong to their publishers. Whoever shows or passes on what Gridtrace",
    "makes of them prints the attribution of each source behind it; where no terms are stated, ask the publisher",
    "before you republish. `gridtrace zones ZONE` and `/zone-details` name the sources of a zone.",
    "",
    "In this table the interval and the usual delay are of the quickest function. Without its token a source is",
    "skipped; the source's section says where to get one, and what it costs.",
)


def _series() -> Series:
    config, used = load(), defaultdict[str, dict[str, list[str]]](lambda: defaultdict(list))
    by_key = {key: zone.parsers for key, zone in config.zones.items()}
    by_key |= {key: link.parsers for key, link in config.exchanges.items()}
    for key, parsers in by_key.items():
        for kind, references in parsers.items():
            for reference in references:
                used[reference][kind].append(key)
    for reference in config.weather:
        used[reference][WEATHER_KIND].append(WORLD_KEY)
    return used


def _overview(modules: dict[str, ModuleType], used: Series) -> list[str]:
    lines = []
    for name, module in modules.items():
        header, declared = _header_of(module), dict(_declared(module))
        quickest = min(declared.values(), key=lambda one: one.delay_h)
        series = {key for function in declared for keys in used[f"{name}.{function}"].values() for key in keys}
        token = "yes" if any(one.tokens for one in declared.values()) else ""
        lines.append((
            f"[{name}](#{name.lower()})", _publisher(header), str(len(series)), _interval(quickest),
            f"{quickest.delay_h:g} h", token, linked(header.fields["Licence"])))
    titles = ("source", "publisher", "zones and exchanges", "interval", "delay", "token", "licence")
    return [f"{len(lines)} parsers.", "", *table(titles, lines)]


def _header_of(module: ModuleType) -> Header:
    return read_header(inspect.getdoc(module) or "")


def _publisher(header: Header) -> str:
    found = PUBLISHER.match(header.title)
    return found[1] if found else header.title


def attribution(header: Header, source: str) -> str:
    """What to print beside data of a source: who published them, as events name it, and where."""
    return "; ".join([f"Data: {_publisher(header)} ({source})", *header.addresses[:1]])


def _header(module: ModuleType) -> list[str]:
    header = _header_of(module)
    fields = [f"- **{name}**: {linked(value)}" for name, value in header.fields.items()]
    return [header.title, "", *fields, f"- **Attribution**: {linked(attribution(header, module.SOURCE))}"]


def _declared(module: ModuleType) -> Iterator[tuple[str, Declaration]]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        facts = declaration(function)
        if facts is not None and function.__module__ == module.__name__:
            yield name, facts


def _functions(module: ModuleType, used: Series) -> list[str]:
    name = module.__name__.rpartition(".")[2]
    rows = [
        (f"`{function}`", _kinds(used[f"{name}.{function}"]), *_cells(facts)) for function, facts in _declared(module)]
    return table(FUNCTION_TITLES, rows)


def _kinds(series: dict[str, list[str]]) -> str:
    return "; ".join(f"{kind}: {listed(keys)}" for kind, keys in series.items()) or "none"


def _cells(facts: Declaration) -> tuple[str, ...]:
    refetch = f"{facts.refetch_h:g} h" if facts.refetch_h else "–"
    return _interval(facts), _window(facts), f"{facts.delay_h:g} h", refetch, facts.history


def _interval(facts: Declaration) -> str:
    return f"{facts.resolution_min} min" if facts.resolution_min else "varies"


def _window(facts: Declaration) -> str:
    """What one call gives around the asked moment."""
    if facts.day_of:
        return f"{facts.window_h / 24:g} d"
    ahead = [f"{facts.ahead_h:g} h ahead"] if facts.ahead_h else []
    return ", ".join([f"{facts.window_h:g} h", *ahead] if facts.window_h else ahead)
