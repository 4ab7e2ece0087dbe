"""BC Hydro: a line of flows, and a workbook of the load of a year.

Traps it has: Pacific time without its offset; + is out of British Columbia; a workbook with titles above its header
(the real one in the old binary format); hours named by their end, a row for the one that the clock leaves out in
spring and none for the second of the repeated ones in autumn; a month's delay. Only the newest days of a year are in
the simulated one: a year of the grid takes long to compute.
"""

import re
from datetime import date

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply, workbook

HOSTS = ("www.bchydro.com",)
ZONE, TIMEZONE = "CA-BC", "America/Vancouver"
FLOWS = "/bctc/system_cms/actual_flow/latest_values.txt"
WORKBOOK = re.compile(r"/content/dam/BCHydro/.*/Historical%20Transmission%20Data/BalancingAuthorityLoad(\d{4})\.xls")
DELAY_DAYS, NEWEST_DAYS = 31, 20
HOUR_S = 3600


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the line or of a year."""
    if asked.path == FLOWS:
        return text_reply(flows(readings), "text/plain")
    year = WORKBOOK.fullmatch(asked.path)
    rows = loads(readings, int(year[1])) if year else []
    return Reply(workbook({"Sheet1": [*TITLES, *rows]}), "application/vnd.ms-excel") if rows else NOT_FOUND


TITLES = (
    ["Balancing Authority Load"], ["Simulated"], ["MW, Pacific prevailing time"], ["Date ?", "HE", "Control Area Load"])


def flows(readings: Readings) -> str:
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % RASTER_S, RASTER_S, 1)
    (taken,) = steps.starts()
    values = (readings.flow((ZONE,), (zone,), steps).item() for zone in ("US-NW-BPAT", "CA-AB"))
    line = ",".join((f"{times.local(taken, TIMEZONE):%d-%b-%y %H:%M:%S}", *(f"{value:.1f}" for value in values)))
    return f"Date/Time,US,AB\r\n{line}\r\n"


def loads(readings: Readings, year: int) -> list[list[float | str | None]]:
    """Date, hour and load of the last days of a year that are out."""
    out = times.day(readings.now, TIMEZONE, -DELAY_DAYS)
    if out.year < year:
        return []
    end = times.midnight(min(out, date(year + 1, 1, 1)), TIMEZONE)
    start = max(times.shift(end, days=-NEWEST_DAYS), times.midnight(date(year, 1, 1), TIMEZONE))
    steps = steps_between(start, end, HOUR_S)
    rows: list[list[float | str | None]] = []
    for at, load_mw in zip(steps.starts(), readings.load(ZONE, steps).tolist(), strict=True):
        local = times.local(at, TIMEZONE)
        if local.fold:
            continue
        shown = [f"{local:%m/%d/%Y}", float(local.hour + 1), round(load_mw)]
        if times.local(times.shift(at, hours=-1), TIMEZONE).hour == local.hour - 2:
            rows.append([shown[0], float(local.hour), 0.0])
        rows.append(shown)
    return rows
