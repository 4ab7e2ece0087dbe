"""NISO, Nigeria's system operator: the hours of a day by power station on a page, public, no key.

Docs     https://niggrid.org/GenerationProfile2 (the page itself)
Serves   production NG
Time     60 min, columns of a local day from 00:00 on, stamped at the start, Africa/Lagos (UTC+1, no summer time)
Unit     MW
Sign     none: output only
History  any day (the first one is not documented), one per call; a day's figures are completed until the next noon
Licence  no stated terms

The page is a form: a day is asked for with all its fields. Of a row per station the kind stands in brackets behind the
name; steam is raised with gas in nearly all of Nigeria's plants. The first row is a heading, the last one has totals.
Hours that are not over are in the table too, and left out here. At times the page shows nothing for hours; an hour of
zeros only is one that is still to be filled in.
Differs from the other project: a station of another kind, or of none, counts as unknown; that one leaves it out.
"""

import re

from core import errors, http, number, production, source, times
from core.values import each, mode_of

SOURCE = "niggrid.org"
URL = "https://niggrid.org/GenerationProfile2"
TIMEZONE = "Africa/Lagos"
DAY_FIELD = "ctl00$MainContent$txtReadingDate"
LATE_H = 12
"""So long after midnight the day before is still being completed."""
PERIOD_MIN = 60
NAME, FIRST_HOUR, HOURS, CELLS = 1, 2, 24, 27
KIND = re.compile(r"\(([^()]*)\)[^()]*$")
MODES = {"GAS": "gas", "GAS/STEAM": "gas", "STEAM": "gas", "HYDRO": "hydro"}


@source(resolution_min=PERIOD_MIN, window_h=24, day_of=TIMEZONE, delay_h=1, history="any", refetch_h=24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    fields, found = form(http.get(session, URL).content), []
    for day in times.recent_days(target_datetime, TIMEZONE, LATE_H):
        page = http.post(session, URL, data={**fields, DAY_FIELD: f"{day:%Y/%m/%d}"}).content
        found += [mix for mix in parse_production(page, zone_key, day) if mix["end_datetime"] <= times.now()]
    if not found:
        raise errors.NoData("Nigeria's page shows no hour of this day.")
    return found


def form(page):
    """The value of every field and button of the page, by name."""
    inputs = http.body_html(page).find_all("input", attrs={"name": True})
    fields = {one["name"]: one.get("value", "") for one in inputs}
    if DAY_FIELD not in fields:
        raise http.not_expected(page.decode(errors="replace"), "HTML with a field for a day", SOURCE)
    return fields


def parse_production(page, zone_key, day):
    """One mix per hour that has any number but 0; none where the page shows no station."""
    stations = each(rows(page), read_row)
    for hour in range(HOURS):
        modes = {}
        for mode, powers_mw in stations:
            modes.setdefault(mode, []).append(powers_mw[hour])
        if any(power_mw for items in modes.values() for power_mw in items):
            start = times.period(day, hour + 1, PERIOD_MIN, TIMEZONE)
            end = times.shift(start, minutes=PERIOD_MIN)
            yield production(zone_key, start=start, end=end, source=SOURCE, modes=modes)


def rows(page):
    """The cells of each station's row."""
    table = http.body_html(page).find("table")
    if table is None:
        form(page)  # without a table it is still the page, or another one
        return []
    lines = [[cell.get_text().strip() for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")]
    return lines[1:-1]


def read_row(cells):
    """A station's mode and its MW by hour."""
    if len(cells) != CELLS:
        raise errors.SourceChanged(f"A row of Nigeria's table has {len(cells)} cells, not {CELLS}: {cells[:3]}.")
    return mode_of_station(cells[NAME]), [number(cell) for cell in cells[FIRST_HOUR : FIRST_HOUR + HOURS]]


def mode_of_station(name):
    found = KIND.search(name)
    return mode_of("".join(found[1].upper().split()) if found else name, MODES)
