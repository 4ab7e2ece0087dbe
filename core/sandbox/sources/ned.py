"""Nationaal Energie Dashboard (Netherlands): what each type of plant made or will make, in pages of rows.

Traps it has: kWh of an interval; types, granularities and so on as addresses; 200 rows of a page at most; the end of
the asked time is one more interval; the intervals of the last half hour grow; before 2021 nothing but sun and wind; gas
in two types, one of which has what the simulated grid burns of oil; no storage.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("api.ned.nl",)
PATH = "/v1/utilizations"
KEY = "simulated"
ZONE = "NL"
STEP_S = 900
PERIOD_S = {"3": 600, "4": STEP_S, "5": 3600}
MOST_ROWS = 200
GROWING_MIN = 30
FORECAST = "1"

TABLE = {
    "biomass": {"21": 0.4, "25": 0.6}, "coal": {"19": 1.0}, "gas": {"18": 0.7, "35": 0.3}, "geothermal": {"26": 1.0},
    "hydro": {"26": 1.0}, "nuclear": {"20": 1.0}, "oil": {"18": 1.0}, "solar": {"2": 1.0}, "unknown": {"26": 1.0},
    "wind": {"1": 0.6, "51": 0.4},
}
SUN_AND_WIND = ("1", "2", "51")
FIRST, FIRST_OF_ALL = times.read("2016-01-01T00:00Z"), times.read("2021-01-01T00:00Z")


def answer(asked: Asked, readings: Readings) -> Reply:
    """One page of the rows of a time, by start and type."""
    if asked.path != PATH:
        return NOT_FOUND
    if asked.headers.get("x-auth-token") != KEY:
        return json_reply({"message": "Invalid API key"}, 401)
    try:
        start, end = (times.read(asked.one(f"validfrom[{name}]") or "", "UTC") for name in ("after", "before"))
        size, page = int(asked.one("itemsPerPage") or MOST_ROWS), int(asked.one("page") or 1)
        step_s = PERIOD_S[asked.one("granularity") or ""]
    except (SourceChanged, ValueError, KeyError):
        return json_reply({"title": "An error occurred", "detail": "Bad Request"}, 400)
    is_forecast = asked.one("classification") == FORECAST
    last = times.shift(end, minutes=step_s / 60)
    steps = steps_between(max(start, FIRST), last if is_forecast else min(last, readings.now), step_s)
    columns = forecast(readings, steps) if is_forecast else measured(readings, steps)
    size = min(size, MOST_ROWS)
    cells = islice(order(steps, columns, asked.every("type[]")), size * (page - 1), size * page)
    common = {"granularity": f"/v1/granularities/{asked.one('granularity')}", "lastupdate": written(readings.now)}
    return json_reply([common | row(steps, i, label, columns[label][i]) for i, label in cells])


def order(steps: Steps, columns: dict[str, FloatArray], types: list[str]) -> Iterator[tuple[int, str]]:
    """Number of the interval and type of every row."""
    for i, at in enumerate(steps.starts()):
        for label in columns:
            if label in types and (label in SUN_AND_WIND or at >= FIRST_OF_ALL):
                yield i, label


def row(steps: Steps, i: int, label: str, power_mw: float) -> dict[str, Any]:
    """One type of plant in one interval."""
    starts_s = steps.start_s + i * steps.step_s
    return {
        "id": starts_s + int(label), "point": "/v1/points/0", "type": f"/v1/types/{label}",
        "activity": "/v1/activities/1", "granularitytimezone": "/v1/granularity_time_zones/0",
        "capacity": round(power_mw * 1000), "percentage": 1.0, "emission": 0, "emissionfactor": 0.0,
        "volume": round(power_mw * 1000 * steps.step_s / 3600),
        "validfrom": written(times.epoch(starts_s)), "validto": written(times.epoch(starts_s + steps.step_s)),
    }


def written(moment: datetime) -> str:
    return times.text(moment, "YYYY-MM-DDTHH:mm:ssZZ")


def measured(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """MW by type; those of the last half hour are not all in."""
    age_s = readings.now.timestamp() - steps.start_s - steps.step_s * np.arange(steps.count)
    part = np.where(age_s < GROWING_MIN * 60, 0.5, 1.0)
    return {label: part * values for label, values in readings.labelled(ZONE, steps, TABLE).items()}


def forecast(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """MW of sun and wind alone."""
    found: dict[str, FloatArray] = {}
    for mode, values in readings.wind_solar_forecast(ZONE, steps).items():
        found |= {label: share * values for label, share in TABLE[mode].items()}
    return found
