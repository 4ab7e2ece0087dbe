"""Energinet, the Danish transmission operator: the Energi Data Service, JSON, public, no key.

Docs     https://www.energidataservice.dk/guides/api-guides
Serves   flows of DK-DK1 and DK-DK2 to DE, NL, NO-NO2 and each other, to SE-SE3 and SE-SE4 where ENTSO-E has none;
         forecasts of wind and sun of both
Time     5 min, stamped at the start, UTC
Unit     MW
Sign     flows: source + is into the price area of the row
History  flows since 2015; forecasts any day (the first one is not documented); 24 h per call, and as much ahead
Licence  free with attribution to Energinet (terms like CC BY 4.0)

One request per data set and minute is allowed from an address (since 2025-08-26), so both areas come in one call, whose
times stay the same for an hour. `start` and `end` are Danish time unless the question says otherwise; a `limit` cuts
the answer in silence, 0 is none: a day of forecasts of one area has 864 rows. The forecasts are the newest edition
(ForecastCurrent). The cable to Bornholm is a column of its own, and not part of DK-DK2->SE-SE4.
"""

import json

from core import by_label, errors, exchange, http, number, production, source, times
from core.kinds import sorted_key
from core.values import field

SOURCE = "energidataservice.dk"
URL = "https://api.energidataservice.dk/dataset/"
FLOWS, FORECASTS = "ElectricityProdex5MinRealtime", "Forecasts_5Min"
AREAS = {"DK-DK1": "DK1", "DK-DK2": "DK2"}
STEP_MIN = 5
MODES = {"Offshore Wind": "wind", "Onshore Wind": "wind", "Solar": "solar"}
BORDERS = {
    "DE->DK-DK1": ("DK-DK1", "DE", "ExchangeGermany"),
    "DE->DK-DK2": ("DK-DK2", "DE", "ExchangeGermany"),
    "DK-DK1->DK-DK2": ("DK-DK1", "DK-DK2", "ExchangeGreatBelt"),
    "DK-DK1->NL": ("DK-DK1", "NL", "ExchangeNetherlands"),
    "DK-DK1->NO-NO2": ("DK-DK1", "NO-NO2", "ExchangeNorway"),
    "DK-DK1->SE-SE3": ("DK-DK1", "SE-SE3", "ExchangeSweden"),
    "DK-DK2->SE-SE4": ("DK-DK2", "SE-SE4", "ExchangeSweden"),
}
"""Exchange → (area whose rows say it, the zone on the other side, column)."""


@source(resolution_min=STEP_MIN, window_h=24, delay_h=0.2, history="2015", rate_per_min=1)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    flows = list(parse_exchange(ask(session, FLOWS, target_datetime), key))
    if not flows:
        raise errors.NoData(f"Energinet has no flow {key} for these hours.")
    return flows


@source(resolution_min=STEP_MIN, window_h=24, ahead_h=24, delay_h=0, history="any", rate_per_min=1)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    mixes = list(parse_wind_solar_forecasts(ask(session, FORECASTS, target_datetime, ahead_hours=24), zone_key))
    if not mixes:
        raise errors.NoData(f"Energinet has no forecast of {zone_key} for these hours.")
    return mixes


def ask(session, dataset, target, ahead_hours=0):
    """The decoded answer for both areas, a day up to the end of the asked hour and what lies ahead of it."""
    hour = times.floor(times.at(target), 60)
    first, last = times.window(hour, hours=24, ahead_hours=ahead_hours + 1)
    params = {
        "filter": json.dumps({"PriceArea": [*AREAS.values()]}), "limit": 0, "timezone": "UTC",
        "start": times.text(first, "YYYY-MM-DDTHH:mm"), "end": times.text(last, "YYYY-MM-DDTHH:mm"),
    }
    return http.body_json(http.get(session, f"{URL}{dataset}", params=params))


def parse_exchange(answer, key):
    """One flow per five minutes, of the rows that have it."""
    area, neighbour, column = BORDERS[key]
    for row in rows(answer, area):
        flow_mw = number(field(row, column))
        if flow_mw is not None:
            start, end = span(row)
            yield exchange(neighbour, area, start=start, end=end, source=SOURCE, flow_mw=flow_mw)


def parse_wind_solar_forecasts(answer, zone_key):
    """One mix per five minutes that anything is forecast for; a type that stands twice counts once."""
    mixes = {}
    for row in rows(answer, zone_key):
        forecast = mixes.setdefault(span(row), {})
        forecast.setdefault(field(row, "ForecastType"), number(field(row, "ForecastCurrent")))
    for (start, end), forecast in mixes.items():
        if any(power_mw is not None for power_mw in forecast.values()):
            yield production(
                zone_key, start=start, end=end, source=SOURCE, modes=by_label(forecast, MODES, known=()),
                source_type="forecasted")


def rows(answer, zone_key):
    """The rows of one area, oldest first."""
    records = answer.get("records") if isinstance(answer, dict) else None
    if records is None:
        raise errors.SourceChanged(f"Energinet sent no records but {str(answer)[:120]!r}.")
    found = [row for row in records if field(row, "PriceArea") == AREAS[zone_key]]
    return sorted(found, key=lambda row: field(row, "Minutes5UTC"))


def span(row):
    """The five minutes of a row."""
    start = times.read(row["Minutes5UTC"], "UTC")
    return start, times.shift(start, minutes=STEP_MIN)
