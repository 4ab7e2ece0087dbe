"""Eskom, South Africa: the last seven days as CSV, in a folder of their month.

Traps it has: columns of supply, of what pumps and condensers take (below 0), of imports and of what was not served side
by side; thermal output twice, once less what is taken; two columns of oil, two of the sun, two of pumped storage; local
hours that stand in the file before they have been, without a number; a new folder each month, with no file at first.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.eskom.co.za",)
PATH = "/dataportal/wp-content/uploads/{month:%Y/%m}/Station_Build_Up.csv"
CLOCK = "Africa/Johannesburg"
ZONE = "ZA"
HOUR_S, DAYS = 3600, 7
MADE_EVERY_MIN, MADE_AFTER_H = 720, 6
"""The file is made anew at 06:00 and 18:00 local time, 04:00 and 16:00 UTC."""

THERMAL, PUMPING, GENERATING = "Thermal_Generation", "Pumped_Water_SCO_Pumping", "Pumped_Water_Generation"
TABLE = {
    "biomass": {"Other_RE": 1.0}, "coal": {THERMAL: 1.0}, "gas": {"Eskom_Gas_Generation": 1.0},
    "geothermal": {"Other_RE": 1.0}, "hydro": {"Hydro_Water_Generation": 1.0}, "nuclear": {"Nuclear_Generation": 1.0},
    "oil": {"Eskom_OCGT_Generation": 0.6, "Dispatchable_IPP_OCGT": 0.4}, "solar": {"PV": 0.9, "CSP": 0.1},
    "unknown": {"Other_RE": 1.0}, "wind": {"Wind": 1.0},
}
TAKEN_MW = {"Eskom_OCGT_SCO_Pumping": -1.4, "Eskom_Gas_SCO_Pumping": -0.3, "Hydro_Water_SCO_Pumping": -0.9}
COLUMNS = (
    "Thermal_Gen_Excl_Pumping_and_SCO", *TAKEN_MW, PUMPING, THERMAL, "Nuclear_Generation", "International_Imports",
    "Eskom_OCGT_Generation", "Eskom_Gas_Generation", "Dispatchable_IPP_OCGT", "Hydro_Water_Generation", GENERATING,
    "IOS_Excl_ILS_and_MLR", "ILS_Usage", "Manual_Load_Reduction_MLR", "Wind", "PV", "CSP", "Other_RE",
)


def answer(asked: Asked, readings: Readings) -> Reply:
    """The file of the month in which it was last made."""
    made = times.shift(times.floor(times.shift(readings.now, hours=2 - MADE_AFTER_H), MADE_EVERY_MIN),
                       hours=MADE_AFTER_H - 2)
    if asked.path != PATH.format(month=times.local(made, CLOCK)):
        return NOT_FOUND
    first = times.midnight(times.day(made, CLOCK, 1 - DAYS), CLOCK)
    steps = Steps(int(first.timestamp()), HOUR_S, 24 * DAYS)
    return text_reply("\r\n".join(lines(columns(readings, steps), steps, made)) + "\r\n")


def columns(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """MW by column."""
    nothing = np.zeros(steps.count)
    charge = readings.charge(ZONE, steps).get("hydro", nothing)
    found = dict.fromkeys(COLUMNS, nothing) | readings.labelled(ZONE, steps, TABLE)
    found |= {name: nothing + value for name, value in TAKEN_MW.items()}
    found |= {PUMPING: -charge.clip(min=0), GENERATING: (-charge).clip(min=0), "International_Imports": nothing + 920.5}
    taken = sum((found[name] for name in (*TAKEN_MW, PUMPING)), nothing)
    return found | {COLUMNS[0]: found[THERMAL] + taken, "ILS_Usage": nothing + 12.25}


def lines(found: dict[str, FloatArray], steps: Steps, made: datetime) -> Iterator[str]:
    yield ",".join(("Date_Time_Hour_Beginning", *COLUMNS))
    for at, *values in zip(steps.starts(), *(found[name].tolist() for name in COLUMNS), strict=True):
        is_over = times.shift(at, hours=1) <= made
        cells = (f"{round(value, 3):.9g}" if is_over else "" for value in values)
        yield ",".join((f"{times.local(at, CLOCK):%Y-%m-%d %H:%M:%S}", *cells))
