"""CAMMESA, Argentina's market operator: today's plants in two lists, and the corridors between regions and countries.

Traps it has: hydro in both lists; the second one in no order, with gaps and a step late; one number for all thermal
plants; a sum that repeats the second list; corridors as MW without a sign, whose arrow's angle says where they go, and
any angle at 0 MW. The corridors between Argentina's own regions stand at 0 MW: the grid has it as one zone.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

API, RENEWABLES = "api.cammesa.com", "cdsrenovables.cammesa.com"
HOSTS = (API, RENEWABLES)
CLOCK = "America/Argentina/Buenos_Aires"
COUNTRY = "1002"
PLANTS_DELAY_MIN, RENEWABLES_DELAY_MIN = 5, 10
GAP = 11
"""Every so many rows of the second list one is missing."""

THERMAL = {"termico": 1.0}
TABLE = {
    "biomass": {"biocombustible": 1.0}, "coal": THERMAL, "gas": THERMAL, "geothermal": THERMAL,
    "hydro": {"hidraulico": 0.95, "hidraulica": 0.05}, "nuclear": {"nuclear": 1.0}, "oil": THERMAL,
    "solar": {"fotovoltaica": 1.0}, "unknown": THERMAL, "wind": {"eolica": 1.0},
}
RENEWABLE = ("eolica", "fotovoltaica", "biocombustible", "hidraulica")


class Corridor(NamedTuple):
    """Where an arrow of this angle leads: counter-clockwise from east, from the name's first end to its second."""

    angle: int
    country: str = ""
    place: tuple[float, float] = (-64.0, -34.0)


CORRIDORS = {
    "LIT-CEN": Corridor(225), "LIT-NEA": Corridor(45), "CEN-NOA": Corridor(135), "PBA-COM": Corridor(225),
    "CEN-COM": Corridor(270), "COM-PAT": Corridor(270), "CUY-COM": Corridor(315), "CEN-CUY": Corridor(225),
    "PBA-LIT": Corridor(90), "CUY-NOA": Corridor(45), "LIT-NOA": Corridor(135), "PBA-CEN": Corridor(135),
    "NEA-NOA": Corridor(180),
    "ARG-BOL": Corridor(90, "BO", (-64.2, -21.9)), "ARG-BRA": Corridor(45, "BR-S", (-56.1, -28.3)),
    "ARG-CHI": Corridor(180, "CL-SEN", (-69.2, -24.1)), "ARG-PAR": Corridor(45, "PY", (-57.2, -27.2)),
    "ARG-URU": Corridor(0, "UY", (-57.6, -31.6)),
}
ARROW_AT_REST = 270


def answer(asked: Asked, readings: Readings) -> Reply:
    """The three questions its own pages ask."""
    make = PATHS.get((asked.host, asked.path))
    return make(asked, readings) if make else NOT_FOUND


def conventional(asked: Asked, readings: Readings) -> Reply:
    """Today so far, in order; nothing for a region but the country."""
    today = times.midnight(times.day(readings.now, CLOCK), CLOCK)
    steps = steps_between(today, times.shift(readings.now, minutes=-PLANTS_DELAY_MIN), RASTER_S)
    return json_reply([*conventional_rows(readings, steps)] if asked.one("id_region") == COUNTRY else [])


def conventional_rows(readings: Readings, steps: Steps) -> Iterator[dict[str, Any]]:
    made = readings.labelled("AR", steps, TABLE)
    columns = {label: np.round(column, 1) for label, column in made.items() if label not in RENEWABLE}
    columns["renovable"] = np.round(np.sum([made[label] for label in RENEWABLE], axis=0), 1)
    totals = np.sum([*columns.values()], axis=0).tolist()
    values = [column.tolist() for column in columns.values()]
    for start, total, *row in zip(steps.starts(), totals, *values, strict=True):
        yield {"fecha": stamp(start), "sumTotal": total, **dict(zip(columns, row, strict=True))}


def renewables(asked: Asked, readings: Readings) -> Reply:
    """The days from `desde` to `hasta`, both included."""
    try:
        first, last = (times.read_day(asked.one(name) or "", "DD-MM-YYYY") for name in ("desde", "hasta"))
    except SourceChanged:
        return json_reply({"error": "Bad Request", "status": 400}, 400)
    end = times.midnight(times.day(times.midnight(last, CLOCK), CLOCK, 1), CLOCK)
    out = times.shift(readings.now, minutes=-RENEWABLES_DELAY_MIN)
    steps = steps_between(times.midnight(first, CLOCK), min(end, out), RASTER_S)
    rows = [row for at, row in enumerate(renewable_rows(readings, steps)) if (steps.start_s // RASTER_S + at) % GAP]
    return json_reply(sorted(rows, key=lambda row: str(row["momento"])[::-1]))


def renewable_rows(readings: Readings, steps: Steps) -> Iterator[dict[str, Any]]:
    made = readings.labelled("AR", steps, TABLE)
    columns = {label: np.round(made[label], 2) for label in RENEWABLE}
    covered = 100 * np.sum([*columns.values()], axis=0) / readings.load("AR", steps)
    columns["cubrimientoDem"] = np.round(covered, 2)
    values = [column.tolist() for column in columns.values()]
    for start, *row in zip(steps.starts(), *values, strict=True):
        yield {"momento": stamp(start), **dict(zip(columns, row, strict=True))}


def stamp(at: datetime) -> str:
    return f"{times.local(at, CLOCK):%Y-%m-%dT%H:%M:%S}.000-0300"


def corridors(asked: Asked, readings: Readings) -> Reply:
    """All corridors at this moment."""
    start_s = int(readings.now.timestamp()) // RASTER_S * RASTER_S
    steps = Steps(start_s, RASTER_S, 1)
    features = [feature(readings, number, name, steps) for number, name in enumerate(CORRIDORS, start=4170400)]
    return json_reply({"type": "FeatureCollection", "features": features})


def feature(readings: Readings, number: int, name: str, steps: Steps) -> dict[str, Any]:
    angle, country, place = CORRIDORS[name]
    flow_mw = round(readings.flow(["AR"], [country], steps).item())
    turned = angle if flow_mw > 0 else (angle + 180) % 360
    return {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": place},
        "properties": {
            "id": f"{number}", "nombre": name, "fecha": stamp(times.epoch(steps.start_s)), "text": f"{abs(flow_mw)}",
            "internacional": bool(country), "url": f"flecha{turned if flow_mw else ARROW_AT_REST}",
        },
    }


PATHS = {
    (API, "/demanda-svc/generacion/ObtieneGeneracioEnergiaPorRegion/"): conventional,
    (API, "/demanda-svc/demanda/IntercambioCorredoresGeo/"): corridors,
    (RENEWABLES, "/exhisto/RenovablesService/GetChartTotalTRDataSource/"): renewables,
}
