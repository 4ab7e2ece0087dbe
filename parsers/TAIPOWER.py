"""Taipower, the Taiwan Power Company: every generating unit in one JSON file, public, no key.

Docs     https://www.taipower.com.tw (page 各機組發電量, output of each unit)
Serves   production TW, with installed capacity
Time     a snapshot every 10 min, stamped when taken, Asia/Taipei
Unit     MW, net
Sign     storage: source + is generating, - is pumping or charging
History  none, the present only
Licence  none stated
"""

from core import by_label, errors, http, number, production, require, source, times

SOURCE = "taipower.com.tw"
URL = "http://www.taipower.com.tw/d006/loadGraph/loadGraph/data/genary_eng.json"
TIMEZONE = "Asia/Taipei"
COLUMNS = 8
GROUP, SUBGROUP, UNIT, CAPACITY, OUTPUT = range(5)
MODES = {
    "NUCLEAR": "nuclear",
    "COAL": "coal",
    "IPPCOAL": "coal",
    "LNG": "gas",
    "IPPLNG": "gas",
    "OIL": "oil",
    "DIESEL": "oil",
    "COGEN": "unknown",
    "HYDRO": "hydro",
    "WIND": "wind",
    "SOLAR": "solar",
    "Geothermal": "geothermal",
    "Biofuel": "biomass",
}
NAMED = ("Geothermal", "Biofuel")
STORAGE = {"Pumped Hydro": "hydro", "Battery": "battery"}
INSTALLED = {**MODES, "Pumped Hydro": "hydro storage", "Battery": "battery storage"}


@source(resolution_min=10, window_h=0.2, delay_h=0.2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("Taipower publishes the present only.")
    return [parse_production(http.body_json(http.get(session, URL)))]


def parse_production(answer):
    """The mix and the installed MW of one snapshot, summed over units; the file's own subtotals are left out."""
    rows = [(mode_label(row), row) for row in units(answer)]
    output = [(label, row[OUTPUT]) for label, row in rows]
    return production(
        "TW", start=times.read(require(answer.get(""), "stamp"), TIMEZONE, "YYYY-MM-DD HH:mm"), source=SOURCE,
        modes=by_label(output, MODES, known=STORAGE), storage=by_label(output, STORAGE, sign=-1),
        capacity=by_label([(label, row[CAPACITY]) for label, row in rows], INSTALLED))


def units(answer):
    """The rows of single units."""
    rows = require(answer.get("dataset"), "dataset")
    if any(len(row) != COLUMNS for row in rows):
        raise errors.SourceChanged(f"A row of the unit table has not {COLUMNS} cells: the columns have moved.")
    found = [row for row in rows if "subtotal" not in row[UNIT].lower()]
    for column, name in ((CAPACITY, "capacity"), (OUTPUT, "output")):
        if all(number(row[column]) is None for row in found):
            raise errors.SourceChanged(f"No unit of Taipower has a number as its {name}: the columns have moved.")
    return found


def mode_label(row):
    """What a unit is counted under: its group, or where the group is mixed its sub-group or the kind in its name."""
    group = http.body_html(row[GROUP]).get_text().split("(")[0].strip().upper()
    if group.startswith("ENERGYSTORAGESYSTEM"):
        return row[SUBGROUP].strip()
    return next((kind for kind in NAMED if kind in row[UNIT]), group) if group == "OTHERRENEWABLEENERGY" else group
