"""TSOC, the transmission operator of Cyprus: a page with a table of the day's quarter hours.

Traps it has: Greek headings; local stamps without a zone, the repeated hour of October twice; empty cells for what is
to come; sun and biomass as one number; columns that are no output; what is installed on today's page only; a past
day's end written as `+1days`.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("tsoc.org.cy",)
TODAY = "/electrical-system/total-daily-system-generation-on-the-transmission-system/"
ARCHIVE = "/electrical-system/archive-total-daily-system-generation-on-the-transmission-system/"
CLOCK = "Asia/Nicosia"
ZONE = "CY"
QUARTER_S = 900
DELAY_MIN = 10

WIND, OIL, SMALL = "Αιολική Παραγωγή στο ΣΜ", "Συμβατική Παραγωγή στο ΣΜ", "Εκτίμηση Διεσπαρμένης Παραγωγής"
FUELS = {
    "biomass": {SMALL: 1.0}, "coal": {OIL: 1.0}, "gas": {OIL: 1.0}, "hydro": {OIL: 1.0}, "oil": {OIL: 1.0},
    "solar": {SMALL: 1.0}, "unknown": {OIL: 1.0}, "wind": {WIND: 1.0},
}
AVAILABLE, DEMAND = "Συνολική Διαθέσιμη Συμβατική Ικανότητα Παραγωγής", "Συνολική Ζήτηση"
INSTALLED = {
    "Συμβατική Εγκατεστημένη Ισχύς": "oil", "Αιολική Εγκατεστημένη Ισχύς": "wind",
    "Φωτοβολταϊκή Εγκατεστημένη Ισχύς": "solar", "Εγκατεστημένη Ισχύς Βιομάζας": "biomass",
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """Today's page or a past day's; refused unless it is asked as a browser asks."""
    if asked.path not in (TODAY, ARCHIVE):
        return NOT_FOUND
    if not asked.headers.get("user-agent", "").startswith("Mozilla/"):
        return text_reply("<html><body>403 Forbidden</body></html>", "text/html", 403)
    if asked.path == TODAY:
        static = table("production_graph_static_data2", ("Περιγραφή", "Τιμή (MW)"), able(readings))
        return page(static + day(readings, times.day(readings.now, CLOCK)))
    try:
        past = times.read_day(asked.one("startdt") or "", "DD-MM-YYYY")
    except SourceChanged:
        return NOT_FOUND
    return page(day(readings, past)) if asked.one("enddt") == "+1days" else NOT_FOUND


def page(body: str) -> Reply:
    head = '<!DOCTYPE html>\n<html dir="ltr" lang="el"><head><meta charset="UTF-8" /><title>ΔΣΜΚ</title></head>'
    return text_reply(f"{head}\n<body>{body}</body></html>", "text/html; charset=UTF-8")


def table(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = "".join(f"<th>{one}</th>" for one in heads)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table id="{name}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def able(readings: Readings) -> Iterable[tuple[str, float]]:
    installed = readings.installed(ZONE)
    return ((label, round(installed.get(mode, 0.0), 2)) for label, mode in INSTALLED.items())


def day(readings: Readings, when: date) -> str:
    """The quarters of a day; those that are not out have only what conventional plants could give."""
    start, end = (
        int(times.midnight(date.fromordinal(when.toordinal() + i), CLOCK).timestamp()) for i in (0, 1))
    steps = Steps(start, QUARTER_S, (end - start) // QUARTER_S)
    out = int(times.shift(readings.now, minutes=-DELAY_MIN).timestamp() - start) // QUARTER_S
    made = dict.fromkeys((WIND, SMALL, OIL), np.zeros(steps.count)) | readings.labelled(ZONE, steps, FUELS)
    columns = [made.pop(WIND), made.pop(SMALL), readings.load(ZONE, steps), made.pop(OIL), *made.values()]
    numbers = np.round(np.stack(columns, axis=1)).astype(int).tolist()
    able_mw = round(0.6 * readings.installed(ZONE).get("oil", 0.0))
    return table(
        "production_graph_data", ("Timestamp", AVAILABLE, WIND, SMALL, DEMAND, OIL, *made),
        (
            (f"{times.local(at, CLOCK):%Y-%m-%d %H:%M:%S}", able_mw, *(row if i < out else [""] * len(row)))
            for i, (at, row) in enumerate(zip(steps.starts(), numbers, strict=True))
        ))
