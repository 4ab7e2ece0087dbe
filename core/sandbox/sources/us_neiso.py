"""ISO New England: a web service of days for its own charts, reports of wind and sun as spreadsheets, one status page.

Traps it has: a form whose fields all begin alike; stamps with seconds and an offset; fuels that are left out where they
give nothing, three of them biomass, a subtotal among them, and batteries as `Other`; flows that are + out of the area,
line by line, under numbers as text; a forecast beside what it replaced; reports that want a cookie, name hours by their
end on the wall, with a second `02X` in autumn, and begin and end in the middle of a day. Pumps are left out: the real
source has what they give in hydro, and what they take nowhere.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

import numpy as np

from core import times
from core.errors import SourceError
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply, whole

HOSTS = ("www.iso-ne.com",)
SERVICE, REPORTS, STATUS = "/ws/wsclient", "/transform/csv/", "/markets-operations/system-forecast-status/"
REPORT_PAGES = "/isoexpress/web/reports/operations/"
COOKIE = "JSESSIONID=simulated"
ZONE = "US-NE-ISNE"
CLOCK = "America/New_York"
FIVE_MIN_S, HOUR_S = 300, 3600

TABLE = {
    "biomass": {"Wood": 0.4, "Refuse": 0.5, "LandfillGas": 0.1}, "coal": {"Coal": 1.0}, "gas": {"NaturalGas": 1.0},
    "hydro": {"Hydro": 1.0}, "nuclear": {"Nuclear": 1.0}, "oil": {"Oil": 1.0}, "solar": {"Solar": 1.0},
    "wind": {"Wind": 1.0},
}
RENEWABLES = ("Wood", "Refuse", "LandfillGas", "Solar", "Wind")
LINES = {
    "4010": ("CA-NB", 1.0, ".I.SALBRYNB345 1"), "4011": ("US-NY-NYIS", 1.3, ".I.ROSETON 345 1"),
    "4012": ("CA-QC", 0.6, ".I.HQ_P1_P2345 5"), "4013": ("CA-QC", 0.1, ".I.HQHIGATE120 2"),
    "4014": ("US-NY-NYIS", -0.2, ".I.SHOREHAM138 99"), "4017": ("US-NY-NYIS", -0.1, ".I.NRTHPORT138 5"),
    "4018": ("CA-QC", 0.3, ".I.HQMRL_RD345 1"),
}
"""The neighbour, the part of its border's flow that goes over this line, and its name."""
MODE_OF_REPORT = {"sphf": "solar", "wphf": "wind"}
REPORT_AT_H, REPORT_DAYS = 10, 8

Form = Mapping[str, str]


def answer(asked: Asked, readings: Readings) -> Reply:
    """POST of a question to the service, GET of a report or a page."""
    if asked.path == SERVICE and asked.method == "POST":
        return service(asked, readings)
    if asked.path.startswith(REPORT_PAGES):
        page = text_reply("<html><body><h1>Simulated report</h1></body></html>", "text/html")
        return page._replace(headers=(("Set-Cookie", f"{COOKIE}; Path=/"),))
    if asked.path.startswith(REPORTS):
        return report(asked, readings) if COOKIE in asked.headers.get("cookie", "") else Reply(b"", "text/html", 403)
    return status(readings) if asked.path.startswith(STATUS) else NOT_FOUND


def service(asked: Asked, readings: Readings) -> Reply:
    """What is out of the asked days, in an envelope."""
    form = {name.removeprefix("_nstmp_"): value for name, value in parse_qsl(asked.body.decode())}
    make = DATA.get(form.get("requestType", ""))
    try:
        first, last = (times.read_day(form.get(name, ""), "MM/DD/YYYY") for name in ("startDate", "endDate"))
    except SourceError:
        return json_reply([])
    data = make(readings, form, times.midnight(first, CLOCK), day_after(last)) if make else []
    return json_reply([{"data": data, "namespace": "_nstmp_"}])


def day_after(day: date) -> datetime:
    """The end of an Eastern day."""
    return times.calendar_shift(times.midnight(day, CLOCK), CLOCK, days=1)


def moments(readings: Readings, start: datetime, end: datetime) -> Steps:
    """The instants of every five minutes that are out, the present one included."""
    return steps_between(start, min(end, times.shift(readings.now, minutes=5)), FIVE_MIN_S)


def stamp(at: datetime, second: int = 0) -> str:
    return times.local(at, CLOCK).replace(second=second).isoformat(timespec="milliseconds")


def fuel_mix(readings: Readings, form: Form, start: datetime, end: datetime) -> list[dict[str, Any]]:
    steps = moments(readings, start, end)
    found = readings.labelled(ZONE, steps, TABLE)
    found["Other"] = -readings.charge(ZONE, steps).get("battery", np.zeros(steps.count))
    columns = {label: whole(values) for label, values in found.items()}
    points = []
    for i, at in enumerate(steps.starts()):
        fuels = {label: values[i] for label, values in columns.items() if values[i]}
        subtotal = sum(fuels.get(label, 0) for label in RENEWABLES)
        stamps = {"BeginDateMs": int(at.timestamp() * 1000), "BeginDate": stamp(at, second=(7 * i) % 60)}
        points.append({**fuels, "Renewables": subtotal, **stamps})
    return points


