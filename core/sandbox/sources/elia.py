"""Elia's open data (Belgium), an Opendatasoft portal: generation by fuel in quarter hours.

Traps it has: conditions are read on the clock that the request names; nothing but the newest ten rows unless all are
exported; rows of every type, in no order but the asked one; pumped storage shows only what it gives and null while it
takes, other stores show both; two types of one mode.
"""

import re
from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("opendata.elia.be",)
DATASET = "/api/explore/v2.1/catalog/datasets/ods201"
ZONE = "BE"
STEP_S = 900
DELAY_MIN = 15
MOST_RECORDS = 100
LIMIT = re.compile(r"datetime (>=|<) date'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)'")

TABLE = {
    "biomass": {"Biomass": 0.3, "Waste": 0.7}, "coal": {"Other": 1.0}, "gas": {"Fossil Gas": 1.0},
    "geothermal": {"Other": 1.0}, "hydro": {"Hydro Run-of-river and poundage": 1.0}, "nuclear": {"Nuclear": 1.0},
    "oil": {"Fossil Oil": 1.0}, "solar": {"Solar": 1.0}, "unknown": {"Other": 1.0},
    "wind": {"Wind Offshore": 0.4, "Wind Onshore": 0.6},
}
PUBLISHED_AS = {
    "Biomass": "Biofuels", "Energy Storage": "Energy Storage", "Fossil Gas": "Natural Gas",
    "Fossil Oil": "Other Fossil Fuels", "Hydro Pumped Storage": "Water", "Hydro Run-of-river and poundage": "Water",
    "Waste": "Other",
}
"""Elia's own name of a type, where it is another."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """All rows of a condition as a list, or a page of records with their count."""
    if not asked.path.startswith(DATASET):
        return NOT_FOUND
    timezone = asked.one("timezone") or "UTC"
    try:
        limits = {sign: times.read(written, timezone) for sign, written in LIMIT.findall(asked.one("where") or "")}
        start, end = limits[">="], limits["<"]
    except (SourceChanged, KeyError):
        return json_reply({"error_code": "ODSQLError", "message": "ODSQL query is malformed"}, 400)
    found = rows(readings, start, end, timezone)
    if (asked.one("order_by") or "") == "datetime desc":
        found.reverse()
    if asked.path == f"{DATASET}/exports/json":
        return json_reply(found)
    limit = min(int(asked.one("limit") or 10), MOST_RECORDS)
    return json_reply({"total_count": len(found), "results": found[:limit]})


def rows(readings: Readings, start: datetime, end: datetime, timezone: str) -> list[dict[str, Any]]:
    """A row per type and quarter hour that is out by now, oldest first."""
    steps = steps_between(start, min(end, times.shift(readings.now, minutes=-DELAY_MIN)), STEP_S)
    columns = measured(readings, steps)
    return [
        {
            "datetime": times.local(at, timezone).isoformat(), "resolutioncode": "PT15M", "fueltypeentsoe": label,
            "fueltypepublication": PUBLISHED_AS.get(label, label),
            "generatedpower": None if np.isnan(values[i]) else round(float(values[i]), 2),
        }
        for i, at in enumerate(steps.starts()) for label, values in columns.items()
    ]


def measured(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """MW by type; no number is NaN."""
    found = readings.labelled(ZONE, steps, TABLE)
    charge = readings.charge(ZONE, steps)
    nothing = np.zeros(steps.count)
    pumped = charge.get("hydro", nothing)
    found["Hydro Pumped Storage"] = np.where(pumped < 0, -pumped, np.nan)
    found["Energy Storage"] = -charge.get("battery", nothing)
    return found
