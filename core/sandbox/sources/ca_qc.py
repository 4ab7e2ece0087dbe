"""Hydro-Québec: yesterday and today of production and of demand, one JSON file each.

Traps it has: local time without its offset, the repeated hour of autumn twice; readings at half past, loads of quarter
hours; what is to come as a total of 0 or as nothing; the total among the sources; French labels. Everything that is
neither water, wind, sun nor gas is `autres`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("hydroquebec.com", "www.hydroquebec.com")
ZONE, TIMEZONE = "CA-QC", "America/Toronto"
FOLDER = "/data/documents-donnees/donnees-ouvertes/json/"
HOUR_S, QUARTER_S = 3600, 900
REST = {"autres": 1.0}
LABELS = {
    "biomass": REST, "coal": REST, "gas": {"thermique": 1.0}, "geothermal": REST, "hydro": {"hydraulique": 1.0},
    "nuclear": REST, "oil": REST, "solar": {"solaire": 1.0}, "unknown": REST, "wind": {"eolien": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a file."""
    name = asked.path.removeprefix(FOLDER)
    if name == "production.json":
        return json_reply(document(readings, HOUR_S, HOUR_S // 2, {"total": 0.0}, produced))
    if name == "demande.json":
        return json_reply(document(readings, QUARTER_S, 0, {}, demanded))
    return NOT_FOUND


def document(
    readings: Readings, step_s: int, after_s: int, later: Mapping[str, float],
    values: Callable[[Readings, Steps], dict[str, Any]],
) -> dict[str, Any]:
    """Two local days of rows, so long after the start of each step; those that are not out have nothing to say."""
    start, end = (times.midnight(times.day(readings.now, TIMEZONE, shift), TIMEZONE) for shift in (-1, 1))
    steps = steps_between(start, end, step_s).moved(after_s)
    out = sum(times.shift(at, minutes=15) <= readings.now for at in steps.starts())
    known = values(readings, Steps(steps.start_s, step_s, out))
    rows = [
        {
            "date": f"{times.local(at, TIMEZONE):%Y-%m-%dT%H:%M:%S}",
            "valeurs": {name: round(float(column[i]), 2) for name, column in known.items()} if i < out else dict(later),
        }
        for i, at in enumerate(steps.starts())
    ]
    return {"dateStart": rows[0]["date"], "indexDonneePlusRecent": out - 1, "nbDateAvecData": out, "details": rows}


def produced(readings: Readings, steps: Steps) -> dict[str, Any]:
    """Readings of the moments at which the steps begin."""
    instants = Steps(steps.start_s, RASTER_S, (steps.count - 1) * steps.step_s // RASTER_S + 1)
    made = {
        label: values[:: steps.step_s // RASTER_S] for label, values in
        readings.labelled(ZONE, instants, LABELS).items()}
    return {"total": sum(made.values()), **made}


def demanded(readings: Readings, steps: Steps) -> dict[str, Any]:
    return {"demandeTotal": readings.load(ZONE, steps)}
