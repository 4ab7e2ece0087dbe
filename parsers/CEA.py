"""CEA, India's Central Electricity Authority: what is installed by region and fuel, month by month; public, no key.

Docs     https://cea.nic.in (an undocumented interface of its dashboard)
Serves   productionCapacity IN-EA, IN-NE, IN-NO, IN-SO, IN-WE: coal, gas, oil, nuclear
Time     months, dated by their first day, Asia/Kolkata
Unit     MW
Sign     none: capacities only
History  any month that the answer, one for all, still holds
Licence  no stated terms

Differs from the other project: hydro is left out. CEA's is without the small plants, which stand, as wind, sun and
biomass do, in the monthly sheet of the ministry (https://mnre.gov.in/physical-progress/) that a person fetches and adds
up by region: in zones.json a part must not replace the sum of both.
"""

from core import by_label, errors, http, installed, source, times
from core.values import each, field

SOURCE = "cea.nic.in"
URL = "https://cea.nic.in/api/installed_capacity.php"
TIMEZONE = "Asia/Kolkata"
REGIONS = {
    "IN-EA": "eastern", "IN-NE": "north eastern", "IN-NO": "northern", "IN-SO": "southern", "IN-WE": "western",
}
MODES = {"Coal": "coal", "Gas": "gas", "Diesel": "oil", "Nuclear": "nuclear"}


@source(resolution_min=None, window_h=744, delay_h=24 * 31, history="any")
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    month = times.month_start(times.day(target_datetime, TIMEZONE)) if target_datetime else None
    return parse_production_capacity(http.body_json(http.get(session, URL)), zone_key, month)


def parse_production_capacity(answer, zone_key, month=None):
    """MW per mode of a region in a month, the newest if none is asked for."""
    if not isinstance(answer, list):
        raise errors.SourceChanged(f"CEA sent no list but {str(answer)[:80]!r}.")
    rows = {at: row for at, region, row in each(answer, place) if region == REGIONS[zone_key]}
    asked = month or max(rows, default=None)
    if asked not in rows:
        raise errors.NoData(f"CEA has nothing installed in {zone_key}{f' in {month:%Y-%m}' if month else ''}.")
    modes = by_label([(label, field(rows[asked], label)) for label in MODES], MODES)
    return installed(asked, modes, source=SOURCE)


def place(row):
    """(month, region, the row itself); regions are written with a hyphen or without."""
    month = times.read_day(field(row, "Month"), "MMM-YYYY")
    return month, " ".join(field(row, "Region").replace("-", " ").lower().split()), row
