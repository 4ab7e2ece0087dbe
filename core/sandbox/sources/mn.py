"""NDC, Mongolia's dispatching center: one flat object of its newest readings.

Traps it has: numbers as numbers and as text; a stamp of a local clock without zone; the sun a little below zero at
night; a battery and a temperature beside the powers, an import of both borders; no hydro.
"""

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("disnews.energy.mn",)
PATH = "/convertt.php"
CLOCK = "Asia/Ulaanbaatar"
ZONE = "MN"
NIGHT_MW = -0.4

THERMAL = {"dts": 1.0}
TABLE = {
    **dict.fromkeys(("biomass", "coal", "gas", "geothermal", "nuclear", "oil", "unknown"), THERMAL),
    "hydro": {"hidden": 1.0}, "solar": {"sumnar": 1.0}, "wind": {"sumsalhit": 1.0},
}
SHOWN = ("dts", "sumnar", "sumsalhit")


def answer(asked: Asked, readings: Readings) -> Reply:
    """The newest readings, of which the import is what the others leave of the load."""
    if asked.path != PATH:
        return NOT_FOUND
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    made = {label: round(values.item(), 2) for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    shown = {label: made.get(label, 0.0) for label in SHOWN}
    load = round(readings.load(ZONE, steps).item(), 2)
    shown["sumnar"] = shown["sumnar"] or NIGHT_MW
    return json_reply({
        "date": f"{times.local(times.epoch(steps.start_s), CLOCK):%Y-%m-%d %H:%M:%S}", "syssum": load,
        **shown, "sumnar": f"{shown['sumnar']}", "energyimport": round(load - sum(shown.values()), 2), "t": -12.5,
        "Songino": -21.4,
    })
