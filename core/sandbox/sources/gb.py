"""NESO's data store (CKAN): SQL over the generation mix, wind and demand forecasts of Great Britain.

Traps it has: one table has several clocks; the mix is text; `<= 'day'` ends at midnight; forecasts of wind go by
the settlement day, whose first half hour begins 23:00 UTC in summer; the archived demand forecast's `Datetime` is
the London clock at the END of the half hour; a long answer is cut without an error.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, whole

HOSTS = ("api.neso.energy",)
PATH = "/api/3/action/datastore_search_sql"
CLOCK = "Europe/London"
HALF_HOUR_S = 1800
MOST_ROWS = 480
"""Where an answer is cut; the real store's 32 000 rows would be years of simulated days."""
DELAY_MIN = 60
WIND_OUT_H = 9
"""The hour in London from which the next day's wind forecast is out."""
DEMAND_DAYS = (2, 5)
"""The first day ahead of the demand forecast and the one after the last; the real one goes on to 14."""

Record = dict[str, Any]
Rows = Callable[[Readings, Steps], list[Record]]

MIX = {
    "biomass": {"BIOMASS": 1.0}, "coal": {"COAL": 1.0}, "gas": {"GAS": 1.0}, "geothermal": {"OTHER": 1.0},
    "hydro": {"HYDRO": 1.0}, "nuclear": {"NUCLEAR": 1.0}, "oil": {"OTHER": 1.0}, "solar": {"SOLAR": 1.0},
    "unknown": {"OTHER": 1.0}, "wind": {"WIND": 0.8, "WIND_EMB": 0.2},
}
COLUMNS = ("GAS", "COAL", "NUCLEAR", "WIND", "WIND_EMB", "HYDRO", "IMPORTS", "BIOMASS", "OTHER", "SOLAR", "STORAGE")
RENEWABLE = ("WIND", "WIND_EMB", "HYDRO", "SOLAR")
NEIGHBOURS = ("BE", "DK-DK1", "FR", "GB-NIR", "IE", "NL", "NO-NO2")
SQL = re.compile(r'SELECT \* FROM "([\w-]+)"(?: WHERE (.+?))?(?: ORDER BY "(\w+)" ASC)?')
LIMIT = re.compile(r"\"(\w+)\" (>=|<=) '(\d{4}-\d\d-\d\d)((?:T[\d:]+)?)'")


class Table(NamedTuple):
    """One resource: its column of time, the rows of some steps, and from when until when it has rows at a moment."""

    column: str
    rows: Rows
    span: Callable[[datetime], tuple[datetime, datetime]]


def answer(asked: Asked, readings: Readings) -> Reply:
    """A GET of the one statement that is understood; anything else is a conflict, as CKAN calls it."""
    if asked.path != PATH:
        return NOT_FOUND
    statement = SQL.fullmatch(asked.one("sql") or "")
    if statement is None or statement[1] not in TABLES:
        return refusal("ValidationError: the query cannot be read")
    table, conditions = TABLES[statement[1]], (statement[2] or "").split(" AND ")
    limits = [found for one in conditions if (found := LIMIT.fullmatch(one))]
    if statement[2] and (len(limits) < len(conditions) or any(one[1] != table.column for one in limits)):
        return refusal(f"column in {statement[2]} does not exist")
    records = selected(table, [(one[2], one[3] + (one[4] or "T00:00:00")) for one in limits], readings)
    numbered = [{"_id": number, **record} for number, record in enumerate(records, start=1)]
    return json_reply({
        "help": "https://api.neso.energy/api/3/action/help_show?name=datastore_search_sql", "success": True,
        "result": {"sql": statement[0], "records": numbered, "fields": []},
    })


def refusal(reason: str) -> Reply:
    return json_reply({"success": False, "error": {"query": [reason], "__type": "Validation Error"}}, 409)


def selected(table: Table, limits: list[tuple[str, str]], readings: Readings) -> list[Record]:
    """The rows within the limits, which are compared as they are written; two hours more are made on either side."""
    start, end = table.span(readings.now)
    for sign, written in limits:
        at = times.read(written, "UTC")
        if sign == ">=":
            start = max(start, times.shift(at, hours=-2))
        else:
            end = min(end, times.shift(at, hours=2))
    steps = steps_between(start, end, HALF_HOUR_S)
    made = table.rows(readings, replace(steps, count=min(steps.count, MOST_ROWS)))
    return [row for row in made if all(is_within(row[table.column], sign, limit) for sign, limit in limits)]


def is_within(written: str, sign: str, limit: str) -> bool:
    return written >= limit if sign == ">=" else written <= limit


def naive(at: datetime, timezone: str = "UTC") -> str:
    """A moment as the store writes it: without zone."""
    return f"{times.local(at, timezone):%Y-%m-%dT%H:%M:%S}"


