"""MISO: JSON of its displays, a load forecast as a workbook per day (the real one is XLS), and no notices.

Traps it has: EST all year; clock times with AM and PM; numbers as strings; water, oil and waste under Other; imports
among the categories; batteries + when they give; sun a little below 0 at night; a workbook whose days each have a head
of their own below the title, with blank columns and small print at the end.
"""

from datetime import date, datetime
from typing import Any

import numpy as np

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, workbook

HOSTS = ("public-api.misoenergy.org", "docs.misoenergy.org", "www.misoenergy.org")
ZONE, TIMEZONE = "US-MIDW-MISO", "Etc/GMT+5"
STEP_S, HOUR_S = 300, 3600
NOTICES = "/api/topicnotifications/getrecentnotifications"
FOLDER, ENDING = "/marketreports/", "_df_al.xls"
FIRST, LAST = -1, 5
"""The days of a load forecast, from its own."""
CATEGORIES = {
    "coal": {"Coal": 1.0}, "gas": {"Natural Gas": 1.0}, "nuclear": {"Nuclear": 1.0}, "wind": {"Wind": 1.0},
    "solar": {"Solar": 1.0}, **{mode: {"Other": 1.0} for mode in ("biomass", "geothermal", "hydro", "oil", "unknown")},
}
PARTS = {"LRZ1": 0.15, "LRZ2_7": 0.3, "LRZ3_5": 0.14, "LRZ4": 0.08, "LRZ6": 0.13, "LRZ8_9_10": 0.2, "MISO": 1.0}
NIGHT_MW = "-1.20"


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a display or a workbook, POST for the notices."""
    if asked.path == NOTICES:
        return json_reply([]) if asked.method == "POST" else NOT_FOUND
    if asked.host == "docs.misoenergy.org":
        return load_forecast(asked.path.removeprefix(FOLDER).removesuffix(ENDING), readings)
    today = times.day(readings.now, TIMEZONE)
    match asked.path.removeprefix("/api/"):
        case "FuelMix/Today":
            return json_reply(fuel_mix(readings, today))
        case "FuelMix/Yesterday":
            return json_reply(fuel_mix(readings, times.day(readings.now, TIMEZONE, -1)))
        case "WindSolar/getwindforecast":
            return json_reply(forecast(readings, today, "wind"))
        case "WindSolar/getsolarforecast":
            return json_reply(forecast(readings, today, "solar"))
    return NOT_FOUND


def stamp(moment: datetime) -> str:
    local = times.local(moment, TIMEZONE)
    return f"{local:%Y-%m-%d} {(local.hour - 1) % 12 + 1}:{local:%M:%S %p}"


def fuel_mix(readings: Readings, day: date) -> dict[str, Any]:
    """Every five minutes of a day that are over."""
    start = times.midnight(day, TIMEZONE)
    steps = steps_between(start, min(times.shift(start, days=1), readings.now), STEP_S)
    found = readings.labelled(ZONE, steps, CATEGORIES)
    found |= {"Battery Storage": -readings.charge(ZONE, steps)["battery"], "Imports": np.full(steps.count, 2500.0)}
    rows = [
        {"INTERVALEST": stamp(at), "CATEGORY": name, "ACT": f"{values[i]:.0f}", "FUEL_CATEGORY": name}
        for i, at in enumerate(steps.starts()) for name, values in found.items()
    ]
    return {"RefId": f"{readings.now:%d-%b-%Y} - Interval", "TotalMW": "0", "Fuel": {"Type": rows}}


def forecast(readings: Readings, day: date, mode: str) -> dict[str, Any]:
    """The hours of two days."""
    steps = Steps(int(times.midnight(day, TIMEZONE).timestamp()), HOUR_S, 48)
    values = readings.wind_solar_forecast(ZONE, steps)[mode].tolist()
    said = [f"{power_mw:.2f}" if power_mw >= 0.5 else NIGHT_MW for power_mw in values]
    rows = [
        {"DateTimeEST": stamp(start), "HourEndingEST": f"{at % 24 + 1}", "Value": said[at]}
        for at, start in enumerate(steps.starts())
    ]
    return {"MktDay": f"{day:%m-%d-%Y}", "RefId": "simulated", "Forecast": rows}


def load_forecast(name: str, readings: Readings) -> Reply:
    """The workbook of a day, which is out as the day begins."""
    if not name.isdigit() or (day := times.read_day(name, "YYYYMMDD")) > times.day(readings.now, TIMEZONE):
        return NOT_FOUND
    head: list[Any] = ["Market Day", None, "HourEnding"]
    head += [f"{part} {what} (MWh)" for part in PARTS for what in ("MTLF", "ActualLoad")]
    rows: list[list[Any]] = [["FORECASTED AND "], ["ACTUAL LOAD REPORT"], ["Published Date:", day], [], [], []]
    for shift in range(FIRST, LAST + 1):
        start = times.shift(times.midnight(day, TIMEZONE), days=shift)
        steps = Steps(int(start.timestamp()), HOUR_S, 24)
        ahead = readings.load_forecast(ZONE, steps).tolist()
        local = times.day(start, TIMEZONE)
        rows += [head, [f"{local:%B %d, %Y}"]]
        for hour, load_mw in enumerate(ahead, start=1):
            row: list[Any] = [local, None, float(hour)]
            for part in PARTS.values():
                row += [float(round(part * load_mw)), float(round(1.01 * part * load_mw)) if shift < 0 else None]
            rows.append(row)
    rows.append(["MISO MAKES NO REPRESENTATIONS (SIMULATED)."])
    return Reply(workbook({"Sheet1": rows}), "application/vnd.ms-excel")
