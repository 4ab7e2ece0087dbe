"""Write what is made from the code in docs/: sources.md, commands.md and the columns of data.md.

    python scripts/update_docs.py            write them
    python scripts/update_docs.py --check    only say which are out of date; exit code 1 if one is
"""

import inspect
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

from core.config import load
from core.declare import Declaration, declaration
from core.headers import read_header
from core.history.datasets import END, KEY, REPLACED, RESULTS, SAID, START, VALUES, Column, datasets
from core.kinds import KINDS
from core.plugins import Manager, builtin_names

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = "<!-- Made by scripts/update_docs.py: change the code, not this page. -->\n"
COMMANDS = (
    "run", "test-parser", "sandbox", "check", "zones", "backfill", "gaps", "solve", "serve", "show", "history",
    "status", "refusals", "revisions", "export", "export-static", "import", "capacity", "db", "quarantine", "token",
)
SUB_COMMANDS = {
    "capacity": ("update",), "db": ("info", "vacuum", "prune"), "quarantine": ("list", "show", "release", "drop"),
    "token": ("create", "list", "revoke"),
}


def sources() -> str:
    """The page of sources: what each parser's header says, what its functions declare, how many series name them."""
    plugins, used = Manager(), _series()
    count = f"{len(builtin_names())} parsers. A series is one kind of one zone or exchange."
    parts = [MADE, "# Sources", "", count, ""]
    for name in builtin_names():
        module = plugins.module(name)
        parts += [f"## {name}", "", *_header(module), "", *_functions(module, used), ""]
    return "\n".join(parts)


def _series() -> dict[str, int]:
    """How many series of the configuration name each function."""
    config, used = load(), defaultdict[str, int](int)
    for place in (*config.zones.values(), *config.exchanges.values()):
        for references in place.parsers.values():
            for reference in references:
                used[reference] += 1
    return used


def _header(module: ModuleType) -> list[str]:
    header = read_header(inspect.getdoc(module) or "")
    return [header.title, "", *(f"- **{name}**: {value}" for name, value in header.fields.items())]


def _functions(module: ModuleType, used: dict[str, int]) -> list[str]:
    titles = ("function", "series", "interval", "one call gives", "usual delay", "asked again for", "history")
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    name = module.__name__.rpartition(".")[2]
    for function_name, function in inspect.getmembers(module, inspect.isfunction):
        facts = declaration(function)
        if facts is not None and function.__module__ == module.__name__:
            lines.append(f"| `{function_name}` | {used.get(f'{name}.{function_name}', 0)} | {_cells(facts)} |")
    return lines


def _cells(facts: Declaration) -> str:
    interval = f"{facts.resolution_min} min" if facts.resolution_min else "varies"
    refetch = f"{facts.refetch_h:g} h" if facts.refetch_h else "–"
    return " | ".join([interval, _window(facts), f"{facts.delay_h:g} h", refetch, facts.history])


def _window(facts: Declaration) -> str:
    """What one call gives around the asked moment."""
    if facts.day_of:
        return f"{facts.window_h / 24:g} d"
    ahead = [f"{facts.ahead_h:g} h ahead"] if facts.ahead_h else []
    return ", ".join([f"{facts.window_h:g} h", *ahead] if facts.window_h else ahead)


def commands() -> str:
    """The page of commands: each one's help as the terminal prints it."""
    parts = [MADE, "# Commands", ""]
    for words in [[], *_command_words()]:
        parts += [f"## `{' '.join(['gridtrace', *words])}`", "", "```", _help(words), "```", ""]
    return "\n".join(parts)


def _command_words() -> Iterator[list[str]]:
    for name in COMMANDS:
        yield [name]
        yield from ([name, sub] for sub in SUB_COMMANDS.get(name, ()))


def _help(words: list[str]) -> str:
    environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb"}
    code = "import sys; sys.argv[0] = 'gridtrace'; from core.cli import main; main()"
    command = [sys.executable, "-c", code, *words, "--help"]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.rstrip()


def data() -> str:
    """The page of files: its text as it is, then the columns of every dataset."""
    text, _, _ = (DOCS / "data.md").read_text().partition(MADE)
    parts = [text + MADE, "## Columns", "", "Every kind has these:", "", *_columns((KEY, START, END, *SAID))]
    for event, (about, columns) in VALUES.items():
        kinds = ", ".join(f"`{kind.name}`" for kind in KINDS.values() if kind.event == event)
        parts += ["", f"### {event}", "", f"{kinds}: {about[0].lower()}{about[1:]}", "", *_columns(columns)]
    results = [column for column in datasets()[RESULTS].columns if column.name not in ("key", "start", "end")]
    parts += ["", "### Revisions", "", "`revisions/KIND`: the columns of the kind, and:", "", *_columns((REPLACED,))]
    parts += ["", "### Results", "", "`results`: `key`, `start` and `end` of each zone's hour, and:", ""]
    parts += _columns(results)
    return "\n".join([*parts, ""])


def _columns(columns: Iterable[Column]) -> list[str]:
    lines = ["| column | type | unit | always there | meaning |", "|---|---|---|---|---|"]
    for one in columns:
        always = "yes" if one.is_required else ""
        lines.append(f"| `{one.name}` | {one.type} | {one.unit} | {always} | {one.meaning} |")
    return lines


PAGES: dict[str, Callable[[], str]] = {"sources.md": sources, "commands.md": commands, "data.md": data}


def main() -> None:
    stale = []
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text)
    word = "out of date" if "--check" in sys.argv else "written"
    print(f"{word}: {', '.join(stale)}" if stale else "every page is up to date")
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
