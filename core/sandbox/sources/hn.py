"""ODS (Honduras): a CSV table per technology and one of flows, the hours of today by plant.

Traps it has: dates as month/day/year; hours to come are blank; numbers below 1 begin with the point; a plant in two
tables; plants that draw a little; damaged accents; flows that are + out of the country.
"""

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("otr.ods.org.hn",)
PATH = "/odsprd/ods_prd/r/operador-del-sistema-ods/producci%C3%B3n-horaria"
CLOCK = "America/Tegucigalpa"
ZONE = "HN"
HOUR_S, HOURS = 3600, 24
DELAY_MIN = 30
HEAD = "Fecha,Planta," + ",".join(f"{hour:02}" for hour in range(HOURS))

TABLE = {
    "biomass": {"5/Tres Valles": 1.0}, "coal": {"6/Becosa": 1.0}, "gas": {"9/Laeisz Danli": 1.0},
    "geothermal": {"4/Geoplatanares": 1.0}, "hydro": {"1/La Confianza": 0.3, "10/Ca\ufffd\ufffdaveral": 0.7},
    "nuclear": {"9/Laeisz Danli": 1.0}, "oil": {"8/La Ensenada": 0.4, "9/Santa Fe": 0.6}, "solar": {"3/Helios": 1.0},
    "unknown": {"8/Enersa": 1.0}, "wind": {"2/San Marcos": 0.25, "2/Cerro de Hula": 0.75},
}
OWN_USE = {"3/Marcovia": -0.1, "8/EMCE": -0.1}
TWICE = {"9/La Ensenada": "8/La Ensenada"}
FLOWS, COUNTRIES = "7", {"Guatemala": "GT", "Nicaragua": "NI", "El Salvador": "SV"}
INDICES = ("1", "2", "3", "4", "5", "6", "8", "9", "10")


def answer(asked: Asked, readings: Readings) -> Reply:
    """One table."""
    index = asked.one("p8_indx")
    if asked.path != PATH or asked.one("request") != "CSV_N_":
        return NOT_FOUND
    start_s = int(times.midnight(times.day(readings.now, CLOCK), CLOCK).timestamp())
    out = int(readings.now.timestamp() - 60 * DELAY_MIN - start_s) // HOUR_S
    steps = Steps(start_s, HOUR_S, max(0, min(HOURS, out)))
    if index == FLOWS:
        found = {name: readings.flow([ZONE], [country], steps) for name, country in COUNTRIES.items()}
    else:
        found = {label.partition("/")[2]: values for label, values in plants(readings, steps).items()
                 if label.partition("/")[0] == index}
    when = times.local(times.epoch(start_s), CLOCK)
    day = f"{when.month}/{when.day}/{when.year}"
    lines = [f"{day},{name},{','.join(cells(values))}" for name, values in found.items()]
    return text_reply("\n".join([HEAD, *lines, ""]) if index in (FLOWS, *INDICES) else f"{HEAD}\n")


def plants(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """MW by index and plant."""
    made = readings.labelled(ZONE, steps, TABLE)
    made |= {twin: made[plant] for twin, plant in TWICE.items() if plant in made}
    return made | {label: np.full(steps.count, value) for label, value in OWN_USE.items()}


def cells(values: FloatArray) -> list[str]:
    written = [f"{value:.1f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.1f}" for value in values.tolist()]
    return written + [""] * (HOURS - len(written))
