"""PJM, the system operator between New Jersey and Illinois: its Data Miner 2 API and two pages; no account needed.

Docs     https://dataminer2.pjm.com/list, https://apiportal.pjm.com (key of one's own)
Serves   production with batteries, load, wind and solar forecast, alerts US-MIDA-PJM; flow to US-MIDW-MISO
Time     60 min, stamped at the start, UTC, asked for by Eastern time; the flow 5 min, by the clock of Eastern time
Unit     MW; the wind and solar forecast is in MWh of an hour, which is MW
Sign     storage: source + is discharging; flow: source + is into PJM
History  production, wind and solar any moment (the first day is not documented); the rest is of the present only
Token    not needed: the API is asked with the public key of PJM's own site, or with PJM_API_KEY where that is set
Licence  PJM's terms: internal use; publishing it anew needs PJM's consent

An hour is out one to two hours after its end. Forecasts come in many editions: of each hour the newest one counts. The
chart of the flow names hours without a day; one whose last value lies ahead of the clock is still yesterday's.
Differs  from the other project: days are asked for by a range, where a moment in its place gives the hours of the UTC
         day after it, and so nothing for a while after midnight UTC
Length   it reads five kinds from the API, a chart and a page
"""

import re

from core import bodies, by_label, consumption, errors, exchange, grid_alert, http, production, source, times, token
from core.values import each, field, log, number, require

SOURCE = "pjm.com"
URL = "https://api.pjm.com/api/v1"
SETTINGS_URL = "https://dataminer2.pjm.com/config/settings.json"
CHART_URL = "https://www.pjm.com/Charts/MISO.aspx"
ALERTS_URL = "https://emergencyprocedures.pjm.com/ep/pages/dashboard.jsf"
KEY = "PJM_API_KEY"
TIMEZONE = "America/New_York"
HOUR_MIN = 60
MOST_ROWS = 50000
AREA = "RTO_COMBINED"
MODES = {
    "Coal": "coal",
    "Gas": "gas",
    "Hydro": "hydro",
    "Nuclear": "nuclear",
    "Oil": "oil",
    "Solar": "solar",
    "Wind": "wind",
    "Multiple Fuels": "unknown",
    "Other": "unknown",
    "Other Renewables": "unknown",
}
STORAGE = {"Storage": "battery"}
FORECASTS = {"solar": "solar_forecast_mwh", "wind": "wind_forecast_mwh"}
"""What is behind the meter (`solar_forecast_btm_mwh`) is load that is not there, and no production."""
CHART_TIMES = re.compile(r"\bvar\s+timeArray\s*=\s*\[(.*?)\]", re.S)
CHART_FLOWS = re.compile(r"\bvar\s+load\s*=\s*\[\s*\[(.*?)\]", re.S)
"""The first list is what was measured, the second what was scheduled."""
CHART_CLOCK = re.compile(r"\d{1,2}:\d{2} [AP]M")
ALERTS_TABLE = "frmTable:tblPostings_data"
ALERTS_CLOCK = "MM.DD.YYYY HH:mm"
FEED = {"resolution_min": HOUR_MIN, "day_of": TIMEZONE, "history": "any", "rate_per_min": 6}


@source(**FEED, window_h=48, delay_h=2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    rows = ask(session, "gen_by_fuel", target_datetime, (-1, 0), "datetime_beginning_utc,fuel_type,mw")
    return parse_production(rows, zone_key)


@source(**FEED, window_h=24, delay_h=0)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    found = {}
    for mode, name in FORECASTS.items():
        fields = f"evaluated_at_utc,datetime_beginning_utc,{name}"
        try:
            found[mode] = ask(session, f"hourly_{mode}_power_forecast", target_datetime, (0, 2), fields)
        except errors.NoData as err:
            log.warning("%s", err)
    return parse_wind_solar_forecasts(found, zone_key)


@source(resolution_min=HOUR_MIN, window_h=24, delay_h=0, rate_per_min=6)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime, "the newest load forecast")
    query = {"download": "true", "startRow": 1, "forecast_area": AREA}
    return parse_consumption_forecast(items(session, "load_frcstd_7_day", query), zone_key)


@source(resolution_min=5, window_h=24, delay_h=0.2)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime, "the flows of today")
    page = http.get(session, CHART_URL).text
    neighbour = zone_key2 if zone_key1 == "US-MIDA-PJM" else zone_key1
    found = parse_exchange(page, neighbour, times.day(None, TIMEZONE))
    if found[-1]["datetime"] > times.shift(times.now(), minutes=5):
        return parse_exchange(page, neighbour, times.day(None, TIMEZONE, -1))
    return found


@source(resolution_min=None, window_h=24, delay_h=0)
def fetch_grid_alerts(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime, "the postings in effect")
    return parse_grid_alerts(http.get(session, ALERTS_URL).text, zone_key)


def refuse_past(target, what):
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory(f"PJM gives {what} only.")


def ask(session, feed, target, days, fields):
    """The rows of some Eastern days, counted from the asked one, both included."""
    first, last = (f"{times.day(target, TIMEZONE, day):%m/%d/%Y}" for day in days)
    span = {"datetime_beginning_ept": f"{first} 00:00to{last} 23:59"}
    return items(session, feed, {"startRow": 1, "rowCount": MOST_ROWS, "fields": fields, **span})


