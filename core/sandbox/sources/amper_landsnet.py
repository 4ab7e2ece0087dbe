"""Landsnet: Iceland's generation at one moment, in three numbers.

Traps it has: a stamp without zone, to the ten-millionth of a second; nothing but water, steam and oil, so that what
little sun and wind there is is left out. The configuration calls Iceland's steam unknown.
"""

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("amper.landsnet.is",)
PATH = "/generation/api/Values"
ZONE = "IS"
TABLE = {"hydro": ("hydro",), "geothermal": ("geothermal", "unknown"), "oil": ("oil",)}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The newest snapshot."""
    if asked.path != PATH:
        return NOT_FOUND
    start_s = int(readings.now.timestamp()) // RASTER_S * RASTER_S
    made = {mode: value.item() for mode, value in readings.production(ZONE, Steps(start_s, RASTER_S, 1)).items()}
    return json_reply({
        **{label: round(sum(made.get(mode, 0.0) for mode in modes), 4) for label, modes in TABLE.items()},
        "timestamp": f"{times.epoch(start_s):%Y-%m-%dT%H:%M:%S}.1234567",
    })
