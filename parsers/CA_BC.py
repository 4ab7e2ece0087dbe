"""BC Hydro, British Columbia: a text file of flows and a workbook of load per year, public, no key.

Docs     https://www.bchydro.com/energy-in-bc/operations/transmission/transmission-system/
Serves   consumption CA-BC; flow CA-BC->US-NW-BPAT; second choice CA-AB->CA-BC
Time     flows: a snapshot, stamped when taken; load: hours named by their end (1-24); America/Vancouver
Unit     MW
Sign     flows: source + is out of British Columbia
History  flows: none; load: a workbook per year, the first one is not documented; published monthly, about 31 days late
Licence  BC Hydro's website terms

A call gives the load of 32 days up to the asked moment, or up to the newest hour where that is older. The hour that the
clock leaves out in spring has a row, which is no hour and is passed over; the repeated one of autumn has no mark and is
told apart by the order, if it has two rows. There is no feed of production.
Differs from the other project: that one counts the spring day's extra row as the hour before.
"""

import re

from core import consumption, errors, exchange, http, number, require, source, times
from core.kinds import sorted_key
from core.platforms import spreadsheets
from core.values import each

SOURCE = "bchydro.com"
URL = "https://www.bchydro.com/bctc/system_cms/actual_flow/latest_values.txt"
LOAD_URL = (
    "https://www.bchydro.com/content/dam/BCHydro/customer-portal/documents/corporate/suppliers/transmission-system/"
    "balancing_authority_load_data/Historical%20Transmission%20Data/BalancingAuthorityLoad{}.xls"
)
TIMEZONE = "America/Vancouver"
STAMP, DAY, HOUR_STAMP = "DD-MMM-YY HH:mm:ss", "M/D/YYYY", "YYYY-MM-DD H"
WINDOW_DAYS = 32
WINDOW_H = 24 * WINDOW_DAYS
DATES, HOUR_ENDING, LOAD = ("Date ?", "Date"), "HE", "Control Area Load"
BORDERS = {"CA-BC->US-NW-BPAT": (1, "US-NW-BPAT"), "CA-AB->CA-BC": (2, "CA-AB")}
"""Exchange → where its flow stands in a line, and the neighbour."""


@source(resolution_min=60, window_h=WINDOW_H, delay_h=WINDOW_H, history="any", extra="spreadsheets")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    first, last = (times.day(target_datetime, TIMEZONE, shift) for shift in (-WINDOW_DAYS, 0))
    years = sorted({first.year, last.year})
    answers = [http.get(session, LOAD_URL.format(year), allowed=(404,)) for year in years]
    rows = [row for answer in answers if answer.ok for row in table(answer.content) if row[0] <= last]
    if not (found := parse_consumption(rows, zone_key)):
        raise errors.NoData(f"BC Hydro has no load up to {last} yet.")
    return found


@source(resolution_min=None, window_h=0.05, delay_h=0.2)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("BC Hydro publishes the flows of the present only.")
    fields = values_line(http.get(session, URL).text)
    taken = times.read_taken(fields[0], TIMEZONE, STAMP)
    return [parse_exchange(fields, taken, sorted_key(zone_key1, zone_key2))]


def values_line(text):
    """Stamp, flow to the USA, flow to Alberta: the file's second line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise errors.NoData("BC Hydro sent an empty file of flows.")
    fields = [field.strip() for field in lines[1].split(",")] if len(lines) > 1 else []
    if len(fields) < 1 + len(BORDERS):
        raise errors.SourceChanged(f"BC Hydro's file of flows begins {text[:60]!r}.")
    return fields


def parse_exchange(fields, taken, key):
    """One flow, out of British Columbia."""
    at, neighbour = BORDERS[key]
    if (flow_mw := number(fields[at])) is None:
        raise errors.NoData(f"BC Hydro has no flow to {neighbour} now.")
    return exchange("CA-BC", neighbour, start=taken, source=SOURCE, flow_mw=flow_mw)


def table(content):
    """(day, hour ending, load) of each row of a workbook."""
    rows = spreadsheets.rows(content)
    at = next((at for at, row in enumerate(rows) if HOUR_ENDING in row and LOAD in row), None)
    head = rows[require(at, f"header with {HOUR_ENDING} and {LOAD}")]
    when = require(next((head.index(name) for name in DATES if name in head), None), "column Date")
    hour, load = head.index(HOUR_ENDING), head.index(LOAD)
    days = {cell: day_in(cell) for cell in {row[when] for row in rows[at + 1 :]}}
    return [(days[row[when]], row[hour], row[load]) for row in rows[at + 1 :] if days[row[when]]]


def day_in(cell):
    """The day of a cell, which is text or a date; None for another one, such as a note below the table."""
    match = re.match(r"(\d\d?/\d\d?/\d{4})|(\d{4}-\d\d-\d\d)", str(cell).strip())
    return match and times.read_day(match[0], DAY if match[1] else None)


def parse_consumption(rows, zone_key):
    """The load of each hour of the newest days of these rows, oldest first."""
    newest = max((day for day, *_ in rows), default=None)
    recent = [row for row in rows if (newest - row[0]).days < WINDOW_DAYS]
    stamped = each(recent, lambda row: (hour_start(*row[:2]), row[2]))
    kept = [one for one in stamped if not times.is_skipped(one[0], TIMEZONE, HOUR_STAMP)]
    starts = times.read_in_order([stamp for stamp, _ in kept], TIMEZONE, HOUR_STAMP)
    return [
        consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw)
        for start, (_, value) in zip(starts, kept, strict=True) if (load_mw := number(value)) is not None
    ]


def hour_start(day, hour_ending):
    """What the clock shows when an hour begins, once it is known to be a time."""
    stamp = f"{day} {int(require(number(hour_ending), HOUR_ENDING)) - 1}"
    times.read(stamp, TIMEZONE, HOUR_STAMP)
    return stamp
