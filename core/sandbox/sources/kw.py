"""Kuwait's ministry of electricity: a home page with a gauge of the load.

Traps it has: no stamp; the number is in a script, between the gauge's end and its bands of colours.
"""

import json

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.mew.gov.kw",)
PATH = "/en"
ZONE = "KW"


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the page."""
    if asked.path != PATH:
        return NOT_FOUND
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    most_mw = round(sum(readings.installed(ZONE).values()))
    bands = [{"from": 0, "to": most_mw // 2, "color": "green"}, {"from": most_mw // 2, "to": most_mw, "color": "red"}]
    gauge = {"maxValue": most_mw, "currentValue": round(readings.load(ZONE, steps).item()), "highlights": bands}
    return text_reply(
        '<!DOCTYPE html>\n<html lang="en"><head><title>Home</title></head><body><canvas id="gauge"></canvas>\n'
        f"<script>\n  var obj= {json.dumps(gauge, separators=(',', ':'))};\n  draw(obj);\n</script></body></html>",
        "text/html; charset=utf-8")
