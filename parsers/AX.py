"""Kraftnät Åland, the transmission operator of the Åland Islands: a chart embedded in its page, public, no key.

Docs     https://www.kraftnat.ax (chart of the total feed-in of 24 hours)
Serves   production and consumption AX; the cables to FI and SE-SE3
Time     15 min, named by the clock on the wall of Europe/Mariehamn without a day, the newest last
Unit     MW
Sign     cables: source + is into Åland
History  none, the last 24 hours only
Licence  no stated terms

The data are literals in a script, told apart by a blank: one list of labels is written `data: [` (the first of three),
six of numbers `data:[`, in the order of SERIES. Any other count is a changed page. Solar is not in the feed.
"""

import re

from core import by_label, consumption, errors, exchange, http, number, production, source, times
from core.kinds import sorted_key

SOURCE = "kraftnat.ax"
URL = "https://grafik.kraftnat.ax/grafer/tot_inm_24h_15.php"
TIMEZONE = "Europe/Mariehamn"
STEP_MIN = 15
LABELS, NUMBERS = re.compile(r"\bdata: \[([^\]]*)\]"), re.compile(r"\bdata:\[([^\]]*)\]")
LABEL_LISTS = 3
SERIES = ("Sweden", "ÅL-Link", "fossil", "Gustavs", "wind", "consumption")
MODES = {"wind": "wind", "fossil": "oil"}
BORDERS = {"AX->FI": ("FI", ("ÅL-Link", "Gustavs")), "AX->SE-SE3": ("SE-SE3", ("Sweden",))}
DECIMALS = 2


@source(resolution_min=STEP_MIN, window_h=24, delay_h=0.5)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_production(*chart(session, target_datetime), zone_key))


@source(resolution_min=STEP_MIN, window_h=24, delay_h=0.5)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_consumption(*chart(session, target_datetime), zone_key))


@source(resolution_min=STEP_MIN, window_h=24, delay_h=0.5)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return list(parse_exchange(*chart(session, target_datetime), sorted_key(zone_key1, zone_key2)))


def chart(session, target_datetime):
    """The page and when its newest row was: its label has no day, so the present decides."""
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("Kraftnät Åland publishes the last 24 hours only.")
    page = http.get(session, URL).text
    return page, times.last_shown(labels(page)[-1], TIMEZONE)


def parse_production(page, newest, zone_key):
    """One mix per quarter hour, of those with a number."""
    for start, row in rows(page, newest, MODES):
        yield production(zone_key, start=start, source=SOURCE, modes=by_label(row, MODES))


def parse_consumption(page, newest, zone_key):
    for start, row in rows(page, newest, ("consumption",)):
        yield consumption(zone_key, start=start, source=SOURCE, load_mw=row["consumption"])


def parse_exchange(page, newest, key):
    """One flow per quarter hour, of those that every cable of the border has a number for."""
    neighbour, cables = BORDERS[key]
    for start, row in rows(page, newest, cables):
        parts = [row[cable] for cable in cables]
        if None not in parts:
            yield exchange(neighbour, "AX", start=start, source=SOURCE, flow_mw=round(sum(parts), DECIMALS))


def rows(page, newest, wanted):
    """(start, number by series) of every quarter with a wanted number, counted back from the newest."""
    lists = [[number(item) for item in text.strip().rstrip(",").split(",")] for text in NUMBERS.findall(page)]
    stamps = labels(page)
    if len(lists) != len(SERIES) or any(len(one) != len(stamps) for one in lists):
        lengths = ", ".join(str(len(one)) for one in lists)
        raise errors.SourceChanged(f"The chart has {len(stamps)} labels and series of length {lengths or 'none'}.")
    found = [
        (times.shift(newest, minutes=STEP_MIN * (at + 1 - len(stamps))), dict(zip(SERIES, values, strict=True)))
        for at, values in enumerate(zip(*lists, strict=True))
    ]
    found = [(start, row) for start, row in found if any(row[name] is not None for name in wanted)]
    if not found:
        raise errors.NoData(f"The chart has no number of {', '.join(wanted)}.")
    return found


def labels(page):
    """The times of day on the chart's axis."""
    lists = LABELS.findall(page)
    if len(lists) != LABEL_LISTS:
        raise errors.SourceChanged(f"The chart has {len(lists)} lists of labels, not {LABEL_LISTS}.")
    found = [label.strip().strip("'\"") for label in lists[0].split(",") if label.strip()]
    if not found:
        raise errors.NoData("The chart of Kraftnät Åland is empty.")
    return found
