"""TSOC, the transmission operator of Cyprus: a table in a web page, public, no key.

Docs     https://tsoc.org.cy/electrical-system/total-daily-system-generation-on-the-transmission-system/ (Greek)
Serves   production CY, with installed capacity on today's page
Time     15 min, stamped at the start, Asia/Nicosia
Unit     MW, whole
Sign     production only
History  any day (the first one is not documented), one day per call
Licence  terms of the website

Refuses what does not look like a browser, and addresses of data centres at times (GRIDTRACE_PROXY_CY names a proxy).
Conventional plants burn oil.
Distributed generation is an estimate of sun and biomass in one number: between 22:00 and 03:00 all of it is biomass,
and at other hours as much as it was in the last of those quarters, but never more than the number itself; without any
such quarter before it, it is unknown. Quarters to come are empty cells, also beside a newest one that is half filled.
Differs from the other project: an empty cell costs itself, not the rest of its day.
"""

from core import by_label, errors, http, number, production, require, source, times, values

SOURCE = "tsoc.org.cy"
URL = "https://tsoc.org.cy/electrical-system/"
TIMEZONE = "Asia/Nicosia"
TODAY, ARCHIVE = (f"{part}total-daily-system-generation-on-the-transmission-system/" for part in ("", "archive-"))
TABLE, INSTALLED = "production_graph_data", "production_graph_static_data2"
STAMP = "Timestamp"
DISTRIBUTED = "Εκτίμηση Διεσπαρμένης Παραγωγής"
NOT_OUTPUT = ("Συνολική Διαθέσιμη Συμβατική Ικανότητα Παραγωγής", "Συνολική Ζήτηση")
MODES = {"Αιολική Παραγωγή στο ΣΜ": "wind", "Συμβατική Παραγωγή στο ΣΜ": "oil"}
CAPACITY = {
    "Συμβατική Εγκατεστημένη Ισχύς": "oil",
    "Αιολική Εγκατεστημένη Ισχύς": "wind",
    "Φωτοβολταϊκή Εγκατεστημένη Ισχύς": "solar",
    "Εγκατεστημένη Ισχύς Βιομάζας": "biomass",
}
NIGHT_HOURS = {22, 23, 0, 1, 2}


@source(resolution_min=15, window_h=24, day_of=TIMEZONE, delay_h=0.5, history="any", refetch_h=24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    if day >= times.day(None, TIMEZONE):
        page = http.get(session, f"{URL}{TODAY}", headers=http.AS_BROWSER)
    else:
        params = {"startdt": f"{day:%d-%m-%Y}", "enddt": "+1days"}
        page = http.get(session, f"{URL}{ARCHIVE}", params=params, headers=http.AS_BROWSER)
    return list(parse_production(page.content, zone_key))


def parse_production(page, zone_key):
    """One mix per quarter hour that has been reached."""
    soup = http.body_html(page)
    rows = filled(soup)
    capacity = by_label(installed(soup), CAPACITY, known=())
    starts = times.read_in_order((row[STAMP] for row in rows), TIMEZONE)
    for start, row, distributed in zip(starts, rows, split(rows, starts), strict=True):
        yield production(
            zone_key, start=start, source=SOURCE, modes=values.merge(by_label(row, MODES), distributed),
            capacity=capacity)


def filled(soup):
    """Cells by heading of the quarters up to the newest that is whole; an hour that the clock leaves out is none."""
    table = require(soup.find("table", id=TABLE), f"table {TABLE}")
    heads = texts(table, "th")
    if missing := {STAMP, DISTRIBUTED, *MODES} - set(heads):
        raise errors.SourceChanged(f"The table has no column {', '.join(sorted(missing))}.")
    for head in sorted({*heads} - {STAMP, DISTRIBUTED, *MODES, *NOT_OUTPUT}):
        values.log.warning("unknown column %r; left out", head)
    rows = [dict(zip(heads, cells, strict=False)) for row in table.find_all("tr") if (cells := texts(row, "td"))]
    while rows and any(number(rows[-1].get(column)) is None for column in (DISTRIBUTED, *MODES)):
        rows.pop()
    if not rows:
        raise errors.NoData("The table of generation has no quarter yet.")
    return [row for row in rows if not times.is_skipped(row[STAMP], TIMEZONE)]


def installed(soup):
    """Name and MW of what is installed; archived pages do not say."""
    table = soup.find("table", id=INSTALLED)
    rows = [texts(row, "td") for row in table.find_all("tr")] if table else []
    return [row for row in rows if len(row) == 2]


def texts(element, name):
    return [" ".join(cell.get_text().split()) for cell in element.find_all(name)]


def split(rows, starts):
    """Biomass and sun of each row's distributed generation."""
    level_mw = None
    for row, start in zip(rows, starts, strict=True):
        power_mw = number(row.get(DISTRIBUTED))
        if power_mw is not None and times.local(start, TIMEZONE).hour in NIGHT_HOURS:
            level_mw = power_mw
        if power_mw is None:
            yield {"biomass": None, "solar": None}
        elif level_mw is None:
            yield {"unknown": power_mw}
        else:
            biomass_mw = min(level_mw, power_mw)
            yield {"biomass": biomass_mw, "solar": power_mw - biomass_mw}
