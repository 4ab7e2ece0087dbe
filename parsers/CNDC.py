"""CNDC, the national load dispatch committee of Bolivia: JSON behind the graph of its hours, no key.

Docs     https://www.cndc.bo/gene/index.php
Serves   production and generation forecast BO
Time     hours of a local day numbered from 1, stamped at the start, America/La_Paz
Unit     MW, the mean of the hour
Sign     none: output only
History  any day (the first one is not documented), one per call; an hour is out about an hour after its end
Licence  no stated terms

The page gives a token that the data are asked for with, in the same session; each answer holds the next one.
The site answers browsers only, and foreign addresses at times not at all: GRIDTRACE_PROXY_CNDC names a proxy.
`thermal` is one number; it is split by what is installed of gas and oil, so these two are measured in their sum only.
What the total has beyond its parts is unknown, unless it is rounding.
"""

from core import errors, http, number, production, source, times, total_production
from core.values import each, field, json_in

SOURCE = "cndc.bo"
URL = "https://www.cndc.bo/gene/index.php"
DATA_URL = "https://www.cndc.bo/gene/dat/gene.php"
HEADERS = {
    **http.AS_BROWSER,
    "Accept": "text/html,application/json,*/*",
    "Accept-Language": "es-BO,es;q=0.9,en;q=0.5",
}
TIMEZONE = "America/La_Paz"
PERIOD_MIN = 60
LATE_H = 3
COLUMNS = ("hour", "forecast", "total", "thermal", "hydro", "wind", "solar", "bagasse")
MODES = {"hydro": "hydro", "wind": "wind", "solar": "solar", "bagasse": "biomass"}
INSTALLED_MW = {"gas": 2650, "oil": 40}
"""Ember, Yearly electricity data, from 2023 on."""
ROUNDING_MW = 0.05
FACTS = {
    "resolution_min": PERIOD_MIN, "window_h": 24, "day_of": TIMEZONE, "history": "any", "refetch_h": 24,
}


@source(**FACTS, delay_h=2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(ask(session, target_datetime), zone_key)


@source(**FACTS, delay_h=0)
def fetch_generation_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return parse_generation_forecast(ask(session, target_datetime), zone_key)


def ask(session, target):
    """(start, row by column) of the hours of the asked day; soon after midnight also of the day before."""
    ticket = json_in(http.get(session, URL, headers=HEADERS).text, "ttoken")
    found = []
    for day in times.recent_days(target, TIMEZONE, LATE_H):
        headers = {**HEADERS, "x-csrf-token": ticket}
        answer = http.body_json(http.get(session, DATA_URL, params={"fechag": day.isoformat()}, headers=headers))
        found += rows(answer, day)
        ticket = answer.get("ttoken") or ticket
    if not found:
        raise errors.NoData("CNDC has no hours for this day.")
    return found


def rows(answer, day):
    """(start, row by column) of every hour of a day."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"CNDC sent no hours but {str(answer)[:80]!r}.")
    return each(field(answer, "data") or [], lambda row: named(row, day))


def named(row, day):
    if len(row) != len(COLUMNS):
        raise errors.SourceChanged(f"A row of CNDC has not {len(COLUMNS)} columns: {str(row)[:80]}.")
    found = {column: number(value) for column, value in zip(COLUMNS, row, strict=True)}
    return times.period(day, int(found["hour"]), PERIOD_MIN, TIMEZONE), found


def parse_production(found, zone_key):
    """One mix per hour, of those whose columns are all there."""
    measured = [(start, row) for start, row in found if None not in row.values()]
    if not measured:
        raise errors.NoData("CNDC has not measured an hour of this day yet.")
    return [production(zone_key, start=start, source=SOURCE, modes=mix(row)) for start, row in measured]


def mix(row):
    """MW by mode."""
    modes = {mode: row[column] for column, mode in MODES.items()}
    thermal = {mode: row["thermal"] * mw / sum(INSTALLED_MW.values()) for mode, mw in INSTALLED_MW.items()}
    rest_mw = row["total"] - row["thermal"] - sum(modes.values())
    return {**modes, **thermal, "unknown": rest_mw if abs(rest_mw) > ROUNDING_MW else None}


def parse_generation_forecast(found, zone_key):
    """The planned total of every hour that has one."""
    planned = [(start, row["forecast"]) for start, row in found if row["forecast"] is not None]
    if not planned:
        raise errors.NoData("CNDC has no forecast for this day.")
    return [total_production(zone_key, start=start, source=SOURCE, value_mw=value_mw) for start, value_mw in planned]
