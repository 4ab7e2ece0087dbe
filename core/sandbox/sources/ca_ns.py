"""Nova Scotia Power: a page of flows, and JSON of a day's load and of its mix in percent.

Traps it has: a stamp in Atlantic time on the page, milliseconds in the JSON; a dummy in front of load and mix; imports
among the plants; labels with a blank at their end; `NS Export` + is to New Brunswick, `Maritime Link Import` + is from
Newfoundland.
"""

from typing import Any

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("resourcesprd-nspower.aws.silvertech.net", "www.nspower.ca")
ZONE, TIMEZONE = "CA-NS", "America/Halifax"
PAGE, FOLDER = "/oasis/current_report.shtml", "/library/CurrentLoad/"
HOUR_S, HOURS = 3600, 24

LABELS = {
    "biomass": {"Biomass": 1.0}, "coal": {"Solid Fuel": 1.0}, "gas": {"HFO/Natural Gas": 0.8, "LM 6000's": 0.2},
    "hydro": {"Hydro": 1.0}, "oil": {"CT's": 1.0}, "wind": {"Wind": 1.0},
}
NEIGHBOURS = ("CA-NB", "CA-NL")


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the page or of a file."""
    if asked.path == PAGE:
        return text_reply(page(readings), "text/html")
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % HOUR_S - HOURS * HOUR_S, HOUR_S, HOURS)
    if asked.path == f"{FOLDER}CurrentLoad.json":
        return json_reply(stamped(steps, {"Base Load": readings.load(ZONE, steps)}))
    if asked.path == f"{FOLDER}CurrentMix.json":
        return json_reply(mix(readings, steps))
    return NOT_FOUND


def page(readings: Readings) -> str:
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % RASTER_S, RASTER_S, 1)
    (taken,) = steps.starts()
    export, link = (
        readings.flow(*ends, steps).item() for ends in (((ZONE,), ("CA-NB",)), (("CA-NL",), (ZONE,))))
    rows = "".join(
        f"<tr><td>{label} </td><td>{power_mw:.1f}</td></tr>" for label, power_mw in
        {"NS Load": readings.load(ZONE, steps).item(), "NS Export": export, "Maritime Link Import": link}.items())
    stamp = f"{times.local(taken, TIMEZONE):%d-%b-%y %H:%M:%S}"
    return (
        "<html><body><table><tr><td><table><tr><th>Current System Conditions</th>"
        f"<td><em><i>{stamp}</i></em></td></tr>{rows}</table></td></tr></table></body></html>")


def mix(readings: Readings, steps: Steps) -> list[dict[str, Any]]:
    """Percentages of the load; what comes from outside is Imports."""
    load = readings.load(ZONE, steps)
    made = readings.labelled(ZONE, steps, LABELS)
    made["Imports"] = readings.flow(NEIGHBOURS, (ZONE,), steps)
    return stamped(steps, {label: 100 * values / load for label, values in made.items()})


def stamped(steps: Steps, columns: dict[str, Any]) -> list[dict[str, Any]]:
    """A dummy, then a row per hour."""
    rows = [
        {"datetime": f"/Date({int(start.timestamp() * 1000)})/"}
        | {name: round(float(values[at]), 3) for name, values in columns.items()}
        for at, start in enumerate(steps.starts())
    ]
    return [rows[0] | dict.fromkeys(columns, 0), *rows]
