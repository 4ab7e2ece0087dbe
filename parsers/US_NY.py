"""NYISO, New York's system operator: CSV files per day, and per month in ZIP archives; public, no key.

Docs     http://mis.nyiso.com/public/ (P-63 fuel mix, P-32 interface flows, P-7 load forecast, P-35 real-time events)
Serves   production, load forecast and alerts of US-NY-NYIS; flows to PJM, New England, Quebec and Ontario
Time     5 min, the moment itself (forecast: 1 h, stamped at the start), America/New_York
Unit     MW, also where a column says MWh
Sign     flows: source + is into New York
History  a day per call; fuel mix from December 2015, flows and forecasts from the 2000s; events two weeks
Licence  NYISO's legal notice, https://www.nyiso.com

Daily files stay for a week or two, then the month's archive has them. Only the fuel mix says EST or EDT; elsewhere the
repeated autumn hour is told by order. Pumped storage is inside Hydro and cannot be parted from it. HQ_IMPORT_EXPORT
repeats HQ - NY and is not added. A moment that lacks one of a border's interfaces is left out: its sum would be wrong.
"""

import csv

from core import consumption, errors, exchange, grid_alert, http, number, production, require, source, times
from core.values import by_label, log, mean

SOURCE = "nyiso.com"
URL = "http://mis.nyiso.com/public/csv"
TIMEZONE = "America/New_York"
OFFSETS = {"EST": "Etc/GMT+5", "EDT": "Etc/GMT+4"}
DAILY_FILES_DAYS = 9
FILE_ENDS_MIN = 15
"""How long after midnight the file of the day before is read: its last row is of midnight itself."""
EVENTS_DAYS = 14
MODES = {
    "Dual Fuel": "gas",  # of which oil about 1 % by EIA's statistics of 2016
    "Natural Gas": "gas",
    "Nuclear": "nuclear",
    "Hydro": "hydro",
    "Wind": "wind",
    "Other Renewables": "unknown",
    "Other Fossil Fuels": "oil",
}
COAL_ENDED = "2020-04-01T00:00"
WITH_COAL = {**MODES, "Other Fossil Fuels": "unknown"}
BORDERS = {
    "US-MIDA-PJM": ("SCH - PJ - NY", "SCH - PJM_HTP", "SCH - PJM_NEPTUNE", "SCH - PJM_VFT"),
    "US-NE-ISNE": ("SCH - NE - NY", "SCH - NPX_1385", "SCH - NPX_CSC"),
    "CA-QC": ("SCH - HQ - NY", "SCH - HQ_CEDARS"),
    "CA-ON": ("SCH - OH - NY",),
}
ALERT_MARK = "**"
DAY = {"window_h": 24, "day_of": TIMEZONE}