def settlement(start: datetime) -> tuple[str, int]:
    """The London day and the number of the half hour in it."""
    day = times.day(start, CLOCK)
    return f"{day}", int((start - times.midnight(day, CLOCK)).total_seconds()) // HALF_HOUR_S + 1


def together(made: dict[str, FloatArray], names: Iterable[str]) -> FloatArray:
    return np.asarray(np.sum([made[name] for name in names], axis=0))


def mix(readings: Readings, steps: Steps) -> list[Record]:
    """What was made, by fuel, whole MW as text; STORAGE has no pumping."""
    made = {name: np.zeros(steps.count) for name in COLUMNS} | readings.labelled("GB", steps, MIX)
    made["IMPORTS"] = np.maximum(readings.flow(NEIGHBOURS, ("GB",), steps), 0.0)
    made["STORAGE"] = np.maximum(-sum(readings.charge("GB", steps).values(), np.zeros(steps.count)), 0.0)
    total: FloatArray = np.maximum(together(made, made), 1.0)
    parts = {f"{name}_perc": 100 * made[name] / total for name in COLUMNS}
    made |= {"GENERATION": total, "RENEWABLE": together(made, RENEWABLE)}
    written = {name: [f"{value:.1f}" for value in np.round(values)] for name, values in made.items()}
    written |= {name: [f"{value:.1f}" for value in values] for name, values in parts.items()}
    written["CARBON_INTENSITY"] = [f"{value:.0f}.0" for value in 400 * made["GAS"] / total]
    return [
        {"DATETIME": naive(start), **{name: values[i] for name, values in written.items()}}
        for i, start in enumerate(steps.starts())
    ]


def wind(readings: Readings, steps: Steps) -> list[Record]:
    """The forecast that wind farms are paid by."""
    forecast = whole(readings.wind_solar_forecast("GB", steps)["wind"])
    capacity = round(readings.installed("GB")["wind"])
    return [
        {"Datetime_GMT": naive(start), "Date": settlement(start)[0], "Settlement_period": settlement(start)[1],
         "Capacity": capacity, "Incentive_forecast": value}
        for start, value in zip(steps.starts(), forecast, strict=True)
    ]


def demand(readings: Readings, steps: Steps) -> list[Record]:
    """Demand ahead; CTIME is the London clock at the same moment."""
    return [
        {"TARGETDATE": settlement(start)[0], "CTIME": f"{times.local(start, CLOCK):%H%M}", "GDATETIME": naive(start),
         "NATIONALDEMAND": value}
        for start, value in zip(steps.starts(), whole(readings.load_forecast("GB", steps)), strict=True)
    ]


def past_demand(readings: Readings, steps: Steps) -> list[Record]:
    """The day-ahead forecast beside what came."""
    forecast, outturn = (whole(read("GB", steps)) for read in (readings.load_forecast, readings.load))
    return [
        {"Month": f"{times.local(start, CLOCK):%b}", "Date": settlement(start)[0],
         "Datetime": naive(times.shift(start, minutes=30), CLOCK), "Settlement_Period": settlement(start)[1],
         "Demand_Forecast": ahead, "Demand_Outturn": came, "TRIAD_Avoidance_Estimate": 0,
         "Absolute_Error": abs(ahead - came)}
        for start, ahead, came in zip(steps.starts(), forecast, outturn, strict=True)
    ]


def london_day(now: datetime, days: int) -> datetime:
    """Midnight in London, some days from today."""
    return times.midnight(times.day(now, CLOCK, days), CLOCK)


def measured(now: datetime) -> tuple[datetime, datetime]:
    return times.read("2009-01-01T00:00Z"), times.shift(now, minutes=-DELAY_MIN)


def live_wind(now: datetime) -> tuple[datetime, datetime]:
    first = 1 if times.local(now, CLOCK).hour >= WIND_OUT_H else 0
    return london_day(now, first), london_day(now, first + 1)


def past_wind(now: datetime) -> tuple[datetime, datetime]:
    return times.read("2018-01-01T00:00Z"), london_day(now, 0)


def live_demand(now: datetime) -> tuple[datetime, datetime]:
    first, last = DEMAND_DAYS
    return london_day(now, first), london_day(now, last)


def performance(now: datetime) -> tuple[datetime, datetime]:
    return times.read("2021-03-31T23:00Z"), london_day(now, 0)


TABLES = {
    "f93d1835-75bc-43e5-84ad-12472b180a98": Table("DATETIME", mix, measured),
    "b2f03146-f05d-4824-a663-3a4f36090c71": Table("Datetime_GMT", wind, live_wind),
    "7524ec65-f782-4258-aaf8-5b926c17b966": Table("Datetime_GMT", wind, past_wind),
    "7c0411cd-2714-4bb5-a408-adb065edf34d": Table("GDATETIME", demand, live_demand),
    "08e41551-80f8-4e28-a416-ea473a695db9": Table("Datetime", past_demand, performance),
}
