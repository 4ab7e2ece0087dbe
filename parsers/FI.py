"""Fingrid, the Finnish transmission operator: what is installed of sun and wind; the other modes are ENTSO-E's.

Docs     https://data.fingrid.fi/en/instructions (datasets 267 and 268), and as parsers/ENTSOE.py says
Serves   productionCapacity FI
Time     sun and wind: hourly values, of which that at 00:00 UTC of the asked day; the others: years, dated 1 January
Unit     MW
Sign     none: capacities only
History  any day (the first one is not documented)
Token    FINGRID_TOKEN, free: register at https://data.fingrid.fi; and ENTSOE_TOKEN
Licence  Fingrid: CC BY 4.0; ENTSO-E's General Terms

Sun and wind grow from month to month, and ENTSO-E's figures are of the year's beginning, so they are Fingrid's; where
it has none they are left out, that the two never stand in for each other. Fingrid allows 10 requests a minute.
"""

from core import by_label, errors, http, installed, require, source, times, token
from core.platforms import entsoe
from core.values import each, field, log

SOURCE = "fingrid.fi"
URL = "https://data.fingrid.fi/api/datasets/{dataset}/data"
TOKEN = "FINGRID_TOKEN"
TIMEZONE = "UTC"
PER_MINUTE = 10
STAMP = "YYYY-MM-DD[T]HH:mm:ss[.000Z]"
DATASETS = {267: "solar", 268: "wind"}


@source(resolution_min=None, window_h=24, delay_h=2, history="any", tokens=(TOKEN, entsoe.TOKEN))
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    contents, at = entsoe.ask_installed(session, zone_key, target_datetime)
    day = times.day(target_datetime, TIMEZONE)
    found = parse_others(contents, at)
    for dataset, mode in DATASETS.items():
        try:
            found |= parse_one(ask(session, dataset, day), mode, day)
        except errors.NoData as err:
            log.warning("no capacity of %s: %s", mode, err)
    return found


def ask(session, dataset, day):
    """The decoded answer for a day of UTC."""
    span = (times.midnight(day, TIMEZONE), times.shift(times.midnight(day, TIMEZONE), days=1))
    start, end = (times.text(moment, STAMP) for moment in span)
    params = {"format": "json", "locale": "en", "pageSize": 24, "startTime": start, "endTime": end}
    with http.rate(PER_MINUTE):
        headers = {"x-api-key": token(TOKEN)}
        return http.body_json(http.get(session, URL.format(dataset=dataset), params=params, headers=headers))


def parse_others(contents, at):
    """What ENTSO-E says of the modes that Fingrid has nothing of."""
    parts = entsoe.installed_parts(contents, at)
    year = times.day(at, entsoe.MARKET_TIMEZONE).year
    others = {mode: items for mode, items in parts.items() if mode not in DATASETS.values()}
    return installed(times.read_day(f"{year}-01-01"), others, source=entsoe.SOURCE)


def parse_one(answer, mode, day):
    """One mode's MW at the beginning of a day."""
    rows = require(answer.get("data") if isinstance(answer, dict) else None, "data")
    start = times.midnight(day, TIMEZONE)
    stamped = each(rows, lambda row: (times.read(field(row, "startTime")), field(row, "value")))
    found = by_label([(mode, value) for at, value in stamped if at == start][:1], {mode: mode})
    if not any(item is not None for items in found.values() for item in items):
        raise errors.NoData(f"Fingrid has no value of {day}.")
    return installed(day, found, source=SOURCE)
