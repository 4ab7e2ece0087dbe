"""COES, Peru: the half hours of a day by fuel.

Traps it has: labels at the end of the half hour, so that a day begins with 00:30 and ends with the next day's 00:00;
only the first day of a question is answered, and that only if the last is the next one; zeros for what is to come.
"""

from datetime import date
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.coes.org.pe",)
PATH = "/Portal/portalinformacion/generacion"
CLOCK = "America/Lima"
ZONE = "PE"
HALF_S = 1800
DELAY_MIN = 40

OIL = {"DIESEL": 0.4, "RESIDUAL": 0.6}
TABLE = {
    "biomass": {"BAGAZO": 0.7, "BIOGÁS": 0.3}, "coal": {"CARBÓN": 1.0}, "gas": {"GAS": 1.0}, "geothermal": OIL,
    "hydro": {"HÍDRICO": 1.0}, "nuclear": OIL, "oil": OIL, "solar": {"SOLAR": 1.0}, "unknown": OIL,
    "wind": {"EÓLICA": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """One day of the graph by fuel."""
    if asked.path != PATH or asked.method != "POST":
        return NOT_FOUND
    form = parse_qs(asked.body.decode(errors="replace"))
    try:
        first, last = (
            times.read_day(form.get(name, [""])[0], "DD/MM/YYYY") for name in ("fechaInicial", "fechaFinal"))
    except SourceChanged:
        return json_reply({"GraficoTipoCombustible": {"Series": []}})
    asks_for_it = form.get("indicador") == ["0"] and last.toordinal() == first.toordinal() + 1
    return json_reply({"GraficoTipoCombustible": {"Series": series(readings, first) if asks_for_it else []}})


def series(readings: Readings, day: date) -> list[dict[str, Any]]:
    steps = Steps(int(times.midnight(day, CLOCK).timestamp()), HALF_S, 48)
    ends = [times.shift(at, minutes=HALF_S / 60) for at in steps.starts()]
    out = times.shift(readings.now, minutes=-DELAY_MIN)
    if steps.start_s > out.timestamp():
        return []
    is_out = np.array([end <= out for end in ends])
    return [
        {"Name": label, "Data": [
            {
                "Nombre": f"{times.local(end, CLOCK):%Y/%m/%d %H:%M:%S}", "Valor": value, "CodColor": None,
                "Valores": None, "Valores_": None, "Codigo": 0, "RER": None,
            }
            for end, value in zip(ends, np.where(is_out, np.round(values, 5), 0.0).tolist(), strict=True)]}
        for label, values in readings.labelled(ZONE, steps, TABLE).items()
    ]
