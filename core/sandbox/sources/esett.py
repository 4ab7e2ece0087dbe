"""eSett's open data: settled production by type in a market balance area of the Nordic countries, by the hour.

Traps it has: the local stamp beside the one in UTC, MWh and not MW, thermal plants without a fuel, wind in two parts,
null for a type that the area does not have. The real one settles hours two weeks later, this one when they are over.
"""

from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("api.opendata.esett.com",)
PATH = "/EXP16/Aggregate"
CLOCK = "Europe/Stockholm"
HOUR_S = 3600
AREAS = {
    "10Y1001A1001A44P": "SE-SE1", "10Y1001A1001A45N": "SE-SE2", "10Y1001A1001A46L": "SE-SE3",
    "10Y1001A1001A47J": "SE-SE4",
}
THERMAL = {"thermal": 1.0}
TABLE = {
    "biomass": THERMAL, "coal": THERMAL, "gas": THERMAL, "geothermal": THERMAL, "hydro": {"hydro": 1.0},
    "nuclear": {"nuclear": 1.0}, "oil": THERMAL, "solar": {"solar": 1.0}, "unknown": {"other": 1.0},
    "wind": {"wind": 0.9, "windOffshore": 0.1},
}
COLUMNS = ("energyStorage", "hydro", "nuclear", "other", "solar", "thermal", "wind", "windOffshore")


def answer(asked: Asked, readings: Readings) -> Reply:
    """The hours of an area between two moments."""
    zone = AREAS.get(asked.one("mba") or "")
    if asked.path != PATH or zone is None or asked.one("resolution") != "hour":
        return NOT_FOUND
    try:
        start, end = (times.read(asked.one(name) or "") for name in ("start", "end"))
    except SourceChanged:
        return json_reply({"status": 400, "error": "Bad Request"}, 400)
    return json_reply(rows(readings, zone, asked.one("mba") or "", start, min(end, readings.now)))


def rows(readings: Readings, zone: str, mba: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """MWh of every hour; a battery gives + and takes -."""
    steps = steps_between(start, end, HOUR_S)
    found = readings.labelled(zone, steps, TABLE)
    if (charge := readings.charge(zone, steps).get("battery")) is not None:
        found["energyStorage"] = -charge
    total, names = np.sum([*found.values()], axis=0), dict.fromkeys((*COLUMNS, *found))
    return [
        {
            "timestamp": f"{times.local(at, CLOCK):%Y-%m-%dT%H:%M:%S}", "timestampUTC": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "mba": mba, "total": round(float(total[i]), 6),
            **{name: round(float(found[name][i]), 6) if name in found else None for name in names},
        }
        for i, at in enumerate(steps.starts())
    ]
