"""AMM (Guatemala): the 24 hours of a local day by fuel, for the chart of its page.

Traps it has: an hour has the number at which it ends; hours to come are 0 but for the planned load, the running one is
the plan's; mixed boilers; imports, never exports, and a near-copy of them that is called `null`; a day that is not
kept is an empty list.
"""

from datetime import date
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("wl12.amm.org.gt",)
PATH = "/GraficaPW/graficaCombustible"
CLOCK = "America/Guatemala"
ZONE, NEIGHBOURS = "GT", ("BZ", "HN", "MX", "SV")
HOUR_S, HOURS = 3600, 24
KEPT_DAYS = 366

TABLE = {
    "biomass": {"BIOMASA": 0.9, "BIOGAS": 0.1}, "coal": {"CARBÓN": 0.4, "CARBÓN/PETCOKE": 0.6},
    "gas": {"GAS NATURAL": 0.8, "SYNGAN": 0.2}, "geothermal": {"VAPOR": 1.0}, "hydro": {"AGUA": 1.0},
    "nuclear": {"BIOMASA/CARBÓN": 1.0}, "oil": {"BUNKER": 0.9, "DIESEL": 0.1}, "solar": {"IRRADIACIÓN": 1.0},
    "unknown": {"BIOMASA/CARBÓN": 1.0}, "wind": {"VIENTO": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """A day's rows; none for what cannot be read, is not kept or has not come."""
    if asked.path != PATH:
        return NOT_FOUND
    try:
        day = times.read_day(asked.one("dt") or "", "DD/MM/YYYY")
    except SourceChanged:
        return json_reply([])
    today = times.day(readings.now, CLOCK)
    is_kept = day <= today and (today - day).days <= KEPT_DAYS
    return json_reply(rows(readings, day) if is_kept else [])


def rows(readings: Readings, day: date) -> list[dict[str, Any]]:
    steps = Steps(int(times.midnight(day, CLOCK).timestamp()), HOUR_S, HOURS)
    labels = {label: np.zeros(HOURS) for parts in TABLE.values() for label in parts}
    imports = np.maximum(readings.flow(NEIGHBOURS, [ZONE], steps), 0.0)
    load, planned = readings.load(ZONE, steps), readings.load_forecast(ZONE, steps)
    columns = labels | readings.labelled(ZONE, steps, TABLE) | {
        "DEM SNI": load, "DEMANDA LOCAL PROG": planned, "INTERCONEXIÓN": imports, "null": imports}
    begun = (readings.now.timestamp() - steps.start_s) / HOUR_S
    return [
        {"hora": f"{at + 1}", "potencia": power(label, columns, at, begun), "tipo": label}
        for at in range(HOURS) for label in sorted(columns)
    ]


def power(label: str, columns: dict[str, Any], at: int, begun: float) -> float:
    """What stands in one row: the measure of an hour that is over, or else the plan or nothing."""
    if at + 1 > begun:
        label = "DEMANDA LOCAL PROG" if label == "DEM SNI" and at < begun else label
        if label != "DEMANDA LOCAL PROG" and at >= begun:
            return 0.0
    return round(float(columns[label][at]), 3)
