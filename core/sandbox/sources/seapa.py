"""SEAPA: the newest readings of a control system, one object each.

Traps it has: numbers as text; hydro of two owners; levels of lakes and other utilities' plants beside them; no stamp.
"""

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("seapahydro.org",)
PATH = "/api/scada/index"
ZONE = "US-AK-SEAPA"

DIESEL = {"ktn_diesel_mw": 1.0}
TABLE = {
    "gas": DIESEL, "hydro": {"ss_mw": 0.75, "ktn_hydro_mw": 0.25}, "oil": DIESEL, "unknown": DIESEL,
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of all readings."""
    if asked.path != PATH:
        return NOT_FOUND
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    made = dict.fromkeys(("ss_mw", "ktn_hydro_mw", "ktn_diesel_mw"), 0.0)
    made |= {label: values.item() for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    others = {"swl_lake_level": 318.42, "wrg_mw": 3.1}
    return json_reply({name: {"text": f"{value:.3f}"} for name, value in (others | made).items()})
