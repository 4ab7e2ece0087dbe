"""What in docs/ is made from the code, by file: each function gives the made text.

A page may begin with text of its own, up to the line MADE; what follows it is made.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.schemas import EVENTS

from . import architecture, commands, configuration, contract, data, sources

DOCS = Path(__file__).resolve().parents[2] / "docs"
MADE = "<!-- Made by scripts/update_docs.py: change the code, not this page. -->\n"

PAGES: dict[str, Callable[[], str]] = {
    "sources.md": sources.page,
    "commands.md": commands.page,
    "data.md": data.columns,
    "contract.md": contract.events,
    "configuration.md": configuration.fields,
    "images/architecture.svg": architecture.picture,
    **{f"schemas/{name}.json": partial(contract.schema, name) for name in EVENTS},
}


def wanted(name: str) -> str:
    """What a file of docs/ should hold."""
    made = PAGES[name]()
    if not name.endswith(".md"):
        return made
    path = DOCS / name
    own = path.read_text().partition(MADE)[0] if path.exists() else ""
    return own + MADE + "\n" + made
