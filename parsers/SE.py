"""Sweden's four price areas: ENTSO-E; for the years before 2022 eSett, the Nordic imbalance settlement, without a key.

Docs     https://api.opendata.esett.com (service EXP16); ENTSO-E's as in parsers/ENTSOE.py
Serves   production with storage SE-SE1, SE-SE2, SE-SE3, SE-SE4
Time     eSett 60 min, ENTSO-E 15 or 60 min, stamped at the start, UTC
Unit     MW; eSett's MWh of an hour are as many MW
Sign     storage: eSett's `energyStorage`, a part of production, is read as + discharging, which is not documented
History  1 May 2017, when eSett's settlement began; 72 h per call
Token    ENTSOE_TOKEN, free: register at transparency.entsoe.eu, then ask its helpdesk for "Restful API access"
Licence  eSett: open data; ENTSO-E's General Terms

Before 2022 eSett has settled figures by type; its thermal plants, and ENTSO-E's in SE-SE4, come without a fuel.
Differs from the other project: each hour comes from the source of its own year, where a call that reaches over the new
year of 2022 there takes all from ENTSO-E; storage is kept, which is lost there.
"""

from core import by_label, errors, http, production, require, source, times
from core.platforms import entsoe
from core.platforms.entsoe_areas import domain

SOURCE = "eSett"
URL = "https://api.opendata.esett.com/EXP16/Aggregate"
FIRST_OF_ENTSOE = times.midnight(times.read_day("2022-01-01"), "UTC")
PERIOD_MIN = 60
MODES = {
    "hydro": "hydro",
    "nuclear": "nuclear",
    "other": "unknown",
    "solar": "solar",
    "thermal": "unknown",
    "wind": "wind",
    "windOffshore": "wind",
}
STORAGE = {"energyStorage": "battery"}
NOT_OUTPUT = ("mba", "timestamp", "timestampUTC", "total")


@source(
    resolution_min=None, window_h=72, delay_h=2, history="2017-05-01", refetch_h=72, tokens=(entsoe.TOKEN,),
    rate_per_min=400)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    asked = times.window(target_datetime, hours=72)
    events = []
    if asked.start < FIRST_OF_ENTSOE:
        events += parse_production(ask(session, zone_key, asked), zone_key)
    if asked.end > FIRST_OF_ENTSOE:
        span = asked._replace(start=max(asked.start, FIRST_OF_ENTSOE))
        events += entsoe.productions(zone_key, entsoe.ask_zone(session, zone_key, entsoe.PRODUCTION, span))
    return events


def ask(session, zone_key, asked):
    """eSett's decoded answer for what of the asked time lies before 2022, by the hour."""
    span = times.Window(asked.start, min(asked.end, FIRST_OF_ENTSOE))
    start, end = (times.text(moment, "YYYY-MM-DDTHH:mm:ss.SSS[Z]") for moment in span)
    params = {"start": start, "end": end, "resolution": "hour", "mba": domain(zone_key)}
    return http.body_json(http.get(session, URL, params=params))


def parse_production(answer, zone_key):
    """One mix per hour of eSett."""
    if not isinstance(answer, list):
        raise errors.SourceChanged(f"eSett sent no list of hours but {str(answer)[:80]!r}.")
    if not answer:
        raise errors.NoData("eSett has no hour of this time.")
    return [parse_hour(row, zone_key) for row in answer]


def parse_hour(row, zone_key):
    start = times.read(require(row.get("timestampUTC"), "timestampUTC"), "UTC")
    return production(
        zone_key, start=start, end=times.shift(start, minutes=PERIOD_MIN), source=SOURCE,
        modes=by_label(row, MODES, known={*NOT_OUTPUT, *STORAGE}), storage=by_label(row, STORAGE, sign=-1))
