"""What holds of every command: help, an example that works, --json as docs/json.md has it, no colours in pipes."""

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from core import schemas, times
from core.cli import app, common
from core.forecast.kept import REACH_H, Numbers, pack
from core.store import Store, open_store
from core.store.quarantine import content_digest
from core.validation import jsonable
from tests.core.forecast.test_strong import write_files

ROOT = Path(__file__).parents[2]
WITHOUT_JSON: dict[str, str] = {"wait": "its stdout is that of the command it runs"}
"""Commands that print no JSON, each with the reason."""
SERVERS = ("sandbox", "serve")
"""Commands that go on until they are stopped: their examples are parsed, not run."""
WAITING = ("wait",)
"""Commands that become another one, whose examples are not run either: tests/core/test_cli_waiting.py runs them."""
ENDS = {"zone new": 1, "status": 1, "doctor": 1}
"""Exit codes of examples that show something wrong: the new zone's outline lies in another zone's, and FR has suspects.
"""
OPEN = ("jobs", "outcomes", "rows_by_origin", "quarantine", "figures", "event", "stored_around", "values", "exchanges",
        "border_km", "left_out", "states")
"""Fields whose own fields are data: outcomes, states, keys, what a source said."""
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])(?:;\d+)*m")
MORE = {
    "run": (1, ["run", "--sandbox", "--only", "FR", "--faults", "transport=1"]),
    "backfill": (1, ["backfill", "FR", "--from", "yesterday", "--sandbox", "--faults", "transport=1"]),
    "capacity update": (0, ["capacity", "update", "--zone", "DE", "--replay", str(ROOT / "tests/samples")]),
    "import": (1, ["import", "price.csv"]),
    "gaps": (0, ["gaps", "FR", "AT", "--from", "yesterday"]),
    "history --kind price": (0, ["history", "FR", "--kind", "price", "--from", "yesterday"]),
    "show --sources": (0, ["show", "FR", "--sources"]),
    "test-parser --compare": (
        0, ["test-parser", "BR-CS->BR-S", "--replay", str(ROOT / "tests/samples"), "--compare"]),
    "show DK": (0, ["show", "DK", "--at", "now"]),
}
"""What the examples do not show of a section of docs/json.md: an exit code and words."""
SECTION = re.compile(r"^## `(gridtrace [^`]+)`\n.*?^```json\n(.*?)^```$", re.M | re.S)


def leaves(group: Any, *words: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, *words, name)
        else:
            yield " ".join([*words, name]), command


COMMANDS = dict(leaves(typer.main.get_command(app)))
SECTIONS = dict(SECTION.findall((ROOT / "docs" / "json.md").read_text()))


def example(name: str) -> list[str]:
    """The words of a command's example, without `gridtrace`."""
    return shlex.split(COMMANDS[name].epilog.removeprefix("Example: "))[1:]


def faults(name: str) -> list[str]:
    """What a command lacks of what is asked of all."""
    command = COMMANDS[name]
    wanted = {
        f"an epilog `Example: gridtrace {name} …`": (command.epilog or "").startswith(f"Example: gridtrace {name}"),
        "a help text that says what its exit codes mean": "Exit code" in (command.help or ""),
        "--json, by common.JsonOption": name in WITHOUT_JSON or any("--json" in one.opts for one in command.params),
    }
    return [what for what, is_there in wanted.items() if not is_there]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_a_newcomer_needs(name: str) -> None:
    assert faults(name) == []
    found = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "80"})
    assert found.exit_code == 0
    assert COMMANDS[name].epilog in " ".join(found.output.split())


