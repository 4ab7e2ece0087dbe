"""PGCB of Bangladesh: a page with a table of hours, newest first.

Traps it has: hours stamped at their end, the last one 24:00 of the same day; 17 headings in two rows over 16 columns,
and a commented cell among them; imports within the generation, what is neither fuel nor import nowhere; two lines to
the same neighbour; hours that are there and not filled in; whole megawatts.
"""

from datetime import datetime

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply, whole

HOSTS = ("erp.pgcb.gov.bd",)
PATH = "/web/generations/view_generations"
CLOCK = "Asia/Dhaka"
ZONE = "BD"
HOUR_S = 3600
LATEST, DELAY_H = 50, 1
"""The real one is later."""

REST = {"rest": 1.0}
TABLE = {
    **dict.fromkeys(("biomass", "geothermal", "nuclear", "unknown"), REST), "coal": {"Coal": 1.0}, "gas": {"Gas": 1.0},
    "hydro": {"Hydro": 1.0}, "oil": {"Liquid Fuel": 1.0}, "solar": {"Solar": 1.0}, "wind": {"Wind": 1.0},
}
FUELS = ("Gas", "Liquid Fuel", "Coal", "Hydro", "Solar", "Wind")
LINES = {"Bheramara HVDC": ("IN-EA", 0.6), "Tripura": ("IN-NE", 1.0), "Adani": ("IN-EA", 0.4), "Nepal": ("NP", 1.0)}
TOP = ("Date", "Time", "Generation(MW)", "Demand(MW)", "Loadshed", *FUELS)


def answer(asked: Asked, readings: Readings) -> Reply:
    """A day, or the latest hours with one that is still to be filled in."""
    if asked.path != PATH:
        return NOT_FOUND
    out = times.floor(times.shift(readings.now, hours=-DELAY_H), 60)
    if (search := asked.one("search")) is None:
        return page(filled(readings, times.shift(out, hours=-LATEST), LATEST, out))
    try:
        day = times.read_day(search, "DD-MM-YYYY")
    except SourceChanged:
        return page([])
    return page(filled(readings, times.midnight(day, CLOCK), 24, out)[-24:])


def filled(readings: Readings, start: datetime, count: int, out: datetime) -> list[str]:
    """The rows from a moment on, newest first; the one after what is out is empty."""
    last_s = int(out.timestamp())
    first_s = int(start.timestamp())
    steps = Steps(first_s, HOUR_S, max(0, min(count, (last_s - first_s) // HOUR_S)))
    made = readings.labelled(ZONE, steps, TABLE)
    into = {line: part * readings.flow([key], [ZONE], steps) for line, (key, part) in LINES.items()}
    total = np.sum([*made.values(), *into.values()], axis=0) if steps.count else np.zeros(0)
    load = readings.load(ZONE, steps)
    fuels = [made.get(fuel, np.zeros(steps.count)) for fuel in FUELS]
    columns = [whole(values) for values in (total, load, np.zeros(steps.count), *fuels, *into.values())]
    rows = [cells(end, [f"{value}" for value in row]) for end, *row in zip(
        steps.moved(HOUR_S).starts(), *columns, strict=True)]
    if steps.count < count or count == LATEST:
        rows.append(cells(times.epoch(steps.end_s + HOUR_S), [""] * len(columns)))
    return rows[::-1]


def cells(end: datetime, values: list[str]) -> str:
    """A row of the table."""
    begin = times.local(times.shift(end, hours=-1), CLOCK)
    shown = [f"{begin:%d-%m-%Y}", f"{begin.hour + 1:02}:00:00", *values, ""]
    parts = [f"<td>{value}</td>" for value in shown]
    return "<tr>" + "".join([*parts[:4], "<!--<td>0.00</td>-->", *parts[4:]]) + "</tr>"


def page(rows: list[str]) -> Reply:
    top = "".join(f'<th rowspan="2">{name}</th>' for name in TOP)
    head = (
        f'<tr>{top}<th colspan="3">India</th><th rowspan="2">Nepal</th><th rowspan="2">Remarks</th></tr>'
        f"<tr>{''.join(f'<th>{line}</th>' for line in LINES if line != 'Nepal')}</tr>")
    body = "\n".join(rows) or '<tr><td colspan="16">No data found</td></tr>'
    return text_reply(
        '<!doctype html><html lang="en"><head><title>PGCB Website</title></head><body>'
        f"<table><thead>{head}</thead><tbody>\n{body}\n</tbody></table></body></html>", "text/html")
