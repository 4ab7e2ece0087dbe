"""CENACE (Mexico): settled generation as a monthly file behind an ASP.NET page, the areas' flows, the curve of the day.

Traps it has: hidden fields without which a form is not heard, other ones in every answer; a grid of the asked month,
with a row per settlement run, of which only the last is right; a month that is not out is answered by the page; hours
numbered from 1, of local days; hyphens for minus signs, commas in thousands; no time on the areas' page; a curve as
JSON in JSON, measured hours to come a blank, at times with an hour of yesterday in front; pages for browsers only.
"""

import html
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("www.cenace.gob.mx",)
GENERATION = "/Paginas/SIM/Reportes/EnergiaGeneradaTipoTec.aspx"
AREAS = "/Paginas/Publicas/Info/DemandaRegional.aspx"
CURVE = "/GraficaDemanda.aspx/obtieneValoresTotal"
CLOCK = "America/Mexico_City"
ZONE = "MX"
HOUR_S = 3600
DATE = "ctl00_ContentPlaceHolder1_FechaConsulta_ClientState"
BUTTON = "ctl00$ContentPlaceHolder1$GridRadResultado$ctl00$ctl{:02}$gbccolumn"
LATE_DAYS = 20
"""A month is out so long after its end, and settled again a month later."""
RUNS = ("L0", "L1", "L2")
FIRST_ERROR = 1.02

TABLE = {
    "biomass": {"Biomasa": 1.0}, "coal": {"Carboelectrica": 1.0}, "gas": {"Ciclo Combinado": 0.95, "Turbo Gas": 0.05},
    "geothermal": {"Geotermoelectrica": 1.0}, "hydro": {"Hidroelectrica": 1.0}, "nuclear": {"Nucleoelectrica": 1.0},
    "oil": {"Termica Convencional": 1.0}, "solar": {"Fotovoltaica": 1.0},
    "unknown": {"Combustion Interna": 0.3, "Termica Convencional": 0.7}, "wind": {"Eolica": 1.0},
}
COLUMNS = (
    "Eolica", "Fotovoltaica", "Biomasa", "Carboelectrica", "Ciclo Combinado", "Combustion Interna",
    "Geotermoelectrica", "Hidroelectrica", "Nucleoelectrica", "Termica Convencional", "Turbo Gas",
)
BORDERS = {
    "PEN-BEL": ("BZ", 1.0), "ORI-GUA": ("GT", 1.0), "USA-BCA": ("US-CAL-CISO", 1.0), "USA-NTE": ("US-TEX-ERCO", 1.25),
    "USA-NES": ("US-TEX-ERCO", -0.25),
}
"""Where what leaves by an element goes to, and what part of the border's flow it is."""


