"""Nord Pool, the power exchange of the Nordics, the Baltics and parts of western Europe: its market data, paid.

Docs     https://data-api.nordpoolgroup.com/index.html, https://developers.nordpoolgroup.com
Serves   day-ahead prices of 22 zones; available transfer capacity of 15 exchanges; intraday contracts of DE; written
         but not wired: flows between the areas
Time     15, 30 or 60 min with start and end, UTC; asked for by the day of Central Europe
Unit     MW; prices per MWh in the stated currency; intraday volumes in the stated unit (MW)
Sign     a connection's export is out of the area that is asked, its netPosition + into it
History  any day that the subscription covers, one per call
Token    EMAPS_NORDPOOL_USERNAME and EMAPS_NORDPOOL_PASSWORD, of a paid subscription to Nord Pool's Market Data API
Licence  republishing needs Nord Pool's redistribution licence

Length   four kinds, a login, and the names of areas, cables and fields

A login lasts an hour, and is kept as long.
Capacities are asked under the codes of cables, because plain Nordic areas answer `Missing`, which is no error. They are
coordinated NTC, which bound each direction. Until 2025-09-30 prices were hourly (now quarters; GB: half hours).
A day without data yet may be status 204 without a body.
Flows and prices of most of these areas are free at ENTSO-E and other operators, so the flows are wired nowhere.
"""

import base64

from core import available_capacity, errors, exchange, http, intraday_statistics, number, price, require, source, times
from core.kinds import sorted_key, split_key
from core.tokens import forget, kept
from core.values import each, field, log

SOURCE = "nordpool.com"
INTRADAY_SOURCE = "nordpool"
URL = "https://data-api.nordpoolgroup.com/api/v2"
LOGIN_URL = "https://sts.nordpoolgroup.com/connect/token"
CLIENT = base64.b64encode(b"client_marketdata_api:client_marketdata_api").decode()
"""Not a secret: the same for everybody, printed in Nord Pool's questions and answers."""
TOKENS = ("EMAPS_NORDPOOL_USERNAME", "EMAPS_NORDPOOL_PASSWORD")
PASS_H = 0.8
TIMEZONE = "Europe/Oslo"
AREAS = {"DE": "GER", "GB": "UK", "RU-1": "RU", "RU-KGD": "LKAL"}
"""Zones that are not named by their key or the last part of it (`NO-NO1` is NO1)."""
MARKETS = {"GB": ("GBP", "GbHalfHour_DayAhead")}
DAY_AHEAD = ("EUR", "DayAhead")
BORDERS = {
    "DE->DK-DK1": ("GER", "DK1_DE"),
    "DE->DK-DK2": ("GER", "DK2_KO"),
    "DE->NO-NO2": ("GER", "NO2_NK"),
    "DE->SE-SE4": ("GER", "SE4_BC"),
    "DK-DK1->DK-DK2": ("DK1_SB", "DK2_SB"),
    "DK-DK1->NL": ("DK1_CO", "NL"),
    "DK-DK1->NO-NO2": ("DK1_SK", "NO2_SK"),
    "DK-DK1->SE-SE3": ("DK1_KS", "SE3_KS"),
    "EE->FI": ("EE", "FI_EL"),
    "EE->LV": ("EE", "LV"),
    "FI->SE-SE3": ("FI_FS", "SE3_FS"),
    "LT->LV": ("LT", "LV"),
    "LT->PL": ("LT", "PL"),
    "LT->SE-SE4": ("LT", "SE4_NB"),
    "NL->NO-NO2": ("NL", "NO2_ND"),
    "PL->SE-SE4": ("PL", "SE4_SP"),
    "SE-SE3->SE-SE4": ("SE3_SWL", "SE4_SWL"),
}
"""Exchange → the area of its first zone to ask for, and the connection to its second."""
INTRADAY_AREAS = {"DE": ("GER", "50Hz", "AMP", "TTG", "TBW")}
FIGURES = {
    "averagePrice": "vwap", "averagePriceLast1H": "vwap1hBeforeClose", "averagePriceLast3H": "vwap3hBeforeClose",
    "openPrice": "openPrice", "closePrice": "closePrice", "highPrice": "highPrice", "lowPrice": "lowPrice",
    "volume": "volume", "buyVolume": "buyVolume", "sellVolume": "sellVolume",
}
"""Number of a contract → our name of it."""
MOMENTS = ("deliveryStart", "deliveryEnd", "contractOpenTime", "contractCloseTime", "openTradeTime", "closeTradeTime")
WORDS = ("contractId", "contractName", "isLocalContract")

