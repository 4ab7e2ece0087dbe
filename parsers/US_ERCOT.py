"""ERCOT, Texas's system operator: JSON behind its dashboards, hourly reports in ZIP archives, a keyed API of prices.

Docs     https://www.ercot.com/gridmktinfo/dashboards, https://developer.ercot.com (reports NP3-560-CD, NP4-732-CD,
         NP4-737-CD; prices NP4-190-CD, NP6-788-CD)
Serves   production with storage, load, forecasts and locational prices of US-TEX-ERCO
Time     production 5 min; load and its forecast, sun and wind, day-ahead prices 1 h, named by their end;
         real-time prices about every 5 min, stamped at the start; all by the clock of America/Chicago
Unit     MW; prices USD/MWh
Sign     storage: source + is discharging
History  yesterday and today; load of earlier days comes from EIA, since 2015-07-01; forecasts 7 days; prices any day
Token    ERCOT_API_USERNAME, ERCOT_API_PASSWORD and ERCOT_API_SUBSCRIPTION_KEY for prices, free registration on
         https://apiexplorer.ercot.com; EIA_KEY for load before yesterday, https://www.eia.gov/opendata/register.php
Licence  ERCOT's terms of use

The fuel mix is a snapshot some seconds before each five-minute mark; it stands for the interval that ends there, and
goes with what the storage feed says of the mark itself. Power Storage in it is discharge only and is not read.
An interval may be split under two stamps some seconds apart; a fuel that is in both counts with its mean.
ERCOT refuses addresses outside the USA: GRIDTRACE_PROXY_US_ERCOT names a proxy. A login lasts an hour.
Differs  the other project pairs a mix with the storage of five minutes earlier and leaves out what has no pair; and it
         stamps day-ahead prices at the end of their hour.
Length   it reads six kinds from three systems: dashboards, reports and prices
"""

from functools import lru_cache

from core import consumption, errors, http, locational_price, number, production, require, source, times, token
from core.platforms import eia
from core.tokens import forget, kept
from core.values import by_label, csv_rows, each, field, log, mean

SOURCE = "ercot.com"
URL = "https://www.ercot.com/api/1/services/read/dashboards"
LIST_URL = "https://www.ercot.com/misapp/servlets/IceDocListJsonWS"
DOCUMENT_URL = "https://www.ercot.com/misdownload/servlets/mirDownload"
PRICES_URL = "https://api.ercot.com/api/public-reports"
LOGIN_URL = "https://ercotb2c.b2clogin.com/ercotb2c.onmicrosoft.com/B2C_1_PUBAPI-ROPC-FLOW/oauth2/v2.0/token"
CLIENT = "fec253ea-0d06-4272-a5e6-b478baeecd70"
"""The public name under which every program logs in, from ERCOT's guide."""
LOGIN = ("ERCOT_API_USERNAME", "ERCOT_API_PASSWORD")
KEY = "ERCOT_API_SUBSCRIPTION_KEY"
LOGIN_H = 0.9
MOST_ROWS = 100_000
TIMEZONE = "America/Chicago"
MARK_MIN = 5
MODES = {
    "Coal and Lignite": "coal",
    "Coal": "coal",
    "Natural Gas": "gas",
    "Gas": "gas",
    "Gas-CC": "gas",
    "Nuclear": "nuclear",
    "Hydro": "hydro",
    "Solar": "solar",
    "Wind": "wind",
    "Biomass": "biomass",
    "Other": "unknown",
}
DISCHARGE_ONLY = ("Power Storage", "WSL")
DAYS = ("previousDay", "currentDay", "nextDay")
LOAD_REPORT, WIND_REPORT, SOLAR_REPORT = "12311", "13028", "13483"
REPORT_STAMP, PRICE_STAMP = "MM/DD/YYYY HH:mm", "YYYY-MM-DD HH:mm"
WIND, SOLAR = "STWPF_SYSTEM_WIDE", "STPPF_SYSTEM_WIDE"
DAY_AHEAD = ("day", "hour_ending", "node", "price", "is_repeated")
REAL_TIME = ("at", "is_repeated", "node", "price")
"""What stands where in a row of prices, which has no names."""
REPEATED = ("Y", "true", "True")
"""How the second of two equal hours in autumn is marked."""

DAY = {"window_h": 24, "day_of": TIMEZONE}
REPORT = {"resolution_min": 60, "delay_h": 0, "history": "7 days"}
PRICES = {"delay_h": 0, "history": "any", "tokens": (*LOGIN, KEY), "rate_per_min": 30}


@source(resolution_min=MARK_MIN, **DAY, delay_h=0.2, history="1 days")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if is_before_yesterday(target_datetime):
        raise errors.NoHistory("ERCOT publishes the fuel mix of yesterday and today only.")
    answer = http.body_json(http.get(session, f"{URL}/fuel-mix.json"))
    return parse_production(answer, storage(session), zone_key)


@source(resolution_min=60, **DAY, delay_h=2, history="2015-07-01")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    if is_before_yesterday(target_datetime):
        ends = times.midnight(times.day(target_datetime, TIMEZONE, 1), TIMEZONE)
        return eia.demand(session, zone_key, ends)
    return parse_consumption(http.body_json(http.get(session, f"{URL}/loadForecastVsActual.json")), zone_key)


