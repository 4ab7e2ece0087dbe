"""Ukrenergo: the hours of a day in Kyiv, asked for by the form behind its page.

Traps it has: hours named by their end, `01:00` to `23:00` and then 24 as a number; one name for the hour that October
repeats; renewables as one number; negative pumping; consumption and its change beside the output; no row before its
end. The real source counts what pumped storage gives under the rivers' power stations and publishes nothing since 2022;
here it is the pumps' own number turned round, so that it can be compared.
"""

from datetime import date
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("ua.energy",)
PATH = "/wp-admin/admin-ajax.php"
CLOCK = "Europe/Kiev"
ZONE = "UA"
HOUR_S = 3600
DELAY_MIN = 30

GREEN = {"vde": 1.0}
FUELS = {
    "biomass": GREEN, "coal": {"tes": 1.0}, "gas": {"tec": 1.0}, "geothermal": GREEN, "hydro": {"gesgaes": 1.0},
    "nuclear": {"aes": 1.0}, "oil": {"tes": 1.0}, "solar": GREEN, "unknown": GREEN, "wind": GREEN,
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The one action that is known; WordPress says 0 to any other."""
    if asked.path != PATH:
        return NOT_FOUND
    form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    if asked.method != "POST" or form.get("action") != "get_data_oes" or form.get("type") != "day":
        return json_reply(0, 400)
    try:
        return json_reply(rows(readings, times.read_day(form.get("report_date", ""), "DD.MM.YYYY")))
    except SourceChanged:
        return json_reply([])


def rows(readings: Readings, day: date) -> list[dict[str, Any]]:
    """The hours that are out."""
    start, end = (times.midnight(date.fromordinal(day.toordinal() + i), CLOCK) for i in (0, 1))
    steps = steps_between(start, min(end, times.shift(readings.now, minutes=-DELAY_MIN)), HOUR_S)
    made = readings.labelled(ZONE, steps, FUELS)
    load = readings.load(ZONE, steps)
    columns = {
        **made, "consumptiongaespump": -readings.charge(ZONE, steps).get("hydro", np.zeros(steps.count)),
        "consumption": load, "consumption_diff": np.diff(load, prepend=load[:1]),
    }
    found = []
    for i, at in enumerate(steps.starts()):
        hour = times.local(at, CLOCK).hour + 1
        named: dict[str, Any] = {"hour": f"{hour:02}:00" if hour < 24 else hour}
        found.append(named | {label: round(float(values[i])) for label, values in columns.items()})
    return found
