"""The Government of Prince Edward Island: gauges of load, wind and fossil plants at one moment, as JSON.

Traps it has: a question that is posted; numbers inside headings; gauges of contracts and percentages; Atlantic time of
twelve hours, in the last object. What the island takes from New Brunswick is not said.
"""

import json
from typing import Any

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("wdf.princeedwardisland.ca",)
ZONE, TIMEZONE = "CA-PE", "America/Halifax"
QUARTER_S = 900
LABELS = {"oil": {"Fossil Fuel": 1.0}, "wind": {"Wind": 1.0}}


def answer(asked: Asked, readings: Readings) -> Reply:
    """POST of the feature's name."""
    if asked.path != "/api/workflow" or asked.method != "POST":
        return NOT_FOUND
    wanted = json.loads(asked.body or b"{}")
    if {wanted.get("featureName"), wanted.get("queryName")} != {"WindEnergy"}:
        return json_reply({"messages": ["unknown feature"], "data": []})
    now_s = int(readings.now.timestamp())
    return json_reply({"messages": [], "data": gauges(readings, Steps(now_s - now_s % QUARTER_S, 300, 1))})


def gauges(readings: Readings, steps: Steps) -> list[dict[str, Any]]:
    made = {label: values.item() for label, values in readings.labelled(ZONE, steps, LABELS).items()}
    wind_mw, load_mw = made.get("Wind", 0.0), readings.load(ZONE, steps).item()
    numbers = {
        "Total On-Island Load": load_mw, "Total On-Island Wind Generation": wind_mw,
        **{f"Total On-Island {label} Generation": made[label] for label in made if label != "Wind"},
        "Wind Power Used On Island": 0.6 * wind_mw, "Wind Power Exported Off Island": 0.4 * wind_mw,
    }
    found = [gauge(f"{name}: {power_mw:.2f} MW") for name, power_mw in numbers.items()]
    found.append(gauge(f"Percentage of Wind Power Used: {60 * wind_mw / load_mw:.2f} %"))
    (start,) = steps.starts()
    local = times.local(start, TIMEZONE)
    stamp = f"{local:%B} {local.day}, {local.year} {local.hour % 12 or 12}:{local:%M %p}"
    return [*found, {"type": "Paragraph", "data": {"text": f"Last updated {stamp}"}}]


def gauge(header: str) -> dict[str, Any]:
    return {"type": "GaugeChart", "data": {"header": header, "data": []}}
