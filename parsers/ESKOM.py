"""Eskom, South Africa's utility: the build-up of the last seven days' supply as CSV, public, no key.

Docs     https://www.eskom.co.za/dataportal/supply-side/station-build-up-for-the-last-7-days/ and /dataportal/glossary/
Serves   production ZA with pumped storage
Time     60 min, stamped at the start, Africa/Johannesburg (UTC+2, no summer time)
Unit     MW
Sign     pumped storage: one column of pumping, below 0, and one of generating, above 0
History  the last seven days, all of them in each call; an hour is out hours to a day later
Licence  terms of the website

The file lies in a folder of its month, which may not be there yet when a month begins: then the last one of the month
before is read. Hours to come are rows of empty cells. Output below 0 is 0, marked as corrected. SCO is what plants take
as synchronous condensers; it, imports, interrupted supply and load shedding are no output.
Differs from the other project: coal is `Thermal_Generation`. That one takes `Thermal_Gen_Excl_Pumping_and_SCO`, which
is what is left of it after pumping and SCO (in every row it is the sum of these columns), and counts pumping again as
charging: coal is then too low by what is pumped, at night by 2 400 MW.
"""

from core import by_label, errors, http, number, production, source, times
from core.values import csv_rows, each

SOURCE = "eskom.co.za"
URL = "https://www.eskom.co.za/dataportal/wp-content/uploads"
FILE = "Station_Build_Up.csv"
TIMEZONE = "Africa/Johannesburg"
KEPT_H = 7 * 24
STAMP = "Date_Time_Hour_Beginning"
MODES = {
    "Thermal_Generation": "coal",
    "Nuclear_Generation": "nuclear",
    "Eskom_OCGT_Generation": "oil",
    "Eskom_Gas_Generation": "gas",
    "Dispatchable_IPP_OCGT": "oil",
    "Hydro_Water_Generation": "hydro",
    "Wind": "wind",
    "PV": "solar",
    "CSP": "solar",
    "Other_RE": "biomass",
}
STORAGE = {"Pumped_Water_SCO_Pumping": "hydro", "Pumped_Water_Generation": "hydro"}
NOT_OUTPUT = (
    STAMP, "", "Thermal_Gen_Excl_Pumping_and_SCO", "Eskom_OCGT_SCO_Pumping", "Eskom_Gas_SCO_Pumping",
    "Hydro_Water_SCO_Pumping", "International_Imports", "IOS_Excl_ILS_and_MLR", "ILS_Usage",
    "Manual_Load_Reduction_MLR",
)


@source(resolution_min=60, window_h=KEPT_H - 24, delay_h=24, history="6 days")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=KEPT_H, timezone=TIMEZONE):
        raise errors.NoHistory("Eskom publishes the last seven days only.")
    return parse_production(table(session), zone_key)


def table(session):
    """The newest file."""
    month = times.month_start(times.day(None, "UTC"))
    try:
        return http.body_text(http.get(session, address(month)))
    except errors.NoData:
        return http.body_text(http.get(session, address(times.month_start(month, -1))))


def address(month):
    return f"{URL}/{month:%Y/%m}/{FILE}"


def parse_production(text, zone_key):
    """One mix per hour that has any number."""
    rows = csv_rows(text, STAMP, *MODES, *STORAGE)
    measured = [row for row in rows if any(number(row[name]) is not None for name in (*MODES, *STORAGE))]
    if not measured:
        raise errors.NoData("Eskom's file has no hour with a number.")
    return each(measured, lambda row: production(
        zone_key, start=times.read(row[STAMP], TIMEZONE), source=SOURCE, negative="zero",
        modes=by_label(row, MODES, known={*STORAGE, *NOT_OUTPUT}), storage=by_label(row, STORAGE, sign=-1)))
