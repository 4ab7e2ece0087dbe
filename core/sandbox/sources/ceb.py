"""CEB, the Ceylon Electricity Board: Sri Lanka's load curve of a local day, by type of plant.

Traps it has: JSON within a JSON text; a clock half an hour beside the others; no row for midnight; small and large
hydro apart; all thermal plants but coal under oil, with the simulated grid's gas and other plants among them. The real
one is about a day late, this one an hour.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("cebcare.ceb.lk",)
PATH = "/GenSum/GetLoadCurveData"
CLOCK = "Asia/Colombo"
ZONE = "LK"
STEP_S = 900
DELAY_MIN = 60

OIL = {"Thermal-Oil": 1.0}
TABLE = {
    "biomass": {"SPP Biomass": 1.0}, "coal": {"Coal": 1.0}, "gas": OIL, "geothermal": OIL,
    "hydro": {"Major Hydro": 0.85, "SPP Minihydro": 0.15}, "oil": OIL, "solar": {"Solar": 1.0}, "unknown": OIL,
    "wind": {"Wind": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """A day's rows as far as they are out; an empty list for anything that is no day."""
    if asked.path != PATH:
        return NOT_FOUND
    try:
        found = [*rows(readings, times.read_day(asked.one("date") or "", "YYYY-MM-DD"))]
    except SourceChanged:
        found = []
    return json_reply(json.dumps(found))


def rows(readings: Readings, day: date) -> Iterator[dict[str, Any]]:
    """From a quarter past midnight on."""
    midnight = times.midnight(day, CLOCK)
    end = times.midnight(times.day(midnight, CLOCK, 1), CLOCK)
    out = times.shift(readings.now, minutes=-DELAY_MIN)
    steps = steps_between(times.shift(midnight, minutes=STEP_S / 60), min(end, out), STEP_S)
    made = readings.labelled(ZONE, steps, TABLE)
    values = [np.round(column, 6).tolist() for column in made.values()]
    for start, *row in zip(steps.starts(), *values, strict=True):
        stamp = f"{times.local(start, CLOCK):%Y-%m-%d %H:%M:%S}"
        yield {"DateTime": stamp, **dict(zip(made, row, strict=True))}