@source(**REPORT, window_h=0, ahead_h=168)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption_forecast(report(session, LOAD_REPORT, target_datetime), zone_key)


@source(**REPORT, window_h=24, ahead_h=166)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    wind, solar = (report(session, type_id, target_datetime) for type_id in (WIND_REPORT, SOLAR_REPORT))
    return parse_wind_solar_forecasts(wind, solar, zone_key)


@source(resolution_min=60, **DAY, **PRICES)
def fetch_dayahead_locational_marginal_price(zone_key, session=None, target_datetime=None, logger=None):
    first, last = (times.day(target_datetime, TIMEZONE, shift) for shift in (0, 0 if target_datetime else 1))
    query = {"deliveryDateFrom": f"{first}", "deliveryDateTo": f"{last}"}
    return parse_dayahead_prices(price_rows(session, "np4-190-cd/dam_stlmnt_pnt_prices", query), zone_key)


@source(resolution_min=None, window_h=0.65, **PRICES)
def fetch_realtime_locational_marginal_price(zone_key, session=None, target_datetime=None, logger=None):
    # The clock goes back within the window once a year, so that its ends need not be its earliest and latest reading.
    moments = [times.shift(times.at(target_datetime, TIMEZONE), minutes=minutes) for minutes in range(-40, 11, 5)]
    read = sorted(times.text(moment, "YYYY-MM-DDTHH:mm:ss", TIMEZONE) for moment in moments)
    query = {"SCEDTimestampFrom": read[0], "SCEDTimestampTo": read[-1]}
    return parse_realtime_prices(price_rows(session, "np6-788-cd/lmp_node_zone_hub", query), zone_key)


def is_before_yesterday(target):
    return times.day(target, TIMEZONE) < times.day(None, TIMEZONE, -1)


def storage(session):
    """MW by moment of the batteries; nothing, with a warning, where they cannot be had: the mix is worth more."""
    try:
        return parse_storage(http.body_json(http.get(session, f"{URL}/energy-storage-resources.json")))
    except errors.SourceError as err:
        log.warning("production without storage: %s", err)
        return {}


def report(session, type_id, target):
    """The text of the newest document of a report; for an asked moment that of the end of its day."""
    stamp = times.text(times.now(), "X")  # passes by what is kept on the way
    answer = http.body_json(http.get(session, f"{LIST_URL}?reportTypeId={type_id}&_{stamp}"))
    last = None if target is None else times.day(target, TIMEZONE)
    document = http.get(session, DOCUMENT_URL, params={"doclookupId": newest(answer, last)})
    return http.body_zip(document).decode("utf-8-sig")


def newest(answer, last_day):
    """The number of the newest CSV document in a list, of those up to the end of a day."""
    listed = [field(one, "Document") for one in field(field(answer, "ListDocsByRptTypeRes"), "DocumentList") or ()]
    tables = [one for one in listed if field(one, "FriendlyName").lower().endswith("csv")]
    found = each(tables, lambda one: (times.read(field(one, "PublishDate")), field(one, "DocID")))
    if not found:
        raise errors.NoData("ERCOT's list of documents is empty.")
    asked = [one for one in found if last_day is None or times.day(one[0], TIMEZONE) <= last_day]
    if not asked:
        raise errors.NoHistory("ERCOT lists the documents of about a week only.")
    return max(asked)[1]


def price_rows(session, path, query):
    """Every row that answers a question to the API of prices."""
    bearer = kept(LOGIN, LOGIN_H, lambda username, password: log_in(session, username, password))
    headers = {"Authorization": f"Bearer {bearer}", "Ocp-Apim-Subscription-Key": token(KEY)}

    def ask(size):
        params = {**query, "size": f"{size}"}
        answer = http.body_json(http.get(session, f"{PRICES_URL}/{path}", params=params, headers=headers))
        return field(answer, "data") or [], int(number((answer.get("_meta") or {}).get("totalRecords")) or 0)

    try:
        rows, count = ask(MOST_ROWS)
        if count > len(rows):
            rows, _ = ask(count)
    except errors.Blocked:
        forget(LOGIN)  # the login may be over before its time: the next cycle makes a new one
        raise
    if not rows:
        raise errors.NoData(f"ERCOT has no prices for {query}.")
    return rows


def log_in(session, username, password):
    form = {
        "username": username, "password": password, "grant_type": "password", "response_type": "id_token",
        "client_id": CLIENT, "scope": f"openid {CLIENT} offline_access",
    }
    answer = http.post(session, LOGIN_URL, data=form, allowed=(400,))
    if answer.status_code == 400:
        raise errors.Blocked("ERCOT's login refused ERCOT_API_USERNAME and ERCOT_API_PASSWORD.")
    return require(http.body_json(answer).get("id_token"), "id_token")


def mark_of(moment):
    """The five-minute mark that a snapshot was taken for, some seconds before or after."""
    return times.floor(times.shift(moment, minutes=MARK_MIN / 2), MARK_MIN)


