"""WEB Aruba's dashboard: figures of now, each with a stamp of its own.

Traps it has: nothing for who does not look like a browser; numbers as text, but for the sun's; a stamp with a fraction,
local and without a zone; figures of a minute or two ago, whose day is wrong but for one of them; a total that holds
more than what is told apart; series in kW and errors of other services in the same answer.
"""

from typing import Any

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.webaruba.com",)
PATH = "/renewable-energy-dashboard/app/rest/results.json"
CLOCK = "America/Aruba"
ZONE = "AW"

FOSSIL, REST = {"Fossil": 1.0}, {"": 1.0}
TABLE = {
    "biomass": {"total_bio_gas": 1.0}, "coal": FOSSIL, "gas": FOSSIL, "oil": FOSSIL, "solar": {"TotalSolar": 1.0},
    "unknown": {"Fossil": 0.9, "": 0.1}, "wind": {"Wind": 1.0},
}
"""The empty label is only in the total."""
NAMES = {
    "TotalPower": "CurrentTotalPower", "Wind": "CurrentWind", "TotalSolar": "CurrentSolar", "Fossil": "CurrentFossil",
    "total_bio_gas": "CurrentBiogas",
}
LATE_MIN = {"TotalPower": 1, "Wind": 2}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of everything the dashboard shows."""
    if asked.path != PATH or not asked.headers.get("user-agent", "").startswith("Mozilla/"):
        return NOT_FOUND
    return json_reply({
        "dashboard_top_data": figures(readings),
        "wind_chart_data": [{"timeStamp": 20230101, "time": "3:45 am", "value": 3501.25}],
        "airport_current_data": {"timestamp": 1528291826065, "status": 500, "error": "Internal Server Error"},
    })


def figures(readings: Readings) -> dict[str, Any]:
    """What is made at the last full five minutes; the day of its stamps stands still."""
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    made = {label: values.item() for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    made = dict.fromkeys(NAMES, 0.0) | made | {"TotalPower": sum(made.values())}
    (taken,) = steps.starts()
    return {
        label: {
            "name": name, "value": round(made[label], 6) if label == "TotalSolar" else f"{made[label]:.6f}",
            "timestamp": f"{times.local(taken, CLOCK):%Y-%m-%d %H:%M}:02.384" if label == "total_bio_gas"
            else f"2023-01-01 {times.local(times.shift(taken, minutes=-LATE_MIN.get(label, 0)), CLOCK):%H:%M}:00.0",
        }
        for label, name in NAMES.items()
    } | {"RenewablePerc": {"name": "CurrentRenewPerc", "value": "12.5", "timestamp": "2023-01-01 03:44:00.0"}}
