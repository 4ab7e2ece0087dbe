"""OC-SENI (Dominican Republic): the page of today's dispatch by unit, in groups and companies, and its totals.

Traps it has: cells that are blank for 0 and for what is not out yet; a table within every heading; spacer rows; names
with accents; units that burn two fuels under two names; unserved energy among the thermal units; plans for all hours.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("apps.oc.org.do",)
PATH = "/reportesgraficos/reportepostdespacho.aspx"
CLOCK = "America/Santo_Domingo"
ZONE = "DO"
HOUR_S, HOURS = 3600, 24
DELAY_MIN = 90
LEAST_MW = 0.005

TABLE = {
    "biomass": {"SAN PEDRO BIO-ENERGY": 1.0}, "coal": {"BARAHONA CARBÓN": 0.1, "PUNTA CATALINA 1": 0.9},
    "gas": {"AES ANDRÉS GN": 0.6, "ESTRELLA DEL MAR 3 CCT": 0.4}, "geothermal": {"MONTE RÍO": 1.0},
    "hydro": {"TAVERA 1": 1.0}, "nuclear": {"MONTE RÍO": 1.0},
    "oil": {"MONTE RÍO": 0.5, "ESTRELLA DEL MAR 2 CFO": 0.5}, "solar": {"PARQUE SOLAR GIRASOL": 1.0},
    "unknown": {"SULTANA DEL ESTE": 1.0}, "wind": {"PARQUE EÓLICO GUANILLO": 1.0},
}
GROUPS = {
    "Eólica": ("PARQUE EÓLICO GUANILLO",), "Hidroeléctrica": ("TAVERA 1",), "Solar": ("PARQUE SOLAR GIRASOL",),
    "Térmica": (
        "AES ANDRÉS FO", "AES ANDRÉS GN", "SENI", "BARAHONA CARBÓN", "PUNTA CATALINA 1", "MONTE RÍO",
        "SAN PEDRO BIO-ENERGY", "ESTRELLA DEL MAR 2 CFO", "ESTRELLA DEL MAR 3 CCT", "SULTANA DEL ESTE"),
}
TOTALS = {"Térmica": "Total Térmico", "Eólica": "Total Eólico", "Solar": "Total Solar",
          "Hidroeléctrica": "Total Hidroeléctrica"}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The report of today."""
    if asked.path != PATH:
        return NOT_FOUND
    day = times.day(readings.now, CLOCK)
    start_s = int(times.midnight(day, CLOCK).timestamp())
    out = max(0, int(readings.now.timestamp() - 60 * DELAY_MIN - start_s) // HOUR_S)
    steps = Steps(start_s, HOUR_S, out)
    made = {unit: np.round(values, 2) for unit, values in readings.labelled(ZONE, steps, TABLE).items()}
    plan = readings.generation_forecast(ZONE, Steps(start_s, HOUR_S, HOURS))
    rows = "\n".join([head(), *table(made, steps.count, plan)])
    picked = f'<input id="FechaConsultaDateEdit_I" value="{day:%d/%m/%Y}" type="text" />'
    grid = f'<table id="PostdespachoUnidadesTermicasGrid_DXMainTable">\n{rows}\n</table>'
    return text_reply(f"<!DOCTYPE html>\n<html><body><form>{picked}\n{grid}</form></body></html>", "text/html")


def table(made: dict[str, FloatArray], count: int, plan: FloatArray) -> Iterator[str]:
    nothing, sums = np.zeros(count), {}
    for group, units in GROUPS.items():
        yield cells(["", f"GRUPO: {group} "])
        yield cells(["", "", "EMPRESA: EGE"])
        for unit in units:
            yield cells(["", "", unit, *written(made.get(unit, nothing))])
        yield cells([""] * (HOURS + 3))
        sums[group] = np.sum([made.get(unit, nothing) for unit in units], axis=0)
    yield cells(["", "GRUPO: Totales "])
    yield cells(["", "", "EMPRESA: Total"])
    totals = {TOTALS[group]: values for group, values in sums.items()}
    whole = np.sum([*sums.values()], axis=0)
    others = {"Total Generado": whole, "Total Programado": plan, "Consumo": nothing + 120.3}
    for name, values in {**totals, **others}.items():
        yield cells(["", "", name, *written(values)])


def written(values: FloatArray) -> list[str]:
    """Two decimals, nothing for 0 and for hours to come."""
    shown = ["" if value < LEAST_MW else f"{value:.2f}" for value in values.tolist()]
    return shown + [""] * (HOURS - len(shown))


def head() -> str:
    names = ["CENTRAL", *(f"{hour:02}" for hour in range(1, HOURS + 1))]
    return cells(["", "", *(f"<table><tr><td>{name}</td><td>&nbsp;</td></tr></table>" for name in names)])


def cells(texts: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<td>{text or '&nbsp;'}</td>" for text in texts) + "</tr>"
