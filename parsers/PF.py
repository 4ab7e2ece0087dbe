"""EDT Engie, the utility of Tahiti: the output of now, as the pie chart of a web page draws it; no key.

Docs     https://www.edt.pf/transition-energetique-innovation (the page itself)
Serves   production PF (the island of Tahiti, which is most of French Polynesia's)
Time     an instant without a stamp: it starts when it is received
Unit     kW
Sign     production only
History  none, the present only
Licence  none stated

The numbers are in the script that draws the chart, as the JSON of a Google DataTable: a label and a value per row.
"""

import re

from core import by_label, errors, http, number, production, require, source, times
from core.values import each, field, json_in

SOURCE = "edt.pf"
URL = "https://www.edt.pf/transition-energetique-innovation"
TIMEZONE = "Pacific/Tahiti"
SCRIPT = re.compile(r"detailMesurePortlet.*Script$")
TABLE = "DataTable("
KW_PER_MW = 1000
MODES = {"Thermique": "oil", "Hydro électricité": "hydro", "Solaire": "solar"}


@source(resolution_min=None, window_h=0.02, delay_h=0)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("EDT shows the present only.")
    return [parse_production(http.get(session, URL).content, zone_key, times.now())]


def parse_production(page, zone_key, received):
    """The mix of the chart."""
    script = require(http.body_html(page).find("script", id=SCRIPT), "script that draws the chart")
    _, found, table = script.get_text().partition(TABLE)
    rows = each(field(json_in(table), "rows") if found else (), read_row)
    if not any(power_mw is not None for _, power_mw in rows):
        raise errors.NoData("The chart of EDT's page shows no number.")
    return production(zone_key, start=received, source=SOURCE, modes=by_label(rows, MODES, known=()))


def read_row(row):
    """Label and MW of a row."""
    label, power_kw = (cell["v"] for cell in row["c"])
    power_kw = number(power_kw)
    return " ".join(label.split()), None if power_kw is None else power_kw / KW_PER_MW
