"""Grid-India's daily report and MERIT's loads of states.

Traps they have: a list of files by month and financial year, in which other files stand beside the workbooks; tables
that are found by their titles only; regions in another order; `-` for nothing; sun and wind in one table, their sum
with the rest in another; all India's quarter hours from telemetry, which does not see all that meters do; headings with
line breaks and stars; a load per state, as text with commas, and none of a region. A region's own quarter hours are
nowhere.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, workbook

HOSTS = ("webapi.grid-india.in", "webcdn.grid-india.in", "meritindia.in")
LIST, STATE = "/api/v1/file", "/StateWiseDetails/BindCurrentStateStatus"
FOLDER, ENDING = "/files/grdw/", "_NLDC_PSP.xls"
CLOCK = "Asia/Kolkata"
REGIONS = {"NR": "IN-NO", "WR": "IN-WE", "SR": "IN-SO", "ER": "IN-EA", "NER": "IN-NE"}
STATES = {
    "IN-NO": "DL HRN HP JAK PNB RJ UP UTK CHG", "IN-WE": "GJT MPD MHA GOA CTG DNH DND", "IN-EA": "BHR WB ODI SKM JHK",
    "IN-NE": "ACP ASM MGA TPA MZM NGD MIP", "IN-SO": "KRT KRL TND AP TLG PU",
}
REST = {"OTHERS": 1.0}
TABLE = {
    "biomass": REST, "coal": {"Coal": 0.9, "Lignite": 0.1}, "gas": {"GAS": 1.0}, "geothermal": REST,
    "hydro": {"HYDRO": 1.0}, "nuclear": {"NUCLEAR": 1.0}, "oil": {"GAS": 1.0}, "solar": {"SOLAR": 1.0},
    "unknown": REST, "wind": {"WIND": 1.0},
}
SEEN = 0.95
"""What telemetry sees of all that is metered."""
QUARTER_S, DAY_S, OUT_H = 900, 86_400, 10
HEADS = (
    "TIME", "FREQUENCY\n(Hz)", "DEMAND MET\n(MW)", "NUCLEAR\n(MW)", "WIND\n(MW)", "SOLAR*\n(MW)", "HYDRO**\n(MW)",
    "GAS\n(MW)", "THERMAL\n(MW)", "OTHERS***\n(MW)", "NET DEMAND MET\n(Demand Met - Wind - Solar)",
    "TOTAL GENERATION\n(MW)", "NET TRANSNATIONAL EXCHANGE\n(MW)")


def answer(asked: Asked, readings: Readings) -> Reply:
    """A list of files, a workbook, or a state."""
    if not asked.headers.get("user-agent", "").startswith("Mozilla/"):
        return NOT_FOUND
    if asked.host == "meritindia.in" and asked.path == STATE:
        return json_reply(state(readings, parse_qs(asked.body.decode()).get("StateCode", [""])[0]))
    if asked.host == "webapi.grid-india.in" and asked.path == LIST:
        return json_reply({"retData": [*files(readings, json.loads(asked.body))], "retStatus": "success"})
    day = next((day for day in out(readings) if asked.path == FOLDER + title(day)), None)
    return NOT_FOUND if day is None else Reply(report(readings, day), "application/vnd.ms-excel")


def state(readings: Readings, code: str) -> list[dict[str, str]]:
    zone = next((zone for zone, codes in STATES.items() if code in codes.split()), None)
    if zone is None:
        return []
    now_s = int(readings.now.timestamp())
    load_mw = readings.load(zone, Steps(now_s - now_s % RASTER_S, RASTER_S, 1)).item()
    own_mw = load_mw / len(STATES[zone].split())
    return [{"Demand": f"{own_mw:,.2f}", "ISGS": f"{0.6 * own_mw:,.2f}", "ImportData": f"{0.4 * own_mw:,.2f}"}]


def out(readings: Readings) -> list[date]:
    """The days of the last weeks that are out."""
    newest = times.day(times.shift(readings.now, hours=-OUT_H), CLOCK, -1).toordinal()
    return [date.fromordinal(at) for at in range(newest - 45, newest + 1)]


def title(day: date) -> str:
    return f"{day:%d.%m.%y}{ENDING}"


def files(readings: Readings, query: dict[str, str]) -> Iterator[dict[str, str]]:
    """Of a month, each day's workbook and the same as a document."""
    for day in out(readings):
        year = day.year - (day.month < 4)
        if (f"{year}-{(year + 1) % 100:02}", f"{day:%m}") == (query.get("_fileDate"), query.get("_month")):
            found = {"Title_": title(day)[:-4], "FileType": "DAILY_PSP_REPORT"}
            yield {**found, "FilePath": f"{FOLDER[1:]}{title(day)[:-4]}.pdf", "MimeType": "application/pdf"}
            yield {**found, "FilePath": FOLDER[1:] + title(day), "MimeType": "application/vnd.ms-excel"}


