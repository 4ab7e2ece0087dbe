"""A badge: a zone's intensity as a small picture, in the colours of the map."""

import json
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HEIGHT_PX = 20
CHARACTER_PX = 6.6
"""About what a character of 11 px Verdana takes."""
LABEL_COLOUR = "#444c56"
LUMINANCE = (0.2126, 0.7152, 0.0722)
SHARES_LINEAR = 0.04045
DARKEST_FOR_BLACK = 0.18


def badge(zone: str, intensity_g_per_kwh: float, web: Path) -> str:
    """SVG of a zone's key and its intensity; `web` is the folder that has the palette."""
    background = colour(intensity_g_per_kwh, web)
    value = f"{intensity_g_per_kwh:.0f} gCO₂eq/kWh"
    left, right = (round(len(text) * CHARACTER_PX + 12) for text in (zone, value))
    width, title = left + right, escape(f"{zone}: {value}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT_PX}" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<rect width="{width}" height="{HEIGHT_PX}" rx="3" fill="{LABEL_COLOUR}"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z" fill="{background}"/>'
        '<g text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left / 2}" y="14" fill="#ffffff">{escape(zone)}</text>'
        f'<text x="{left + right / 2}" y="14" fill="{text_on(background)}">{escape(value)}</text></g></svg>'
    )


def colour(intensity_g_per_kwh: float, web: Path) -> str:
    """The colour that the map gives an intensity, as #rrggbb: between those of the stops beside it."""
    scale = _palette(web)["metrics"]["intensity"]
    stops = list(zip(scale["stops"], scale["standard"], strict=True))
    if intensity_g_per_kwh <= stops[0][0]:
        return str(stops[0][1])
    for (low, first), (high, second) in pairwise(stops):
        if intensity_g_per_kwh < high:
            part = (intensity_g_per_kwh - low) / (high - low)
            mixed = (a + (b - a) * part for a, b in zip(_channels(first), _channels(second), strict=True))
            return "#" + "".join(f"{int(value + 0.5):02x}" for value in mixed)
    return str(stops[-1][1])


def text_on(background: str) -> str:
    """Black or white, whichever is read better on a colour, by its relative luminance (WCAG 2)."""
    linear = (
        part / 12.92 if part <= SHARES_LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _channels(background)))
    luminance = sum(weight * part for weight, part in zip(LUMINANCE, linear, strict=True))
    return "#000000" if luminance > DARKEST_FOR_BLACK else "#ffffff"


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@lru_cache(maxsize=2)
def _palette(web: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((web / "palette.json").read_text(encoding="utf-8"))
    return found
