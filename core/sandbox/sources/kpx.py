"""The Korea Power Exchange: web pages with the day's mix and demand in their scripts, and a table of prices.

Traps it has: numbers as text of six digits; slots of the day that are still to come, filled with noughts; two demands,
of which one counts solar outside the market; last week's beside today's; other variables of the same name on the page;
no wind in days before it was told apart; past days only with a cookie, and its value in the form; the market's hours
are numbered by their end, and rows of extremes follow them.
"""

import json
from datetime import date
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply, whole

HOSTS = ("new.kpx.or.kr",)
CLOCK = "Asia/Seoul"
SLOT_S, SLOTS, HOUR_S = 300, 288, 3600
DELAY_MIN = 4
WIND_SINCE = times.read_day("2024-11-23")
FIRST_DAY = times.read_day("2021-12-22")
PRICE_DAYS = 7
KRW_PER_KWH = 1.5
"""For a price of 1000 per MWh in the grid's currency, which is worth a euro, so for 1 per kWh: 1500 won."""
TOKEN = "3f0c1f5e-simulated"
POWER, PRICES = "a10606030000", "a10606080100"

Slot = dict[str, Any]

FUELS = {
    "biomass": {"newRenewable": 1.0}, "coal": {"coal": 0.97, "localCoal": 0.03}, "gas": {"gas": 1.0},
    "geothermal": {"newRenewable": 1.0}, "hydro": {"waterPower": 1.0}, "nuclear": {"nuclearPower": 1.0},
    "oil": {"oil": 1.0}, "solar": {"sunlight": 1.0}, "unknown": {"newRenewable": 1.0}, "wind": {"windPower": 1.0},
}
OUTSIDE = {"ppa": 1.6, "btm": 0.5}
"""Solar outside the market, as a part of that in it."""
PAGE = (
    '<!DOCTYPE html>\n<html lang="ko">\n<head>\n<meta charset="UTF-8" /><meta name="_csrf" content="{token}" />\n'
    '<title>전력거래소</title>\n</head>\n<body>\n<script>\nvar x = 0; var value = "1";\n</script>\n'
    '{body}\n</body>\n</html>\n'
)


def answer(asked: Asked, readings: Readings) -> Reply:
    """The pages by their path and menu."""
    today = times.day(asked.now, CLOCK)
    match asked.path, asked.one("mid"):
        case "/powerinfoSubmain.es", mid if mid == POWER:
            return page(demand(readings, today) + mix(readings, today))
        case "/powerSource.es", mid if mid == POWER:
            return page(mix(readings, today)) if asked.method == "GET" else past(asked, readings)
        case "/smpInland.es", mid if mid == PRICES:
            return page(prices(readings, today))
    return NOT_FOUND


def page(body: str) -> Reply:
    reply = text_reply(PAGE.format(token=TOKEN, body=body), "text/html;charset=UTF-8")
    return reply._replace(headers=(("Set-Cookie", f"XSRF-TOKEN={TOKEN}; Path=/"),))


def past(asked: Asked, readings: Readings) -> Reply:
    """The mix of the day in a form, which must carry the value of the cookie that a first visit set."""
    form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
    cookie = SimpleCookie(asked.headers.get("cookie", "")).get("XSRF-TOKEN")
    if cookie is None or cookie.value != TOKEN or form.get("_csrf") != TOKEN:
        return text_reply("<html><body>Forbidden</body></html>", "text/html", 403)
    try:
        day = times.read_day(form.get("view_sdate", ""))
    except SourceChanged:
        return NOT_FOUND
    return page(mix(readings, day) if day >= FIRST_DAY else script("drawChart2", {"ictArr": []}))


