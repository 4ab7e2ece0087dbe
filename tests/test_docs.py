"""The docs say what the code does."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import typer.main

from core import hookspecs, schemas, times
from core.cli import app
from core.config import TYPICAL_LOAD, load
from core.errors import InvalidEvent
from core.ingest.jobs import of_case
from core.kinds import KINDS
from core.plugins import builtin_names
from core.recording import read_case
from core.validation import jsonable
from scripts import pages
from scripts.pages import architecture, commands, configuration, examples
from tests.support import sample_paths

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CODE = sorted(path for folder in ("core", "parsers", "scripts") for path in (ROOT / folder).rglob("*.py"))
SECRET = re.compile(r"[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:TOKEN|KEY|USERNAME|PASSWORD|DOMAIN)")


def page(name: str) -> str:
    return (DOCS / name).read_text()


@pytest.mark.parametrize("name", pages.PAGES)
def test_what_is_made_from_the_code_is_up_to_date(name: str) -> None:
    assert page(name) == pages.wanted(name), "run: python scripts/update_docs.py"


def test_no_schema_is_left_of_an_event_that_is_gone() -> None:
    assert {path.stem for path in (DOCS / "schemas").iterdir()} == schemas.EVENTS.keys()


def test_every_command_has_its_help() -> None:
    groups = {group.name: group.typer_instance for group in app.registered_groups}
    names = {command.name for command in app.registered_commands} | groups.keys()
    names |= {f"{name} {one.name}" for name, group in groups.items() if group for one in group.registered_commands}
    assert len(names) >= 25
    found = re.findall(r"^## `gridtrace ?(.*)`$", commands.page(), re.M)
    assert sorted(found) == sorted(["", *map(str, names)])


def test_every_hook_has_a_paragraph() -> None:
    hooks = [name for name in vars(hookspecs) if name.startswith(("fetch_", "gridtrace_"))]
    assert len(hooks) >= 6
    assert [name for name in hooks if f"`{name}`" not in page("plugins.md")] == []


def test_links_between_pages_hold() -> None:
    found = [*ROOT.glob("*.md"), *DOCS.glob("*.md")]
    assert len(found) >= 7
    for path in found:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name} links to {target}, which is not there"


def test_every_page_is_in_the_contents_once() -> None:
    trees = re.findall(r"^```\{toctree\}\n(?::.*\n)*\n((?:.+\n)+)```$", page("index.md"), re.M)
    listed = [line for tree in trees for line in tree.split()]
    there = [path.stem for path in DOCS.glob("*.md") if path.stem != "index"]
    there += ["plugin-template/README"]
    assert sorted(listed) == sorted([*there, "../CONTRIBUTING", "../CHANGELOG"])


def test_the_readme_leads_to_every_page() -> None:
    read_on = (ROOT / "README.md").read_text().partition("## Read on")[2].partition("\n## ")[0]
    there = [f"docs/{path.name}" for path in DOCS.glob("*.md") if path.stem != "index"]
    assert sorted(re.findall(r"\]\(([^)]+)\)", read_on)) == sorted([*there, "CONTRIBUTING.md", "CHANGELOG.md"])


def test_the_method_gives_the_load_factors_of_the_code() -> None:
    assert f"| mode | {' | '.join(TYPICAL_LOAD)} |" in page("method.md")
    assert f"| load factor | {' | '.join(f'{load:.2f}' for load in TYPICAL_LOAD.values())} |" in page("method.md")


def test_the_readme_counts_the_parsers() -> None:
    (count,) = re.findall(r"\*\*(\d+) parsers\*\*", (ROOT / "README.md").read_text())
    assert int(count) == len(builtin_names())


@pytest.mark.parametrize("path", ["README.md", *(f"docs/{name}.md" for name in (
    "operating", "history", "upkeep", "capacities", "serving", "quality", "cluster", "postgresql", "data"))])
def test_commands_and_their_options_exist(path: str) -> None:
    """Every line of a block that begins with `gridtrace`, up to the two blanks before what it does."""
    root = typer.main.get_command(app)
    known = {" ".join(words) for words in commands.words_of(root)}
    lines = re.findall(r"^gridtrace (.+)$", (ROOT / path).read_text(), re.M)
    assert lines or path in ("docs/postgresql.md", "docs/cluster.md")
    for line in lines:
        words = re.split(r"  +", line)[0].split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        command: Any = root
        for word in name.split():
            command = command.commands[word]
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options, line


def test_variables_of_the_code_are_in_the_configuration() -> None:
    text = page("configuration.md")
    named = {name for path in CODE for name in configuration.OURS.findall(path.read_text())}
    assert {"GRIDTRACE_STORE", "GRIDTRACE_CONFIG"} <= named
    missing = [name for name in named if f"`{name}`" not in text and not name.startswith("GRIDTRACE_PROXY_")]
    assert missing == [] and "`GRIDTRACE_PROXY_<SOURCE>`" in text


def test_every_variable_says_what_it_is_for() -> None:
    assert all(configuration.variables().values())


def test_credentials_of_the_code_are_in_the_configuration() -> None:
    text = page("configuration.md")
    paths = [*(ROOT / "parsers").glob("*.py"), *(ROOT / "core" / "platforms").glob("*.py")]
    found = {value for path in paths for value in texts_of(path) if SECRET.fullmatch(value)}
    assert {"ENTSOE_TOKEN", "EIA_KEY"} <= found
    assert [name for name in found if f"`{name}`" not in text] == ["AUTH_API_KEY"]  # a header of JAO's, no variable


def texts_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_the_picture_has_every_room_below_those_that_use_it() -> None:
    """cli is the highest floor and kinds among the lowest; the picture has as many boxes as there are rooms."""
    rooms = [room for floor in architecture.floors() for room in floor]
    picture = architecture.picture()
    heights = {name: int(y) for y, name in re.findall(r'class="name" x="\d+" y="(\d+)">([^<]+)<', picture)}
    assert heights.keys() == set(rooms) and picture.count('class="room"') == len(rooms)
    some = [heights[room] for room in ("core.cli", "core.ingest", "parsers", "core.http", "core.kinds")]
    assert some == sorted(some) and len(set(some)) == 5


def test_every_room_says_what_it_is() -> None:
    assert [room for floor in architecture.floors() for room in floor if len(architecture.about(room)) < 10] == []


def test_examples_of_refusals_are_refused_for_one_reason_each() -> None:
    refused = page("contract.md").partition("## What is refused")[2]
    reasons = re.findall(r"^\| [^|]+ \| `\w+` \| (.+) \|$", refused, re.M)
    assert len(reasons) == len(examples.REFUSED) == len(set(reasons))


@pytest.mark.parametrize("event", schemas.EVENTS)
def test_the_schema_accepts_what_is_accepted(event: str) -> None:
    validator = jsonschema_rs.validator_for(schema_of(event))
    validator.validate(jsonable(examples.ACCEPTED[event]))


def schema_of(event: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page(f"schemas/{event}.json"))
    return found


def test_the_schemas_accept_the_events_of_all_samples() -> None:
    config, checked = load(), 0
    validators = {name: jsonschema_rs.validator_for(schema_of(name)) for name in schemas.EVENTS}
    for case in map(read_case, sample_paths()):
        kind = KINDS.get(of_case(config, case).kind)
        for event in case.rest.get("expected", []) if kind else []:
            validators[kind.event].validate(event)
            checked += 1
    assert checked > 500


@pytest.mark.parametrize(("field", "value"), [
    ("consumption", 0), ("consumption", 500_001), ("consumption", "5"), ("consumption", None), ("source", " "),
    ("sourceType", "guessed"), ("unit", "MW"), ("datetime", None)])
def test_the_schema_refuses_what_is_refused(field: str, value: object) -> None:
    event = {**examples.ACCEPTED["Consumption"], field: value}
    with pytest.raises(InvalidEvent):
        schemas.read("consumption", event)
    assert not jsonschema_rs.validator_for(schema_of("Consumption")).is_valid(jsonable(event))


def test_a_mix_with_a_mode_that_is_none_is_refused_by_its_schema_too() -> None:
    event = {**examples.ACCEPTED["Production"], "production": {"lignite": 5.0}}
    assert not jsonschema_rs.validator_for(schema_of("Production")).is_valid(jsonable(event))


@pytest.mark.parametrize(("moment", "start", "end"), [
    ("2026-03-28T23:30+00:00", "2026-03-28T23:00+00:00", "2026-03-29T22:00+00:00")])
def test_the_contracts_day_is_that_of_the_clock(moment: str, start: str, end: str) -> None:
    """The clocks of Paris go forward at 02:00 on 29 March 2026: that day has 23 hours, and begins at 23:00 UTC."""
    day = times.day(datetime.fromisoformat(moment), "Europe/Paris")
    after = times.day(datetime.fromisoformat(end), "Europe/Paris")
    assert (times.midnight(day, "Europe/Paris"), times.midnight(after, "Europe/Paris")) == (
        datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert f"{start[:16]}Z to {end[:16]}Z, 23 hours" in page("contract.md")
