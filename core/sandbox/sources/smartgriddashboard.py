"""The Smart Grid Dashboard of Ireland's system operators: the chart of one thing and one region, some days of it.

Traps it has: local stamps with the month in letters, which do not sort as text, and an hour that stands twice in
October; rows of the whole last day, null where they are still to come; a total that must be told apart by its parts;
links of several cables and their sum; a load forecast of other steps, which begins now.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, whole

HOSTS = ("www.smartgriddashboard.com",)
PATH = "/api/chart"
CLOCK = "Europe/Dublin"
QUARTER_S, HALF_HOUR_S = 900, 1800
DELAY_MIN = 10
REGIONS = {"ROI": "IE", "NI": "GB-NIR"}
GREENLINK = 0.45
"""Its part of what comes from Great Britain to Ireland; the rest is EWIC's."""

REST = {"rest": 1.0}
TABLE = {
    "biomass": REST, "coal": REST, "gas": REST, "geothermal": REST, "hydro": REST, "nuclear": REST, "oil": REST,
    "unknown": REST, "solar": {"SOLAR_ACTUAL": 1.0}, "wind": {"WIND_ACTUAL": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET /api/chart with areas, region, datefrom and dateto; rows up to the first instant of the last day."""
    zone, area = REGIONS.get(asked.one("region") or ""), asked.one("areas") or ""
    if asked.path != PATH or asked.one("chartType") != "default" or asked.one("dateRange") != "day":
        return NOT_FOUND
    try:
        first, last = (times.read_day(asked.one(name) or "") for name in ("datefrom", "dateto"))
    except SourceChanged:
        return json_reply({"ErrorMessage": "Invalid date", "LastUpdated": None, "Rows": [], "Status": "Error"})
    step_s = HALF_HOUR_S if area == "demandforecast" else QUARTER_S
    end = times.shift(times.midnight(last, CLOCK), minutes=step_s / 60)
    begin = readings.now if area == "demandforecast" else times.midnight(first, CLOCK)
    steps = steps_between(begin, end, step_s)
    found = fields(readings, zone, area, steps) if zone else {}
    rows = [row for name, values in found.items() for row in table(readings.now, asked, name, values, steps)]
    return json_reply({"Rows": rows})


def fields(readings: Readings, zone: str, area: str, steps: Steps) -> dict[str, FloatArray]:
    """MW by field of one chart."""
    match area:
        case "demandactual":
            return {"SYSTEM_DEMAND": readings.load(zone, steps)}
        case "demandforecast":
            return {"DEMAND_FORECAST_VALUE": readings.load_forecast(zone, steps)}
        case "generationactual":
            return {"GEN_EXP": np.sum([*readings.labelled(zone, steps, TABLE).values()], axis=0)}
        case "windactual" | "solaractual":
            name = f"{area.removesuffix('actual').upper()}_ACTUAL"
            return {name: readings.labelled(zone, steps, TABLE).get(name, np.zeros(steps.count))}
        case "windforecast" | "solarforecast":
            mode = area.removesuffix("forecast")
            expected = readings.wind_solar_forecast(zone, steps).get(mode, np.zeros(steps.count))
            return {f"{mode.upper()}_FCAST": expected}
        case "interconnection":
            return links(readings, zone, steps)
    return {}


def links(readings: Readings, zone: str, steps: Steps) -> dict[str, FloatArray]:
    inward = np.round(readings.flow(["GB"], [zone], steps))
    if zone == "GB-NIR":
        return {"INTER_MOYLE": inward, "INTER_NET": inward}
    greenlink = np.round(GREENLINK * inward)
    return {"INTER_EWIC": inward - greenlink, "INTER_GRNLK": greenlink, "INTER_NET": inward}


def table(
    now: datetime, asked: Asked, name: str, values: FloatArray, steps: Steps
) -> Iterator[dict[str, Any]]:
    out = times.shift(now, minutes=-DELAY_MIN)
    for at, value in zip(steps.starts(), whole(values), strict=True):
        is_out = at <= out or name.endswith(("_FCAST", "_FORECAST_VALUE"))
        there = times.text(at, "DD-MMM-YYYY HH:mm:ss", CLOCK)
        yield {
            "EffectiveTime": there, "FieldName": name, "Region": asked.one("region"), "Value": value if is_out else None
        }
