"""docs/tutorial.md, followed by a machine: its files, its commands, and what it says they print."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.sandbox.sources import tutorial
from core.store import open_store

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "tutorial.md").read_text()
FOLDERS = ("core", "parsers", "scripts", "tests/core/sandbox", "tests/parsers")
FILES = (
    "Makefile", "pyproject.toml", "zones.json", "exchanges.json", "emission_factors.csv", "test_parser.py",
    "tests/__init__.py", "tests/conftest.py", "tests/support.py", "tests/test_samples.py", "tests/test_contract.py")
BLOCK = re.compile(r"(?:`(?P<file>[\w/.]+)`:\n\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL)
ALIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What of the checkout the tutorial needs, in a folder of its own."""
    made = tmp_path_factory.mktemp("checkout")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, made / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, made / file)
    (made / "tests" / "samples").mkdir()
    return made


def run(command: str, checkout: Path) -> str:
    """What a command of the tutorial prints on stdout and stderr, as on a wide terminal."""
    python = Path(sys.executable)
    if command.startswith("make "):
        line = command.replace("make ", f"make --silent --old-file=setup BIN={python.parent} ", 1)
    else:
        words = {"python": f"{python}", "gridtrace": f"{python} -m core.cli", "pytest": f"{python} -m pytest -rN"}
        first, rest = command.split(" ", 1)
        line = f"{words[first]} {rest}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRIDTRACE", "PYTEST"))}
    environment = kept | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        line, shell=True, cwd=checkout, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.replace("\u202f", " ")  # between thousands; doctest reads ASCII only


def test_the_page_does_what_it_says(checkout: Path) -> None:
    checker, followed = doctest.OutputChecker(), 0
    for block in BLOCK.finditer(PAGE):
        if block["language"] == "python":
            assert block["file"], "a file's text follows its name"
            (checkout / block["file"]).write_text(block["text"])
        for part in re.split(r"^\$ ", block["text"], flags=re.M)[1:] if block["language"] == "console" else ():
            command, _, wanted = part.partition("\n")
            printed = run(command, checkout)
            assert checker.check_output(wanted, printed, ALIKE), f"$ {command}\n{printed}\nis not\n{wanted}"
            followed += 1
    assert followed == 9
    with open_store(checkout / "gridtrace-sandbox.db") as store:
        newest = store.results("MA")[-1]
        (event,) = store.events("production", "MA", newest["hour_s"], newest["hour_s"] + 900)
    assert newest["estimation"] is None and newest["lifecycle_g_per_kwh"] > 0
    assert newest["origin"] == "simulated" and event.source == "data.atlas-grid.example"


def test_the_zone_has_no_source_until_somebody_writes_it() -> None:
    from core.config import load

    assert "production" not in load().zones[tutorial.ZONE].parsers
    assert all(host.endswith(".example") for host in tutorial.HOSTS)
