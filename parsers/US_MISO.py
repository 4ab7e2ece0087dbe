"""MISO, the Midcontinent system operator (USA): JSON behind its displays and a daily report as a workbook; no key.

Docs     https://www.misoenergy.org/markets-and-operations/rtdataapis/, https://public-api.misoenergy.org
Serves   forecasts of load, sun and wind and notices of US-MIDW-MISO; readable too: its fuel mix
Time     EST all year (UTC-5, no summer time): fuel mix 5 min, sun and wind 1 h, stamped at the start; load 1 h, 1-24,
         named by the end
Unit     MW; load MWh per hour, which is MW
Sign     storage: source + is discharging
History  load forecast: a file per day, which holds the day before, its own and the five after; the rest today only,
         fuel mix also yesterday
Licence  MISO's legal notice; no link is to be asked more than once a minute

Other in the fuel mix is hydro, pumped storage, diesel and waste together, and below 0 when it pumps. So production
comes from EIA; the fuel mix is read and not wired, as five minutes of the one and hours of the other do not mix.
The former data host, retired on 2025-12-12, is asked only when the present one does not answer; both answer alike.
Differs  the other project reads the stamps on New York's clock, an hour early in summer, and asks the retired host.
"""

from urllib.parse import urljoin

from core import by_label, consumption, errors, grid_alert, http, number, production, require, source, times
from core.platforms import spreadsheets
from core.values import each, field

SOURCE = "misoenergy.org"
URL = "https://public-api.misoenergy.org/api"
OLD_URL = "https://api.misoenergy.org/MISORTWDDataBroker/DataBrokerServices.asmx"
REPORT_URL = "https://docs.misoenergy.org/marketreports/{:%Y%m%d}_df_al.xls"
SITE = "https://www.misoenergy.org"
NOTICES_URL = f"{SITE}/api/topicnotifications/getrecentnotifications"
NOTICES_PAGE = f"{SITE}/markets-and-operations/notifications/real-time-operations-notifications/"
NOTICES = {"topics": ["RealTime"], "take": 0}
"""`take` 0 is all."""
HEADERS = {
    **http.AS_BROWSER, "Accept": "application/json", "X-Requested-With": "XMLHttpRequest", "Referer": NOTICES_PAGE}
TIMEZONE = "Etc/GMT+5"
STAMP = "YYYY-MM-DD h:mm:ss A"
MODES = {
    "Coal": "coal",
    "Natural Gas": "gas",
    "Nuclear": "nuclear",
    "Wind": "wind",
    "Solar": "solar",
    "Other": "unknown",
}
STORAGE = {"Battery Storage": "battery"}
NOT_OUTPUT = ("Imports", *STORAGE)
BLOCKS = ("p", "div", "li", "tr", "td", "br")
"""Elements that end a line; all others stand within one."""
DAY, HOUR_ENDING, LOAD = "Market Day", "HourEnding", "MISO MTLF (MWh)"
TODAY = {"window_h": 24, "day_of": TIMEZONE}


@source(resolution_min=5, **TODAY, delay_h=0.25, history="1 days")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day, today = times.day(target_datetime, TIMEZONE), times.day(None, TIMEZONE)
    if day < times.day(None, TIMEZONE, -1):
        raise errors.NoHistory("MISO publishes the fuel mix of yesterday and today only.")
    answer = ask(session, "FuelMix/Today" if day >= today else "FuelMix/Yesterday", "getfuelmix")
    return parse_production(answer, zone_key)


@source(resolution_min=60, window_h=24, ahead_h=120, delay_h=0, history="any", extra="spreadsheets")
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    try:
        answer = http.get(session, REPORT_URL.format(times.day(target_datetime, TIMEZONE)))
    except errors.NoData:
        if target_datetime is not None:
            raise
        answer = http.get(session, REPORT_URL.format(times.day(None, TIMEZONE, -1)))  # today's is not out yet
    if found := parse_consumption_forecast(answer.content, zone_key):
        return found
    raise errors.NoData("MISO's load forecast is empty.")


@source(resolution_min=60, **TODAY, delay_h=0)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    wind = ask(session, "WindSolar/getwindforecast", "getWindForecast")
    solar = ask(session, "WindSolar/getsolarforecast", "getSolarForecast")
    return parse_wind_solar_forecasts(wind, solar, zone_key)


