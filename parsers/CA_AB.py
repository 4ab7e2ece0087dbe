"""AESO, Alberta's system operator: reports of its Energy Trading System as CSV and HTML, public, no key.

Docs     http://ets.aeso.ca, https://www.aeso.ca/market/experience-open-data/
Serves   production (with batteries), price, wind and solar forecast and alerts CA-AB; flows to CA-BC, CA-SK, US-NW-NWMT
Time     production and flows: a snapshot about every two minutes, stamped when taken; prices: hours named by their end
         (1-24); forecast: hours stamped at the start, by AESO's silence; all on the clock of America/Edmonton
Unit     MW; price CAD/MWh (pool price)
Sign     flows: source + is out of Alberta; batteries: source + is discharging
History  none: the present, the prices of the last hours, the forecast of 7 days
Licence  AESO's legal terms, with attribution

When the clocks change AESO numbers the hours 01, 03 … 24 in spring and 01, 02, 02*, 03 … 24 in autumn (its notices of
2023-11 and 2025-03): an hour is named by what the clock shows at its end, and the starred one is the second.
OTHER is biomass. Coal ended in 2024; DUAL FUEL was coal that also burns gas. Negative output, own use, counts as 0.
Differs from the other project: charging is positive (that one keeps AESO's sign, + for discharging); a price is stamped
at the start of its hour; a group of plants that is not known counts as unknown.
"""

import csv
import re

from core import by_label, errors, exchange, grid_alert, http, number, price, production, require, source, times
from core.kinds import sorted_key
from core.values import each, field

SOURCE = "ets.aeso.ca"
URL = "http://ets.aeso.ca"
REPORT = f"{URL}/ets_web/ip/Market/Reports/{{}}Servlet"
FORECAST = f"{URL}/Market/Reports/Manual/Operations/prodweb_reports/wind_solar_forecast/{{}}_rpt_longterm.csv"
TIMEZONE = "America/Edmonton"
UPDATED = "Last Update :"
UPDATE_STAMP, HOUR_STAMP, ALERT_STAMP = "MMM DD, YYYY HH:mm", "MM/DD/YYYY H", "MM/DD/YYYY HH:mm"
HOUR = re.compile(r"\d\d/\d\d/\d{4} \d\d?\*?")
PRICE_BLOCKS = 3
HOUR_MIN = 60
MODES = {
    "COGENERATION": "gas",
    "COMBINED CYCLE": "gas",
    "GAS FIRED STEAM": "gas",
    "SIMPLE CYCLE": "gas",
    "COAL": "coal",
    "DUAL FUEL": "unknown",
    "WIND": "wind",
    "SOLAR": "solar",
    "HYDRO": "hydro",
    "OTHER": "biomass",
}
STORAGE = {"ENERGY STORAGE": "battery"}
TOTAL = "TOTAL"
BORDERS = {
    "CA-AB->CA-BC": "British Columbia",
    "CA-AB->CA-SK": "Saskatchewan",
    "CA-AB->US-NW-NWMT": "Montana",
}
FORECASTS = ("wind", "solar")
STARTS, LIKELY = "Forecast Transaction Date", "Most Likely"


@source(resolution_min=None, window_h=0.05, delay_h=0.1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_production(*snapshot(session, target_datetime), zone_key)]


@source(resolution_min=None, window_h=0.05, delay_h=0.1)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return [parse_exchange(*snapshot(session, target_datetime), sorted_key(zone_key1, zone_key2))]


@source(resolution_min=HOUR_MIN, window_h=1, delay_h=0.5)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    return parse_price(http.get(session, REPORT.format("SMPriceReport"), params={"contentType": "csv"}).text, zone_key)


@source(resolution_min=HOUR_MIN, window_h=1, ahead_h=168, delay_h=0)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    return parse_wind_solar_forecasts(
        {mode: http.get(session, FORECAST.format(mode)).text for mode in FORECASTS}, zone_key)