def day_rows(answer):
    """The rows of all days in a dashboard's answer."""
    days = [answer[name] for name in DAYS if answer.get(name)]
    if not days:
        raise errors.SourceChanged(f"ERCOT's answer has none of {', '.join(DAYS)}.")
    return [row for day in days for row in field(day, "data") or ()]


def parse_storage(answer):
    """MW that the batteries charge, by mark."""
    found = each(day_rows(answer), lambda row: (mark_of(times.read(row["timestamp"])), number(field(row, "netOutput"))))
    return {mark: 0.0 - output_mw for mark, output_mw in found if output_mw is not None}


def parse_production(answer, charge_mw, zone_key):
    """One mix per five minutes, which end with the mark of the snapshot."""
    snapshots = [(stamp, fuels) for day in field(answer, "data").values() for stamp, fuels in day.items()]
    marks = {}
    for mark, outputs in each(snapshots, snapshot):
        for fuel, output_mw in outputs.items():
            marks.setdefault(mark, {}).setdefault(fuel, []).append(output_mw)
    if not marks:
        raise errors.NoData("ERCOT's fuel mix is empty.")
    return [
        production(
            zone_key, start=times.shift(mark, minutes=-MARK_MIN), source=SOURCE, negative="zero",
            modes=by_label({fuel: mean(items) for fuel, items in fuels.items()}, MODES, known=DISCHARGE_ONLY),
            storage={"battery": charge_mw.get(mark)})
        for mark, fuels in sorted(marks.items())
    ]


def snapshot(one):
    """(mark, MW by fuel) of one stamp."""
    stamp, fuels = one
    return mark_of(times.read(stamp)), {fuel: number(field(values, "gen")) for fuel, values in fuels.items()}


def parse_consumption(answer, zone_key):
    """The load of the hours that are over; `epoch` is an hour's end in milliseconds."""
    rows = day_rows(answer)
    if rows and not any("systemLoad" in row for row in rows):
        raise errors.SourceChanged("ERCOT's load has no systemLoad.")
    found = each(rows, lambda row: (times.epoch(field(row, "epoch") / 1000), number(row.get("systemLoad"))))
    if not any(load_mw is not None for _, load_mw in found):
        raise errors.NoData("ERCOT has no load of these days yet.")
    return [consumption(zone_key, start=times.shift(end, hours=-1), source=SOURCE, load_mw=load_mw)
            for end, load_mw in found if load_mw is not None]


def parse_consumption_forecast(text, zone_key):
    """The load of the whole system per hour."""
    loads = hourly(text, "DeliveryDate", "HourEnding", "SystemTotal")
    return [consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw, source_type="forecasted")
            for start, load_mw in loads.items()]


def parse_wind_solar_forecasts(wind, solar, zone_key):
    """Sun and wind per hour, also of hours that only one of them has."""
    found = {
        mode: hourly(text, "DELIVERY_DATE", "HOUR_ENDING", column)
        for mode, text, column in (("wind", wind, WIND), ("solar", solar, SOLAR))
    }
    return [
        production(
            zone_key, start=start, source=SOURCE, negative="zero", source_type="forecasted",
            modes={mode: hours[start] for mode, hours in found.items() if start in hours})
        for start in sorted({start for hours in found.values() for start in hours})
    ]


def hourly(text, day, hour_ending, column):
    """MW by the start of the hour of one column of a report, without the hours that have none."""
    rows = csv_rows(text, day, hour_ending, column, "DSTFlag")
    found = each(rows, lambda row: (start_of(row[day], row[hour_ending], row["DSTFlag"]), number(row[column])))
    return {start: power_mw for start, power_mw in found if power_mw is not None}


@lru_cache(maxsize=1024)
def start_of(day, hour_ending, is_repeated, pattern=REPORT_STAMP):
    """The start of an hour that is named by its end, `1:00`, `01` or `1` to 24."""
    hour = int(require(number(hour_ending.partition(":")[0]), "hour")) - 1
    return times.read(f"{day} {hour:02d}:00", TIMEZONE, pattern, fold=f"{is_repeated}".strip() in REPEATED)


def parse_dayahead_prices(rows, zone_key):
    """One price per hour and settlement point."""
    def start(row):
        return start_of(row["day"], row["hour_ending"], row["is_repeated"], PRICE_STAMP)

    return prices(rows, DAY_AHEAD, start, zone_key)


def parse_realtime_prices(rows, zone_key):
    """One price per run of the dispatch and settlement point."""
    def start(row):
        return times.read(row["at"], TIMEZONE, fold=f"{row['is_repeated']}" in REPEATED)

    return prices(rows, REAL_TIME, start, zone_key)


def prices(rows, names, start, zone_key):
    """The prices of rows that have one; `names` says what stands in which of a row's places."""
    def read(row):
        return locational_price(
            zone_key, node=row["node"].strip(), start=start(row), source=SOURCE, price_mwh=number(row["price"]),
            currency="USD")

    found = each((dict(zip(names, row, strict=False)) for row in rows), read)
    return [one for one in found if one["price"] is not None]
