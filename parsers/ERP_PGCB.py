"""PGCB, Power Grid Bangladesh: a table of hours by fuel on a web page, public, no key.

Docs     https://erp.pgcb.gov.bd/web/generations/view_generations (the table itself)
Serves   production, consumption BD; flows BD->IN-EA, BD->IN-NE, BD->NP
Time     60 min, stamped at the END, 01:00 to 24:00 of a day, Asia/Dhaka; newest first; some old rows are of half hours
Unit     MW
Sign     the columns of neighbours: source + is into Bangladesh
History  since 2015-05-01, a day per call; the present gives the last two days
Licence  none stated

Rows come in batches, mostly more than two hours late. Generation includes what is imported: less imports and fuels, it
leaves what is unknown. The head has two rows and names 17 columns, of which India is three and has no cells of its own;
Nepal's cells stand behind India's. Bheramara and Adani's plant at Godda, whose line is no part of India's grid, lead to
the East, Tripura to the North-East; an empty cell is nothing before Adani's (2024-08-27) and Nepal's (2024-11-15) first
day. An empty cell of a fuel leaves that fuel out, and what it made is then among the unknown.
The certificate is often out of date, which makes the source fail: certificates stay checked.
Differs from the other project: Nepal's part is no production of unknown kind.
"""

from core import consumption, errors, exchange, http, number, production, source, times
from core.kinds import sorted_key
from core.values import each

SOURCE = "erp.pgcb.gov.bd"
URL = "https://erp.pgcb.gov.bd/web/generations/view_generations"
TIMEZONE = "Asia/Dhaka"
PERIOD_MIN = 60
FIRST_DAY = times.read_day("2015-05-01")
LINES_SINCE = {"Adani": times.read_day("2024-08-27"), "Nepal": times.read_day("2024-11-15")}
HEAD = (
    "Date", "Time", "Generation(MW)", "Demand(MW)", "Loadshed", "Gas", "Liquid Fuel", "Coal", "Hydro", "Solar", "Wind",
    "India", "Nepal", "Remarks", "Bheramara HVDC", "Tripura", "Adani",
)
COLUMNS = (*HEAD[:11], *HEAD[14:], *HEAD[12:14])
DATE, TIME, GENERATION, DEMAND = HEAD[:4]
MODES = {
    "Gas": "gas",
    "Liquid Fuel": "oil",
    "Coal": "coal",
    "Hydro": "hydro",
    "Solar": "solar",
    "Wind": "wind",
}
BORDERS = {"BD->IN-EA": ("Bheramara HVDC", "Adani"), "BD->IN-NE": ("Tripura",), "BD->NP": ("Nepal",)}
FACTS = {
    "resolution_min": PERIOD_MIN, "window_h": 24, "day_of": TIMEZONE, "delay_h": 4, "history": "2015-05-01",
}


@source(**FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(ask(session, target_datetime), zone_key)


@source(**FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(ask(session, target_datetime), zone_key)


@source(**FACTS)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_exchange(ask(session, target_datetime), sorted_key(zone_key1, zone_key2))


def ask(session, target_datetime):
    """(start, row by column) of the newest hours, or of a past day."""
    params = None
    if target_datetime is not None:
        day = times.day(target_datetime, TIMEZONE)
        if day < FIRST_DAY:
            raise errors.NoHistory(f"PGCB's table can be used since {FIRST_DAY} only.")
        params = {"search": f"{day:%d-%m-%Y}"}
    return rows(http.get(session, URL, params=params).content)


def rows(page):
    """(start, row by column) of the hours that have been filled in, oldest first."""
    table = http.body_html(page).find("table")
    if table is None:
        raise errors.SourceChanged("PGCB's page has no table.")
    head = tuple(" ".join(cell.get_text(" ").split()) for cell in table.find_all("th"))
    if head != HEAD:
        raise errors.SourceChanged(f"The columns of PGCB's table have changed: {', '.join(head)[:200]}.")
    lines = [[cell.get_text(" ", strip=True) for cell in line.find_all("td")] for line in table.find_all("tr")]
    found = each([line for line in lines if len(line) > 1], named)
    found = [(start, row) for start, row in found if row[DEMAND] is not None or row[GENERATION] is not None]
    if not found:
        raise errors.NoData("PGCB has not filled in any of these hours.")
    return sorted(found, key=lambda one: one[0])


def named(line):
    """Start and numbers of a row."""
    if len(line) != len(COLUMNS):
        raise errors.SourceChanged(f"A row of PGCB's table has not {len(COLUMNS)} cells: {str(line)[:80]}.")
    row = dict(zip(COLUMNS, line, strict=True))
    stamp = f"{row[DATE]} {row[TIME][:5]}"
    end = times.read(stamp, TIMEZONE, "DD-MM-YYYY HH:mm")
    numbers = {column: number(row[column]) for column in COLUMNS[2:-1]}
    return times.shift(end, minutes=-PERIOD_MIN), numbers


def parse_production(found, zone_key):
    """One mix per hour, of those that have the output of any fuel."""
    hours = [(start, row, {mode: row[column] for column, mode in MODES.items()}) for start, row in found]
    return filled([
        production(
            zone_key, start=start, source=SOURCE, modes={**fuels, "unknown": [rest(start, row)]})
        for start, row, fuels in hours if any(power_mw is not None for power_mw in fuels.values())])


def rest(start, row):
    """What is generated and neither a fuel's nor imported; not known without what is imported."""
    imported = [inflow(start, row, key) for key in BORDERS]
    if row[GENERATION] is None or None in imported:
        return None
    return max(row[GENERATION] - sum(imported) - sum(row[column] or 0 for column in MODES), 0)


def parse_consumption(found, zone_key):
    return filled([
        consumption(zone_key, start=start, source=SOURCE, load_mw=row[DEMAND])
        for start, row in found if row[DEMAND] is not None])


def parse_exchange(found, key):
    """One flow per hour, of those that all lines of the border have a number for."""
    neighbour = key.removeprefix("BD->")
    flows = [(start, inflow(start, row, key)) for start, row in found]
    return filled([
        exchange(neighbour, "BD", start=start, source=SOURCE, flow_mw=flow_mw)
        for start, flow_mw in flows if flow_mw is not None])


def inflow(start, row, key):
    """MW over a border into Bangladesh; over a line of later years nothing came."""
    day = times.day(start, TIMEZONE)
    parts = [0 if row[line] is None and day < LINES_SINCE.get(line, FIRST_DAY) else row[line] for line in BORDERS[key]]
    return None if None in parts else sum(parts)


def filled(events):
    """The events; NoData if there is none."""
    if not events:
        raise errors.NoData("PGCB has not filled in what is asked for.")
    return events