def day_steps(day: date, step_s: int) -> Steps:
    """A Korean day, which has 24 hours."""
    return Steps(int(times.midnight(day, CLOCK).timestamp()), step_s, 24 * HOUR_S // step_s)


def reached(steps: Steps, readings: Readings) -> int:
    """How many slots of a day are out."""
    out_s = times.shift(readings.now, minutes=-DELAY_MIN).timestamp()
    return max(0, min(int(out_s - steps.start_s) // SLOT_S + 1, steps.count))


def script(function: str, variables: dict[str, Any]) -> str:
    lines = "".join(
        f"\t\tvar {name} = {json.dumps(value, separators=(',', ':'))};\n" for name, value in variables.items())
    return f"<script>\nfunction {function}(par1, par2, par3){{\n{lines}\t}}\n</script>\n"


def clocks(steps: Steps) -> list[str]:
    """Every start as `YYYYMMDDHHMMSS`."""
    return [f"{times.local(start, CLOCK):%Y%m%d%H%M%S}" for start in steps.starts()]


def demand(readings: Readings, today: date) -> str:
    """The chart of demand: x in the market, v with what is outside; y and w a week before, here much like today."""
    steps = day_steps(today, SLOT_S)
    out, stamps = reached(steps, readings), [int(at) for at in clocks(steps)]
    before = [int(at) for at in clocks(steps.moved(-7 * 24 * HOUR_S))]
    market = readings.load("KR", steps)
    total = market + sum(OUTSIDE.values()) * readings.production("KR", steps)["solar"]
    x, v, y, w = (whole(values) for values in (market, total, 0.97 * market, 0.97 * total))
    return script("drawChart", {"x": x[:out], "y": y, "v": v[:out], "w": w, "y_time": before, "t_time": stamps[:out]})


def mix(readings: Readings, day: date) -> str:
    """The chart of the mix: an object per slot; those to come have no date."""
    steps = day_steps(day, SLOT_S)
    out = reached(steps, readings)
    columns = {name: written(values) for name, values in fuels(readings, steps, day >= WIND_SINCE).items()}
    slots: list[Slot] = []
    for i, once in enumerate(clocks(steps)):
        when = f"{once[:4]}-{once[4:6]}-{once[6:8]} {once[8:10]}:{once[10:12]}"
        is_out = i < out
        values = {name: texts[i] if is_out else "0" for name, texts in columns.items()}
        slots.append({**values, "regDate": when if is_out else "0", "once": once, "seq": 0 if is_out else "99999"})
    return script("drawChart2", {"ictArr": slots})


def fuels(readings: Readings, steps: Steps, has_wind: bool) -> dict[str, FloatArray]:
    """MW of every field; pumped storage is positive when it generates."""
    found = readings.labelled("KR", steps, FUELS)
    found["raisingWater"] = -readings.charge("KR", steps).get("hydro", np.zeros(steps.count))
    both = found["newRenewable"] + found["windPower"]
    if not has_wind:
        found["newRenewable"] = both
        del found["windPower"]
        return found
    outside = {name: part * found["sunlight"] for name, part in OUTSIDE.items()}
    return found | outside | {"newRenewablePlusWindPower": both}


def written(values: FloatArray) -> list[str]:
    return [f"{value:.6g}" for value in np.round(values, 4).tolist()]


def prices(readings: Readings, today: date) -> str:
    """Won per kWh: a row per hour and a column per day, the oldest first; then each day's extremes and mean."""
    days = [date.fromordinal(today.toordinal() - back) for back in reversed(range(PRICE_DAYS))]
    columns = np.array([KRW_PER_KWH * readings.price("KR", day_steps(day, HOUR_S)) for day in days])
    rows = [(f"{hour}h", columns[:, hour - 1]) for hour in range(1, 25)]
    rows += [("최대", columns.max(axis=1)), ("최소", columns.min(axis=1)), ("가중평균", columns.mean(axis=1))]
    heads = "".join(f"<th scope=\"col\">{day:%m.%d}</th>" for day in days)
    body = "".join(
        f"<tr><th scope=\"row\">{label}</th>{''.join(f'<td>{value:,.2f}</td>' for value in values)}</tr>\n"
        for label, values in rows)
    return f"<table>\n<thead><tr><th>구분</th>{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