def flows(readings: Readings, form: Form, start: datetime, end: datetime) -> dict[str, list[dict[str, Any]]]:
    """By line, of those that are asked for and that there are."""
    steps = moments(readings, start, end)
    asked = [line for name, line in form.items() if name.startswith("zone") and line in LINES]
    return {line: line_flows(readings, line, steps) for line in asked}


def line_flows(readings: Readings, line: str, steps: Steps) -> list[dict[str, Any]]:
    neighbour, part, name = LINES[line]
    measured = part * readings.flow([ZONE], [neighbour], steps)
    scheduled = part * readings.schedule([ZONE], [neighbour], steps)
    out, into = readings.limits([ZONE], [neighbour])
    return [
        {"Sale": max(0, round(plan)), "Purchase": min(0, round(plan)), "Import": -round(into), "Export": round(out),
         "Actual": round(value, 3), "Current": round(plan), "BeginDate": stamp(at),
         "Location": {"@LocId": line, "$": name}}
        for at, value, plan in zip(steps.starts(), measured, scheduled, strict=True)
    ]


def load(readings: Readings, form: Form, start: datetime, end: datetime) -> dict[str, list[dict[str, Any]]]:
    """What was measured so far and what is forecast of the whole days, with the forecast of the day before."""
    now, hours = moments(readings, start, end), steps_between(start, end, HOUR_S)
    forecast = readings.load_forecast(ZONE, hours)
    measured = zip(now.starts(), whole(readings.load(ZONE, now)), strict=True)
    return {
        "actual": [{"Mw": value, "LoadMw": value, "BeginDate": stamp(at)} for at, value in measured],
        **{
            name: [{"NetLoadMw": mw, "Mw": mw, "CreationDate": stamp(readings.now), "BeginDate": stamp(at)}
                   for at, mw in zip(hours.starts(), whole(factor * forecast), strict=True)]
            for name, factor in (("forecast", 1.0), ("priorDay", 0.97))
        },
    }


def report(asked: Asked, readings: Readings) -> Reply:
    """The file of a day, once it is out."""
    mode = MODE_OF_REPORT.get(asked.path.removeprefix(REPORTS))
    try:
        day = times.read_day(asked.one("start") or "", "YYYYMMDD")
    except SourceError:
        return NOT_FOUND
    made = times.read(f"{day} {REPORT_AT_H}", CLOCK, "YYYY-MM-DD HH")
    if mode is None or made > readings.now:
        return NOT_FOUND
    return text_reply("\n".join([*report_lines(readings, mode, day, made), ""]))


def report_lines(readings: Readings, mode: str, day: date, made: datetime) -> Iterator[str]:
    days = [times.day(times.shift(made, days=at), CLOCK) for at in range(REPORT_DAYS)]
    steps = steps_between(made, times.calendar_shift(made, CLOCK, days=REPORT_DAYS - 1), HOUR_S)
    cells = {(at.date(), hour_ending(at)): value for at, value in zip(
        (times.local(start, CLOCK) for start in steps.starts()),
        whole(readings.wind_solar_forecast(ZONE, steps)[mode]), strict=True)}
    hours = sorted({*(hour for _, hour in cells), *(f"{hour:02}" for hour in range(1, 25))})
    yield f'"C","ISO New England Inc. Seven Day {mode.title()} Power Forecast Report"'
    yield f'"C","Filename: seven_day_{mode}_power_forecast_{day:%Y%m%d}.csv"'
    yield f'"C","Report for {day:%m/%d/%Y}"'
    yield f'"C","Report generated {times.local(made, CLOCK):%m/%d/%Y %H:%M:%S %Z}"'
    yield '"H","",,' + ",".join(f'"Day {at + 1}"' for at in range(REPORT_DAYS))
    yield '"D","Day",,' + ",".join(f'"{one:%a}"' for one in days)
    yield '"D","Date","Hour Ending",' + ",".join(f'"{one:%m/%d/%Y}"' for one in days)
    for hour in hours:
        yield f'"D",,{hour},' + ",".join(str(cells.get((one, hour), "")) for one in days)
    yield f'"T","{len(hours)} lines"'


def hour_ending(start: datetime) -> str:
    """The name of an hour on the wall; of two alike the second has an X."""
    return f"{start.hour + 1:02}{'X' if start.fold else ''}"


def status(readings: Readings) -> Reply:
    return text_reply(
        '<html><body><table id="PowerSystemConditions-Table"><tbody><tr><td>New England</td><td>Normal</td><td></td>'
        f"</tr></tbody></table><pre>Updated: {times.local(readings.now, CLOCK):%m/%d/%Y %I:%M %p}</pre></body></html>",
        "text/html")


DATA: dict[str, Callable[[Readings, Form, datetime, datetime], Any]] = {
    "genfuelmix": fuel_mix, "externalflow": flows, "systemload": load,
}