FACTS = {"resolution_min": None, "day_of": TIMEZONE, "history": "any", "tokens": TOKENS}


@source(**FACTS, window_h=24, delay_h=0, refetch_h=24)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    currency, market = MARKETS.get(zone_key, DAY_AHEAD)
    params = {"areas": area_of(zone_key), "currency": currency, "market": market}
    return parse_price(zone_key, ask(session, "Auction/Prices/ByAreas", target_datetime, (0, 1), params))


@source(**FACTS, window_h=24, delay_h=0, refetch_h=24)
def fetch_exchange_available_transfer_capacity(
    zone_key1, zone_key2, session=None, target_datetime=None, logger=None
):
    key = sorted_key(zone_key1, zone_key2)
    if key not in BORDERS:
        raise errors.ConfigError(f"BORDERS of parsers/NORDPOOL.py has no connection of {key}.")
    params = {"areas": BORDERS[key][0], "market": "DayAhead"}
    return parse_available(key, ask(session, "Auction/Capacities/ByAreas", target_datetime, (0, 1), params))


@source(**FACTS, window_h=48, delay_h=1, refetch_h=24)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    params = {"areas": area_of(split_key(key)[0])}
    return parse_exchange(key, ask(session, "PowerSystem/Exchanges/ByAreas", target_datetime, (0, -1), params))


@source(**FACTS, window_h=48, delay_h=0, refetch_h=24, rate_per_min=120)
def fetch_intraday_contract_statistics(zone_key, session=None, target_datetime=None, logger=None):
    answers = {
        area: ask(session, "Intraday/ContractStatistics/ByAreas", target_datetime, (-1, 0, 1, 2), {"areas": area})
        for area in INTRADAY_AREAS[zone_key]}
    return parse_intraday_contract_statistics(zone_key, answers)


def area_of(zone_key):
    """Nord Pool's name of a zone."""
    return AREAS.get(zone_key, zone_key.rpartition("-")[2])


def ask(session, path, target, shifts, params):
    """What is there of an area for the days so far from the asked one: an object per day."""
    pass_ = kept(TOKENS, PASS_H, lambda username, password: log_in(session, username, password))
    try:
        found = [ask_day(session, path, times.day(target, TIMEZONE, shift), params, pass_) for shift in shifts]
    except errors.Blocked:
        forget(TOKENS)
        raise
    if not all(isinstance(one, list) for one in found):
        raise errors.SourceChanged(f"Nord Pool's answer for {params['areas']} is no list of areas.")
    return [area for one in found for area in one]


def ask_day(session, path, day, params, pass_):
    headers = {"Authorization": f"Bearer {pass_}"}
    answer = http.get(session, f"{URL}/{path}", params={**params, "date": day.isoformat()}, headers=headers)
    return [] if answer.status_code == 204 else http.body_json(answer)


def log_in(session, username, password):
    """A pass to the data, an hour long."""
    form = {"grant_type": "password", "scope": "marketdata_api", "username": username, "password": password}
    answer = http.post(
        session, LOGIN_URL, data=form, headers={"Authorization": f"Basic {CLIENT}"}, allowed=(400,))
    if answer.status_code == 400:
        raise errors.Blocked(f"Nord Pool refuses the login: check {' and '.join(TOKENS)}.")
    return require(http.body_json(answer).get("access_token"), "access_token")


