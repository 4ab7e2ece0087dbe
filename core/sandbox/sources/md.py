"""Moldelectrica: the archive of Moldova's quarter hours, whole local days, the newest first.

Traps it has: columns without a name, numbers as text; both days of the question included; stamps of the clock on the
wall, which Moldova changes when Romania does, October's repeated hour twice; plans beside what was measured; flows that
are + into the country beside their sum; sun, wind and biogas as one number.
"""

from datetime import date

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("moldelectrica.md",)
PATH = "/utils/archive2.php"
CLOCK = "Europe/Bucharest"
ZONE = "MD"
QUARTER_S = 900
DELAY_MIN = 10
MOST_DAYS = 31

KINDS = ("thermal", "hydro", "renewables")
THERMAL, GREEN = {"thermal": 1.0}, {"renewables": 1.0}
FUELS = {
    "biomass": GREEN, "coal": THERMAL, "gas": THERMAL, "geothermal": GREEN, "hydro": {"hydro": 1.0},
    "nuclear": THERMAL, "oil": THERMAL, "solar": GREEN, "unknown": GREEN, "wind": GREEN,
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The rows of some days; none for what cannot be read."""
    if asked.path != PATH or (asked.one("id"), asked.one("type")) != ("table", "array"):
        return NOT_FOUND
    try:
        first, last = (times.read_day(asked.one(name) or "", "DD.MM.YYYY") for name in ("date1", "date2"))
    except SourceChanged:
        return json_reply([])
    start = times.midnight(first, CLOCK)
    end = times.midnight(date.fromordinal(min(last.toordinal(), first.toordinal() + MOST_DAYS) + 1), CLOCK)
    steps = steps_between(start, min(end, times.shift(readings.now, minutes=-DELAY_MIN)), QUARTER_S)
    stamps = [f"{times.local(at, CLOCK):%Y-%m-%d %H:%M}" for at in steps.starts()]
    rows = np.round(np.stack(columns(readings, steps), axis=1)).astype(int).tolist()
    found = [[stamp, *map(str, row)] for stamp, row in zip(stamps, rows, strict=True)]
    return json_reply(found[::-1])


def columns(readings: Readings, steps: Steps) -> list[FloatArray]:
    """Load and generation, measured and planned; kinds of plants; what comes in: UA, RO, all, planned."""
    made = readings.labelled(ZONE, steps, FUELS)
    kinds = [np.asarray(made.get(kind, np.zeros(steps.count))) for kind in KINDS]
    ukraine, romania = (readings.flow([neighbour], [ZONE], steps) for neighbour in ("UA", "RO"))
    load, planned_load = readings.load(ZONE, steps), readings.load_forecast(ZONE, steps)
    planned = readings.generation_forecast(ZONE, steps)
    return [
        load, planned_load, np.sum(kinds, axis=0), planned, *kinds, ukraine, romania, ukraine + romania,
        planned_load - planned,
    ]
