"""PJM: Data Miner 2's feeds of hours, a chart of the flow to MISO, and a dashboard without a posting.

Traps it has: a key that the site's own settings tell; days asked for on the clock of Eastern time and told in UTC;
stamps without a zone; a download that is a gzip file of bare rows where other answers wrap theirs; forecasts in several
editions, of which the newest is neither first nor last; sun behind the meter; a flow into PJM that is +, in a script
for people, by the clock on the wall without a day, beside its schedule and with nulls for what is to come.
"""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("api.pjm.com", "dataminer2.pjm.com", "emergencyprocedures.pjm.com", "www.pjm.com")
FEEDS_PATH = "/api/v1/"
ZONE, MISO = "US-MIDA-PJM", "US-MIDW-MISO"
CLOCK = "America/New_York"
KEY = "simulated"
HOUR_S, FIVE_MIN_S = 3600, 300
DELAY_H, AHEAD_H, LOAD_DAYS = 1, 46, 7
RANGE = "MM/DD/YYYY HH:mm"

TABLE = {
    "biomass": {"Other Renewables": 1.0}, "coal": {"Coal": 1.0}, "gas": {"Gas": 1.0}, "geothermal": {"Other": 1.0},
    "hydro": {"Hydro": 1.0}, "nuclear": {"Nuclear": 1.0}, "oil": {"Oil": 1.0}, "solar": {"Solar": 1.0},
    "unknown": {"Multiple Fuels": 0.7, "Other": 0.3}, "wind": {"Wind": 1.0},
}
EDITIONS = ((3, 1.12), (1, 1.0), (2, 0.93))
"""Hours before now or the foretold hour, whichever comes first, and by what a forecast made then was off."""

