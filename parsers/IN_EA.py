"""ERLDC, the load despatch centre of Eastern India (Grid-India): daily flows of its report as JSON, no key.

Docs     https://app.erldc.in
Serves   flows IN-EA to IN-NE, IN-NO, IN-SO, BT and NP; second choice BD->IN-EA and IN-EA->IN-WE
Time     one mean per day, Asia/Kolkata
Unit     lines to other regions: GWh a day, turned into its mean MW; Bhutan, Nepal and Bangladesh: mean MW
Sign     source + is into the Eastern region
History  any day (the first one is not documented), one per call, out about a day later
Licence  not stated

The host answers addresses in India only: GRIDTRACE_PROXY_IN_EA names a proxy. All numbers are texts.
Bangladesh is also the other end of a line of the regions' list, which is idle; its flow is in the countries' list.
Differs from the other project: that one passes the sign on as it is, also where the Eastern region is the key's first;
and adds the highest import of a day to the highest export, which is no mean of anything.
"""

from core import errors, exchange, http, number, require, source, times
from core.kinds import sorted_key, split_key
from core.values import each, field, total

SOURCE = "erldc.in"
URL = "https://app.erldc.in/api/pspreportpsp/Get/{}/GetByTwoDate"
TIMEZONE = "Asia/Kolkata"
DAY_MIN = 1440
LINES, COUNTRIES = "pspreport_psp_interregionalexchanges", "pspreport_psp_transnationalexchange"
BETWEEN = "Import/Export between EAST REGION and {}"
BORDERS = {
    "IN-NE": (LINES, "Type", BETWEEN.format("NORTH_EAST REGION")),
    "IN-NO": (LINES, "Type", BETWEEN.format("NORTH REGION")),
    "IN-SO": (LINES, "Type", BETWEEN.format("SOUTH REGION")),
    "IN-WE": (LINES, "Type", BETWEEN.format("WEST REGION")),
    "BD": (COUNTRIES, "Region", "BANGLADESH"),
    "BT": (COUNTRIES, "Region", "BHUTAN"),
    "NP": (COUNTRIES, "Region", "NEPAL"),
}
"""Neighbour → the list its flow is in, the column that tells rows apart, and what it says."""
VALUES = {LINES: ("NET", 1000 / 24), COUNTRIES: ("DayAverageMW", 1.0)}
"""The column of a list's flows, and the MW of one of its units."""


@source(resolution_min=DAY_MIN, window_h=24, day_of=TIMEZONE, history="any", delay_h=24, refetch_h=72)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    (neighbour,) = {*split_key(sorted_key(zone_key1, zone_key2))} - {"IN-EA"}
    for back in (0,) if target_datetime else (-1, -2):
        day = times.day(target_datetime, TIMEZONE, back)
        params = {"firstDate": f"{day}", "secondDate": f"{day}"}
        rows = http.body_json(http.get(session, URL.format(BORDERS[neighbour][0]), params=params))
        if rows:
            return parse_exchange(rows, neighbour)
    raise errors.NoData(f"ERLDC has no flows of {day} yet.")


def parse_exchange(rows, neighbour):
    """The mean flow of each day of a list."""
    name, column, wanted = BORDERS[neighbour]
    if not isinstance(rows, list):
        raise errors.SourceChanged(f"ERLDC sent no list of flows but {str(rows)[:80]!r}.")
    found = each(rows, lambda row: (" ".join(field(row, column).split()), row))
    lines = [row for label, row in found if label.casefold() == wanted.casefold()]
    flows = each(require(lines or None, f"row of {wanted!r}"), lambda row: flow(row, *VALUES[name]))
    by_day = {}
    for day, flow_mw in flows:
        by_day.setdefault(day, []).append(flow_mw)
    means = [(day, total(items)) for day, items in sorted(by_day.items())]
    if all(mean_mw is None for _, mean_mw in means):
        raise errors.NoData(f"ERLDC's rows of {neighbour} are empty.")
    return [
        exchange(neighbour, "IN-EA", start=times.midnight(day, TIMEZONE), end=times.period(day, 2, DAY_MIN, TIMEZONE),
                 source=SOURCE, flow_mw=mean_mw)
        for day, mean_mw in means if mean_mw is not None
    ]


def flow(row, column, unit_mw):
    """(day, mean MW or None) of a row."""
    value = number(field(row, column))
    return times.read_day(field(row, "Date")[:10]), None if value is None else value * unit_mw
