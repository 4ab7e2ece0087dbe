"""WRLDC, the load despatch centre of Western India (Grid-India): points of a day as JSON in JSON, no key.

Docs     https://www.wrldc.in
Serves   consumption IN-WE; flows IN-WE to IN-EA, IN-NO and IN-SO
Time     points every few minutes, of which the means of hours are made, Asia/Kolkata
Unit     MW
Sign     source + is out of the Western region
History  any day (the first one is not documented), one per call
Licence  not stated

The host answers addresses in India only: GRIDTRACE_PROXY_IN_WE names a proxy. Stamps have the day before the month, and
a clock of twelve hours that does not say which half of the day it is: their order tells.
The running hour is the mean of its points so far. The load is the sum of states: an hour in which one has no point that
has some on that day is left out, since the sum without it would be no load of the region.
"""

from core import consumption, errors, exchange, http, number, require, source, times
from core.kinds import sorted_key, split_key
from core.values import each, field, json_in, log, mean

SOURCE = "wrldc.in"
URL = "https://www.wrldc.in/"
FLOWS = ("InterRegionalLinks_Data.aspx/Get_InterRegionalLinks_Region_Wise", "lastUpdate", "Region_Name",
         "Current_Loading")
LOADS = ("OnlinestateTest1.aspx/GetRealTimeData_state_Wise", "current_datetime", "StateName", "Demand")
"""Page, and its fields of time, group and value."""
TIMEZONE = "Asia/Kolkata"
STAMP = "YYYY-DD-MM hh:mm:ss"
HOUR_MIN = 60
LATE_H = 2
BORDERS = {"IN-EA": "WR-ER", "IN-NO": "WR-NR", "IN-SO": "WR-SR"}
FACTS = {
    "resolution_min": HOUR_MIN, "window_h": 24, "day_of": TIMEZONE, "history": "any", "delay_h": 1, "refetch_h": 24,
}


@source(**FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(points(session, target_datetime, LOADS), zone_key)


@source(**FACTS)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    (neighbour,) = {*split_key(sorted_key(zone_key1, zone_key2))} - {"IN-WE"}
    return parse_exchange(points(session, target_datetime, FLOWS), neighbour)


def points(session, target, page):
    """The points of the asked day by group; soon after midnight also of the day before."""
    found = []
    for day in times.recent_days(target, TIMEZONE, LATE_H):
        answer = http.body_json(http.post(session, URL + page[0], json={"date": f"{day}"}))
        found += rows(answer)
    return by_group(found, *page[1:])


def rows(answer):
    """The points of an answer, in the order of time."""
    inner = field(answer, "d") if isinstance(answer, dict) else answer
    found = (json_in(inner) if isinstance(inner, str) and inner.strip() else inner) or []
    if not isinstance(answer, dict) or not isinstance(found, list):
        raise errors.SourceChanged(f"WRLDC sent no points but {str(answer)[:80]!r}.")
    return found


def by_group(found, stamp, group, value):
    """{group: {hour: mean MW}} of all points; an hour without a value, or that has not begun, is none."""
    read = each(found, lambda row: (field(row, group).strip(), shown(field(row, stamp)), number(field(row, value))))
    if not read:
        raise errors.NoData("WRLDC has no points of this day.")
    hours = {name: {} for name, *_ in read}
    moments = times.read_half_days([stamp for _, stamp, _ in read], TIMEZONE, STAMP)
    for start, (name, _, value_mw) in zip(map(hour_of, moments), read, strict=True):
        if value_mw is not None and start <= times.now():
            hours[name].setdefault(start, []).append(value_mw)
    return {name: {start: mean(items) for start, items in sorted(one.items())} for name, one in hours.items()}


def shown(stamp):
    """What a point's clock shows, once it is known to be a time."""
    times.read(stamp, TIMEZONE, STAMP)
    return stamp


def hour_of(moment):
    """The start of the local hour that holds a moment."""
    return times.period(times.day(moment, TIMEZONE), 1 + times.local(moment, TIMEZONE).hour, HOUR_MIN, TIMEZONE)


def parse_consumption(loads, zone_key):
    """The sum of the states in each hour that all of them have."""
    states = [by_hour for by_hour in loads.values() if by_hour]
    starts = sorted({start for by_hour in states for start in by_hour})
    whole = [start for start in starts if all(start in by_hour for by_hour in states)]
    if len(whole) < len(starts):
        log.warning("%d of %d hours were left out: not all states have them", len(starts) - len(whole), len(starts))
    if not whole:
        raise errors.NoData("WRLDC has no hour with the load of all states.")
    return [
        consumption(zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE,
                    load_mw=sum(by_hour[start] for by_hour in states))
        for start in whole
    ]


def parse_exchange(flows, neighbour):
    """The mean of each hour that has a point."""
    means = require(flows.get(BORDERS[neighbour]), f"points of {BORDERS[neighbour]}")
    if not means:
        raise errors.NoData(f"WRLDC's points of {BORDERS[neighbour]} are empty.")
    return [
        exchange("IN-WE", neighbour, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE,
                 flow_mw=flow_mw)
        for start, flow_mw in means.items()
    ]
