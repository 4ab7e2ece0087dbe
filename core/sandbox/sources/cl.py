"""Coordinador Eléctrico Nacional, Chile: hours by type of plant, whole local days.

Traps it has: an empty list of data beside the one that counts; headers that must name its site; all thermal plants as
one type; plants that report late, so that the newest hours say too little; a day of 25 hours numbered to 25, and one of
23 numbered to 24 by its clock.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("sipub.coordinador.cl",)
PATH = "/api/v1/recursos/generacion_centrales_tecnologia_horario"
SITE = "https://www.coordinador.cl"
CLOCK = "America/Santiago"
ZONE = "CL-SEN"
HOUR_S = 3600
LATE_H, TOLD_SO_FAR = 9, 0.6
MOST_DAYS = 31

THERMAL = {"termica": 1.0}
TABLE = {
    "biomass": THERMAL, "coal": THERMAL, "gas": THERMAL, "geothermal": {"geotermica": 1.0},
    "hydro": {"hidraulica": 1.0}, "nuclear": THERMAL, "oil": THERMAL, "solar": {"solar": 1.0}, "unknown": THERMAL,
    "wind": {"eolica": 1.0},
}
ORDER = ("", "hidraulica", "termica", "eolica", "solar", "geotermica")


def answer(asked: Asked, readings: Readings) -> Reply:
    """Days from one to another, both included."""
    if asked.path != PATH:
        return NOT_FOUND
    if asked.headers.get("origin") != SITE or not asked.headers.get("referer", "").startswith(SITE):
        return json_reply({"detail": "Authentication credentials were not provided."}, 403)
    try:
        first, last = (times.read_day(asked.one(name) or "") for name in ("fecha__gte", "fecha__lte"))
    except SourceChanged:
        return json_reply({"detail": "Invalid date"}, 400)
    days = range(first.toordinal(), min(last.toordinal(), first.toordinal() + MOST_DAYS) + 1)
    rows = [row for number in days for row in of_day(readings, date.fromordinal(number))]
    return json_reply({"data": [], "aggs": rows})


def of_day(readings: Readings, day: date) -> Iterator[dict[str, Any]]:
    start, end = (times.midnight(one, CLOCK) for one in (day, date.fromordinal(day.toordinal() + 1)))
    left_out = (end - start).total_seconds() < 24 * HOUR_S
    steps = steps_between(start, min(end, readings.now), HOUR_S)
    for label, values in readings.labelled(ZONE, steps, TABLE).items():
        for number, (at, value) in enumerate(zip(steps.starts(), values.tolist(), strict=True), start=1 + left_out):
            told = value if times.shift(at, hours=LATE_H) <= readings.now else TOLD_SO_FAR * value
            yield {
                "fecha": f"{day}", "hora": number, "tipo_central": label, "generacion_sum": round(told, 10),
                "energia_ernc_sum": round(0.1 * told, 10), "tecnologia_orden": ORDER.index(label),
            }
