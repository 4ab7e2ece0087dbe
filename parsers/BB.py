"""Barbados' Ministry of Energy: hourly operational data of a day, uploaded to Acelerex' data service for its dashboard.

Docs     https://energy.gov.bb/dashboard/ (the dashboard; its service is not documented)
Serves   production with battery, consumption BB
Time     60 min, with an offset (-04:00, no summer time); whether a stamp is the start is not documented: taken as it
Unit     MW
Sign     battery: two columns, one of charging and one of discharging; whether charging is written below 0 is not
         documented and does not matter here
History  since 2023-02-27, a local day per call; a day is uploaded one or two days later, at times up to nine
Licence  none stated

Anybody is given a token. Since January 2025 nothing new has been uploaded. Of sun and wind only plants that are
monitored count; what burns is heavy fuel oil and diesel.
An upload is a table of text, its first row the names of its columns; rows of a single cell are remarks. A column of
output that is not known is left out with a warning, not counted: it may be a sum of the others.
The other project reads production and does not use it. Here it is wired: without it the zone has no mix at all.
"""

from core import by_label, consumption, errors, http, number, production, require, source, times
from core.values import each, field, log

SOURCE = "energy.gov.bb"
URL = "https://dataservices.acelerex.com/api"
TIMEZONE = "America/Barbados"
LOGIN = {"dashboardId": "barbados", "strategy": "jwt-public"}
FIRST_DAY = times.read_day("2023-02-27")
LATEST_DAYS = 9
STAMP, LOAD = "datetime", "24 hr net demand"
OUTPUT = "production"
MODES = {
    "24 hr monitored solar production": "solar",
    "24 hr monitored wind production": "wind",
    "24 hr fossil production": "oil",
}
CHARGING, DISCHARGING = "24 hr storage charging", "24 hr storage discharging"
FACTS = {"resolution_min": 60, "window_h": 24, "day_of": TIMEZONE, "delay_h": 48, "refetch_h": 120}


@source(**FACTS, history="2023-02-27")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return given(parse_production(rows, zone_key) for rows in uploads(session, target_datetime))


@source(**FACTS, history="2023-02-27")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return given(parse_consumption(rows, zone_key) for rows in uploads(session, target_datetime))


def given(editions):
    """The events of some uploads, newest first, of which the newest counts."""
    found = {}
    for events in editions:
        found = {event["datetime"]: event for event in events} | found
    if not found:
        raise errors.NoData("Barbados' upload has no number.")
    return [event for _, event in sorted(found.items())]


def uploads(session, target_datetime):
    """The rows of the newest uploads, or of those that hold the asked day."""
    token = require(http.body_json(http.post(session, f"{URL}/authentication", json=LOGIN)).get("accessToken"), "token")
    if target_datetime is None:
        return ask(session, token)
    day = times.day(target_datetime, TIMEZONE)
    if day < FIRST_DAY:
        raise errors.NoHistory(f"Barbados' uploads begin on {FIRST_DAY}.")
    for later in range(1, LATEST_DAYS + 1):
        before = times.day(target_datetime, TIMEZONE, later)
        found = ask(session, token, **{"created_at[$lt]": f"{before}"})
        days = {times.day(row[STAMP], TIMEZONE) for rows in found for row in rows}
        if day in days:
            return found
        if days and min(days) > day:
            break
    raise errors.NoData(f"Barbados has not uploaded {day}.")


def ask(session, token, **limit):
    """The rows of each upload in an answer, newest first."""
    query = {"name": "operational-data", "$sort[created_at]": "-1", **limit}
    headers = {"Authorization": f"Bearer {token}"}
    answer = http.body_json(http.get(session, f"{URL}/barbados/uploads", params=query, headers=headers))
    found = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise errors.SourceChanged(f"Barbados sent no uploads but {str(answer)[:60]!r}.")
    return each(found, lambda upload: table(upload["data"]["data"]))


def table(lines):
    """The rows of an upload: their start, and the cells by the names of columns, whose case varies."""
    names, *rows = [line for line in lines if len(line) > 1] or [()]
    if not names:
        return []
    names = [str(name).strip().lower() for name in names]
    if missing := {STAMP, LOAD, *MODES, CHARGING, DISCHARGING} - {*names}:
        raise errors.SourceChanged(f"Barbados' upload has no column {', '.join(sorted(missing))}.")
    for name in sorted({name for name in names if name.endswith(OUTPUT)} - {*MODES}):
        log.warning("unknown label %r; left out", name)
    cells = [dict(zip(names, row, strict=False)) for row in rows]
    return each(cells, lambda row: {**row, STAMP: times.read(field(row, STAMP), TIMEZONE)})


def parse_production(rows, zone_key):
    """The mix and the battery of each hour that has a number of the output."""
    for row in rows:
        modes = by_label(row, MODES)
        if any(power_mw is not None for items in modes.values() for power_mw in items):
            battery = [turned(row, CHARGING, 1), turned(row, DISCHARGING, -1)]
            yield production(
                zone_key, start=row[STAMP], source=SOURCE, modes=modes, storage={"battery": battery})


def turned(row, name, sign):
    """What a column says of the battery, with its sign here and whatever its sign there."""
    power_mw = number(row.get(name))
    return None if power_mw is None else sign * abs(power_mw)


def parse_consumption(rows, zone_key):
    """The net demand of each hour that has one."""
    for row in rows:
        if (load_mw := number(row.get(LOAD))) is not None:
            yield consumption(zone_key, start=row[STAMP], source=SOURCE, load_mw=load_mw)
