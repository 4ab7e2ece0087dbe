"""AEMO, the Australian market operator: forecasts of operational demand in the NEM on NEMWEB, CSV in ZIP, no key.

Docs     https://nemweb.com.au (the data model MMS describes the table, DEMANDOPERATIONALFORECAST)
Serves   consumption forecast AU-NSW, AU-QLD, AU-SA, AU-TAS, AU-VIC
Time     30 min, stamped at the END, in NEM time: UTC+10 in all regions and seasons
Unit     MW
Sign     none: demand only
History  what the folder keeps, some recent days; each half hour has a forecast of its own, at least a week long
Licence  AEMO's copyright permissions: use with attribution

A file's name says its first half hour and when it was made; asked for a moment, the newest made by then is read. Of
three cases the middle one is taken (POE50: as likely above as below); POE10 and POE90 are the high and the low one.
Operational demand is what large plants must give: roofs have already been taken off.
Differs from the other project: that one reads the stamps as starts, on each region's own clock with its summer time.
"""

import csv
import re

from core import consumption, errors, http, number, source, times
from core.values import each, field, require

SOURCE = "nemweb.com.au"
URL = "http://nemweb.com.au/Reports/CURRENT/Operational_Demand/FORECAST_HH/"
TIMEZONE = "Etc/GMT-10"
FILE = re.compile(r"PUBLIC_FORECAST_OPERATIONAL_DEMAND_HH_\d{12}_(\d{14})\.zip", re.I)
MADE, STAMP = "YYYYMMDDHHmmss", "YYYY/MM/DD HH:mm:ss"
PERIOD_MIN = 30
TABLE = ["OPERATIONAL_DEMAND", "FORECAST"]
REGIONS = {"AU-NSW": "NSW1", "AU-QLD": "QLD1", "AU-SA": "SA1", "AU-TAS": "TAS1", "AU-VIC": "VIC1"}


@source(resolution_min=PERIOD_MIN, window_h=0, ahead_h=168, delay_h=0, history="2 days")
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    name = newest(http.get(session, URL).text, target_datetime)
    return parse_consumption_forecast(http.body_zip(http.get(session, URL + name)), zone_key)


def newest(page, target_datetime):
    """The name of the newest file that was made by the asked moment, in a listing of the folder."""
    made = {found[1]: found[0] for found in FILE.finditer(page)}
    if not made and URL.rpartition("/Reports")[2].strip("/") not in page:
        raise errors.SourceChanged(f"NEMWEB sent no listing of the folder: it begins {page[:60]!r}.")
    if not made:
        raise errors.NoData("NEMWEB's folder of forecasts is empty.")
    if target_datetime is None:
        return made[max(made)]
    by_then = times.text(times.at(target_datetime, TIMEZONE), MADE, TIMEZONE)
    if min(made) > by_then:
        raise errors.NoHistory(f"NEMWEB's folder keeps no forecast that was made by {target_datetime}.")
    return made[max(at for at in made if at <= by_then)]


def parse_consumption_forecast(content, zone_key):
    """The middle case of a region, per half hour that has a number."""
    found = [
        consumption(
            zone_key, start=times.shift(end, minutes=-PERIOD_MIN), end=end, source=SOURCE, load_mw=load_mw,
            source_type="forecasted")
        for end, load_mw in each(rows(content, REGIONS[zone_key]), read_row) if load_mw is not None
    ]
    if not found:
        raise errors.NoData(f"AEMO's file has no forecast of {zone_key}.")
    return found


def rows(content, region):
    """The rows of a region in the file's table, by the names of its columns."""
    lines = [line for line in csv.reader(content.decode("utf-8-sig", "replace").splitlines()) if line[1:3] == TABLE]
    names = require(next((line for line in lines if line[0] == "I"), None), f"table {' '.join(TABLE)}")
    found = [dict(zip(names, line, strict=False)) for line in lines if line[0] == "D"]
    return [row for row in found if field(row, "REGIONID") == region]


def read_row(row):
    """The end of the half hour, and MW."""
    return times.read(field(row, "INTERVAL_DATETIME"), TIMEZONE, STAMP), number(field(row, "OPERATIONAL_DEMAND_POE50"))
