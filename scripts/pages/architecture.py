"""The picture of the floors: pyproject's layers from top to bottom, each room with what it says of itself."""

import ast
import textwrap
import tomllib
from html import escape
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIDTH, MARGIN, GAP = 960, 16, 10
"""Of the picture, in pixels."""
MOST_ABREAST = 3
LINE, HEAD, PAD = 16, 22, 10
LETTER = 6.4
"""The mean width of a letter of a room's text, and a little more."""


def floors() -> list[list[str]]:
    """The rooms of each floor, the highest first, as import-linter holds them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = next(one["layers"] for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return [[room.strip() for room in floor.split(":")] for floor in layers]


def about(room: str) -> str:
    """The first sentence of a room's docstring."""
    place = ROOT / room.replace(".", "/")
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    text = " ".join((ast.get_docstring(ast.parse(path.read_text())) or "").split())
    return text.partition(". ")[0].partition(": `")[0].rstrip(".:").replace("`", "")


def picture() -> str:
    """All floors as SVG."""
    parts, top = [], MARGIN
    for floor in floors():
        for rooms in _abreast(floor):
            boxes, height = _row(rooms, top)
            parts += boxes
            top += height + GAP // 2
        parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{top + 2}" y2="{top + 2}"/>')
        top += GAP
    return "\n".join([*_head(top + MARGIN // 2), *parts[:-1], "</svg>", ""])


def _abreast(floor: list[str]) -> list[list[str]]:
    """A floor in as few rows as it takes, as long as each other."""
    rows = -(-len(floor) // MOST_ABREAST)
    edges = [number * len(floor) // rows for number in range(rows + 1)]
    return [floor[first:last] for first, last in pairwise(edges)]


def _head(height: int) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12.5" fill="#1c2733">',
        "<title>The floors of Gridtrace: a room imports only from floors below its own</title>",
        "<style>.room{fill:#eef3f8;stroke:#9db2c6}.name{font-weight:600;font-size:14px}line{stroke:#c8d3de}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]


def _row(rooms: list[str], top: int) -> tuple[list[str], int]:
    """The boxes of rooms side by side, and how high they are."""
    width = (WIDTH - 2 * MARGIN - GAP * (len(rooms) - 1)) / len(rooms)
    texts = [textwrap.wrap(about(room), int((width - 2 * PAD) / LETTER)) for room in rooms]
    height = HEAD + LINE * max(map(len, texts)) + PAD
    parts = []
    for number, (room, lines) in enumerate(zip(rooms, texts, strict=True)):
        left = MARGIN + number * (width + GAP)
        parts.append(f'<rect class="room" x="{left:.0f}" y="{top}" width="{width:.0f}" height="{height}" rx="5"/>')
        parts.append(f'<text class="name" x="{left + PAD:.0f}" y="{top + 18}">{room}</text>')
        parts += [
            f'<text x="{left + PAD:.0f}" y="{top + HEAD + LINE * (at + 1) - 3}">{escape(line)}</text>'
            for at, line in enumerate(lines)]
    return parts, height
