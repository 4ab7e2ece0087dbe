"""CNDC, Bolivia: a page with a token, and the hours of a day for whoever sends it.

Traps it has: a token of the page's script that goes into a header, a new one with every answer; a byte order mark;
hours to come that have a forecast and nothing else; one number for all thermal plants; a total of which parts are not
shown; no row of a day says which day it is.
"""

import hashlib
import json

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.cndc.bo",)
PAGE, DATA = "/gene/index.php", "/gene/dat/gene.php"
CLOCK = "America/La_Paz"
ZONE = "BO"
HOUR_S = 3600
DELAY_MIN = 20

THERMAL, HIDDEN = {"thermal": 1.0}, {"hidden": 1.0}
TABLE = {
    "biomass": {"bagasse": 1.0}, "coal": THERMAL, "gas": THERMAL, "geothermal": HIDDEN, "hydro": {"hydro": 1.0},
    "nuclear": HIDDEN, "oil": THERMAL, "solar": {"solar": 1.0}, "unknown": HIDDEN, "wind": {"wind": 1.0},
}
COLUMNS = ("thermal", "hydro", "wind", "solar", "bagasse")


def answer(asked: Asked, readings: Readings) -> Reply:
    """The page for a browser; a day for a token that was given."""
    if not asked.headers.get("user-agent", "").startswith("Mozilla/") or asked.path not in (PAGE, DATA):
        return text_reply("Forbidden", "text/html", 403) if asked.path in (PAGE, DATA) else NOT_FOUND
    if asked.path == PAGE:
        script = f'<script type="text/javascript">var ttoken = "{token("page")}";</script>'
        return text_reply(f"<!DOCTYPE html><html><head>{script}</head><body></body></html>", "text/html")
    days = [f"{times.day(readings.now, CLOCK, -back)}" for back in range(40)]
    if asked.headers.get("x-csrf-token") not in (token("page"), *map(token, days)):
        return text_reply("Forbidden", "text/html", 403)
    try:
        day = times.read_day(asked.one("fechag") or "")
    except SourceChanged:
        return text_reply("Bad Request", "text/html", 400)
    steps = Steps(int(times.midnight(day, CLOCK).timestamp()), HOUR_S, 24)
    body = json.dumps({"data": rows(readings, steps), "ttoken": token(f"{day}")})
    return text_reply(f"\ufeff{body}", "text/html; charset=UTF-8")


def token(word: str) -> str:
    return hashlib.sha512(word.encode()).hexdigest()


def rows(readings: Readings, steps: Steps) -> list[list[float | None]]:
    made = readings.labelled(ZONE, steps, TABLE)
    planned = np.round(readings.generation_forecast(ZONE, steps), 2).tolist()
    total = np.round(np.sum([*made.values()], axis=0), 2)
    columns = [total, *(np.round(made.get(name, np.zeros(steps.count)), 2) for name in COLUMNS)]
    measured = np.stack(columns, axis=1).tolist()
    out_s = readings.now.timestamp() - 60 * DELAY_MIN
    return [
        [hour, planned[hour - 1], *(row if steps.start_s + hour * HOUR_S <= out_s else [None] * len(row))]
        for hour, row in enumerate(measured, start=1)
    ]
