"""Nova Scotia Power: a page of its transmission system and JSON behind its page of energy statistics, no key.

Docs     https://www.nspower.ca/oasis/system-reports-messages/daily-report,
         https://www.nspower.ca/clean-energy/todays-energy-stats
Serves   production CA-NS; flow CA-NL->CA-NS; second choice CA-NB->CA-NS
Time     flows: a snapshot, stamped when taken, America/Halifax; load and mix: hours of about a day, Unix milliseconds
Unit     MW; the mix is in percent of the load
Sign     `Maritime Link Import` + is into Nova Scotia, `NS Export` + is to New Brunswick
History  none, the last day
Licence  terms of the website

The first row of load and of mix is a dummy. What the mix has of imports is no production. An hour without a load above
0 is left out: its MW cannot be told.
Differs from the other project: production is served, else the zone had none; impossible mixes (900 MW of hydro were
seen) are not dropped here, the quality rules hold what exceeds the installed capacity.
"""

import re

from core import by_label, errors, exchange, http, number, production, require, source, times
from core.kinds import sorted_key
from core.values import each, field, total

SOURCE = "nspower.ca"
URL = "https://resourcesprd-nspower.aws.silvertech.net/oasis/current_report.shtml"
LOAD_URL = "https://www.nspower.ca/library/CurrentLoad/CurrentLoad.json"
MIX_URL = "https://www.nspower.ca/library/CurrentLoad/CurrentMix.json"
TIMEZONE = "America/Halifax"
HEADING, STAMP = "Current System Conditions", "DD-MMM-YY HH:mm:ss"
MILLISECONDS = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
MODES = {
    "Solid Fuel": "coal",
    "HFO/Natural Gas": "gas",
    "LM 6000's": "gas",
    "CT's": "oil",
    "Biomass": "biomass",
    "Hydro": "hydro",
    "Wind": "wind",
}
WHEN, LOAD, NOT_MADE = "datetime", "Base Load", "Imports"
BORDERS = {
    "CA-NB->CA-NS": ("NS Export", "CA-NS", "CA-NB"),
    "CA-NL->CA-NS": ("Maritime Link Import", "CA-NL", "CA-NS"),
}


@source(resolution_min=60, window_h=24, delay_h=1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime, hours=24)
    load, mix = (http.body_json(http.get(session, url)) for url in (LOAD_URL, MIX_URL))
    return parse_production(load, mix, zone_key)


@source(resolution_min=None, window_h=0.05, delay_h=0.2)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime, hours=1)
    cells = parse_cells(http.get(session, URL).text)
    taken = times.read_taken(after(cells, HEADING), TIMEZONE, STAMP)
    return [parse_exchange(cells, taken, sorted_key(zone_key1, zone_key2))]


def refuse_past(target, hours):
    if times.is_past(target, hours=hours, timezone=TIMEZONE):
        raise errors.NoHistory("Nova Scotia Power publishes flows of the present and the mix of the last day only.")


def parse_production(load, mix, zone_key):
    """One mix per hour that has both shares and a load."""
    loads_mw = dict(each(rows(load), lambda row: (start_of(row), number(field(row, LOAD)))))
    found = [
        production(zone_key, start=start, source=SOURCE, modes=part_of(loads_mw[start], shares))
        for start, shares in each(rows(mix), lambda row: (start_of(row), shares_of(row)))
        if any(total(items) is not None for items in shares.values()) and (loads_mw.get(start) or 0) > 0
    ]
    if not found:
        raise errors.NoData("Nova Scotia Power has no hour with both load and mix.")
    return found


def rows(answer):
    """All rows but the dummy."""
    if not isinstance(answer, list):
        raise errors.SourceChanged(f"Nova Scotia Power sent no list but {str(answer)[:80]!r}.")
    return answer[1:]


def start_of(row):
    """The moment of a row, written as .NET writes JSON; an offset behind it says nothing of the moment."""
    match = MILLISECONDS.fullmatch(field(row, WHEN))
    return times.epoch(int(require(match, f"moment in {row[WHEN]!r}")[1]) / 1000)


def shares_of(row):
    """Percentages by mode."""
    return by_label({label: value for label, value in row.items() if label != WHEN}, MODES, known=(NOT_MADE,))


def part_of(load_mw, shares):
    """Percentages of a load in MW."""
    return {
        mode: [None if share is None else share * load_mw / 100 for share in items] for mode, items in shares.items()}


def parse_cells(page):
    """The texts of the page's cells, in their order; of nested ones the innermost."""
    cells = http.body_html(page).find_all(["td", "th"])
    return [" ".join(cell.get_text(" ").split()) for cell in cells if cell.find(["td", "th"]) is None]


def after(cells, label):
    """The text of the cell that follows a label."""
    at = next((at for at, cell in enumerate(cells[:-1]) if cell == label), None)
    return cells[require(at, f"cell {label!r}") + 1]


def parse_exchange(cells, taken, key):
    """One flow; BORDERS names where its positive values come from and go to."""
    label, from_key, to_key = BORDERS[key]
    if (flow_mw := number(after(cells, label))) is None:
        raise errors.NoData(f"Nova Scotia Power has no number for {label}.")
    return exchange(from_key, to_key, start=taken, source=SOURCE, flow_mw=flow_mw)
