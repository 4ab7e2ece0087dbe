"""UT, El Salvador: a page with hidden fields, and the dashboard that it asks in the background.

Traps it has: parameters that are encoded twice; fields of the page that must come back; an answer that is a script
with JSON in a text in single quotes; numbers under triples of places in lists that change with what there is to tell;
no number where the sun gives nothing; a day of 1990 that stands for today.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("estadistico.ut.com.sv",)
PATH = "/OperacionDiaria.aspx"
CLOCK = "America/El_Salvador"
ZONE = "SV"
HOUR_S = 3600
FIELDS = {"__VIEWSTATE": "q7Zk+/W9mA==", "__VIEWSTATEGENERATOR": "5A1C09EF", "__EVENTVALIDATION": "dT3/x0+K8w=="}
DAY = re.compile(r'"value":"(\d{4}-\d\d-\d\d)T[\d:.]+"')
TODAY = "1990-01-01"
NEIGHBOURS = ("GT", "HN")

OTHER = {"Térmico": 1.0}
TABLE = {
    "biomass": {"Biomasa": 1.0}, "coal": OTHER, "gas": OTHER, "geothermal": {"Geotérmico": 1.0},
    "hydro": {"Hidroeléctrico": 1.0}, "nuclear": OTHER, "oil": OTHER, "solar": {"Solar": 1.0}, "unknown": OTHER,
    "wind": {"Eólico": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The page to a GET, the dashboard's items to a POST with the page's fields."""
    if asked.path != PATH:
        return NOT_FOUND
    if asked.method != "POST":
        inputs = "".join(
            f'<input type="hidden" name="{name}" id="{name}" value="{value}" />' for name, value in FIELDS.items())
        return text_reply(f"<!DOCTYPE html><html><body><form>{inputs}</form></body></html>", "text/html")
    form = {name: values[0] for name, values in parse_qs(asked.body.decode(errors="replace")).items()}
    try:
        if any(form.get(name) != value for name, value in FIELDS.items()) or "DXScript" not in form:
            raise SourceChanged("The state of the page is not its own.")
        table = items(readings, day_of(form.get("__CALLBACKPARAM", ""), readings))
    except SourceChanged:
        return script("{'error':{'message':'Callback request failed due to an internal server error.'},"
                      "'result':null,'id':1}")
    text = json.dumps(table, ensure_ascii=False).replace("\\", "\\\\").replace("'", "\\'")
    return script(f"{{'id':1,'result':'{text}'}}")


def script(content: str) -> Reply:
    return text_reply(f"0|/*DX*/({content})", "text/plain; charset=utf-8")


def day_of(parameter: str, readings: Readings) -> Any:
    """The day that is asked for."""
    question = json.loads(parameter.removeprefix("c1:") or "{}").get("url", "")
    found = DAY.search(unquote(question))
    if found is None or "pivotDashboardItem1" not in question:
        raise SourceChanged("The question has no day.")
    return times.day(readings.now, CLOCK) if found[1] == TODAY else times.read_day(found[1])


def items(readings: Readings, day: Any) -> dict[str, Any]:
    """The table of hours by technology, as far as they are over."""
    start = times.midnight(day, CLOCK)
    steps = steps_between(start, min(times.shift(start, hours=24), readings.now), HOUR_S)
    made = readings.labelled(ZONE, steps, TABLE)
    made["Interconexión"] = readings.flow(NEIGHBOURS, [ZONE], steps)
    rows = {label: [round(value, 2) for value in values.tolist()] for label, values in made.items()}
    labels = sorted(label for label, row in rows.items() if any(row))
    numbers = {
        f"[{place},0,{hour}]": {"0": rows[label][hour]}
        for hour in range(steps.count) for place, label in enumerate(labels) if label != "Solar" or rows[label][hour]
    }
    lists = {
        "DataItem0": [], "DataItem3": [f"{day}T00:00:00.0000000"] if labels else [],
        "DataItem1": [*range(steps.count)], "DataItem2": labels,
    }
    slices = [
        {"KeyIds": [], "ValueIds": {"DataItem0": 0}, "Data": {"[]": {"0": sum(map(sum, rows.values()))}}},
        {"KeyIds": ["DataItem2", "DataItem3", "DataItem1"], "ValueIds": {"DataItem0": 0}, "Data": numbers},
    ]
    storage = {"DataStorageDTO": {"EncodeMaps": lists, "Slices": slices}}
    return {"gridDashboardItem3": {"Name": "it's \"x\""}, "pivotDashboardItem1": {"ItemData": storage}}
