"""ERLDC, Eastern India: the report of a day, lines to other regions in one list and countries in another.

Traps it has: all numbers are texts; + is into the Eastern region, whichever of a key's zones it is; the highest import
and export of a line beside its energy; a line to a country among those to regions, which is idle.
"""

from datetime import date

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("app.erldc.in",)
PATH = "/api/pspreportpsp/Get/pspreport_psp_{}/GetByTwoDate"
LINES, COUNTRIES = PATH.format("interregionalexchanges"), PATH.format("transnationalexchange")
ZONE, CLOCK = "IN-EA", "Asia/Kolkata"
REGIONS = {"WEST": "IN-WE", "SOUTH": "IN-SO", "NORTH": "IN-NO", "NORTH_EAST": "IN-NE"}
ABROAD = {"BHUTAN": "BT", "NEPAL": "NP", "BANGLADESH": "BD"}
SHARES = {"765KV-EXAMPLE-ONE": 1.3, "400KV-EXAMPLE-TWO": -0.3}
"""Lines to a region, and the part of the flow that each carries; one of them against the others."""
DAY_S = 86_400
OUT_H = 8
"""Hours after the end of a day."""

Row = dict[str, str | int]


def answer(asked: Asked, readings: Readings) -> Reply:
    """One of the lists, for the days that are out."""
    if asked.path not in (LINES, COUNTRIES):
        return NOT_FOUND
    try:
        first, last = (times.read_day(asked.one(name) or "") for name in ("firstDate", "secondDate"))
    except SourceChanged:
        return json_reply({"status": 400, "title": "Bad Request"}, 400)
    newest = times.day(times.shift(readings.now, hours=-OUT_H), CLOCK, -1)
    days = [date.fromordinal(at) for at in range(first.toordinal(), min(last, newest).toordinal() + 1)]
    make = lines if asked.path == LINES else countries
    rows = [row for day in days for row in make(readings, day)]
    return json_reply([{"Id": number, **row} for number, row in enumerate(rows, start=150_001)])


def mean_mw(readings: Readings, day: date, neighbour: str) -> float:
    """Into the Eastern region."""
    return readings.flow([neighbour], [ZONE], Steps(int(times.midnight(day, CLOCK).timestamp()), DAY_S, 1)).item()


def lines(readings: Readings, day: date) -> list[Row]:
    found = []
    for name, zone in REGIONS.items():
        whole_mw = mean_mw(readings, day, zone)
        found += [line(element, f"{name} REGION", share * whole_mw, day) for element, share in SHARES.items()]
    return [*found, line("400KV-EXAMPLE-ABROAD", "BANGLADESH", 0.0, day)]


def line(element: str, other: str, flow_mw: float, day: date) -> Row:
    import_mu, export_mu = (f"{round(value * 24 / 1000, 2):g}" for value in (max(flow_mw, 0.0), min(flow_mw, 0.0)))
    return {
        "Element": element, "Type": f"Import/Export between EAST REGION and {other}",
        "PeakMW": f"{1.2 * flow_mw:.0f}", "PeakMWTime": "19:00 Hrs",
        "OffPeakMW": f"{0.8 * flow_mw:.0f}", "OffPeakMWTime": "03:00 Hrs",
        "ImportMW": f"{max(1.5 * flow_mw, 90.0):.0f}", "ExportMW": f"{min(1.5 * flow_mw, -60.0):.0f}",
        "ImportMU": import_mu, "ExportMU": export_mu, "NET": import_mu if flow_mw > 0 else export_mu, "Date": f"{day}",
    }


def countries(readings: Readings, day: date) -> list[Row]:
    found: list[Row] = []
    for name, zone in ABROAD.items():
        flow_mw = mean_mw(readings, day, zone)
        found.append({
            "Region": name, "ScheduledEnergyExchangeMU": f"{0.025 * flow_mw:.2f}",
            "ActualEnergyExchangeMU": f"{0.024 * flow_mw:.2f}", "DayPeakMW": f"{1.4 * flow_mw:.2f}",
            "DayMinMW": f"{0.5 * flow_mw:.2f}", "DayAverageMW": f"{flow_mw:.2f}", "Date": f"{day}",
        })
    return found
