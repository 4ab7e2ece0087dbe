"""Energinet's Energi Data Service: flows over the Danish borders and forecasts of wind and sun, by five minutes.

Traps it has: rows of both price areas in one list, the newest first; hours of the question in Danish time unless
another clock is named, its end left out; a limit that cuts the list, 0 for none, 100 where nothing is said; flows that
are + into the row's area, so that the Great Belt stands twice with opposite signs; null for borders that an area has
not; Bornholm's cable beside the Swedish border; four editions of a forecast.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("api.energidataservice.dk",)
CLOCK = "Europe/Copenhagen"
STEP_S = 300
DELAY_MIN = 5
USUAL_LIMIT = 100
MOST_STEPS = 12 * 24 * 31
AHEAD_H = 36
FLOWS, FORECASTS = "ElectricityProdex5MinRealtime", "Forecasts_5Min"
AREAS = {"DK1": "DK-DK1", "DK2": "DK-DK2"}
NEIGHBOURS: Mapping[str, Mapping[str, str]] = {
    "DK1": {
        "ExchangeGreatBelt": "DK-DK2", "ExchangeGermany": "DE", "ExchangeNetherlands": "NL",
        "ExchangeGreatBritain": "GB", "ExchangeNorway": "NO-NO2", "ExchangeSweden": "SE-SE3",
    },
    "DK2": {"ExchangeGreatBelt": "DK-DK1", "ExchangeGermany": "DE", "ExchangeSweden": "SE-SE4"},
}
BORNHOLM_MW = {"DK1": None, "DK2": 12.5}
"""It is none of the grid's links."""
TYPES = {"Offshore Wind": ("wind", 0.35), "Onshore Wind": ("wind", 0.65), "Solar": ("solar", 1.0)}
EDITIONS = {"ForecastDayAhead": 0.9, "Forecast5Hour": 0.95, "Forecast1Hour": 0.99, "ForecastCurrent": 1.0}

Record = dict[str, Any]


def answer(asked: Asked, readings: Readings) -> Reply:
    """One of two data sets; what cannot be read is an error of the question."""
    dataset = asked.path.removeprefix("/dataset/")
    if dataset not in (FLOWS, FORECASTS):
        return NOT_FOUND
    try:
        clock = {"utc": "UTC"}.get((asked.one("timezone") or "dk").lower(), CLOCK)
        first, last = (times.read(asked.one(name) or "", clock) for name in ("start", "end"))
        wanted = json.loads(asked.one("filter") or "{}").get("PriceArea", [*AREAS])
        limit = int(asked.one("limit") or USUAL_LIMIT)
    except (SourceChanged, ValueError, AttributeError):
        return json_reply({"statusCode": 400, "message": "The question cannot be read."}, 400)
    areas = [area for area in AREAS if area in ([wanted] if isinstance(wanted, str) else wanted)]
    found = (flows if dataset == FLOWS else forecasts)(readings, areas, first, last)
    kept = found[:limit] if limit else found
    return json_reply({"total": len(found), "limit": limit, "dataset": dataset, "records": kept})


def between(first: datetime, last: datetime, newest: datetime) -> Steps:
    steps = steps_between(first, min(last, newest), STEP_S)
    return Steps(steps.start_s, STEP_S, min(steps.count, MOST_STEPS))


def stamps(at: datetime, name: str = "Minutes5") -> Record:
    return {f"{name}UTC": f"{at:%Y-%m-%dT%H:%M:%S}", f"{name}DK": f"{times.local(at, CLOCK):%Y-%m-%dT%H:%M:%S}"}


def flows(readings: Readings, areas: Collection[str], first: datetime, last: datetime) -> list[Record]:
    """A row per area and five minutes, as far as they are out."""
    steps = between(first, last, times.shift(readings.now, minutes=-DELAY_MIN))
    columns = {area: into(readings, area, steps) for area in areas}
    starts = steps.starts()
    return [
        {
            **stamps(starts[i]), "PriceArea": area,
            **{name: None if values is None else round(float(values[i]), 6) for name, values in columns[area].items()},
            "BornholmSE4": BORNHOLM_MW[area],
        }
        for i in reversed(range(steps.count)) for area in areas
    ]


def into(readings: Readings, area: str, steps: Steps) -> dict[str, FloatArray | None]:
    """What comes in by column; None for a border that the area has not."""
    found: dict[str, FloatArray | None] = {}
    for column in NEIGHBOURS["DK1"]:
        neighbour = NEIGHBOURS[area].get(column)
        found[column] = readings.flow([neighbour], [AREAS[area]], steps) if neighbour else None
    return found


def forecasts(readings: Readings, areas: Collection[str], first: datetime, last: datetime) -> list[Record]:
    """A row per area, type and five minutes of the time up to the day after tomorrow."""
    steps = between(first, last, times.floor(times.shift(readings.now, hours=AHEAD_H), 60))
    starts, found = steps.starts(), []
    expected = {area: readings.wind_solar_forecast(AREAS[area], steps) for area in areas}
    for i in reversed(range(steps.count)):
        for area in areas:
            for kind, (mode, part) in TYPES.items():
                power_mw = part * float(expected[area].get(mode, np.zeros(steps.count))[i])
                editions = {name: round(factor * power_mw, 6) for name, factor in EDITIONS.items()}
                told = min(readings.now, times.shift(starts[i], hours=-1))
                found.append({
                    **stamps(starts[i]), "PriceArea": area, "ForecastType": kind, **editions,
                    **stamps(told, "Timestamp"),
                })
    return found