@source(resolution_min=None, window_h=1, delay_h=0)
def fetch_grid_alerts(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    answer = http.post(session, NOTICES_URL, json=NOTICES, headers=HEADERS)
    return parse_grid_alerts(http.body_json(answer), zone_key)


def refuse_past(target):
    if times.day(target, TIMEZONE) < times.day(None, TIMEZONE):
        raise errors.NoHistory("MISO publishes this of today only.")


def ask(session, path, old_name):
    """The decoded answer of a display, or of the former host where the present one does not answer."""
    try:
        return http.body_json(http.get(session, f"{URL}/{path}"))
    except errors.SourceDown as down:
        try:
            return http.body_json(http.get(session, OLD_URL, params={"messageType": old_name, "returnType": "json"}))
        except errors.SourceError:
            raise down from None  # what went wrong at the present host


def parse_production(answer, zone_key):
    """One mix per five minutes."""
    mixes = {}
    for start, label, power_mw in each(field(field(answer, "Fuel"), "Type") or (), reading):
        mixes.setdefault(start, []).append((label, power_mw))
    if not mixes:
        raise errors.NoData("MISO's fuel mix is empty.")
    return [
        production(
            zone_key, start=start, source=SOURCE, modes=by_label(mix, MODES, known=NOT_OUTPUT),
            storage=by_label(mix, STORAGE, sign=-1))
        for start, mix in sorted(mixes.items())
    ]


def reading(row):
    """(start, category, MW) of a row of the fuel mix."""
    return times.read(field(row, "INTERVALEST"), TIMEZONE, STAMP), field(row, "CATEGORY"), number(field(row, "ACT"))


def parse_wind_solar_forecasts(wind, solar, zone_key):
    """Sun and wind per hour of today and tomorrow, also of hours that only one of them has."""
    found = {"wind": hourly(wind), "solar": hourly(solar)}
    if not any(found.values()):
        raise errors.NoData("MISO's forecasts of sun and wind are empty.")
    return [
        production(
            zone_key, start=start, source=SOURCE, negative="zero", source_type="forecasted",
            modes={mode: hours[start] for mode, hours in found.items() if start in hours})
        for start in sorted({start for hours in found.values() for start in hours})
    ]


def hourly(answer):
    """MW by start of the hours that have a value."""
    def read(row):
        return times.read(field(row, "DateTimeEST"), TIMEZONE, STAMP), number(field(row, "Value"))

    found = each(field(answer, "Forecast") or (), read)
    return {start: power_mw for start, power_mw in found if power_mw is not None}


def parse_consumption_forecast(content, zone_key):
    """The load of the whole footprint per hour; each day has its own head, whose place in the sheet has moved."""
    places, found = None, []
    for row in spreadsheets.rows(content):
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
        if cells[:1] == [DAY]:
            places = [require(cells.index(name) if name in cells else None, name) for name in (HOUR_ENDING, LOAD)]
        elif places and (hour := hour_of(cells[places[0]])):
            found.append((cells[0], hour, number(cells[places[1]])))
    require(places, f"row that begins with {DAY}")

    def read(one):
        day, hour, load_mw = one
        start = times.period(times.read_day(f"{day}"[:10]), hour, 60, TIMEZONE)
        return consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw, source_type="forecasted")

    return each((one for one in found if one[2] is not None), read)


def hour_of(cell):
    """The hour 1-24 that a row is of; None for titles, the names of days, and the small print."""
    hour = number(cell) if isinstance(cell, int | float) or f"{cell}".isdigit() else None
    return int(hour) if hour in range(1, 25) else None


def parse_grid_alerts(answer, zone_key):
    """One alert per notice."""
    if not isinstance(answer, list):
        raise errors.SourceChanged(f"MISO sent no list of notices but {str(answer)[:80]!r}.")
    if not answer:
        raise errors.NoData("MISO has no notices.")
    return each(answer, lambda one: alert(one, zone_key))


def alert(one, zone_key):
    issued = times.read(field(one, "publishDateUnformatted"), TIMEZONE)
    message = f"{plain(field(one, 'subject'))}\n{plain(field(one, 'body'))}".strip()
    return grid_alert(zone_key, issued=issued, source=SOURCE, message=message)


def plain(html):
    """The text of a piece of HTML; a link has its address behind it."""
    page = http.body_html(html or "")
    for link in page.find_all("a", href=True):
        link.append(f" ({urljoin(SITE, link['href'])})")
    for block in page.find_all(BLOCKS):
        block.append(" ")
    return " ".join(page.get_text().split())