def items(session, feed, query):
    """The rows of a feed, which come bare and packed where a download was asked for."""
    headers = {"Ocp-Apim-Subscription-Key": key(session)}
    answer = bodies.packed_json(http.get(session, f"{URL}/{feed}", params=query, headers=headers))
    rows = answer.get("items") if isinstance(answer, dict) else answer
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise errors.SourceChanged(f"PJM's {feed} has no items but {str(answer)[:80]!r}.")
    if not rows:
        raise errors.NoData(f"PJM has nothing in {feed} for these hours.")
    if isinstance(answer, dict) and (number(answer.get("totalRows")) or 0) > len(rows):
        log.warning("%s: %s of %s rows were sent", feed, len(rows), answer["totalRows"])
    return rows


def key(session):
    """One's own key, or the one that PJM's site gives to every visitor."""
    try:
        return token(KEY)
    except errors.MissingToken:
        settings = http.body_json(http.get(session, SETTINGS_URL))
    return require(settings.get("subscriptionKey") if isinstance(settings, dict) else None, "subscriptionKey")


def parse_production(rows, zone_key):
    """One mix per hour."""
    def read(row):
        return times.read(field(row, "datetime_beginning_utc"), "UTC"), field(row, "fuel_type"), field(row, "mw")

    hours = {}
    for start, fuel, power_mw in each(rows, read):
        hours.setdefault(start, {})[fuel] = power_mw
    return [
        production(
            zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE,
            modes=by_label(fuels, MODES, known=STORAGE), storage=by_label(fuels, STORAGE, sign=-1))
        for start, fuels in sorted(hours.items())
    ]


def parse_wind_solar_forecasts(rows, zone_key):
    """One mix per hour that any of the feeds has; `rows` by mode."""
    power_mw = {
        mode: newest(found, "datetime_beginning_utc", "evaluated_at_utc", FORECASTS[mode])
        for mode, found in rows.items()
    }
    starts = sorted({start for by_start in power_mw.values() for start in by_start})
    if not starts:
        raise errors.NoData("PJM has no forecast of wind and sun for these hours.")
    return [
        production(
            zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE, negative="zero",
            modes={mode: by_start[start] for mode, by_start in power_mw.items() if start in by_start},
            source_type="forecasted")
        for start in starts
    ]


def parse_consumption_forecast(rows, zone_key):
    """One event per hour of PJM as a whole."""
    whole = [row for row in rows if row.get("forecast_area") == AREA]
    load_mw = newest(whole, "forecast_datetime_beginning_utc", "evaluated_at_datetime_utc", "forecast_load_mw")
    if not load_mw:
        raise errors.NoData("PJM has no load forecast.")
    return [
        consumption(
            zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE, load_mw=value,
            source_type="forecasted")
        for start, value in sorted(load_mw.items())
    ]


def newest(rows, start, made, value):
    """MW by start of the hour, of the edition made last that gives one."""
    found = each(rows, lambda row: (str(field(row, made)), times.read(field(row, start), "UTC"), field(row, value)))
    read = ((at, number(power_mw)) for _, at, power_mw in sorted(found, key=lambda one: one[0]))
    return {at: power_mw for at, power_mw in read if power_mw is not None}


def parse_exchange(page, neighbour, day):
    """The flow at every moment of the chart that has one."""
    clock = CHART_CLOCK.findall(script(page, CHART_TIMES, "timeArray"))
    flows = [number(cell.strip(" \n\r\t'\"")) for cell in script(page, CHART_FLOWS, "load").split(",")]
    moments = times.read_in_order([f"{day} {at}" for at in clock], TIMEZONE, "YYYY-MM-DD h:mm A")
    found = [
        exchange(neighbour, "US-MIDA-PJM", start=start, source=SOURCE, flow_mw=flow_mw)
        for start, flow_mw in zip(moments, flows, strict=False) if flow_mw is not None
    ]
    if not found:
        raise errors.NoData("PJM's chart of the flow to MISO is empty.")
    return found


def script(page, pattern, name):
    """What stands in a list of the page's script."""
    if (found := pattern.search(page)) is None:
        raise http.not_expected(page, f"a chart with {name}", "www.pjm.com")
    return found[1]


def parse_grid_alerts(page, zone_key):
    """The postings of the dashboard; NoData if there is none."""
    table = http.body_html(page).find(id=ALERTS_TABLE)
    if table is None:
        raise http.not_expected(page, "a table of postings", "emergencyprocedures.pjm.com")
    rows = [row for row in table.find_all("tr") if row.find(id=re.compile("txtMessage$"))]
    if not rows:
        raise errors.NoData("PJM has posted nothing.")
    return each(rows, lambda row: parse_alert(row, zone_key))


def parse_alert(row, zone_key):
    """One posting, which begins when it is issued."""
    def text(**wanted):
        found = row.find(**{name: re.compile(pattern) for name, pattern in wanted.items()})
        return found.get_text(" ", strip=True) if found else ""

    end = text(id="txtEffectiveEndTime$")
    return grid_alert(
        zone_key, issued=times.read(text(id="txtEffectiveStartTime$"), TIMEZONE, ALERTS_CLOCK), source=SOURCE,
        end=times.read(end, TIMEZONE, ALERTS_CLOCK) if end else None, region=text(class_="region-name") or None,
        alert_type="action" if text(id="txtPriority$") == "Action" else "informational",
        message=f"{text(id='txtMessageTypeName$')}\n{text(id='txtMessage$')}".strip())