FIRST_DAY = 15
"""The days of a month from this one on are in its file here: all of it would take the grid long to compute."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """One of its three services."""
    if not asked.headers.get("user-agent", "").startswith("Mozilla/5.0"):
        return text_reply("<html><body>Request Rejected</body></html>", "text/html", 403)
    if asked.path == AREAS:
        return text_reply(areas(readings), "text/html")
    if asked.path == CURVE:
        return curve(asked, readings)
    if asked.path != GENERATION:
        return NOT_FOUND
    form = {key: values[0] for key, values in parse_qs(asked.body.decode()).items()}
    return month(form, readings) if asked.method == "POST" else text_reply(page("start"), "text/html")


def month(form: dict[str, str], readings: Readings) -> Reply:
    """The grid of a month, or its file if a button of the grid is pressed."""
    try:
        asked = json.loads(form[DATE])
        first = times.read_day(asked["maxDateStr"].split()[0], "MM/DD/YYYY").replace(day=1)
    except (KeyError, ValueError, SourceChanged):
        return text_reply("<html><body>Runtime Error</body></html>", "text/html", 500)
    runs = runs_of(readings, first)
    pressed = [at for at in range(len(runs)) if f"{BUTTON.format(4 + 2 * at)}.x" in form]
    if not pressed or form.get("__VIEWSTATE") != state(f"{first:%Y%m}"):
        return text_reply(page(f"{first:%Y%m}", runs), "text/html")
    return text_reply(file(readings, first, runs[pressed[0]], is_last=pressed[0] + 1 == len(runs)))


def runs_of(readings: Readings, first: date) -> list[str]:
    """The settlement runs of a month so far, the oldest first."""
    end = times.month_start(first, 1)
    late_days = (times.day(readings.now, CLOCK) - end).days
    return [run for at, run in enumerate(RUNS) if late_days >= LATE_DAYS + 30 * at]


def state(name: str) -> str:
    return f"/wEP+{name}/+=="


def page(name: str, runs: Sequence[str] = ()) -> str:
    buttons = [f'<input type="image" name="{BUTTON.format(4 + 2 * at)}" />' for at, _ in enumerate(runs)]
    rows = "".join(
        f'<tr class="rgRow"><td>SEN</td><td>{run}</td><td>{button}</td></tr>'
        for run, button in zip(runs, buttons, strict=True))
    fields = {"__VIEWSTATE": state(name), "__VIEWSTATEGENERATOR": "4711ABCD", "__EVENTVALIDATION": f"/wEd+{name}="}
    hidden = "".join(f'<input type="hidden" name="{key}" value="{html.escape(v)}" />' for key, v in fields.items())
    return f"<!DOCTYPE html>\n<html><body><form>{hidden}<table>{rows}</table></form></body></html>"


def file(readings: Readings, first: date, run: str, *, is_last: bool) -> str:
    end = times.month_start(first, 1)
    start_s, end_s = (int(times.midnight(day, CLOCK).timestamp()) for day in (first.replace(day=FIRST_DAY), end))
    steps = Steps(start_s, HOUR_S, (end_s - start_s) // HOUR_S)
    made = dict.fromkeys(COLUMNS, np.zeros(steps.count)) | readings.labelled(ZONE, steps, TABLE)
    heads = [*COLUMNS, *(label for label in made if label not in COLUMNS)]
    values = np.round(np.stack([made[head] for head in heads], axis=1) * (1.0 if is_last else FIRST_ERROR), 4).tolist()
    lines = [
        '"Centro Nacional de Control de Energia"', '"Energia Generada por Tipo de Tecnologia (MWh)"', '"Sistema: SEN"',
        f'"Mes: {first:%m/%Y}"', f'"Liquidacion: {run}"', '"Creado: 01/01/2026 10:00"', '"Sin acentos"',
        ", ".join(["Sistema", "Dia", "Hora", *heads]),
    ]
    for at, row in zip(steps.starts(), values, strict=True):
        day = times.day(at, CLOCK)
        hour = int((at - times.midnight(day, CLOCK)) / timedelta(hours=1)) + 1
        lines.append(",".join(f'"{cell}"' for cell in ("SEN", f"{day:%d/%m/%Y}", hour, *row)))
    return "\r\n".join([*lines, ""])


def areas(readings: Readings) -> str:
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    found = {"GeneracionBCS": "322", "IntercambioBCS": "N/A", "DemandaBCS": "0", "IntercambioNES-NTE": "&#8208;298"}
    for element, (neighbour, share) in BORDERS.items():
        flow_mw = round(share * readings.flow([ZONE], [neighbour], steps).item())
        found[f"Intercambio{element}"] = f"{flow_mw:,}".replace("-", "&#8208;")
    cells = "\n".join(f'<div id="{name}" class="datoIntercambio">{value}</div>' for name, value in found.items())
    return f"<!DOCTYPE html>\n<html><body>\n{cells}\n</body></html>"


def curve(asked: Asked, readings: Readings) -> Reply:
    """The hours of today; one of yesterday stands in front of them in every second hour."""
    if asked.method != "POST" or asked.body != b'{"gerencia": "10"}':
        return json_reply({"Message": "Invalid web service call."}, 500)
    today = int(times.midnight(times.day(readings.now, CLOCK), CLOCK).timestamp())
    before = times.local(readings.now, CLOCK).hour % 2
    steps = Steps(today - before * HOUR_S, HOUR_S, 24 + before)
    over = int(readings.now.timestamp() - steps.start_s) // HOUR_S
    load, planned = readings.load(ZONE, steps), readings.generation_forecast(ZONE, steps)
    rows = [row((at - before) % 24 + 1, load[at] if at < over else None, planned[at]) for at in range(steps.count)]
    return json_reply({"d": json.dumps(rows)})


def row(hour: int, load_mw: float | None, planned_mw: float) -> dict[str, Any]:
    measured = " " if load_mw is None else f"{load_mw:.0f}"
    return {"hora": f"{hour}", "valorDemanda": measured, "valorGeneracion": measured, "valorEnlace": None,
            "valorPronostico": f"{planned_mw:.0f}"}
