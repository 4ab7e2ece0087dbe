"""NSMO of Viet Nam: charts of today's load and marginal price, and of both on a past day.

Traps it has: the payload two levels down; half hours stamped at their end, on a local clock without zone; two hours
that are still to come; three regions beside the whole; nothing of today in its first half hour; other names, and both
columns, in the past; prices per kWh.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.nldc.evn.vn",)
ROOT = "/api/services/app/"
CLOCK = "Asia/Ho_Chi_Minh"
ZONE = "VN"
STEP_S = 1800
AHEAD_H = 2
VND_PER_KWH = 28.0
"""For a price of 1 per MWh in the grid's currency, which is worth a euro."""
REGIONS = {"MB": 0.45, "MT": 0.1, "MN": 0.45}


def answer(asked: Asked, readings: Readings) -> Reply:
    """One of the three charts."""
    ahead = times.shift(readings.now, hours=AHEAD_H)
    today = times.day(readings.now, CLOCK)
    match asked.path.removeprefix(ROOT):
        case "Pages/GetChartPhuTaiVM":
            return chart("phuTais", [live("congSuat", end, mw) for end, mw, _ in ended(readings, today, ahead)])
        case "Pages/GetChartGiaBienVM":
            return chart("giaBiens", [live("giaBien", end, vnd) for end, _, vnd in ended(readings, today, ahead)])
        case "Dashboard/GetBieuDoTuongQuanPT":
            return past(asked, readings)
    return NOT_FOUND


def chart(name: str, rows: list[dict[str, Any]]) -> Reply:
    return json_reply({
        "result": {"data": {name: rows}}, "targetUrl": None, "success": True, "error": None, "__abp": True})


def past(asked: Asked, readings: Readings) -> Reply:
    try:
        day = times.read_day(asked.one("day") or "", "DD/MM/YYYY")
    except SourceChanged:
        return json_reply({"result": None, "success": False, "error": {"code": 0, "message": "not a day"}}, 500)
    rows = [
        {"thoiGian": end, "congSuat": mw, "giaBan": vnd, "ghiChu": None}
        for end, mw, vnd in ended(readings, day, readings.now)]
    return chart("phuTai", rows)


def live(name: str, end: str, value: float) -> dict[str, Any]:
    """A row of the whole and its regions, whose prices are much alike and whose loads add up."""
    parts = dict.fromkeys(REGIONS, value) if name == "giaBien" else {at: value * part for at, part in REGIONS.items()}
    return {"thoiGian": end, f"{name}HT": value, **{f"{name}{at}": round(mw, 1) for at, mw in parts.items()}}


def ended(readings: Readings, day: date, until: datetime) -> Iterator[tuple[str, float, float]]:
    """Stamp, MW and dong per kWh of a day's half hours that end by a moment; none of today's in the first of them."""
    midnight = times.midnight(day, CLOCK)
    count = min(48, int((until - midnight).total_seconds()) // STEP_S)
    is_new = (readings.now - midnight).total_seconds() < STEP_S
    steps = Steps(int(midnight.timestamp()), STEP_S, 0 if is_new else max(0, count))
    load = np.round(readings.load(ZONE, steps), 1).tolist()
    price = np.round(VND_PER_KWH * readings.price(ZONE, steps), 1).tolist()
    ends = [f"{times.local(end, CLOCK):%Y-%m-%dT%H:%M:%S}" for end in steps.moved(STEP_S).starts()]
    return zip(ends, load, price, strict=True)
