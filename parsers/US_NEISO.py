"""ISO New England, the system operator: the web service and reports behind its own pages; public, no key.

Docs     https://www.iso-ne.com/isoexpress/
Serves   production with batteries, load, wind and solar forecast, alerts US-NE-ISNE; flows to CA-NB, CA-QC, US-NY-NYIS
Time     production at moments about 5 min apart, flows every 5 min, with an offset; forecasts hours: of load stamped at
         the start, of wind and sun named by their end (01-24) on Eastern time
Unit     MW
Sign     flows: source + is out of New England; `Other`: source + is discharging
History  production, flows and load forecast from 2017, perhaps longer, an Eastern day per call; wind and sun any report
         (the first is not documented); alerts are of the present
Licence  ISO New England's website terms

`Other` is taken for batteries; no document says so. A fuel that gives nothing may be missing. Pumped storage that runs
is inside Hydro, and what it pumps is not told. Sun is what the grid meters. A report of wind and sun is out at about
10:00 with the hours still to come, for seven days, and wants the cookie of the page that shows it. A moment that lacks
one of a border's lines is left out: its sum would be wrong.
Differs  from the other project: a label that nobody knows counts as unknown; there it is left out
Length   it reads five kinds in four forms: three of the web service, and reports for spreadsheets
"""

import csv

from core import by_label, consumption, errors, exchange, grid_alert, http, number, production, require, source, times
from core.values import each, field, log

SOURCE = "iso-ne.com"
URL = "https://www.iso-ne.com"
TIMEZONE = "America/New_York"
MODES = {
    "Coal": "coal",
    "NaturalGas": "gas",
    "Oil": "oil",
    "Nuclear": "nuclear",
    "Hydro": "hydro",
    "Wind": "wind",
    "Solar": "solar",
    "Wood": "biomass",
    "Refuse": "biomass",
    "LandfillGas": "biomass",
}
STORAGE = {"Other": "battery"}
NOT_FUELS = ("BeginDate", "BeginDateMs", "Renewables")  # the last is a subtotal
NOISE_MW = 5
"""An output that is less than so much below zero is a meter's error, and 0."""
BORDERS = {
    "CA-NB": ("4010",),
    "CA-QC": ("4012", "4013", "4018"),  # Phase II, Highgate, NECEC
    "US-NY-NYIS": ("4011", "4014", "4017"),
}
LATER_LINES = {"4018"}
"""Lines that answers of earlier days do not have."""
REPORTS = {"solar": "sphf", "wind": "wphf"}
REPORT_PAGE = "isoexpress/web/reports/operations/-/tree/seven-day-{}-power-forecast"
REPORT_OUT_HOUR = 11
HOUR_MIN = 60
DAY_ENDS_MIN = 15
"""How long after midnight the day before is read: its last values come after it."""
ALERTS_PAGE = "markets-operations/system-forecast-status/current-system-status"
ALERTS_TABLE = "PowerSystemConditions-Table"
DAY = {"window_h": 24, "day_of": TIMEZONE, "history": "2017"}


