"""CENCE, Costa Rica: hours of every plant of a local day.

Traps it has: rows in no order; several plants of a source of energy; both borders among the plants, - out of the
country; stamps with a tenth of a second; months and days of two digits in the question.
"""

from datetime import date
from typing import Any

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("apps.grupoice.com",)
PATH = "/CenceWeb/data/sen/json/EnergiaHorariaFuentePlanta"
CLOCK = "America/Costa_Rica"
ZONE = "CR"
HOUR_S = 3600
DELAY_MIN = 15
FIRST_DAY = "2017-07-01"
BORDERS = {"Intercambio Norte": "NI", "Intercambio Sur": "PA"}

OIL = {"Térmica/Garabito": 0.7, "Térmica/Moín III": 0.3}
TABLE = {
    "biomass": {"Bagazo/El Viejo": 1.0}, "coal": OIL, "gas": OIL,
    "geothermal": {"Geotérmica/Miravalles I": 0.6, "Geotérmica/Pailas II": 0.4},
    "hydro": {"Hidroeléctrica/Reventazón": 0.5, "Hidroeléctrica/Arenal": 0.3, "Hidroeléctrica/Garita": 0.2},
    "nuclear": OIL, "oil": OIL, "solar": {"Solar/Parque Solar": 1.0}, "unknown": OIL, "wind": {"Eólica/Tejona": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """One day; no rows for one that cannot be read, or from before there are any."""
    if asked.path != PATH:
        return NOT_FOUND
    try:
        day = date.fromisoformat("-".join(asked.one(name) or "" for name in ("anno", "mes", "dia")))
    except ValueError:
        return json_reply({"data": []})
    rows = of_day(readings, day) if f"{day}" >= FIRST_DAY else []
    return json_reply({
        "descripcion": "Datos de la energía horaria por fuente y planta.", "nombreConsulta": PATH.rpartition("/")[2],
        "fechaConsulta": f"{times.local(readings.now, CLOCK):%Y-%m-%dT%H:%M -0600}", "data": rows,
        "_links": {"next": None},
    })


def of_day(readings: Readings, day: date) -> list[dict[str, Any]]:
    start, end = (times.midnight(one, CLOCK) for one in (day, date.fromordinal(day.toordinal() + 1)))
    steps = steps_between(start, min(end, times.shift(readings.now, minutes=-DELAY_MIN)), HOUR_S)
    made = {label: (label.split("/"), values) for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    made |= {name: (["Intercambio", name], readings.flow([other], [ZONE], steps)) for name, other in BORDERS.items()}
    rows = [
        {
            "fecha": f"{times.local(at, CLOCK):%Y-%m-%d %H:%M:%S}.0", "dato": round(value, 6), "fuente": power,
            "planta": plant, "grupo": "Intercambio Regional" if power == "Intercambio" else "ICE",
        }
        for (power, plant), values in made.values() for at, value in zip(steps.starts(), values.tolist(), strict=True)
    ]
    return sorted(rows, key=lambda row: row["dato"])
