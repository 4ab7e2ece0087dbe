"""CENACE, Ecuador: a page with the charts of the running day.

Traps it has: several charts, of which one is stacked; numbers written out or packed in base64, beside their trace or
within it; points to come that are no number; a day that only the heading tells, in Spanish; the demand among the
traces.
"""

import base64
import json
from typing import Any

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.cenace.gob.ec",)
PATH = "/info-operativa/InformacionOperativa.htm"
CLOCK = "America/Guayaquil"
ZONE = "EC"
STEP_S = 1800
WEEKDAYS = ("Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo")
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)
THERMAL, RENEWABLE = {"Térmica": 1.0}, {"Renovable": 1.0}
TABLE = {
    "biomass": RENEWABLE, "coal": THERMAL, "gas": {"Gas Natural": 1.0}, "geothermal": RENEWABLE,
    "hydro": {"Hidráulica": 1.0}, "nuclear": THERMAL, "oil": THERMAL, "solar": RENEWABLE, "unknown": THERMAL,
    "wind": RENEWABLE,
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The page, whatever else is asked."""
    if asked.path != PATH:
        return NOT_FOUND
    today = times.day(readings.now, CLOCK)
    steps = Steps(int(times.midnight(today, CLOCK).timestamp()), STEP_S, 48)
    heading = f"{WEEKDAYS[today.weekday()]}, {today.day} de {MONTHS[today.month - 1]} de {today.year}"
    charts = "".join(
        f'<div id="{name}"></div><script>Plotly.newPlot("{name}", {json.dumps(traces)}, {{"height": 320}}, '
        '{"responsive": true})</script>'
        for name, traces in {"resumen": summary(), "produccion": day(readings, steps)}.items())
    return text_reply(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><h2>{heading}</h2>{charts}</body></html>",
        "text/html")


def summary() -> list[dict[str, Any]]:
    return [{"type": "pie", "labels": ["Hidráulica", "Térmica"], "values": [70, 30]}]


def day(readings: Readings, steps: Steps) -> list[dict[str, Any]]:
    """Each trace in another of the forms that there are."""
    clocks = [f"{times.local(at, CLOCK):%H:%M}" for at in steps.starts()]
    found = []
    for place, (label, values) in enumerate(readings.labelled(ZONE, steps, TABLE).items()):
        told = until_now(values, steps, readings)
        forms = {"y": plain(told)}, {"y": packed(told)}, packed(told)
        found.append({"name": label, "x": clocks, "stackgroup": "one", **forms[place % len(forms)]})
    load = {"y": packed(until_now(readings.load(ZONE, steps), steps, readings))}
    return [*found, {"name": "DEMANDA NACIONAL", "x": clocks, "mode": "lines", **load}]


def until_now(values: FloatArray, steps: Steps, readings: Readings) -> FloatArray:
    ends_s = steps.start_s + STEP_S * np.arange(1, steps.count + 1)
    return np.where(ends_s <= readings.now.timestamp(), np.round(values, 3), np.nan)


def plain(values: FloatArray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def packed(values: FloatArray) -> dict[str, str]:
    return {"dtype": "f8", "bdata": base64.b64encode(values.astype("<f8").tobytes()).decode()}
