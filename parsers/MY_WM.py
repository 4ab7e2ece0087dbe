"""GSO, the grid system operator of Peninsular Malaysia: its list of power stations; public, no key.

Docs     https://www.gso.org.my/SystemData/PowerStation.aspx
Serves   productionCapacity MY-WM
Time     the present list, dated by the first day of the month that its page names, Asia/Kuala_Lumpur
Unit     MW
Sign     none: capacities only
History  none, the present only
Licence  no stated terms

The list comes as a JSON text within a JSON answer, one row a station.
"""

from core import by_label, errors, http, installed, require, source, times
from core.values import each, field, json_in

SOURCE = "gso.org.my"
URL = "https://www.gso.org.my/SystemData/PowerStation.aspx"
TIMEZONE = "Asia/Kuala_Lumpur"
HEADERS = {"Content-Type": "application/json", "Origin": "https://www.gso.org.my", "Referer": URL}
PATTERNS = ("MMMM YYYY", "MMM YYYY", "D/M/YYYY", "D-M-YYYY", "YYYY-MM-DD")
"""How the page may write its date, perhaps among other words: the month is what counts."""
MODES = {"gas": "gas", "water": "hydro", "coal": "coal", "solar": "solar"}


@source(resolution_min=None, window_h=744, delay_h=0)
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    if times.is_past(target_datetime, hours=24, timezone=TIMEZONE):
        raise errors.NoHistory("GSO lists the power stations of the present only.")
    page = http.get(session, URL).content
    answer = http.body_json(http.post(session, f"{URL}/GetDataSource", headers=HEADERS))
    return parse_production_capacity(answer, parse_month(page))


def parse_month(page):
    """The first day of the month that the first bold text of the page names."""
    bold = require(http.body_html(page).find(["b", "strong"]), "bold text with the date")
    written = " ".join(bold.get_text(" ").split())
    for pattern in PATTERNS:
        try:
            return times.month_start(times.read_day(written, pattern))
        except errors.SourceChanged:
            continue
    raise errors.SourceChanged(f"The page's date is {written[:60]!r}, in no form that we know.")


def parse_production_capacity(answer, month):
    """MW per mode, added up over the stations."""
    stations = json_in(require(answer.get("d") if isinstance(answer, dict) else None, "d"))
    if not stations:
        raise errors.NoData("GSO's list of power stations is empty.")
    found = each(stations, lambda row: (field(row, "Fuel").strip().lower(), field(row, "Capacity (MW)")))
    return installed(month, by_label(found, MODES, known=()), source=SOURCE)
