"""EGAT of Thailand on sothailand.com, and MEA's tariff: a day's list of moments, its plan, and two tables.

Traps it has: seconds of a local day instead of stamps; a third number in some items; an empty list whose key has no
quotes; a generation that has the imports in it, so is the load; days by day first. A charge per kWh in the third block
of the second table, what is added to it in hundredths of a baht, by months of a year that is counted from Buddha's
birth; a cell of two rates; months that are still blank. The rate is made up so that the sum is the grid's price.
"""

import json
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.sothailand.com", "www.mea.or.th")
ACTUAL, PLAN = "/sysgen/ws/sysgen/actual", "/sysgen/ws/sysgen/plan"
TARIFF = "/en/our-services/tariff-calculation/other/-yosbxMGAjzp0"
RATES = "/our-services/tariff-calculation/ft/bG2m6iSUN"
CLOCK = "Asia/Bangkok"
ZONE = "TH"
DAY_S, HALF_HOUR_S, HOUR_S = 86_400, 1800, 3600
DELAY_S = 300
BAHT = 40.0
"""For what is worth a euro."""
CHARGE_KWH = 4.4217
BUDDHIST = 543
MONTHS = range(1, 13)


def answer(asked: Asked, readings: Readings) -> Reply:
    """A day's list, or a page of MEA's."""
    if asked.method == "POST" and asked.path in (ACTUAL, PLAN):
        return series(asked, readings)
    pages = {TARIFF: tariff, RATES: rates}
    return text_reply(pages[asked.path](readings), "text/html; charset=utf-8") if asked.path in pages else NOT_FOUND


def series(asked: Asked, readings: Readings) -> Reply:
    form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    is_plan = asked.path == PLAN
    try:
        day = times.read_day(form.get("day", ""), "DD-MM-YYYY")
    except SourceChanged:
        return text_reply("Bad Request", "text/html", 400)
    if not is_plan and form.get("name") != "SYSTEM_GEN(MW)":
        return text_reply("Bad Request", "text/html", 400)
    start_s = int(times.midnight(day, CLOCK).timestamp())
    if is_plan:
        steps = Steps(start_s, HALF_HOUR_S, DAY_S // HALF_HOUR_S)
        found = items(readings.generation_forecast(ZONE, steps), steps)
    else:
        reached = (int(readings.now.timestamp()) - DELAY_S - start_s) // RASTER_S + 1
        steps = Steps(start_s, RASTER_S, max(0, min(reached, DAY_S // RASTER_S)))
        found = items(readings.load(ZONE, steps), steps)
    listed = f'"list":{json.dumps(found)}' if found else "list:[]"
    name = json.dumps(form.get("name", "PLAN"))
    return text_reply(
        f'{{"id":1,"name":{name},"day":"{form["day"]}","timeStart":0,{listed},"count":{len(found)}}}', "text/html")


def items(values: FloatArray, steps: Steps) -> list[list[float]]:
    """Seconds of the day and MW, and once an hour a temperature."""
    found = [[at * steps.step_s, value] for at, value in enumerate(np.round(values, 1).tolist())]
    return [[*item, 31.5] if item[0] % HOUR_S == 0 else item for item in found]


def tariff(readings: Readings) -> str:
    blocks = (("First 150", "1 - 150", 3.1), ("Next 250", "151 - 400", 4.1), ("Over 400", "401 -", CHARGE_KWH))
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in block)}</tr>" for block in blocks)
    return f"<html><body><table><tr><td>Type 1.1</td></tr></table><table><tbody>{rows}</tbody></table></body></html>"


def rates(readings: Readings) -> str:
    """This year and the one before, of which only this month's rates are not made of air."""
    today = times.day(readings.now, CLOCK)
    hour = Steps(int(times.floor(readings.now, 60).timestamp()), HOUR_S, 1)
    rate = f"{(BAHT * readings.price(ZONE, hour).item() - 1000 * CHARGE_KWH) / 10:.2f}"
    this = [f"{rate}<br>154.92" if month == today.month else "7.77" for month in MONTHS[: today.month]]
    year = today.year + BUDDHIST
    rows = [(year, [*this, *["&nbsp;"] * (12 - today.month)]), (year - 1, ["9.99"] * 12)]
    heads = "".join(f"<th>{month}</th>" for month in ("ปี", *MONTHS))
    body = "".join(f"<tr><td>{name}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for name, cells in rows)
    return f"<html><body><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></body></html>"
