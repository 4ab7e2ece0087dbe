"""The coming hours as a line of blocks, with the chosen window marked below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.text import Text

BLOCKS, ASCII = "▁▂▃▄▅▆▇█", "_.-=+*#@"
MARKS = {BLOCKS: "▔", ASCII: "^"}
WIDEST = 4
"""Characters of one hour."""


def lines(hours: Sequence[Mapping[str, Any]], chosen: Mapping[str, Any], clock: str, width: int) -> list[Text]:
    """The values of hours by height, a mark under those in which the chosen start's job runs, and where they lie."""
    from rich.text import Text

    from core import times

    first = times.read(hours[0]["start"])
    start_h, end_h = (
        (times.read(chosen[name]) - first).total_seconds() / 3600 for name in ("start", "end"))
    per_hour, levels = _scale(len(hours), width), _levels()
    known = [one["value"] for one in hours if one["value"] is not None]
    row = "".join(
        _block(hours[int(at / per_hour)]["value"], min(known), max(known), levels)
        for at in range(int(len(hours) * per_hour)))
    begin, end = int(start_h * per_hour), max(int(start_h * per_hour) + 1, round(end_h * per_hour))
    shown = Text(row)
    shown.stylize("green", begin, end)
    marks = Text(" " * begin + MARKS[levels] * (end - begin), "green")
    last = f"{times.local(times.shift(first, hours=len(hours)), clock):%a %H:%M}"
    begins = f"{times.local(first, clock):%a %H:%M}"
    return [shown, marks, Text(begins.ljust(max(len(begins) + 1, len(row) - len(last))) + last)]


def bar(share: float, width: int = 24) -> str:
    """A bar of so much of the width."""
    return (BLOCKS if _levels() is BLOCKS else "#")[-1] * max(0, round(share * width))


def _scale(count: int, width: int) -> float:
    """Characters of an hour: whole ones, or a part where there are more hours than the line has characters."""
    return min(WIDEST, width // count) if count <= width else width / count


def _levels() -> str:
    """Blocks, or what every terminal can show."""
    import sys

    try:
        BLOCKS.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def _block(value: float | None, low: float, high: float, levels: str) -> str:
    """The height of a value between the lowest and the highest; a space where it is not known."""
    if value is None:
        return " "
    share = (value - low) / (high - low) if high > low else 0.0
    return levels[min(len(levels) - 1, int(share * len(levels)))]