@source(resolution_min=None, window_h=1, delay_h=0)
def fetch_grid_alerts(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    page = http.get(session, REPORT.format("RealTimeShiftReport"), params={"contentType": "html"}).text
    return parse_grid_alerts(page, zone_key)


def refuse_past(target):
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("AESO's public reports are of the present; its own API with a key has the past.")


def snapshot(session, target):
    """The blocks of the report of current supply and demand, and when it was made."""
    refuse_past(target)
    blocks = split(http.get(session, REPORT.format("CSDReport"), params={"contentType": "csv"}).text)
    stamp = next((row[0] for block in blocks for row in block if row[0].startswith(UPDATED)), None)
    written = require(stamp, f"line {UPDATED!r}").removeprefix(UPDATED).strip()
    return blocks, times.read_taken(written, TIMEZONE, UPDATE_STAMP)


def split(text):
    """The rows of each block of a report, which empty lines part."""
    if not text.strip():
        raise errors.NoData("AESO sent an empty report.")
    blocks = [[]]
    for row in csv.reader(text.splitlines()):
        cells = [cell.strip() for cell in row]
        blocks = [*blocks, []] if not any(cells) else [*blocks[:-1], [*blocks[-1], cells]]
    return blocks


def block_of(blocks, labels):
    """The rows, by their first cell, of the block that has one of these labels; units of plants have longer names."""
    found = next((block for block in blocks if any(row[0] in labels for row in block)), None)
    return {row[0]: row for row in require(found, f"block with {', '.join(labels)}")}


def parse_production(blocks, start, zone_key):
    """The mix by groups of plants: name, capability, net output, reserve."""
    rows = block_of(blocks, MODES)
    output = {name: row[2] if len(row) > 2 else None for name, row in rows.items()}
    return production(
        zone_key, start=start, source=SOURCE, modes=by_label(output, MODES, known={TOTAL, *STORAGE}),
        storage=by_label(output, STORAGE, sign=-1), negative="zero")


def parse_exchange(blocks, start, key):
    """One flow; Alberta comes first in every key."""
    row = field(block_of(blocks, BORDERS.values()), BORDERS[key])
    if (flow_mw := number(row[-1])) is None:
        raise errors.NoData(f"AESO has no flow to {BORDERS[key]} now.")
    return exchange(*key.split("->"), start=start, source=SOURCE, flow_mw=flow_mw)


def parse_price(text, zone_key):
    """The pool price of every hour that has one."""
    blocks = split(text)
    rows = [row for block in blocks for row in block if HOUR.fullmatch(row[0])]
    if not rows and len(blocks) < PRICE_BLOCKS:
        raise errors.SourceChanged(f"AESO's report of prices begins {text[:60]!r}.")
    found = [
        price(
            zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE, price_mwh=price_mwh,
            currency="CAD")
        for start, price_mwh in each(rows, read_price) if price_mwh is not None]
    if not found:
        raise errors.NoData("AESO has no price for these hours yet.")
    return found


def read_price(row):
    """Start of an hour, and its price, which is `-` until it is known."""
    return hour_start(row[0]), number(require(row[1] if len(row) > 1 else None, f"price in {row}"))


def hour_start(stamp):
    """The start of an hour that is named by its end."""
    when, _, hour_ending = stamp.removesuffix("*").rpartition(" ")
    begins = f"{when} {int(require(number(hour_ending), 'hour in ' + stamp)) - 1}"
    is_second = stamp.endswith("*") or times.is_skipped(begins, TIMEZONE, HOUR_STAMP)
    return times.read(begins, TIMEZONE, HOUR_STAMP, fold=int(is_second))


def parse_wind_solar_forecasts(texts, zone_key):
    """One mix per hour of the most likely output, of the modes that have one."""
    found = {}
    for mode, text in texts.items():
        for start, output_mw in likely(text):
            if output_mw is not None:
                found.setdefault(start, {})[mode] = output_mw
    if not found:
        raise errors.NoData("AESO has no forecast of wind and sun.")
    return [
        production(zone_key, start=start, source=SOURCE, modes=modes, negative="zero", source_type="forecasted")
        for start, modes in sorted(found.items())]


def likely(text):
    """(start, most likely MW) of each hour of one file; the repeated hour of autumn is told apart by the order."""
    table = csv.DictReader(text.lstrip("\ufeff").splitlines())
    if missing := {STARTS, LIKELY} - {*(table.fieldnames or (STARTS, LIKELY))}:
        raise errors.SourceChanged(f"AESO's forecast has no column {', '.join(sorted(missing))}.")
    rows = each(table, lambda row: (row[STARTS], times.read(row[STARTS], TIMEZONE, "YYYY-MM-DD HH:mm"), row[LIKELY]))
    starts = times.read_in_order([stamp for stamp, *_ in rows], TIMEZONE, "YYYY-MM-DD HH:mm")
    return [(start, number(output)) for start, (*_, output) in zip(starts, rows, strict=True)]


def parse_grid_alerts(page, zone_key):
    """What the shift report says, of its last table."""
    tables = http.body_html(page).find_all("table")
    if not tables:
        raise errors.SourceChanged("AESO's shift report has no table.")
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in tables[-1].find_all("tr")]
    said = [row for row in rows if len(row) == 2 and all(row)]
    if not said:
        raise errors.NoData("AESO's shift report says nothing.")
    return each(said, lambda row: grid_alert(
        zone_key, issued=times.read(row[0], TIMEZONE, ALERT_STAMP), source=SOURCE, message=row[1]))