def test_every_example_can_be_parsed() -> None:
    assert len(COMMANDS) > 20
    for name in COMMANDS:
        words = example(name)[len(name.split()):]
        COMMANDS[name].make_context(name, words)


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the examples need: a store with a cycle of the sandbox, two suspects of one rule and a token,
    files that were exported from it, two of a forecast, and an outline in Spain."""
    folder = tmp_path_factory.mktemp("kitchen")
    store = str(folder / "gridtrace.db")
    made = CliRunner().invoke(app, ["run", "--sandbox", "--only", "FR,ES->FR", "--store", store])
    assert made.exit_code == 0, made.output
    with open_store(store) as opened:
        opened.access.create("dashboard", None)
        put_aside(opened)
        foresee_yesterday(opened)
    write_files(folder, days=15)
    outline = [[-3.0, 40.0], [-2.9, 40.0], [-2.9, 40.1], [-3.0, 40.1], [-3.0, 40.0]]
    (folder / "somewhere.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [outline]}))
    made = CliRunner().invoke(app, ["export", str(folder / "data"), "--store", store])
    assert made.exit_code == 0, made.output
    return folder


def foresee_yesterday(store: Store) -> None:
    """Keep a forecast of FR as of a day ago: 40 g, whatever comes."""
    hour_s = int(times.shift(times.floor(times.now(), 60), hours=-24).timestamp())
    number = {"lifecycle_g_per_kwh": np.full(REACH_H + 1, 40.0)}
    store.forecasts.write([{
        "zone_key": "FR", "hour_s": hour_s, "issued_s": hour_s + 60, "made_from_s": hour_s - 3600, "method": "blend",
        "origin": "simulated", "content": pack(Numbers(number, number, number))}])


def put_aside(store: Store) -> None:
    """Have an event refused, two suspected, and an interval revised: by one suspect that is released after another."""
    latest = times.shift(times.floor(times.now(), 60), hours=-2)
    began_s = int(times.now().timestamp())
    job = {"run_id": store.begin_run(began_s, "simulated"), "kind": "production", "key": "FR", "outcome": "suspect",
           "parser": "FR.fetch_production", "started_s": began_s, "seconds": 0.0, "accepted": 0,
           "refused": 1, "suspect": 4}
    refusals = [{"reason": "it lacks a zone", "event": '{"production": {"gas": 7}}'}]
    suspects = [suspect(power_mw, times.shift(latest, hours=-hours))
                for power_mw, hours in ((1.0, 0), (2.0, 0), (3.0, 4), (4.0, 4))]
    store.write_job(job, [], refusals, "simulated", suspects)
    for number in (3, 4):
        store.quarantine.release([store.quarantine.entry(number)])


def suspect(power_mw: float, start: Any) -> dict[str, Any]:
    event = schemas.production("FR", start=start, end=times.shift(start, hours=1), source="a", modes={"gas": power_mw})
    told = jsonable(event)
    start_s = int(start.timestamp())
    return {
        "start_s": start_s, "end_s": start_s + 3600, "rule": "frozen", "reason": "it stood still",
        "figures": '{"hours": 3.5}', "event": json.dumps(told), "digest": content_digest(told)}


@pytest.fixture
def here(kitchen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the kitchen to work in, without what the environment would say."""
    folder = shutil.copytree(kitchen, tmp_path / "work")
    for name in ("GRIDTRACE_STORE", "ENTSOE_TOKEN", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


def run_example(name: str, *more: str) -> Result:
    found = CliRunner().invoke(app, [*example(name), *more])
    assert found.exit_code == ENDS.get(name, 0), found.output
    return found


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in (*SERVERS, *WAITING)])
def test_every_example_works_and_leaves_pipes_plain(name: str, here: Path) -> None:
    found = run_example(name)
    assert found.stdout and "\x1b" not in found.output


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in (*SERVERS, *WITHOUT_JSON)])
def test_json_is_one_line_as_its_page_has_it(name: str, here: Path) -> None:
    (line,) = run_example(name, "--json").stdout.splitlines()
    compare(json.loads(line), json.loads(SECTIONS[f"gridtrace {name}"]), name)


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_says_where_it_listens_in_its_first_line(name: str, here: Path) -> None:
    command = [sys.executable, "-m", "core.cli", name, "--port", "0", "--json"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    ) as server:
        try:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
        finally:
            server.terminate()
    assert told["url"].startswith("http://127.0.0.1:")
    compare(told, json.loads(SECTIONS[f"gridtrace {name}"]), name)


@pytest.mark.parametrize("name", MORE)
def test_json_of_what_goes_wrong_or_is_asked_for_otherwise_is_as_its_page_has_it(name: str, here: Path) -> None:
    (here / "price.csv").write_text("key,start,currency,price\nQQ,2026-01-01T00:00:00Z,EUR,1\n")
    code, words = MORE[name]
    found = CliRunner().invoke(app, [*words, "--json"])
    assert found.exit_code == code, found.output
    compare(json.loads(found.stdout), json.loads(SECTIONS[f"gridtrace {name}"]), name)


def test_the_page_has_every_command() -> None:
    wanted = {f"gridtrace {name}" for name in [*COMMANDS, *MORE] if name not in WITHOUT_JSON}
    assert wanted == SECTIONS.keys(), "add a section to docs/json.md"


def compare(real: Any, told: Any, where: str) -> None:
    """Whether something printed has the fields and types that the page says."""
    if real is None or told is None:
        return
    if isinstance(real, dict):
        assert isinstance(told, dict), where
        assert real.keys() == told.keys(), where
        for name, value in real.items():
            assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name), f"{where}: {name}"
            if name not in OPEN:
                compare(value, told[name], f"{where}.{name}")
    elif isinstance(real, list):
        assert isinstance(told, list), where
        assert told or not real, f"{where}: the page shows no element"
        for value in real:
            compare(value, told[0], f"{where}[]")
    else:
        numbers = (int, float)
        are_numbers = type(real) in numbers and type(told) in numbers
        assert are_numbers or type(real) is type(told), f"{where}: {real!r} is not like {told!r}"


