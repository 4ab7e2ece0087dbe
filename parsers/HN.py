"""ODS, the system operator of Honduras: hourly output of every plant as CSV, a table per technology; public, no key.

Docs     https://otr.ods.org.hn:3200/odsprd/ods_prd/r/operador-del-sistema-ods/producci%C3%B3n-horaria
Serves   production HN; flows GT->HN, HN->NI, HN->SV
Time     1 h, a column `hh` begins at hh:00, America/Tegucigalpa, no summer time
Unit     MW, the mean of the hour
Sign     flows: source + is out of Honduras
History  none, the present day only
Licence  none stated

Its certificate cannot be verified as it is sent. Certificates stay checked: an operator gives requests the missing
authority by the variable REQUESTS_CA_BUNDLE.
Names arrive with damaged accents. Hours to come are blank. A plant's small negative numbers are its own use: each is
left out on its own and lowers nothing.
Differs from the other project: a plant that stands in two tables, as La Ensenada does in both of private and other
thermal plants with the same numbers (2025-07-25), is counted once, not twice.
"""

import csv
from collections import defaultdict

from core import errors, exchange, http, number, production, source, times
from core.kinds import sorted_key
from core.values import each, folded, log, total

SOURCE = "ods.org.hn"
URL = "https://otr.ods.org.hn:3200/odsprd/ods_prd/r/operador-del-sistema-ods/producci%C3%B3n-horaria"
TIMEZONE = "America/Tegucigalpa"
HOUR_MIN = 60
MODES = {
    1: "hydro",  # private plants
    2: "wind",
    3: "solar",
    4: "geothermal",
    5: "biomass",
    6: "coal",
    8: "oil",  # private plants
    9: "oil",  # other plants
    10: "hydro",  # the state's plants
}
FLOWS = 7
BORDERS = {"GT->HN": "Guatemala", "HN->NI": "Nicaragua", "HN->SV": "El Salvador"}
DAY, PLANT = "Fecha", "Planta"
HOURS = [f"{hour:02}" for hour in range(24)]


@source(resolution_min=HOUR_MIN, window_h=24, day_of=TIMEZONE, delay_h=1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    return parse_production({index: ask(session, index) for index in MODES}, zone_key)


@source(resolution_min=HOUR_MIN, window_h=24, day_of=TIMEZONE, delay_h=1)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    return parse_exchange(ask(session, FLOWS), sorted_key(zone_key1, zone_key2))


def refuse_past(target):
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("ODS publishes the present day only.")


def ask(session, index):
    """The text of one table."""
    answer = http.get(session, URL, params={"request": "CSV_N_", "p8_indx": index})
    return answer.content.decode("utf-8-sig", "replace")


def parse_production(tables, zone_key):
    """One mix per hour that any plant has a number for."""
    hours = defaultdict(lambda: defaultdict(list))
    for (day, _), listed in plants(tables).items():
        for mode, powers_mw in listed.items():
            for at, power_mw in enumerate(powers_mw):
                hours[start_of(day, at)][mode].append(power_mw)
    found = {start: modes for start, modes in hours.items() if total(map(total, modes.values())) is not None}
    if not found:
        raise errors.NoData("ODS has no hour of today yet.")
    return [production(zone_key, **span(start), modes=modes) for start, modes in sorted(found.items())]


def plants(tables):
    """MW by hour of each plant, by mode; one that repeats another of its name, or its name and mode, is no new one."""
    found = {}
    for index, table in tables.items():
        for day, name, powers_mw in rows(table):
            listed = found.setdefault((day, name), {})
            if powers_mw not in listed.values():
                listed.setdefault(MODES[index], powers_mw)
    return found


def parse_exchange(table, key):
    """The flow of every hour that has one; none for a border that the table is not about."""
    country = BORDERS.get(key)
    if country is None:
        log.warning("ODS gives no flow of %s", key)
        return []
    listed = rows(table)
    if listed and folded(country) not in {name for _, name, _ in listed}:
        raise errors.SourceChanged(f"ODS's table of flows has no row {country}.")
    found = [
        (start_of(day, at), flow_mw) for day, name, flows_mw in listed if name == folded(country)
        for at, flow_mw in enumerate(flows_mw) if flow_mw is not None
    ]
    if not found:
        raise errors.NoData(f"ODS has no flow to {country} of today yet.")
    neighbour = key.replace("HN", "").replace("->", "")
    return [exchange("HN", neighbour, **span(start), flow_mw=flow_mw) for start, flow_mw in found]


def rows(table):
    """(day, name, MW by hour) of each row."""
    if not table.strip():
        raise errors.NoData("ODS sent an empty table.")
    lines = csv.DictReader(table.strip().splitlines())
    if missing := {DAY, PLANT, *HOURS} - {*lines.fieldnames}:
        raise errors.SourceChanged(f"ODS's table has no column {', '.join(sorted(missing))}.")
    return each(lines, read_row)


def read_row(row):
    powers_mw = [number(row[hour]) for hour in HOURS]
    return times.read_day(row[DAY], "M/D/YYYY"), folded(row[PLANT]), powers_mw


def start_of(day, hour):
    return times.period(day, hour + 1, HOUR_MIN, TIMEZONE)


def span(start):
    return {"start": start, "end": times.shift(start, minutes=HOUR_MIN), "source": SOURCE}
