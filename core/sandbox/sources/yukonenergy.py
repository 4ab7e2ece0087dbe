"""Yukon Energy: a page whose script draws the present and the past day.

Traps it has: two lists, of which only that of now has labels, in the order of the other's columns; the capacity behind
them; times without a zone; its age in words, the present not yet among the past.
"""

import json

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.yukonenergy.ca",)
ZONE, TIMEZONE = "CA-YT", "America/Whitehorse"
HALF_HOUR_S, POINTS = 1800, 48
ORDER = ("Thermal", "Hydro", "Wind", "Solar")
LABELS = {
    **{mode: {"Thermal": 1.0} for mode in ("biomass", "coal", "gas", "geothermal", "nuclear", "oil", "unknown")},
    "hydro": {"Hydro": 1.0}, "solar": {"Solar": 1.0}, "wind": {"Wind": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the page."""
    if asked.path != "/consumption/chart_current.php" or asked.one("chart") != "current":
        return NOT_FOUND
    now_s = int(readings.now.timestamp())
    taken_s = now_s - now_s % RASTER_S
    first_s = taken_s - taken_s % HALF_HOUR_S - (POINTS - 1) * HALF_HOUR_S - RASTER_S
    past = [row(readings, first_s + at * HALF_HOUR_S) for at in range(POINTS)]
    shown = [list(pair) for pair in zip(ORDER, row(readings, taken_s)[1:], strict=True)]
    able = round(sum(readings.installed(ZONE).values()), 3)
    return text_reply(
        "<html><head><script>\nfunction parseDates(rows) { return rows; }\n"
        f"var rows_chart_current = parseDates({json.dumps([*shown, ['Capacity', able]])});\n"
        f"var rows_chart_past_day = parseDates({json.dumps(past)});\n</script></head><body>"
        f'<div class="consumption-pane total"><p>Updated {(now_s - taken_s) // 60} minutes ago</p></div>'
        "</body></html>", "text/html")


def row(readings: Readings, at_s: int) -> list[object]:
    """One moment's output."""
    steps = Steps(at_s, RASTER_S, 1)
    made = {label: values.item() for label, values in readings.labelled(ZONE, steps, LABELS).items()}
    stamp = f"{times.local(times.epoch(at_s), TIMEZONE):%Y-%m-%dT%H:%M:%S}"
    return [stamp, *(round(made.get(label, 0.0), 3) for label in ORDER)]
