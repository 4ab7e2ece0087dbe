"""AEMO's NEMWEB: a folder of archives, one per half hour, each with the forecasts of five regions to come.

Traps it has: a listing in HTML, oldest first, with capitals in tags; file names with two stamps; an archive with one
CSV, whose lines are of three kinds; half hours stamped at their end, in a time without summer time; three cases, of
which the middle one is the forecast. The simulated folder keeps three days.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

import numpy as np

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("nemweb.com.au",)
FOLDER = "/Reports/CURRENT/Operational_Demand/FORECAST_HH/"
CLOCK = "Etc/GMT-10"
HALF_HOUR_S = 1800
MADE_AFTER_S = 226
"""Of the half hour that a forecast begins with."""
KEPT, AHEAD = 3 * 48, 8 * 48
REGIONS = {"NSW1": "AU-NSW", "QLD1": "AU-QLD", "SA1": "AU-SA", "TAS1": "AU-TAS", "VIC1": "AU-VIC"}
COLUMNS = (
    "REGIONID,INTERVAL_DATETIME,LOAD_DATE,OPERATIONAL_DEMAND_POE10,OPERATIONAL_DEMAND_POE50,OPERATIONAL_DEMAND_POE90,"
    "LASTCHANGED")


def answer(asked: Asked, readings: Readings) -> Reply:
    """The folder, or one of its archives."""
    if asked.path == FOLDER:
        return text_reply(listing(readings.now), "text/html")
    for start_s in kept(readings.now):
        if asked.path == f"{FOLDER}{name(start_s)}":
            return Reply(archive(readings, start_s), "application/x-zip-compressed")
    return NOT_FOUND


def kept(now: datetime) -> range:
    """The first half hours of the forecasts that the folder has, in seconds."""
    newest = (int(now.timestamp()) - MADE_AFTER_S) // HALF_HOUR_S * HALF_HOUR_S
    return range(newest - (KEPT - 1) * HALF_HOUR_S, newest + 1, HALF_HOUR_S)


def name(start_s: int) -> str:
    first, made = written(start_s + HALF_HOUR_S, "%Y%m%d%H%M"), written(start_s + MADE_AFTER_S, "%Y%m%d%H%M%S")
    return f"PUBLIC_FORECAST_OPERATIONAL_DEMAND_HH_{first}_{made}.zip"


def written(at_s: int, pattern: str) -> str:
    return f"{times.local(times.epoch(at_s), CLOCK):{pattern}}"


def listing(now: datetime) -> str:
    head, parent = f"nemweb.com.au - {FOLDER}", FOLDER.removesuffix("FORECAST_HH/")
    files = "".join(f'41210 <A HREF="{FOLDER}{name(at_s)}">{name(at_s)}</A><br>' for at_s in kept(now))
    return (
        f"<html><head><title>{head}</title></head><body><H1>{head}</H1><hr>\r\n\r\n<pre>"
        f'<A HREF="{parent}">[To Parent Directory]</A><br><br>{files}</pre><hr></body></html>')


def archive(readings: Readings, start_s: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        entry = zipfile.ZipInfo(name(start_s).replace(".zip", ".CSV"))
        packed.writestr(entry, "\r\n".join([*lines(readings, start_s), ""]), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def lines(readings: Readings, start_s: int) -> Iterator[str]:
    steps = Steps(start_s, HALF_HOUR_S, AHEAD)
    yield f"C,NEMP.WORLD,FORECAST_OPERATIONAL_DEMAND_HH,AEMO,PUBLIC,{written(start_s, '%Y/%m/%d,%H:%M:%S')}"
    yield f"I,OPERATIONAL_DEMAND,FORECAST,1,{COLUMNS}"
    made = f'"{written(start_s + MADE_AFTER_S, "%Y/%m/%d %H:%M:%S")}"'
    for region, zone in REGIONS.items():
        middle = np.round(readings.load_forecast(zone, steps)).astype(int)
        for i, load_mw in enumerate(middle.tolist()):
            stamp = f'"{written(start_s + (i + 1) * HALF_HOUR_S, "%Y/%m/%d %H:%M:%S")}"'
            cases = f"{load_mw + load_mw // 40},{load_mw},{load_mw - load_mw // 40}"
            yield f"D,OPERATIONAL_DEMAND,FORECAST,1,{region},{stamp},{made},{cases},{made}"
    yield f'C,"END OF REPORT",{len(REGIONS) * AHEAD + 3}'