@source(resolution_min=5, **DAY, delay_h=0.2, history="2015-12", refetch_h=24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(zone_key, day_file(session, "rtfuelmix", target_datetime))


@source(resolution_min=60, **DAY, delay_h=0, history="2000")
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption_forecast(zone_key, day_file(session, "isolf", target_datetime))


@source(resolution_min=5, **DAY, delay_h=0.2, history="2000", refetch_h=24)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    neighbour, new_york = sorted((zone_key1, zone_key2))
    try:
        text = day_file(session, "ExternalLimitsFlows", target_datetime, is_recent=True)
    except errors.NoData:
        text = day_file(session, "ExternalLimitsFlows", target_datetime, is_recent=False)
    # The file may hold one moment that is still to come.
    return [one for one in parse_exchange(neighbour, new_york, text) if one["datetime"] <= times.now()]


@source(resolution_min=None, **DAY, delay_h=0.1, history="14 days")
def fetch_grid_alerts(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=24 * EVENTS_DAYS, timezone=TIMEZONE):
        raise errors.NoHistory("NYISO keeps its real-time events for two weeks.")
    found = parse_grid_alerts(zone_key, day_file(session, "RealTimeEvents", target_datetime, is_recent=True))
    if not found:
        raise errors.NoData("NYISO's events of the day hold no alert.")
    return found


def day_file(session, name, target, is_recent=None):
    """The file of the asked (live: the present) local day: by itself while recent, later from its month's archive."""
    day = times.day(target or times.shift(times.now(), minutes=-FILE_ENDS_MIN), TIMEZONE)
    if is_recent is None:
        is_recent = day >= times.day(None, TIMEZONE, shift_days=-DAILY_FILES_DAYS)
    if is_recent:
        content = http.get(session, f"{URL}/{name}/{day:%Y%m%d}{name}.csv").content
    else:
        archive = http.get(session, f"{URL}/{name}/{day:%Y%m}01{name}_csv.zip")
        content = http.body_zip(archive, f"{day:%Y%m%d}{name}.csv")
    return content.decode("utf-8-sig")


def rows(text, *columns):
    """The rows of a file that have all of these columns; a last one that is still being written is left out."""
    table = csv.DictReader(text.splitlines())
    if missing := set(columns) - set(table.fieldnames or columns):
        raise errors.SourceChanged(f"NYISO's file has no column {', '.join(sorted(missing))}.")
    found = [row for row in table if all(row[column] is not None for column in columns)]
    if not found:
        raise errors.NoData("NYISO's file of the day has no rows yet.")
    return found


def parse_production(zone_key, text):
    """One mix per minute that was read; several readings of a fuel within one are averaged."""
    power = "Gen MW" if "Gen MWh" not in text.partition("\n")[0] else "Gen MWh"
    minutes = {}
    for row in rows(text, "Time Stamp", "Time Zone", "Fuel Category", power):
        offset = require(OFFSETS.get(row["Time Zone"]), "clock of EST or EDT in every row")
        start = times.floor(times.read(row["Time Stamp"], offset, "MM/DD/YYYY HH:mm:ss"), 1)
        minutes.setdefault(start, {}).setdefault(row["Fuel Category"], []).append(number(row[power]))
    warn_of_labels({fuel for readings in minutes.values() for fuel in readings})
    mixes = [(start, mix(start, readings)) for start, readings in sorted(minutes.items())]
    return [production(zone_key, start=start, source=SOURCE, modes=modes) for start, modes in mixes if modes]


def mix(start, readings):
    """MW per mode of one minute, fuel by fuel; a fuel without a number is left out."""
    means = {fuel: mean(values) for fuel, values in readings.items()}
    known = {fuel: power_mw for fuel, power_mw in means.items() if power_mw is not None}
    return by_label(known, MODES if start >= times.read(COAL_ENDED, TIMEZONE) else WITH_COAL)


def warn_of_labels(fuels):
    """A fuel NYISO may add is named and left out: it could be storage, whose sign we would have to know first."""
    for fuel in sorted(fuels - MODES.keys()):
        log.warning("unknown label %r; left out", fuel)


def parse_consumption_forecast(zone_key, text):
    """The load of the whole state per hour, for six days."""
    table = rows(text, "Time Stamp", "NYISO")
    starts = times.read_in_order([row["Time Stamp"] for row in table], TIMEZONE, "MM/DD/YYYY HH:mm")
    return [consumption(zone_key, start=start, source=SOURCE, load_mw=number(row["NYISO"]), source_type="forecasted")
            for start, row in zip(starts, table, strict=True)]


def parse_exchange(neighbour, new_york, text):
    """The sum of a border's interfaces at each moment that has them all."""
    table = rows(text, "Timestamp", "Interface Name", "Flow (MWH)")
    flows = [interface_flows(table, name) for name in BORDERS[neighbour]]
    # An interface that the whole file lacks was not yet built (HTP: 2013).
    built = [one for one in flows if one]
    require(built or None, f"interface to {neighbour}")
    moments = sorted(set.intersection(*(set(one) for one in built)))
    return [exchange(neighbour, new_york, start=moment, source=SOURCE, flow_mw=sum(one[moment] for one in built))
            for moment in moments]


def interface_flows(table, name):
    """MW by moment of one interface; its own rows rise in time, which tells the repeated autumn hour apart."""
    own = [row for row in table if row["Interface Name"] == name]
    moments = times.read_in_order([row["Timestamp"] for row in own], TIMEZONE, "MM/DD/YYYY HH:mm")
    flows = {moment: number(row["Flow (MWH)"]) for moment, row in zip(moments, own, strict=True)}
    return {moment: flow_mw for moment, flow_mw in flows.items() if flow_mw is not None}


def parse_grid_alerts(zone_key, text):
    """What the events say between marks, which is a change of state; the rest is routine."""
    table = rows(text, "Timestamp", "Message")
    moments = times.read_in_order([row["Timestamp"] for row in table], TIMEZONE, "MM/DD/YYYY HH:mm:ss")
    return [grid_alert(zone_key, issued=issued, source=SOURCE, message=row["Message"].strip().strip("* "))
            for issued, row in zip(moments, table, strict=True) if is_alert(row["Message"].strip())]


def is_alert(message):
    return message.startswith(ALERT_MARK) and message.endswith(ALERT_MARK) and bool(message.strip("* "))
