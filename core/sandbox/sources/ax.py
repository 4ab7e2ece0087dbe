"""Kraftnät Åland: a chart of the last day and night, its data literals in a script.

Traps it has: labels of the clock on the wall without a day, so that an hour of October stands twice and one of March
not at all; lists told apart by a blank; two cables to Finland; what comes in is +; sun is not in the feed.
"""

import json
from collections.abc import Iterable

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("grafik.kraftnat.ax",)
PATH = "/grafer/tot_inm_24h_15.php"
CLOCK = "Europe/Mariehamn"
ZONE = "AX"
QUARTER_S, QUARTERS = 900, 96
DELAY_MIN = 5
LINK_PART = 1.2
"""Of what comes from Finland; the other cable takes some of it back."""

FOSSIL = {"fossil": 1.0}
FUELS = {
    "biomass": FOSSIL, "coal": FOSSIL, "gas": FOSSIL, "oil": FOSSIL, "unknown": FOSSIL, "wind": {"wind": 1.0},
    "solar": {"sun": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The page."""
    if asked.path != PATH:
        return NOT_FOUND
    end_s = int(times.shift(readings.now, minutes=-DELAY_MIN).timestamp()) // QUARTER_S * QUARTER_S
    steps = Steps(end_s - QUARTERS * QUARTER_S, QUARTER_S, QUARTERS)
    axis = ",".join(f"'{times.local(at, CLOCK):%H:%M}'" for at in steps.starts())
    data = "".join(f"{{ name: 'serie', data:[{written(values)}] }},\n" for values in series(readings, steps))
    return text_reply(
        "<!DOCTYPE html>\n<html><head><title>Total inmatning 24 h</title></head>\n<body><div id=\"container\"></div>\n"
        f"<script>\nHighcharts.chart('container', {{ xAxis: {{ data: [{axis}] }},\n"
        f"legend: {{ data: ['Sverige','Finland'] }}, colors: {{ data: ['#0a0','#00a'] }},\nseries: [{data}] }});\n"
        "</script></body></html>\n", "text/html; charset=UTF-8")


def series(readings: Readings, steps: Steps) -> Iterable[FloatArray]:
    """Sweden, ÅL-Link, fossil, Gustavs, wind, consumption."""
    made = dict.fromkeys(("fossil", "wind"), np.zeros(steps.count)) | readings.labelled(ZONE, steps, FUELS)
    finland = readings.flow(["FI"], [ZONE], steps)
    yield readings.flow(["SE-SE3"], [ZONE], steps)
    yield LINK_PART * finland
    yield made["fossil"]
    yield (1 - LINK_PART) * finland
    yield made["wind"]
    yield readings.load(ZONE, steps)


def written(values: FloatArray) -> str:
    return ",".join(json.dumps(value) for value in np.round(values, 2).tolist())