def report(readings: Readings, day: date) -> bytes:
    start_s = int(times.midnight(day, CLOCK).timestamp())
    whole = Steps(start_s, DAY_S, 1)
    gwh = {
        region: {label: round(24 * values.item() / 1000, 2)
                 for label, values in readings.labelled(zone, whole, TABLE).items()}
        for region, zone in REGIONS.items()
    }
    return workbook({
        "MOP_E": list(tables(gwh)), "IR-Line": [["Sl No", "Voltage Level", "Line Details"]],
        "TimeSeries": list(quarters(readings, Steps(start_s, QUARTER_S, DAY_S // QUARTER_S))),
    })


def tables(gwh: dict[str, dict[str, float]]) -> Iterator[list[Any]]:
    def row(label: str, *names: str) -> list[Any]:
        values = [round(sum(gwh[region].get(name, 0.0) for name in names), 2) for region in REGIONS]
        return [label, *(value or "-" for value in values), round(sum(values), 2)]

    every = ("Coal", "Lignite", "HYDRO", "NUCLEAR", "GAS", "WIND", "SOLAR", "OTHERS")
    yield ["Report for previous day"]
    yield ["A. Power Supply Position at All India and Regional level"]
    yield [None, *REGIONS, "TOTAL"]
    yield ["Peak Shortage (MW)", *[0] * len(REGIONS), 0]
    yield row("Hydro Gen (MU)", "HYDRO")
    yield row("Wind Gen (MU)", "WIND")
    yield row("Solar Gen (MU)*", "SOLAR")
    yield ["B. Frequency Profile (%)"]
    yield ["Region", "FVI", "< 49.7"]
    yield ["G. Sourcewise generation (Gross) (MU)"]
    yield [None, *REGIONS, "All India", "% Share"]
    yield row("Coal", "Coal")
    yield row("Lignite", "Lignite")
    yield row("Hydro", "HYDRO")
    yield row("Nuclear", "NUCLEAR")
    yield row("Gas, Naptha & Diesel", "GAS")
    yield row("RES (Wind, Solar, Biomass & Others)", "WIND", "SOLAR", "OTHERS")
    yield row("Total", *every)
    yield ["Share of RES in total generation (%)", *[10] * len(REGIONS), 10]
    yield ["H. All India Demand Diversity Factor"]


def quarters(readings: Readings, steps: Steps) -> Iterator[list[Any]]:
    made = {label: SEEN * values for label, values in readings.labelled("IN", steps, TABLE).items()}
    nothing: FloatArray = np.zeros(steps.count)
    columns = [
        nothing + 50.0, readings.load("IN", steps),
        *(made.get(name, nothing) for name in ("NUCLEAR", "WIND", "SOLAR", "HYDRO", "GAS")),
        made.get("Coal", nothing) + made.get("Lignite", nothing), made.get("OTHERS", nothing),
        readings.load("IN", steps) - made.get("WIND", nothing) - made.get("SOLAR", nothing),
        np.sum([*made.values()], axis=0), nothing,
    ]
    yield ["All India time series"]
    yield ["SCADA"]
    yield list(HEADS)
    yield [None, *"ABCDEFGHIJKL"]
    for at, values in enumerate(np.stack(columns, axis=1).tolist()):
        yield [f"{at // 4}:{at % 4 * 15:02}", *(round(value, 2) for value in values)]
    yield ["Notes: * as telemetered at 0:00"]
