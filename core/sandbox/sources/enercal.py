"""Enercal: the hours of one day in New Caledonia, up to the one that has just ended.

Traps it has: JSON text within JSON; technologies without names, in an order; a day and an hour in lists of their own;
nulls for hours to come and nothing at all for a day to come. The real one has had nothing since July 2024.
"""

import json
from collections.abc import Sequence
from typing import Any

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.enercal.nc",)
PATH = "/wp-content/themes/enercal/ajax-e-co2.php"
CLOCK = "Pacific/Noumea"
ZONE = "NC"
HOUR_S = 3600

ORDER = ("solar", "hydro", "wind", "coal", "oil")
OIL = {"oil": 1.0}
TABLE = {mode: {mode: 1.0} for mode in ORDER} | {"biomass": OIL, "gas": OIL, "unknown": OIL}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a day."""
    if asked.path != PATH:
        return NOT_FOUND
    try:
        day = times.read_day(asked.one("date_day") or "", "YYYY-MM-DD")
    except SourceChanged:
        return json_reply(chart([], [], []))
    start = times.midnight(day, CLOCK)
    steps = steps_between(start, min(times.shift(start, days=1), readings.now), HOUR_S)
    made = readings.labelled(ZONE, steps, TABLE)
    blank: list[Any] = [None] * (24 - steps.count)
    columns = [[*map(rounded, made[name]), *blank] if name in made else [0.0] * 24 for name in ORDER]
    days = [f"{day}"] * 24 if steps.count else []
    return json_reply(chart(days, [f"{hour:02d}" for hour in range(24)], columns if days else []))


def rounded(value: float) -> float:
    return round(float(value), 1)


def chart(days: Sequence[str], hours: Sequence[str], columns: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Every list is a text of its own."""
    return {
        "mix": [text(column) for column in columns], "prod_by_energie": ["0.00"] * len(columns),
        "gco2": [text([])], "time": [text(days)] if days else [], "prettyTime": [text(hours)] if days else [],
        "periode": "D",
    }


def text(values: Sequence[Any]) -> str:
    return json.dumps(values, separators=(",", ":"))
