"""The publisher of docs/tutorial.md, which does not exist: a day of Morocco's grid by quarters of an hour.

Traps it has: days and stamps on the wall's clock, day before month and without a zone, which in 2026 is behind by an
hour during Ramadan; GW; pumped storage beside the hydro plants, + when it gives; a label that says nothing of a fuel; a
total beside its parts; and a last record that is announced and not there yet. What the pumps do is made up here, and
taken from or put upon the other hydro plants, so that the balance of the grid holds.
"""

from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("data.atlas-grid.example",)
PATH = "/api/production"
CLOCK = "Africa/Casablanca"
ZONE = "MA"
STEP_S = 900
HALF_DAY_S = 12 * 3600
PUMPED = 0.4
"""Of what the hydro plants give, at most."""

TABLE = {
    "biomass": {"biomasse": 1.0}, "coal": {"charbon": 1.0}, "gas": {"gaz": 1.0}, "hydro": {"hydraulique": 1.0},
    "solar": {"photovoltaique": 0.5, "thermosolaire": 0.5}, "unknown": {"divers": 1.0}, "wind": {"eolien": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The day that `date` names, or the running one."""
    if asked.path != PATH:
        return NOT_FOUND
    try:
        day = times.read_day(asked.one("date") or f"{times.day(readings.now, CLOCK)}")
    except SourceChanged:
        return json_reply({"erreur": "date: AAAA-MM-JJ"}, status=400)
    first, following, *_ = times.edges(times.midnight(day, CLOCK), times.midnight(day, CLOCK), "day", CLOCK)
    end = min(following, readings.now)
    count = max(0, int((end - first).total_seconds()) // STEP_S)
    return json_reply({
        "exploitant": "Atlas Grid (fictif)", "unite": "GW", "jour": f"{day:%d/%m/%Y}",
        "mesures": records(readings, Steps(int(first.timestamp()), STEP_S, count)) if count else [],
    })


def records(readings: Readings, steps: Steps) -> list[dict[str, Any]]:
    """The quarters that are over, and the running one, of which nothing is known yet."""
    made = readings.labelled(ZONE, steps, TABLE)
    pumps = PUMPED * made["hydraulique"] * swing(steps)
    made |= {"hydraulique": made["hydraulique"] - pumps, "step": pumps}
    made["total"] = np.sum(list(made.values()), axis=0)
    over = [
        {"heure": stamp(start), **{label: gw(mw[at]) for label, mw in made.items()}}
        for at, start in enumerate(steps.starts())]
    return [*over, {"heure": stamp(times.epoch(steps.end_s)), **dict.fromkeys(made)}]


def swing(steps: Steps) -> FloatArray:
    """From 1, when the pumped storage gives all it can, to −1, when it pumps; twice a day."""
    at_s = np.array([start.timestamp() for start in steps.starts()])
    return np.asarray(np.cos(2 * np.pi * at_s / HALF_DAY_S))


def stamp(moment: datetime) -> str:
    return f"{times.local(moment, CLOCK):%d/%m/%Y %H:%M}"


def gw(mw: float) -> float:
    return round(float(mw) / 1000, 3)
