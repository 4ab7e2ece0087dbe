"""NTESMO, Northern Territory: a workbook per trading day behind pages of links, and forecasts of three regions.

Traps it has: a page 0 that repeats page 1; other years on pages of their own; a day that begins at 04:00 and is out two
days later; output stamped at its start, demand and price by a time of day that is their end; a column of every unit,
solar farms that draw a little at night, remarks beside and below the tables; forecasts that begin at different times.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply, workbook

HOSTS = ("ntesmo.com.au",)
DAYS = "/data/daily-trading"
YEAR = re.compile(rf"{DAYS}/historical-daily-trading-data/(\d{{4}})-daily-trading-data")
BOOK = re.compile(r"/__data/assets/excel_doc/0019/(\d{8})/Market-Information_System-Control-daily-trading-day\.xlsx")
FORECAST = re.compile(r"/data/data-dashboard/2024-enhancements/demand-forecast/[a-z-]+/(dk|as|tc)-7-days-forecast")
CLOCK = "Australia/Darwin"
ZONE = "AU-NT"
HALF_HOUR_S = 1800
DAY_BEGINS_H, OUT_H = 4, 50
PER_PAGE = 9
REGIONS = {"dk": (0.9, 0), "as": (0.085, 2), "tc": (0.015, 1)}
"""Part of the load, and how many half hours late the forecast begins."""
AHEAD = 6 * 48

NOT_KNOWN = {"HP01": 1.0}
TABLE = {
    **dict.fromkeys(("coal", "geothermal", "hydro", "nuclear", "oil", "unknown", "wind"), NOT_KNOWN),
    "biomass": {"LMS": 1.0}, "gas": {"C1": 0.3, "C4": 0.25, "W2": 0.25, "K1": 0.1, "P3": 0.1},
    "solar": {"KS01": 0.4, "MY01": 0.2, "BJ01": 0.1, "BP01": 0.1, "RD01": 0.05, "RB02": 0.15},
}
UNITS = ("C1", "C2", "C4", "W2", "LMS", "K1", "P3", "KS01", "MY01", "BJ01", "BP01", "HP01", "RD01", "RB02")
FARMS = TABLE["solar"]
NIGHT_MW = -0.04


def answer(asked: Asked, readings: Readings) -> Reply:
    """A page of links, a workbook, or a region's forecast."""
    if asked.path == DAYS:
        return page(days_at(readings, int(asked.one("result_70160_result_page") or 0)))
    if found := YEAR.fullmatch(asked.path):
        return page(day for day in published(readings) if day.year == int(found[1]))
    if found := BOOK.fullmatch(asked.path):
        day = times.read_day(found[1], "YYYYMMDD")
        return Reply(trading_day(readings, day), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    if found := FORECAST.fullmatch(asked.path):
        return json_reply(forecast(readings, *REGIONS[found[1]]))
    return NOT_FOUND


def published(readings: Readings) -> Iterator[date]:
    """The trading days that are out, newest first, for two years."""
    newest = times.day(times.shift(readings.now, hours=-DAY_BEGINS_H - OUT_H), CLOCK)
    return (date.fromordinal(newest.toordinal() - back) for back in range(731))


def days_at(readings: Readings, at: int) -> list[date]:
    """The days of this year on a page."""
    this_year = times.day(readings.now, CLOCK).year
    days = [day for day in published(readings) if day.year == this_year]
    first = PER_PAGE * max(at - 1, 0)
    return days[first : first + PER_PAGE]


def page(days: Iterator[date] | list[date]) -> Reply:
    cards = "".join(
        f'<div class="smp-tiles-article__item"><a href="https://ntesmo.com.au/__data/assets/excel_doc/0019/{day:%Y%m%d}/'
        f'Market-Information_System-Control-daily-trading-day.xlsx"><div class="smp-tiles-article__title">'
        f"{day:%d %B %Y}</div><span>MS Excel Document (115 KB)</span></a></div>\n" for day in days)
    rules = '<a href="https://ntesmo.com.au/__data/assets/pdf_file/0001/rules.pdf">Rules</a>'
    return text_reply(f"<!DOCTYPE html>\n<html><body>{rules}\n{cards}</body></html>", "text/html; charset=utf-8")


def steps_of(day: date) -> Steps:
    start = times.shift(times.midnight(day, CLOCK), hours=DAY_BEGINS_H)
    return Steps(int(start.timestamp()), HALF_HOUR_S, 48)


def trading_day(readings: Readings, day: date) -> bytes:
    steps = steps_of(day)
    clock = [times.local(at, CLOCK).replace(tzinfo=None) for at in [*steps.starts(), times.epoch(steps.end_s)]]
    load, price = readings.load(ZONE, steps), readings.price(ZONE, steps)
    market = [[end.time(), round(float(load[i]), 3), round(float(price[i]), 2)] for i, end in enumerate(clock[1:])]
    columns = units(readings, steps)
    output = [
        [clock[i], clock[i + 1], *(round(float(column[i]), 3) for column in columns)] for i in range(steps.count)]
    remark = [None, None, None, "Yellow highlight means 'Binding Constraints'"]
    return workbook({
        "System Demand and Market Price": sheet(day, [None, "Demand", "Market Price"], market),
        "Generating Unit Output": sheet(day, ["Period Start", "Period End", *UNITS, *remark], output)})


def sheet(day: date, names: Sequence[str | None], rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Its market, its day, two empty lines, a table, and a remark."""
    stamp = times.local(times.midnight(day, CLOCK), CLOCK).replace(tzinfo=None)
    return [["I-NTEM"], [None, stamp], [], [], names, *rows, [], ["Subject to revision"]]


def units(readings: Readings, steps: Steps) -> list[FloatArray]:
    """What each unit gives; a farm without sun draws a little."""
    made = dict.fromkeys(UNITS, np.zeros(steps.count)) | readings.labelled(ZONE, steps, TABLE)
    return [np.where(column > 0, column, NIGHT_MW) if name in FARMS else column for name, column in made.items()]


def forecast(readings: Readings, part: float, late: int) -> dict[str, Any]:
    """Half hours from the next one on."""
    first = (int(readings.now.timestamp()) // HALF_HOUR_S + 1 + late) * HALF_HOUR_S
    steps = Steps(first, HALF_HOUR_S, AHEAD - late)
    middle = part * readings.load_forecast(ZONE, steps)
    starts = [times.text(at, "YYYY-MM-DDTHH:mmZZ", CLOCK) for at in steps.starts()]

    def pairs(values: FloatArray) -> list[list[Any]]:
        return [[start, round(float(value), 3)] for start, value in zip(starts, values, strict=True)]

    return {"demand": [], "forecastedDemand": pairs(middle), "p10": pairs(0.95 * middle), "p90": pairs(1.05 * middle)}
