"""WRLDC, Western India: the points of a day so far, as a text of JSON in JSON.

Traps it has: a POST of JSON; the day before the month; a clock of twelve hours that does not say which half of the day
it is; + is out of the Western region; a region's load only as those of its states. Points are out by the hour here, so
that there is no hour of which only a part can be known.
"""

import json
from datetime import date

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("www.wrldc.in",)
FLOWS = "/InterRegionalLinks_Data.aspx/Get_InterRegionalLinks_Region_Wise"
LOADS = "/OnlinestateTest1.aspx/GetRealTimeData_state_Wise"
ZONE, CLOCK = "IN-WE", "Asia/Kolkata"
REGIONS = {"WR-SR": "IN-SO", "WR-ER": "IN-EA", "WR-NR": "IN-NO"}
STATES = {"MAHARASHTRA": 0.4, "GUJARAT": 0.3, "MADHYA PRADESH": 0.2, "CHHATTISGARH": 0.08, "GOA": 0.02}
HOUR_S = 3600


def answer(asked: Asked, readings: Readings) -> Reply:
    """A page method, asked with a day."""
    if asked.path not in (FLOWS, LOADS) or asked.method != "POST":
        return NOT_FOUND
    try:
        day = times.read_day(str(json.loads(asked.body)["date"]))
    except (ValueError, KeyError, TypeError, SourceChanged):
        return text_reply('{"Message":"There was an error processing the request."}', "application/json", 500)
    rows = flows(readings, points(readings, day)) if asked.path == FLOWS else loads(readings, points(readings, day))
    return json_reply({"d": json.dumps(rows)})


def points(readings: Readings, day: date) -> Steps:
    """Every five minutes of a day up to its last whole hour."""
    start_s = int(times.midnight(day, CLOCK).timestamp())
    hours = (int(readings.now.timestamp()) - start_s) // HOUR_S
    return Steps(start_s, RASTER_S, min(max(hours, 0), 24) * HOUR_S // RASTER_S)


def stamps(steps: Steps) -> list[str]:
    return [f"{times.local(at, CLOCK):%Y-%d-%m %I:%M:%S}" for at in steps.starts()]


def flows(readings: Readings, steps: Steps) -> list[dict[str, object]]:
    leaving = {name: readings.flow([ZONE], [zone], steps).round(2).tolist() for name, zone in REGIONS.items()}
    return [
        {"Region_Name": name, "Current_Loading": leaving[name][at], "lastUpdate": stamp}
        for at, stamp in enumerate(stamps(steps)) for name in REGIONS
    ]


def loads(readings: Readings, steps: Steps) -> list[dict[str, object]]:
    load = readings.load(ZONE, steps)
    by_state = {name: (share * load).round(2).tolist() for name, share in STATES.items()}
    return [
        {"StateName": name, "Demand": by_state[name][at], "current_datetime": stamp}
        for at, stamp in enumerate(stamps(steps)) for name in STATES
    ]
