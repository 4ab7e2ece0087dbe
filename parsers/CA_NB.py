"""NB Power, New Brunswick's system operator: a page with one table of the present, public, no key.

Docs     https://tso.nbpower.com/Public/en/SystemInformation_realtime.asp
Serves   flows from CA-NB to CA-NS, CA-QC; second choice to CA-PE, US-NE-ISNE
Time     a snapshot that says no time, its values up to 5 minutes apart; stamped when asked, floored to 5 minutes
Unit     MW
Sign     source + is out of New Brunswick
History  none, the present only
Licence  NB Power's terms of use

EMEC, ISO-NE and MPS are all in Maine; a border that lacks one of its columns' numbers has no flow.
Differs from the other project: the stamp is the last full five minutes, not the hour's beginning. Production is not
served: the page has demand only, from which and the flows one number of unknown origin could be made.
"""

from core import errors, exchange, http, number, require, source, times
from core.kinds import sorted_key
from core.values import field

SOURCE = "tso.nbpower.com"
URL = "https://tso.nbpower.com/Public/en/SystemInformation_realtime.asp"
TIMEZONE = "America/Moncton"
TABLE = {"bordercolor": "#191970"}
STEP_MIN = 5
BORDERS = {
    "CA-NB->CA-NS": ("NOVA SCOTIA",),
    "CA-NB->CA-PE": ("PEI",),
    "CA-NB->CA-QC": ("QUEBEC",),
    "CA-NB->US-NE-ISNE": ("EMEC", "ISO-NE", "MPS"),
}


@source(resolution_min=None, window_h=0.05, delay_h=0.1)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("NB Power publishes the present only.")
    page = http.get(session, URL).text
    return [parse_exchange(page, times.floor(times.now(), STEP_MIN), sorted_key(zone_key1, zone_key2))]


def parse_exchange(page, start, key):
    """The flow over one border, of the columns that belong to it."""
    table = require(http.body_html(page).find("table", attrs=TABLE), "table of the system")
    rows = [[" ".join(cell.get_text().split()) for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")]
    at = require(next((at for at, row in enumerate(rows) if BORDERS[key][0] in row), None), f"column {BORDERS[key][0]}")
    values = dict(zip(rows[at], next((row for row in rows[at + 1 :] if any(row)), ()), strict=False))
    if not values:
        raise errors.NoData("NB Power's table has no values.")
    flows_mw = [number(field(values, name)) for name in BORDERS[key]]
    if None in flows_mw:
        raise errors.NoData(f"NB Power has no value for all of {', '.join(BORDERS[key])}.")
    return exchange(*key.split("->"), start=start, source=SOURCE, flow_mw=sum(flows_mw))
