"""ERCOT: JSON of its dashboards, hourly reports as CSV in ZIP archives, and a keyed API of prices.

Traps it has: a fuel mix some seconds before each mark, at times under two stamps, in any order; storage at the mark
itself, + when it gives, beside a Power Storage that only gives; sun a little below 0 at night; hours named by their
end, in four notations; a flag for the repeated hour, Y or true; hours still to come without a load; documents in two
forms; a header with blanks behind a name; prices whose rows have no names, cut at the size asked for, behind a login
and a key. All nodes have the one price of the zone.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.ercot.com", "api.ercot.com", "ercotb2c.b2clogin.com")
ZONE, TIMEZONE = "US-TEX-ERCO", "America/Chicago"
DASHBOARDS, LIST, DOCUMENT = (
    "/api/1/services/read/dashboards/", "/misapp/servlets/IceDocListJsonWS", "/misdownload/servlets/mirDownload")
MARK_S, HOUR_S = 300, 3600
BEFORE_MARK_S = 4
SPLIT_AT_MIN = 30
KEPT_DAYS, AHEAD_DAYS, BACK_H, AHEAD_H = 7, 8, 48, 168
TOMORROWS_PRICES_H = 13
FUELS = {
    "coal": {"Coal and Lignite": 1.0}, "gas": {"Natural Gas": 1.0}, "nuclear": {"Nuclear": 1.0},
    "hydro": {"Hydro": 1.0}, "solar": {"Solar": 1.0}, "wind": {"Wind": 1.0},
    **{mode: {"Other": 1.0} for mode in ("biomass", "geothermal", "oil", "unknown")},
}
REPORTS = {
    "12311": ("LFCCONGESTNP3560", 30), "13028": ("WPPHRLYAVGACTNP4732", 55), "13483": ("PVGRHRLYAVGACTNP4737", 55),
}
"""Type → a document's name, and the minute of an hour when it is out."""
NODES = ("HB_HOUSTON", "HB_NORTH", "LZ_WEST")
TOKEN = "simulated-login"


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a dashboard, a list or a document, or of prices; POST of a login."""
    if asked.host == "ercotb2c.b2clogin.com":
        return log_in(asked)
    if asked.host == "api.ercot.com":
        return prices(asked, readings)
    if asked.path.startswith(DASHBOARDS):
        make = BOARDS.get(asked.path.removeprefix(DASHBOARDS))
        return json_reply(make(readings)) if make else NOT_FOUND
    if asked.path == LIST:
        return json_reply(documents(asked.one("reportTypeId") or "", readings))
    return document(asked.one("doclookupId") or "", readings) if asked.path == DOCUMENT else NOT_FOUND


def local(moment: datetime, pattern: str = "%Y-%m-%d %H:%M:%S%z") -> str:
    return f"{times.local(moment, TIMEZONE):{pattern}}"


def two_days(readings: Readings, step_s: int) -> Steps:
    """The steps of yesterday and today that are over."""
    return steps_between(times.midnight(times.day(readings.now, TIMEZONE, -1), TIMEZONE), readings.now, step_s)


def fuel_mix(readings: Readings) -> dict[str, Any]:
    """fuel-mix.json: the mix of each step under the moment before its end."""
    steps = two_days(readings, MARK_S)
    found, charge = readings.labelled(ZONE, steps, FUELS), readings.charge(ZONE, steps)["battery"]
    data: dict[str, dict[str, Any]] = {}
    for at in reversed(range(steps.count)):
        mark = times.shift(steps.starts()[0], minutes=5 * (at + 1))
        mix = {fuel: {"gen": round(float(values[at]), 2)} for fuel, values in found.items()}
        if "Solar" in mix and mix["Solar"]["gen"] < 0.5:
            mix["Solar"] = {"gen": -0.38}
        mix["Power Storage"] = {"gen": max(0.0, -round(float(charge[at]), 2))}
        parts = [mix]
        if times.local(mark, TIMEZONE).minute == SPLIT_AT_MIN:
            names = sorted(mix)
            parts = [{name: mix[name] for name in names[first::2]} for first in (0, 1)]
        for i, part in enumerate(parts):
            stamp = times.shift(mark, minutes=(2 * i - BEFORE_MARK_S) / 60)
            data.setdefault(local(stamp, "%Y-%m-%d"), {})[local(stamp)] = part
    return {"lastUpdated": local(readings.now), "monthlyCapacity": {}, "types": list(found), "data": data}


def storage(readings: Readings) -> dict[str, Any]:
    """energy-storage-resources.json: what the batteries did, under the mark that ends it."""
    steps = two_days(readings, MARK_S)
    rows = []
    for start, charge_mw in zip(steps.starts(), readings.charge(ZONE, steps)["battery"].tolist(), strict=True):
        mark, net = times.shift(start, minutes=5), round(-charge_mw, 3)
        rows.append((times.day(start, TIMEZONE), {
            "timestamp": local(mark), "epoch": int(mark.timestamp()) * 1000, "netOutput": net,
            "totalCharging": min(net, 0.0) - 20, "totalDischarging": max(net, 0.0) + 20}))
    return by_day(readings, rows)


def by_day(readings: Readings, rows: list[tuple[date, dict[str, Any]]]) -> dict[str, Any]:
    """Rows under the day that they are of."""
    days = {name: times.day(readings.now, TIMEZONE, at) for at, name in ((-1, "previousDay"), (0, "currentDay"))}
    days |= {"nextDay": times.day(readings.now, TIMEZONE, 1)}
    return {"lastUpdated": local(readings.now)} | {
        name: {"dayDate": f"{day} 03:00:00-0500", "data": [row for of, row in rows if of == day]}
        for name, day in days.items()
    }


def load(readings: Readings) -> dict[str, Any]:
    """loadForecastVsActual.json: three days of forecast hours, those that are over with their load."""
    over = two_days(readings, HOUR_S)
    ends = times.midnight(times.day(readings.now, TIMEZONE, 2), TIMEZONE)
    steps = steps_between(over.starts()[0], ends, HOUR_S)
    was, ahead = readings.load(ZONE, over).tolist(), readings.load_forecast(ZONE, steps).tolist()
    rows = []
    for at, start in enumerate(steps.starts()):
        end = times.shift(start, hours=1)
        row = {
            "hourEnding": times.local(start, TIMEZONE).hour + 1, "timestamp": local(end), "dstFlag": "N",
            "epoch": int(end.timestamp()) * 1000, "currentLoadForecast": ahead[at], "dayAheadForecast": ahead[at]}
        rows.append((times.day(start, TIMEZONE), row | ({"systemLoad": round(was[at], 2)} if at < over.count else {})))
    return by_day(readings, rows)


BOARDS = {
    "fuel-mix.json": fuel_mix, "energy-storage-resources.json": storage, "loadForecastVsActual.json": load,
}


def documents(type_id: str, readings: Readings) -> dict[str, Any]:
    """The hourly documents of a week, newest first, each in two forms."""
    name, minute = REPORTS.get(type_id, ("", 0))
    hour = times.floor(times.shift(readings.now, minutes=-minute), 60)
    found = []
    for back in range(KEPT_DAYS * 24 if name else 0):
        out = times.shift(hour, hours=-back, minutes=minute)
        found += [{"Document": {
            "ReportTypeID": type_id, "FriendlyName": f"{name}_{form}", "Extension": "zip",
            "DocID": f"{type_id}{int(out.timestamp()) if form == 'csv' else 0}",
            "PublishDate": times.local(out, TIMEZONE).isoformat()}} for form in ("csv", "xml")]
    return {"ListDocsByRptTypeRes": {"DocumentList": found}}


def document(number: str, readings: Readings) -> Reply:
    """One document as it was when it came out."""
    found = re.fullmatch(r"(12311|13028|13483)(\d{9,10})", number)
    if found is None:
        return NOT_FOUND
    lines = TABLES[found[1]](readings, times.epoch(float(found[2])))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"cdr.{number}.csv", "".join(f"{line}\n" for line in lines))
    return Reply(content.getvalue(), "application/zip")


def named(start: datetime, pattern: str = "%m/%d/%Y") -> tuple[str, int, bool]:
    """Day, number by its end, and whether it is the second of that number, of an hour."""
    at = times.local(start, TIMEZONE)
    return f"{at:{pattern}}", at.hour + 1, at.fold == 1


def load_forecast(readings: Readings, out: datetime) -> Iterator[str]:
    yield "DeliveryDate,HourEnding,North,South,West,Houston,SystemTotal,DSTFlag    "
    first = times.midnight(times.day(out, TIMEZONE), TIMEZONE)
    steps = steps_between(first, times.calendar_shift(first, TIMEZONE, days=AHEAD_DAYS), HOUR_S)
    for start, load_mw in zip(steps.starts(), readings.load_forecast(ZONE, steps).tolist(), strict=True):
        day, hour, is_repeated = named(start)
        parts = (0.3 * load_mw, 0.2 * load_mw, 0.2 * load_mw, 0.3 * load_mw, load_mw)
        yield f"{day},{hour}:00,{','.join(map(str, parts))},{'Y' if is_repeated else 'N'}"


def wind(readings: Readings, out: datetime) -> Iterator[str]:
    return renewables("wind", "STWPF", readings, out)


def sun(readings: Readings, out: datetime) -> Iterator[str]:
    return renewables("solar", "STPPF", readings, out)


def renewables(mode: str, column: str, readings: Readings, out: datetime) -> Iterator[str]:
    yield f"DELIVERY_DATE,HOUR_ENDING,SYSTEM_WIDE_GEN,COP_HSL_SYSTEM_WIDE,{column}_SYSTEM_WIDE,SYSTEM_WIDE_HSL,DSTFlag"
    hour = times.floor(out, 60)
    steps = Steps(int(hour.timestamp()) - BACK_H * HOUR_S, HOUR_S, BACK_H + AHEAD_H)
    for start, power_mw in zip(steps.starts(), readings.wind_solar_forecast(ZONE, steps)[mode].tolist(), strict=True):
        day, number, is_repeated = named(start)
        made = f"{1.02 * power_mw:.2f}" if start < hour else ""
        yield f"{day},{number:02d},{made},{0.9 * power_mw:.1f},{power_mw:.1f},{made},{'Y' if is_repeated else 'N'}"


TABLES = {"12311": load_forecast, "13028": wind, "13483": sun}


def log_in(asked: Asked) -> Reply:
    form = dict(parse_qsl(asked.body.decode()))
    if asked.method != "POST" or form.get("grant_type") != "password" or not form.get("username"):
        return json_reply({"error": "invalid_request"}, 400)
    return json_reply({"id_token": TOKEN, "token_type": "Bearer", "id_token_expires_in": "3600"})


def prices(asked: Asked, readings: Readings) -> Reply:
    """Rows of a table of prices, as many as were asked for."""
    make = PRICES.get(asked.path.removeprefix("/api/public-reports/"))
    if asked.headers.get("authorization") != f"Bearer {TOKEN}" or not asked.headers.get("ocp-apim-subscription-key"):
        return json_reply({"statusCode": 401, "message": "Access denied"}, 401)
    if make is None:
        return NOT_FOUND
    rows = list(make(readings, *(value for name, value in asked.pairs if name != "size")))
    return json_reply({"_meta": {"totalRecords": len(rows)}, "data": rows[: int(asked.one("size") or 1000)]})


def day_ahead(readings: Readings, first: str, last: str) -> Iterator[list[Any]]:
    """The hours of some days; tomorrow's are out from the afternoon on."""
    out = times.day(readings.now, TIMEZONE, 1 if times.local(readings.now, TIMEZONE).hour >= TOMORROWS_PRICES_H else 0)
    begin, end = times.read_day(first), min(times.read_day(last), out)
    stop = times.calendar_shift(times.midnight(end, TIMEZONE), TIMEZONE, days=1)
    steps = steps_between(times.midnight(begin, TIMEZONE), stop, HOUR_S)
    for start, price in zip(steps.starts(), readings.price(ZONE, steps).tolist(), strict=True):
        day, hour, is_repeated = named(start, "%Y-%m-%d")
        yield from ([day, f"{hour:02d}:00", node, round(price, 2), is_repeated] for node in NODES)


def real_time(readings: Readings, first: str, last: str) -> Iterator[list[Any]]:
    """The runs whose stamp lies between two readings of the clock."""
    begin, end = times.read(first, TIMEZONE), times.read(last, TIMEZONE, fold=1)
    steps = steps_between(times.floor(begin, 5), min(end, readings.now), MARK_S)
    for start, price in zip(steps.starts(), readings.price(ZONE, steps).tolist(), strict=True):
        at = times.local(times.shift(start, minutes=14 / 60), TIMEZONE)
        if first <= (stamp := f"{at:%Y-%m-%dT%H:%M:%S}") <= last:
            yield from ([stamp, at.fold == 1, node, round(price, 2)] for node in NODES)


PRICES = {"np4-190-cd/dam_stlmnt_pnt_prices": day_ahead, "np6-788-cd/lmp_node_zone_hub": real_time}
