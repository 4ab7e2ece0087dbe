"""The docs say what the code does."""

import importlib.util
import re
from pathlib import Path

import pytest

from core import hookspecs
from core.config import TYPICAL_LOAD
from core.plugins import builtin_names

ROOT = Path(__file__).parent.parent
SPEC = importlib.util.spec_from_file_location("update_docs", ROOT / "scripts" / "update_docs.py")
assert SPEC is not None and SPEC.loader is not None
update_docs = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(update_docs)


@pytest.mark.parametrize("name", update_docs.PAGES)
def test_pages_made_from_the_code_are_up_to_date(name: str) -> None:
    wanted = update_docs.PAGES[name]()
    assert (ROOT / "docs" / name).read_text() == wanted, "run: python scripts/update_docs.py"


def test_every_command_has_its_help() -> None:
    from core.cli import app

    groups = {group.name: group.typer_instance for group in app.registered_groups}
    names = {command.name for command in app.registered_commands} | groups.keys()
    assert names == set(update_docs.COMMANDS)
    found = {name: {one.name for one in group.registered_commands} for name, group in groups.items() if group}
    assert found == {name: set(subs) for name, subs in update_docs.SUB_COMMANDS.items()}


def test_every_hook_has_a_paragraph() -> None:
    text = (ROOT / "docs" / "plugins.md").read_text()
    hooks = [name for name in vars(hookspecs) if name.startswith(("fetch_", "gridtrace_"))]
    assert len(hooks) >= 6
    assert [name for name in hooks if f"`{name}`" not in text] == []


def test_links_between_pages_hold() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert len(pages) >= 7
    for page in pages:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_method_gives_the_load_factors_of_the_code() -> None:
    text = (ROOT / "docs" / "method.md").read_text()
    assert f"| mode | {' | '.join(TYPICAL_LOAD)} |" in text
    assert f"| load factor | {' | '.join(f'{load:.2f}' for load in TYPICAL_LOAD.values())} |" in text


def test_the_readme_counts_the_parsers() -> None:
    (count,) = re.findall(r"\*\*(\d+) parsers\*\*", (ROOT / "README.md").read_text())
    assert int(count) == len(builtin_names())


def test_commands_in_the_readme_exist() -> None:
    words = re.findall(r"^gridtrace ([a-z-]+)", (ROOT / "README.md").read_text(), re.M)
    assert len(words) >= 5
    assert set(words) <= set(update_docs.COMMANDS)
