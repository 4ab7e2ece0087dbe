"""NISO, Nigeria: a form of ASP.NET that answers with a day's hours by station.

Traps it has: a form whose every field must come back, one day per question; kinds of plants within the stations' names,
in several spellings; serial numbers before and sums behind the hours; a heading and a row of totals; the running hour,
half of it, and zeros for those to come; local time.
"""

from collections.abc import Iterable
from datetime import date
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("niggrid.org",)
PATH = "/GenerationProfile2"
CLOCK = "Africa/Lagos"
ZONE = "NG"
HOUR_S = 3600
DAY_FIELD = "ctl00$MainContent$txtReadingDate"
FIELDS = {
    "__VIEWSTATE": "dDwtMTA5;/+w==", "__VIEWSTATEGENERATOR": "1E7A54C0", "__EVENTVALIDATION": "/wEdAAT+x=",
    "ctl00$MainContent$btnGetReadings": "Get Generation",
}

BURNT = {"EGBIN (STEAM)": 0.3, "AFAM VI (GAS/STEAM)": 0.25, "GEREGU NIPP (Gas)": 0.45}
TABLE = {
    **dict.fromkeys(("biomass", "coal", "gas", "geothermal", "nuclear", "oil", "solar", "unknown", "wind"), BURNT),
    "hydro": {"KAINJI (HYDRO)": 0.6, "SHIRORO (Hydro)": 0.4},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The form to a GET; the day's table to a POST of the form."""
    if asked.path != PATH:
        return NOT_FOUND
    if asked.method != "POST":
        return page("")
    sent = {name: values[0] for name, values in parse_qs(asked.body.decode(errors="replace")).items()}
    try:
        if any(sent.get(name) != value for name, value in FIELDS.items()):
            raise SourceChanged("The state of the page is not its own.")
        day = times.read_day(sent.get(DAY_FIELD, ""), "YYYY/MM/DD")
    except SourceChanged:
        return text_reply("<html><body><h1>Server Error in '/' Application.</h1></body></html>", "text/html", 500)
    return page(table(readings, day))


def page(content: str) -> Reply:
    inputs = "\n".join(f'<input name="{name}" value="{value}" />' for name, value in (FIELDS | {DAY_FIELD: ""}).items())
    return text_reply(
        '<!DOCTYPE html>\n<html><body><form method="post" action="./GenerationProfile2">\n'
        f"{inputs}\n<div>{content}</div></form></body></html>", "text/html; charset=utf-8")


def table(readings: Readings, day: date) -> str:
    """A row per station, and what they make together."""
    steps = Steps(int(times.midnight(day, CLOCK).timestamp()), HOUR_S, 24)
    ends_s = steps.start_s + HOUR_S * np.arange(1, steps.count + 1)
    shown = np.clip(1 - 0.5 * np.ceil((ends_s - readings.now.timestamp()) / HOUR_S), 0, 1)
    made = {name: shown * values for name, values in readings.labelled(ZONE, steps, TABLE).items()}
    rows = [
        line([f"{at}", name, *(f"{value:.2f}" for value in values), f"{values.sum():.2f}"])
        for at, (name, values) in enumerate(sorted(made.items()), start=1)
    ]
    total = np.sum([*made.values()], axis=0)
    hours = [f"{hour:02}:00" for hour in range(24)]
    return "\n".join((
        '<table id="MainContent_gvGencos">', line(["#", "Genco", *hours, "Total"], "th"), *rows,
        line(["", "TOTAL", *(f"{value:,.2f}" for value in total), f"{total.sum():,.2f}"]), "</table>"))


def line(cells: Iterable[str], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"