def terminal(*words: str, stream: str, **environment: str) -> tuple[int, str, str]:
    """A command one of whose streams is a terminal: its exit code, what the terminal got, what the other stream got."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
    env = kept | {"TERM": "xterm", "COLUMNS": "120", "PYTHONPATH": str(ROOT)} | environment
    ours, theirs = pty.openpty()
    other = "stdout" if stream == "stderr" else "stderr"
    command = [sys.executable, "-m", "core.cli", *words]
    with subprocess.Popen(command, env=env, text=True, **{stream: theirs, other: subprocess.PIPE}) as child:
        os.close(theirs)
        shown = b""
        while True:
            try:
                read = os.read(ours, 65536)
            except OSError:  # the other end was closed
                break
            shown += read
            if not read:
                break
        os.close(ours)
        piped = (child.stdout or child.stderr).read()
    return child.returncode, shown.decode(), piped


@pytest.mark.parametrize(("words", "doing"), [
    (["export", "again"], "exporting"), (["import", "data"], "importing"),
    (["solve", "--from", "yesterday"], "tracing"), (["gaps", "FR"], "looking for gaps"),
    (["db", "vacuum", "--check"], "tidying up"),
    (["run", "--replay", str(ROOT / "tests/samples"), "--only", "TW"], "production TW"),
    (["export-static", "public"], "exporting"),
])
def test_what_takes_long_shows_a_bar_on_a_terminal_and_nothing_in_the_result(
    words: list[str], doing: str, here: Path
) -> None:
    code, shown, result = terminal(*words, stream="stderr")
    assert code == 0, shown
    assert doing in shown
    assert "\x1b" not in result and "━" not in result


def test_states_are_coloured_on_a_terminal_unless_it_says_no(here: Path) -> None:
    _, shown, _ = terminal("zones", "france", stream="stdout")
    assert "\x1b[32mserved\x1b[0m" in shown
    _, plain, _ = terminal("zones", "france", stream="stdout", NO_COLOR="1")
    assert "served" in plain and not COLOUR.search(plain)


def test_every_colour_has_its_word() -> None:
    """A state is text in itself; only a terminal adds the colour."""
    for colour, words in common.STATES.items():
        for word in words:
            assert (common.state(word).plain, common.state(word).style) == (word, colour)
    assert common.state("no source").style == "yellow" and common.state("imports").style == ""


@pytest.mark.parametrize(("words", "said"), [
    (["show", "FRA"], "There is no zone FRA. Did you mean FR"),
    (["show", "germny"], "Did you mean DE"),
    (["history", "FR->ES"], "it is written ES->FR"),
    (["history", "ES->FX"], "There is no exchange ES->FX. Did you mean ES->FR"),
    (["refusals", "FRA"], "Did you mean FR"),
    (["revisions", "FRA", "--from", "2026-01"], "Did you mean FR"),
    (["quarantine", "list", "--key", "FRA"], "Did you mean FR"),
    (["export", "x", "--zone", "FR,FRA"], "There is no zone FRA. Did you mean FR"),
    (["capacity", "update", "--zone", "FRA"], "Did you mean FR"),
    (["run", "--only", "ENTSOW"], "Did you mean ENTSOE"),
    (["gaps", "ENTSOW"], "Did you mean ENTSOE"),
    (["backfill", "FRA", "--from", "2026-01"], "Did you mean FR"),
    (["zones", "--kind", "prices"], "is not a kind of a zone. Did you mean price"),
    (["revisions", "FR", "--from", "2026-01", "--kind", "flow"], "'flow' is not a kind. There are production,"),
    (["db", "prune", "--older-than", "3y", "--events", "--kind", "prodution"], "Did you mean production"),
    (["gaps", "--from", "lately"], "'lately' is not a moment: write 2026-01-31,"),
    (["solve", "--from", "2026-02", "--to", "2026-01"], "--to must be later than --from"),
    (["solve", "--from", "2026-01", "--storage", "reservoirs"], "Did you mean reservoir?"),
    (["gaps", "--limt", "3"], "--limit"),
    (["db", "infos"], "Did you mean 'info'?"),
    (["show", "FR", "--store", "nowhere.db"], "run `gridtrace run` first"),
])
def test_a_mistake_is_told_with_what_may_have_been_meant(words: list[str], said: str, here: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "core.cli", *words], capture_output=True, text=True, env=os.environ | {
            "PYTHONPATH": str(ROOT), "COLUMNS": "200"})
    assert found.returncode == 2 and said in found.stderr, found.stderr
    assert found.stdout == "" and "Traceback" not in found.stderr


@pytest.mark.parametrize(("line", "offered", "left_out"), [
    ("gridtrace show DK-", {"DK-DK1", "DK-DK2"}, {"DE"}),
    ("gridtrace run --only FR,DK-", {"FR,DK-DK1", "FR,DK-DK2"}, {"DK-DK1"}),
    ("gridtrace gaps --kind price", {"price", "priceIntraday"}, {"production"}),
    ("gridtrace quarantine re", {"release"}, {"list"}),
])
def test_a_shell_is_offered_zones_and_kinds(line: str, offered: set[str], left_out: set[str]) -> None:
    code = "from core.cli import app; app(prog_name='gridtrace')"
    asked = {"_GRIDTRACE_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | asked, cwd=ROOT)
    words = set(found.stdout.split("\n"))
    assert offered <= words and not left_out & words, found.stdout