def parse_price(zone_key, answers):
    """One price per step of each day."""
    found = []
    for area in answers:
        currency = field(area, "currency")
        if field(area, "unit") != f"{currency}/MWh":
            raise errors.SourceChanged(f"Nord Pool's prices are in {area['unit']}, not in {currency}/MWh.")
        steps = each(field(area, "prices") or [], lambda row: (*span(row), number(field(row, "price"))))
        found += [
            price(zone_key, start=start, end=end, source=SOURCE, price_mwh=price_mwh, currency=currency)
            for start, end, price_mwh in steps if price_mwh is not None]
    return some(found, f"prices of {zone_key}")


def parse_available(key, answers):
    """Capacity in both directions of the steps that give one; [] where the area's status is Missing."""
    asked, other = BORDERS[key]
    found = []
    for area in answers:
        periods = [] if area.get("status") == "Missing" else field(area, "capacities") or []
        steps = each(periods, lambda row: (
            *span(row), to(other, row, "exportsByConnection", "capacity"),
            to(other, row, "importsByConnection", "capacity")))
        given = [step for step in steps if step[2:] != (None, None)]
        if steps and not given:
            log.warning("Nord Pool's capacities of %s have no connection %s", asked, other)
        found += [
            available_capacity(
                key, start=start, end=end, source=SOURCE, atc_type="COORDINATED_NTC", export_mw=export_mw,
                import_mw=import_mw)
            for start, end, export_mw, import_mw in given]
    return found


def parse_exchange(key, answers):
    """The flow of each step, of the days of the key's first zone: netPosition is into it, from the second."""
    first, second = split_key(key)
    rows = [row for area in answers for row in field(area, "exchanges") or []]
    steps = each(rows, lambda row: (*span(row), to(area_of(second), row, "byConnections", "netPosition")))
    return some([
        exchange(second, first, start=start, end=end, source=SOURCE, flow_mw=flow_mw)
        for start, end, flow_mw in steps if flow_mw is not None], f"flows of {key}")


def parse_intraday_contract_statistics(zone_key, answers):
    """What was traded of each contract; `answers` are the days of each area."""
    found = []
    for area, day in ((area, day) for area, days in answers.items() for day in days):
        contracts = field(day, "contracts") or []
        new = {name for row in contracts for name in row} - {*FIGURES, *MOMENTS, *WORDS}
        if new:
            log.warning("contracts of Nord Pool have new fields: %s", ", ".join(sorted(new)))
        unit = field(day, "priceUnit")
        about = {
            "priceUnitRaw": unit, "volumeUnitRaw": day.get("volumeUnit"), "apiUpdatedAt": moment(day, "updatedAt")}
        for told in each(contracts, contract):
            found.append(intraday_statistics(
                zone_key, start=told["deliveryStart"], end=told["deliveryEnd"], source=INTRADAY_SOURCE, area=area,
                currency=unit.partition("/")[0], contract_id=told.pop("contractId"), statistics={**about, **told}))
    return some(sorted(found, key=in_order), f"intraday contracts of {zone_key}")


def contract(row):
    """A contract by our names; a number that is null says that nothing was traded."""
    numbers = {ours: number(field(row, theirs)) for theirs, ours in FIGURES.items()}
    return {name: field(row, name) for name in WORDS} | {name: moment(row, name) for name in MOMENTS} | numbers


def in_order(event):
    return event["datetime"], event["area"], event["contractId"]


def span(row):
    """Start and end of a step."""
    return tuple(times.read(field(row, name)) for name in ("deliveryStart", "deliveryEnd"))


def moment(row, name):
    written = field(row, name)
    return None if written is None else times.read(written)


def to(area, row, side, name):
    """A number of a step's connection to an area; None if it is not there."""
    return next((number(field(one, name)) for one in field(row, side) or [] if field(one, "area") == area), None)


def some(found, what):
    if not found:
        raise errors.NoData(f"Nord Pool has no {what} for these days.")
    return found
