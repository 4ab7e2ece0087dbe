"""The recipes of docs/deciding.md: shell is run with stand-ins for the systems, files are read, commands parsed."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
import yaml
from typer.main import get_command

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.cli import app
from core.config import load
from core.store import open_store, tables
from core.store.columnar import schema_of
from tests.core.api.dialects.conftest import fill, result
from tests.core.api.serving import serving
from tests.core.api.small import NOW

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/deciding.md").read_text(encoding="utf-8")
STAND_INS = ("at", "sbatch", "kubectl")
HERE = ZoneInfo("Asia/Tokyo")
"""The machine's clock."""
NEEDED = [name for name in ("jq", "curl") if shutil.which(name) is None]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def block(language: str, word: str) -> str:
    """The one that has this word in it."""
    (found,) = [one for one in blocks(language) if word in one]
    return found


def command_lines() -> list[str]:
    """Every call of the command in a block, without what is piped or redirected."""
    fenced = "".join(re.findall(r"^```\w*\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    found = re.findall(r"gridtrace (?:best|now|wait) -[^\n|)>&]*", fenced)
    listed = ["gridtrace " + one.replace(",", "") for one in re.findall(r"\[gridtrace, (.*)\]", fenced)]
    return [re.sub(r"(?<=code)'$", "", one) for one in found] + listed


@pytest.mark.parametrize("line", command_lines())
def test_every_command_line_is_one(line: str) -> None:
    name, *words = shlex.split(line)[1:]
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    context = command.make_context(name, words)
    assert context.params["zone"]
    assert name != "wait" or context.params["command"][0] in ("make", "true", "/usr/local/bin/backup")


def test_the_page_has_command_lines() -> None:
    assert len(command_lines()) >= 12


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., tuple[int, str, list[str]]]:
    """Runs a script on a store of a week in which every hour is alike: its exit code, output and what was called."""
    path, log = str(tmp_path / "store.db"), tmp_path / "log"
    hour_s = int(times.floor(times.now(), 60).timestamp())
    rows = [result("DE", 0, 300.0) | {"hour_s": hour_s - at * 3600} for at in range(168)]
    with open_store(path) as store:
        store.write_results(pa.Table.from_pylist(rows, schema_of(tables.results)), {row["hour_s"]: 1 for row in rows})
    for name in STAND_INS:
        write(tmp_path / name, f'echo {name} "$@" >> {log}')
    write(tmp_path / "gridtrace", f'exec {sys.executable} -m core.cli "$@"')

    def run(script: str, **env: str) -> tuple[int, str, list[str]]:
        known = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "TZ": HERE.key, "GRIDTRACE_STORE": path}
        found = subprocess.run(
            ["sh", "-c", script], env=known | env, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
        return found.returncode, found.stdout, log.read_text().splitlines() if log.exists() else []

    return run


def write(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = str(tmp_path_factory.mktemp("recipes") / "store.db")
    with times.frozen(NOW), open_store(path) as store:
        fill(store)
        with serving(store, app=create_app(Grid(load(), store))) as served:
            yield served.url


@pytest.mark.skipif(bool(NEEDED), reason=f"{NEEDED} not installed")
@pytest.mark.parametrize(("word", "pattern"), [
    ("at -t", r"at -t (\d{12}) -f backup.sh"), ("sbatch", r"sbatch --begin=(\S{16}):\d\d train.sh")])
def test_at_and_sbatch_get_the_start_on_the_machine_s_clock(
    shell: Callable[..., tuple[int, str, list[str]]], word: str, pattern: str
) -> None:
    """Where every hour is alike the first is best: now."""
    before = datetime.now(HERE).replace(second=0, microsecond=0)
    code, _, called = shell(block("sh", word))
    match = re.fullmatch(pattern, called[0])
    assert code == 0 and match is not None
    digits = re.sub(r"\D", "", match[1])
    begins = times.read(digits, HERE.key, "YYYYMMDDHHmm")
    assert before <= begins <= datetime.now(HERE)


@pytest.mark.skipif(bool(NEEDED), reason=f"{NEEDED} not installed")
def test_asking_by_curl_and_resuming_a_job(shell: Callable[..., tuple[int, str, list[str]]], url: str) -> None:
    """The newest hour of Germany is 6220 g/kWh, more than 92 % of the hours before."""
    assert shell(block("sh", "curl"), GRIDTRACE=url)[:2] == (1, "false\n")
    assert shell(block("sh", "curl").replace("200", "7000"), GRIDTRACE=url)[:2] == (0, "true\n")
    assert shell(block("sh", "kubectl"), GRIDTRACE=url)[::2] == (1, [])
    green = block("sh", "kubectl").replace("--exit-code", "--exit-code --percentile 93")
    assert shell(green, GRIDTRACE=url)[::2] == (0, ['kubectl patch job train -p {"spec":{"suspend":false}}'])


def test_the_files_are_yaml_and_python() -> None:
    workflow, job, home = (yaml.safe_load(block("yaml", word)) for word in ("runs-on", "initContainers", "rest:"))
    assert workflow["jobs"]["build"]["steps"][1]["run"].startswith("gridtrace wait --api")
    waits, = job["spec"]["template"]["spec"]["initContainers"]
    assert waits["command"][:2] == ["gridtrace", "wait"] and waits["command"][-2:] == ["--", "true"]
    assert home["command_line"][0]["binary_sensor"]["command"].startswith("gridtrace now")
    for one in blocks("python"):
        compile(one, "deciding.md", "exec")


def test_what_home_assistant_asks_is_answered(url: str) -> None:
    import httpx2 as httpx

    green, start = yaml.safe_load(block("yaml", "rest:"))["rest"]
    with httpx.Client(base_url=url, timeout=60) as client:
        asked = urlsplit(green["resource"])
        assert client.get(f"{asked.path}?{asked.query}").json()["is_green"] is False
        told: Any = client.post(urlsplit(start["resource"]).path, json=json.loads(start["payload"])).json()
    assert told["start"] == "2026-03-11T00:00:00Z"


def test_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """France is 100 g/kWh all the time: at noon at once."""
    monkeypatch.chdir(tmp_path)
    with times.frozen(NOW), open_store("gridtrace.db") as store:
        fill(store)
    exec(compile(block("python", "core.decisions"), "deciding.md", "exec"), {})
    assert capsys.readouterr().out.startswith("FR 1773144000 Savings(vs_naive=0.0,")
