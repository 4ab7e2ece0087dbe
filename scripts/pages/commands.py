"""Every command's help, as the terminal prints it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import typer.main

from core.cli import app

WIDTH = "100"


def page() -> str:
    parts = ["# Commands", ""]
    for words in words_of(typer.main.get_command(app)):
        parts += [f"## `{' '.join(['gridtrace', *words])}`", "", "```", _help(words), "```", ""]
    return "\n".join(parts)


def words_of(command: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """What is typed after `gridtrace`: nothing, then each command with its sub-commands."""
    yield before
    for name, sub in getattr(command, "commands", {}).items():
        yield from words_of(sub, (*before, name))


def _help(words: tuple[str, ...]) -> str:
    environment = {**os.environ, "COLUMNS": WIDTH, "TERM": "dumb"}
    code = "import sys; sys.argv[0] = 'gridtrace'; from core.cli import main; main()"
    command = [sys.executable, "-c", code, *words, "--help"]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.rstrip()
