"""CAISO: CSV files of a day by the clock on the wall, and OASIS's forecasts as CSV in ZIP archives.

Traps it has: stamps of hour and minute only, whose autumn hour comes twice; a past day that ends with the next one's
00:00; imports beside the fuels; sun a little below 0 at night; a hydro column below 0 when it pumps, while the other
runs; batteries + when they give; rows of demand that are still to come; forecasts in any order, of 4 areas or 3 hubs;
an XML document in the archive for what there is not. What pumps give back is in Large Hydro, and cannot be parted.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply, whole

HOSTS = ("www.caiso.com", "oasis.caiso.com")
ZONE, TIMEZONE = "US-CAL-CISO", "America/Los_Angeles"
STEP_S, HOUR_S = 300, 3600
AHEAD_DAYS = {"SLD_FCST": 7, "SLD_REN_FCST": 2}
"""How far ahead of today's midnight OASIS has forecasts."""
SMALL, LARGE = "Small hydro", "Large Hydro"
FUELS = {
    "solar": {"Solar": 1.0}, "wind": {"Wind": 1.0}, "geothermal": {"Geothermal": 1.0}, "nuclear": {"Nuclear": 1.0},
    "biomass": {"Biomass": 0.6, "Biogas": 0.4}, "hydro": {SMALL: 0.2, LARGE: 0.8}, "coal": {"Coal": 1.0},
    "gas": {"Natural Gas": 1.0}, "oil": {"Other": 1.0}, "unknown": {"Other": 1.0},
}
COLUMNS = (
    "Solar", "Wind", "Geothermal", "Biomass", "Biogas", SMALL, "Coal", "Nuclear", "Natural Gas", LARGE, "Batteries",
    "Imports", "Other",
)
NIGHT_MW = -27
AREAS = {"CA ISO-TAC": 1.0, "PGE-TAC": 0.42, "SCE-TAC": 0.45, "SDGE-TAC": 0.08}
HUBS = {"NP15": 0.25, "SP15": 0.65, "ZP26": 0.1}
NO_DATA = (
    '<?xml version="1.0" encoding="UTF-8"?><m:OASISReport xmlns:m="http://www.caiso.com/soa/OASISReport_v1.xsd">'
    "<m:MessagePayload><m:RTO><m:name>CAISO</m:name><m:ERROR><m:ERR_CODE>1000</m:ERR_CODE>"
    "<m:ERR_DESC>No data returned for the specified selection</m:ERR_DESC></m:ERROR></m:RTO></m:MessagePayload>"
    "</m:OASISReport>"
)


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a day's file, or of a question to OASIS."""
    if asked.host == "oasis.caiso.com":
        return oasis(asked, readings) if asked.path == "/oasisapi/SingleZip" else NOT_FOUND
    *folder, name = asked.path.removeprefix("/outlook/").split("/")
    if name not in FILES:
        return NOT_FOUND
    today = times.day(readings.now, TIMEZONE)
    day = today if folder == ["current"] else times.read_day(folder[-1], "YYYYMMDD")
    if day > today or (day == today and folder[0] == "history"):
        return text_reply("<!DOCTYPE html><html><body>California ISO</body></html>", "text/html")
    return text_reply("".join(f"{line}\n" for line in FILES[name](readings, day, folder[0] == "history")))


def day_steps(day: date, out: datetime | None = None) -> Steps:
    """The five minutes of a day; those that are out by a moment."""
    start = times.midnight(day, TIMEZONE)
    end = times.calendar_shift(start, TIMEZONE, days=1)
    return steps_between(start, min(end, out or end), STEP_S)


def clock(steps: Steps) -> list[str]:
    return [f"{times.local(start, TIMEZONE):%H:%M}" for start in steps.starts()]


def fuels(readings: Readings, day: date, is_over: bool) -> Iterator[str]:
    """fuelsource.csv; that of a day that is over has the next midnight too."""
    steps = day_steps(day, readings.now)
    if is_over:
        steps = Steps(steps.start_s, STEP_S, steps.count + 1)
    table = columns(readings, steps)
    yield ",".join(("Time", *table))
    numbers = zip(*map(whole, table.values()), strict=True)
    for stamp, row in zip(clock(steps), numbers, strict=True):
        yield ",".join((stamp, *map(str, row)))


