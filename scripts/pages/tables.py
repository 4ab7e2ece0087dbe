"""Tables and lists in Markdown."""

from collections.abc import Iterable, Sequence

from core.headers import ADDRESS

SHOWN = 12
"""Of a long list; the rest is counted."""


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; a bar inside a cell would end it."""
    lines = [titles, ["---"] * len(titles), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def listed(names: Sequence[str]) -> str:
    """Names with commas; of many the first."""
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def linked(text: str) -> str:
    """Text in which web addresses are links wherever Markdown is read, not on GitHub only."""
    return ADDRESS.sub(lambda found: f"<{found[0].rstrip('.:')}>{found[0][len(found[0].rstrip('.:')):]}", text)


def sentence(text: str) -> str:
    """A docstring on one line."""
    return " ".join(text.split())