Items = Iterator[dict[str, Any]]


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a feed by those who have the key, of the settings that tell it, and of two pages."""
    if asked.path.startswith(FEEDS_PATH):
        return feed(asked, readings)
    make = PAGES.get((asked.host, asked.path))
    return make(readings) if make else NOT_FOUND


def feed(asked: Asked, readings: Readings) -> Reply:
    """The rows of one feed, from the first asked one on."""
    make = FEEDS.get(asked.path.removeprefix(FEEDS_PATH))
    if make is None:
        return NOT_FOUND
    if asked.headers.get("ocp-apim-subscription-key") != KEY:
        return json_reply({"statusCode": 401, "message": "Access denied due to invalid subscription key."}, 401)
    if asked.one("startRow") is None:
        return json_reply({"errors": [{"field": "startRow", "message": "is required"}]}, 400)
    rows = list(make(asked, readings))
    if asked.one("download") == "true":
        return Reply(gzip.compress(json.dumps(rows).encode(), compresslevel=1, mtime=0), "application/json")
    names = (asked.one("fields") or "").split(",")
    kept = [{name: row[name] for name in names if name in row} or row for row in rows]
    first, most = int(asked.one("startRow") or 1), int(asked.one("rowCount") or 25)
    return json_reply({
        "links": [{"rel": "self", "href": asked.url.partition("?")[0]}], "items": kept[first - 1 : first - 1 + most],
        "searchSpecification": {"rowCount": most, "order": "Asc", "startRow": first}, "totalRows": len(kept),
    })


def hours(asked: Asked, last: datetime) -> Steps:
    """The whole hours of the asked range, up to some moment."""
    ends = (asked.one("datetime_beginning_ept") or "").split("to")
    if len(ends) != 2:
        return Steps(0, HOUR_S, 0)
    first, until = (times.read(end, CLOCK, RANGE) for end in ends)
    return steps_between(first, min(times.shift(until, minutes=1), last), HOUR_S)


def stamp(at: datetime, clock: str = "UTC") -> str:
    return times.text(at, "YYYY-MM-DDTHH:mm:ss", clock)


def stamps(name: str, at: datetime) -> dict[str, str]:
    """A moment twice, as PJM tells it."""
    return {f"{name}_utc": stamp(at), f"{name}_ept": stamp(at, CLOCK)}


def generation(asked: Asked, readings: Readings) -> Items:
    """gen_by_fuel, which is an hour late; what batteries give is +."""
    steps = hours(asked, times.shift(readings.now, hours=-DELAY_H))
    found = readings.labelled(ZONE, steps, TABLE)
    found["Storage"] = -readings.charge(ZONE, steps).get("battery", np.zeros(steps.count))
    for i, start in enumerate(steps.starts()):
        for fuel, values in sorted(found.items()):
            yield {**stamps("datetime_beginning", start), "fuel_type": fuel, "mw": float(round(values[i]))}


def renewables(mode: str) -> Callable[[Asked, Readings], Items]:
    """The forecast of wind or sun, two days ahead."""
    def make(asked: Asked, readings: Readings) -> Items:
        steps = hours(asked, times.shift(readings.now, hours=AHEAD_H))
        found = readings.wind_solar_forecast(ZONE, steps)[mode]
        for before_h, factor in EDITIONS:
            for start, value in zip(steps.starts(), found, strict=True):
                made = times.shift(min(start, readings.now), hours=-before_h)
                yield {
                    **stamps("evaluated_at", made), **stamps("datetime_beginning", start),
                    **stamps("datetime_ending", times.shift(start, hours=1)),
                    f"{mode}_forecast_mwh": round(factor * value, 3),
                    **({"solar_forecast_btm_mwh": round(0.4 * value, 3)} if mode == "solar" else {}),
                }
    return make


def load(asked: Asked, readings: Readings) -> Items:
    """load_frcstd_7_day, from midnight on, of the whole and of a part of it."""
    start = times.midnight(times.day(readings.now, CLOCK), CLOCK)
    steps = steps_between(start, times.calendar_shift(start, CLOCK, days=LOAD_DAYS), HOUR_S)
    found = readings.load_forecast(ZONE, steps)
    wanted = asked.one("forecast_area")
    for area, part in (("MID_ATLANTIC_REGION", 0.35), ("RTO_COMBINED", 1.0)):
        for at, value in zip(steps.starts(), found, strict=True) if wanted in (None, area) else ():
            yield {
                **stamps("evaluated_at_datetime", times.shift(readings.now, minutes=-20)),
                **stamps("forecast_datetime_beginning", at),
                **stamps("forecast_datetime_ending", times.shift(at, hours=1)), "forecast_area": area,
                "forecast_load_mw": round(part * value),
            }


def settings(readings: Readings) -> Reply:
    return json_reply({"baseUrl": "https://api.pjm.com/api/v1", "subscriptionKey": KEY, "tool": "Data Miner 2"})


def chart(readings: Readings) -> Reply:
    """The page with today's flow from MISO, measured and scheduled."""
    start = times.midnight(times.day(readings.now, CLOCK), CLOCK)
    steps = steps_between(start, times.calendar_shift(start, CLOCK, days=1), FIVE_MIN_S)
    clock = ", ".join(f"'{times.text(at, 'h:mm A', CLOCK)}'" for at in steps.starts())
    past = steps_between(start, times.shift(readings.now, minutes=5), FIVE_MIN_S)  # the instant of now is out
    measured = written(readings.flow([MISO], [ZONE], past), steps.count)
    scheduled = written(readings.schedule([MISO], [ZONE], steps), steps.count)
    return text_reply(
        "<!DOCTYPE html><html><head><title>MISO</title>\n"
        '<script type="text/javascript" src="/Charts/highcharts.js"></script>\n<script type="text/javascript">\n'
        f"var timeArray = [{clock}];\nvar load = [[{measured}],\n[{scheduled}]];\n</script></head>"
        '<body><div id="container"></div></body></html>', "text/html")


def written(values: FloatArray, count: int) -> str:
    """As the script writes numbers, null to the end of the day."""
    return ", ".join([f"{value:.1f}" for value in values] + ["null"] * (count - len(values)))


def dashboard(readings: Readings) -> Reply:
    return text_reply(
        '<html><body><form id="frmTable"><table><tbody id="frmTable:tblPostings_data"><tr><td colspan="6">'
        "No records found.</td></tr></tbody></table></form></body></html>", "text/html")


FEEDS: dict[str, Callable[[Asked, Readings], Items]] = {
    "gen_by_fuel": generation, "hourly_solar_power_forecast": renewables("solar"),
    "hourly_wind_power_forecast": renewables("wind"), "load_frcstd_7_day": load,
}
PAGES: dict[tuple[str, str], Callable[[Readings], Reply]] = {
    ("dataminer2.pjm.com", "/config/settings.json"): settings, ("www.pjm.com", "/Charts/MISO.aspx"): chart,
    ("emergencyprocedures.pjm.com", "/ep/pages/dashboard.jsf"): dashboard,
}