def columns(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """MW by column."""
    charge, none = readings.charge(ZONE, steps), np.zeros(steps.count)
    made = readings.labelled(ZONE, steps, FUELS)
    pumped, battery = np.maximum(charge.get("hydro", none), 0.0), charge.get("battery", none)
    output = np.sum([*readings.production(ZONE, steps).values()], axis=0)
    imports = readings.load(ZONE, steps) - output + pumped + battery
    table = {name: made.get(name, none) for name in COLUMNS} | {"Batteries": -battery, "Imports": imports}
    # Where pumps run, all that is made comes from the small plants.
    table |= {
        SMALL: np.where(pumped > 0, table[SMALL] + table[LARGE], table[SMALL]),
        LARGE: np.where(pumped > 0, -pumped, table[LARGE]),
        "Solar": np.where(table["Solar"] < 0.5, NIGHT_MW, table["Solar"]),
    }
    return table | {name: values for name, values in made.items() if name not in COLUMNS}


def demand(readings: Readings, day: date, is_over: bool) -> Iterator[str]:
    """netdemand.csv: forecasts of the whole day beside what was."""
    yield "Time,Hour ahead forecast,Current demand,Net demand"
    steps, known = day_steps(day), day_steps(day, readings.now)
    if is_over:
        steps = known = Steps(steps.start_s, STEP_S, steps.count + 1)
    ahead = whole(readings.load_forecast(ZONE, steps))
    load = whole(readings.load(ZONE, known))
    for at, stamp in enumerate(clock(steps)):
        was = f"{load[at]},{load[at] - 3000}" if at < known.count else ","
        yield f"{stamp},{ahead[at]},{was}"


FILES = {"fuelsource.csv": fuels, "netdemand.csv": demand}


def oasis(asked: Asked, readings: Readings) -> Reply:
    """The hours between two moments, as they were forecast."""
    name = asked.one("queryname") or ""
    if name not in AHEAD_DAYS or asked.one("resultformat") != "6" or asked.one("version") != "1":
        return NOT_FOUND
    first, last = (
        times.read((asked.one(end) or "").removesuffix("-0000"), "UTC", "YYYYMMDDTHH:mm")
        for end in ("startdatetime", "enddatetime"))
    out = times.midnight(times.day(readings.now, TIMEZONE, AHEAD_DAYS[name]), TIMEZONE)
    steps = steps_between(first, min(last, out), HOUR_S)
    if not steps.count:
        return archive("INVALID_REQUEST.xml", NO_DATA)
    lines = list(areas(readings, steps) if name == "SLD_FCST" else hubs(readings, steps))
    head, rows = lines[0], lines[1:]
    return archive(f"{name}_v1.csv", "".join(f"{line}\n" for line in (head, *rows[::-1])))


def archive(name: str, text: str) -> Reply:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, text)
    return Reply(content.getvalue(), "application/x-zip-compressed")


def hour(start: datetime) -> tuple[str, str]:
    """The columns of an hour's two ends, and of its place in its local day."""
    ends = (f"{at:%Y-%m-%dT%H:%M:%S}-00:00" for at in (start, times.shift(start, hours=1)))
    local = times.local(start, TIMEZONE)
    return ",".join(ends), f"{local:%Y-%m-%d},{local.hour + 1},0"


def areas(readings: Readings, steps: Steps) -> Iterator[str]:
    """SLD_FCST."""
    yield (
        "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,LOAD_TYPE,OPR_DT,OPR_HR,OPR_INTERVAL,MARKET_RUN_ID,TAC_AREA_NAME,"
        "LABEL,XML_DATA_ITEM,POS,MW,EXECUTION_TYPE,GROUP")
    load = readings.load_forecast(ZONE, steps)
    for group, (area, part) in enumerate(AREAS.items(), start=1):
        for start, load_mw in zip(steps.starts(), load, strict=True):
            ends, place = hour(start)
            yield f"{ends},0,{place},7DA,{area},Forecast,SYS_FCST_7DA_MW,3.8,{part * load_mw:.2f},7DA,{group}"


def hubs(readings: Readings, steps: Steps) -> Iterator[str]:
    """SLD_REN_FCST."""
    yield (
        "OPR_DT,OPR_HR,OPR_INTERVAL,INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,TRADING_HUB,RENEWABLE_TYPE,LABEL,"
        "XML_DATA_ITEM,MARKET_RUN_ID_POS,RENEW_POS,MW,MARKET_RUN_ID,GROUP")
    for mode, values in readings.wind_solar_forecast(ZONE, steps).items():
        for group, (hub, part) in enumerate(HUBS.items(), start=1):
            for start, power_mw in zip(steps.starts(), values, strict=True):
                ends, place = hour(start)
                named = f"{hub},{mode.title()},Forecast,RENEW_FCST_DA_MW,1,1"
                yield f"{place},{ends},{named},{part * power_mw:.2f},DAM,{group}"