@source(resolution_min=5, **DAY, delay_h=0.2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    chart = {"fuelType": "all", "chartTitle": "Fuel Mix Graph", "height": "250"}
    return parse_production(ask(session, "genfuelmix", list, measured_day(target_datetime), **chart), zone_key)


@source(resolution_min=5, **DAY, delay_h=0.2)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    neighbour = zone_key2 if zone_key1 == "US-NE-ISNE" else zone_key1
    lines = {f"zone{place}": line for place, line in enumerate(BORDERS[neighbour])}
    return parse_exchange(ask(session, "externalflow", dict, measured_day(target_datetime), **lines), neighbour)


@source(resolution_min=HOUR_MIN, **DAY, delay_h=0)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    days = (times.day(target_datetime, TIMEZONE, shift) for shift in (0, 1))
    return parse_consumption_forecast(ask(session, "systemload", dict, *days), zone_key)


@source(resolution_min=HOUR_MIN, window_h=1, ahead_h=23, delay_h=0, history="any")
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    used, reports = session or http.session(), {}
    day = f"{report_day(target_datetime):%Y%m%d}"
    for mode, name in REPORTS.items():
        try:
            http.get(used, f"{URL}/{REPORT_PAGE.format(mode)}")
            reports[mode] = http.get(used, f"{URL}/transform/csv/{name}", params={"start": day}).text
        except errors.NoData as err:
            log.warning("%s", err)
    return parse_wind_solar_forecasts(reports, zone_key)


@source(resolution_min=None, window_h=1, delay_h=0)
def fetch_grid_alerts(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("ISO New England shows the conditions of the present only.")
    return parse_grid_alerts(http.get(session, f"{URL}/{ALERTS_PAGE}").text, zone_key)


def measured_day(target):
    """The asked Eastern day, or that of the present."""
    return times.day(target or times.shift(times.now(), minutes=-DAY_ENDS_MIN), TIMEZONE)


def report_day(target):
    """The day whose report of wind and sun is the newest at the asked moment."""
    at = times.at(target, TIMEZONE)
    return times.day(at, TIMEZONE, 0 if times.local(at, TIMEZONE).hour >= REPORT_OUT_HOUR else -1)


def ask(session, kind, form, first, last=None, **more):
    """The data, of one form, that the web service has of some Eastern days, both included."""
    query = {
        "formDate": str(int(times.now().timestamp())), "startDate": f"{first:%m/%d/%Y}",
        "endDate": f"{last or first:%m/%d/%Y}", "twodays": "false", "showtwodays": "false", "requestType": kind, **more,
    }
    fields = {f"_nstmp_{name}": value for name, value in query.items()}
    answer = http.body_json(http.post(session, f"{URL}/ws/wsclient", data=fields))
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        raise errors.SourceChanged(f"ISO New England sent no list of data but {str(answer)[:80]!r}.")
    data = field(answer[0], "data") if answer else None
    if not data:
        raise errors.NoData(f"ISO New England has no {kind} of {first}.")
    if not isinstance(data, form):
        raise errors.SourceChanged(f"ISO New England's {kind} begins {str(data)[:80]!r}.")
    return data


def parse_production(data, zone_key):
    """One mix per moment that the service has a stamp of."""
    points = [point for point in data if isinstance(point, dict) and point.get("BeginDate")]
    return each(require(points or None, "BeginDate"), lambda point: production(
        zone_key, start=times.read(point["BeginDate"]), source=SOURCE,
        modes=by_label(without_noise(point), MODES, known={*STORAGE, *NOT_FUELS}),
        storage=by_label({"Other": 0, **point}, STORAGE, sign=-1)))


def without_noise(point):
    """MW by label, a little below zero as zero."""
    fuels = {label: number(value) for label, value in point.items() if label not in NOT_FUELS}
    return {label: 0.0 if power_mw is not None and -NOISE_MW < power_mw < 0 else power_mw
            for label, power_mw in fuels.items()}


def parse_exchange(data, neighbour):
    """The sum of a border's lines at each moment that has them all."""
    if missing := {*BORDERS[neighbour]} - LATER_LINES - {*data}:
        raise errors.SourceChanged(f"The answer has no flow of {', '.join(sorted(missing))} to {neighbour}.")
    lines = {line: line_flows(data.get(line) or []) for line in BORDERS[neighbour]}
    built = [flows for line, flows in lines.items() if flows or line not in LATER_LINES]
    moments = sorted(set.intersection(*(set(flows) for flows in built)))
    if not moments:
        raise errors.NoData(f"ISO New England has no flow to {neighbour} yet.")
    return [
        exchange("US-NE-ISNE", neighbour, start=moment, source=SOURCE, flow_mw=sum(flows[moment] for flows in built))
        for moment in moments
    ]


def line_flows(points):
    """MW by moment of one line, + out of New England."""
    found = each(points, lambda point: (times.read(field(point, "BeginDate")), number(field(point, "Actual"))))
    return {moment: flow_mw for moment, flow_mw in found if flow_mw is not None}


def parse_consumption_forecast(data, zone_key):
    """The newest forecast of each hour of two days."""
    rows = require(data.get("forecast"), "forecast")
    hours = each(rows, lambda row: (times.read(field(row, "BeginDate")), number(field(row, "Mw"))))
    if not hours:
        raise errors.NoData("ISO New England has no load forecast of these days.")
    return [
        consumption(
            zone_key, start=start, end=hour_end(start), source=SOURCE, load_mw=load_mw, source_type="forecasted")
        for start, load_mw in hours if load_mw is not None
    ]


def hour_end(start):
    return times.shift(start, minutes=HOUR_MIN)


def parse_wind_solar_forecasts(reports, zone_key):
    """One mix per hour that any of the reports has; `reports` are texts by mode."""
    found = {mode: read_report(text) for mode, text in reports.items() if text.strip()}
    starts = sorted({start for power_mw in found.values() for start in power_mw})
    if not starts:
        raise errors.NoData("ISO New England has no forecast of wind and sun for this day.")
    return [
        production(
            zone_key, start=start, end=hour_end(start), source=SOURCE, source_type="forecasted", negative="zero",
            modes={mode: power_mw[start] for mode, power_mw in found.items() if start in power_mw})
        for start in starts
    ]


def read_report(text):
    """MW by start of the hour, of the cells that have a number; only lines marked D are data, the third is the head."""
    lines = [line for line in csv.reader(text.splitlines()) if line[:1] == ["D"]]
    heads = [place for place, line in enumerate(lines) if line[2:3] == ["Hour Ending"]]
    if not heads:
        raise http.not_expected(text, "a report of hours", "www.iso-ne.com")
    days = [times.read_day(day, "MM/DD/YYYY") for day in lines[heads[0]][3:]]
    found = {}
    for line in lines[heads[0] + 1 :]:
        for day, cell in zip(days, line[3:], strict=False):
            if (power_mw := number(cell)) is not None and (start := hour_start(day, line[2])) is not None:
                found[start] = power_mw
    return found


def hour_start(day, hour):
    """Start of the hour that ends at `07`; `02X` is the second of two in autumn; None where spring leaves it out."""
    stamp = f"{day} {require(number(hour.rstrip('X')), 'hour ending') - 1:02.0f}"
    if times.is_skipped(stamp, TIMEZONE, "YYYY-MM-DD HH"):
        return None
    return times.read(stamp, TIMEZONE, "YYYY-MM-DD HH", fold=int(hour.endswith("X")))


def parse_grid_alerts(page, zone_key):
    """What is not normal."""
    soup = http.body_html(page)
    table = soup.find(id=ALERTS_TABLE)
    if table is None:
        raise http.not_expected(page, "a table of conditions", "www.iso-ne.com")
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in table.find_all("tr")]
    updated = next((text for pre in soup.find_all("pre") if (text := pre.get_text()).strip().startswith("Updated")), "")
    found = [row for row in rows if len(row) > 1 and not row[1].startswith("Normal")]
    if not found:
        raise errors.NoData("New England's power system conditions are normal.")
    return each(found, lambda row: grid_alert(
        zone_key, issued=issued(row, updated), source=SOURCE, region=row[0] or None, message=row[1]))


def issued(row, updated):
    """When a condition began, or if it does not say, when the page was made."""
    if len(row) > 2 and row[2]:
        return times.read(row[2], TIMEZONE, "MM/DD/YYYY hh:mm:ss A")
    return times.read(updated.partition(":")[2], TIMEZONE, "MM/DD/YYYY hh:mm A")
