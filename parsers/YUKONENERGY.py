"""Yukon Energy: a chart of the present and the past day in a page's script, public, no key.

Docs     http://www.yukonenergy.ca/energy-in-yukon/electricity-101/current-energy-consumption
Serves   production CA-YT
Time     points of the past day and one of now, stamped when taken, America/Whitehorse (UTC-7 all year since 2020-11)
Unit     MW
Sign     none: output only
History  none, the past day
Licence  terms of the website

Columns of the past day have no names: they come in the order of the labels of now, the last of which is the capacity.
Thermal is diesel and liquefied gas in one. Only Yukon Energy's grid is in it, not the communities off it.
Differs from the other project: a label that is not known counts as unknown.
"""

import re

from core import by_label, errors, http, production, require, source, times
from core.values import each, json_in, log

SOURCE = "yukonenergy.ca"
URL = "http://www.yukonenergy.ca/consumption/chart_current.php?chart=current&width=420"
TIMEZONE = "America/Whitehorse"
NOW, PAST_DAY = "rows_chart_current", "rows_chart_past_day"
CAPACITY = 1
AGE = re.compile(r"Updated\s+(?:less than\s+)?(\d+|an?)\s+(minute|hour)", re.IGNORECASE)
MODES = {
    "thermal": "unknown",
    "hydro": "hydro",
    "wind": "wind",
    "solar": "solar",
}


@source(resolution_min=None, window_h=24, delay_h=1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=24, timezone=TIMEZONE):
        raise errors.NoHistory("Yukon Energy publishes the past day only.")
    page = http.get(session, URL).text
    return parse_production(page, zone_key, newest(page))


def newest(page):
    """The minute in which the page's present was; None where it does not say."""
    pane = http.body_html(page).select_one("div.consumption-pane.total")
    match = AGE.search(pane.get_text(" ")) if pane else None
    if match is None:
        log.warning("the page does not say when it was updated: what it says of now is left out")
        return None
    age = 1 if match[1].lower().startswith("a") else int(match[1])
    minutes = age * (60 if match[2].lower() == "hour" else 1)
    return times.floor(times.shift(times.now(), minutes=-minutes), 1)


def parse_production(page, zone_key, taken):
    """One mix per point of the past day, and that of now if it is newer."""
    labels, values = columns(argument(page, NOW))
    points = each(argument(page, PAST_DAY), lambda row: (times.read(row[0], TIMEZONE), row[1:]))
    if taken and all(start < taken for start, _ in points):
        points.append((taken, values))
    mixes = [(start, dict(zip(labels[:-CAPACITY], point, strict=False))) for start, point in points]
    found = [
        production(zone_key, start=start, source=SOURCE, modes=by_label(mix, MODES, known=()))
        for start, mix in mixes if any(output_mw is not None for output_mw in mix.values())
    ]
    if not found:
        raise errors.NoData("Yukon Energy's chart has no point.")
    return found


def columns(rows):
    """Labels and values of now; all of them, because the columns of the past day go by the labels' order."""
    if not all(isinstance(row, list) and len(row) > 1 and isinstance(row[0], str) for row in rows):
        raise errors.SourceChanged(f"What Yukon Energy says of now is {str(rows)[:80]}.")
    return [row[0].strip().lower() for row in rows], [row[1] for row in rows]


def argument(page, name):
    """The rows that the page's script gives to a variable."""
    match = require(re.search(rf"\bvar\s+{name}\s*=\s*parseDates\(", page), f"script variable {name}")
    found = json_in(page[match.end() :])
    if not isinstance(found, list):
        raise errors.SourceChanged(f"The script's {name} is no list.")
    return found
