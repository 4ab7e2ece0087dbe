"""GSO of Peninsular Malaysia: charts of a local day, of fuels, demand and three lines to its neighbours.

Traps it has: JSON within a JSON text; dates by day first in the question, ISO stamps without zone in the answer, which
two of its charts call otherwise; two lines to Thailand, of which one may send what the other takes; the sun a little
below zero at night; nothing yet just after midnight.
"""

import json
from datetime import date
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("www.gso.org.my",)
PATH = "/SystemData/{}.aspx/GetChartDataSource"
CLOCK = "Asia/Kuala_Lumpur"
ZONE = "MY-WM"
STEP_S = 600
DELAY_MIN = 10
NIGHT_MW = -0.4

OTHER = {"CoGen": 1.0}
TABLE = {
    **dict.fromkeys(("biomass", "geothermal", "nuclear", "unknown", "wind"), OTHER), "coal": {"Coal": 1.0},
    "gas": {"Gas": 1.0}, "hydro": {"Hydro": 1.0}, "oil": {"Oil": 1.0}, "solar": {"Solar": 1.0},
}
FUELS = ("Coal", "Gas", "CoGen", "Oil", "Hydro", "Solar")
LINES = {"PLTG": ("SG", 1.0), "EGAT": ("TH", -0.3), "HVDC": ("TH", 1.3)}
"""Neighbour, and the part of its border's flow that goes over the line."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """One of three charts of one day."""
    pages = {PATH.format(name): name for name in ("CurrentGen", "SystemDemand", "TieLine")}
    if asked.method != "POST" or asked.path not in pages:
        return NOT_FOUND
    try:
        question = json.loads(asked.body)
        day = times.read_day(question["Fromdate"], "DD/MM/YYYY")
        columns = chart(pages[asked.path], question, readings, steps := day_steps(day, readings))
    except (ValueError, KeyError, TypeError, SourceChanged):
        return text_reply(json.dumps({"Message": "Invalid web service call."}), "application/json", 500)
    stamp = "Tarikhmasa" if "Line" in question else "DT"
    stamps = [f"{times.local(start, CLOCK):%Y-%m-%dT%H:%M:%S}" for start in steps.starts()]
    table = [dict(zip((stamp, *columns), row, strict=True)) for row in zip(stamps, *columns.values(), strict=True)]
    return json_reply({"d": json.dumps(table)})


def day_steps(day: date, readings: Readings) -> Steps:
    """The steps of a day that are out."""
    midnight = times.midnight(day, CLOCK)
    out = times.shift(readings.now, minutes=-DELAY_MIN)
    return steps_between(midnight, max(midnight, min(times.shift(midnight, hours=24), out)), STEP_S)


def chart(page: str, question: dict[str, Any], readings: Readings, steps: Steps) -> dict[str, list[float]]:
    """MW by column."""
    found: dict[str, FloatArray] = {"MW": np.zeros(steps.count)}
    if page == "SystemDemand":
        found["MW"] = readings.load(ZONE, steps)
    elif page == "TieLine":
        neighbour, part = LINES[question["Line"]]
        found["MW"] = part * readings.flow([ZONE], [neighbour], steps)
    else:
        made = readings.labelled(ZONE, steps, TABLE)
        found = {fuel: made.get(fuel, np.zeros(steps.count)) for fuel in FUELS} | made
        found["Solar"] = np.where(found["Solar"] == 0, NIGHT_MW, found["Solar"])
    return {name: np.round(values, 2).tolist() for name, values in found.items()}
