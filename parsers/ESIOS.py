"""e·sios, the data service of REE, Spain's transmission operator: its links to Morocco and Andorra, JSON, by token.

Docs     https://api.esios.ree.es
Serves   flows AD->ES, ES->MA
Time     ES->MA: 15 min since 2022-05-24T08:00Z, an hour before; AD->ES: an hour; stamped at the start, UTC
Unit     MWh per step, turned into MW
Sign     source + is into Spain
History  any window; 2017 and later seen
Token    ESIOS_TOKEN, personal, on request to consultasios@ree.es; no charge stated
Licence  none stated

Indicator 10210 is the proper one for Andorra but was empty; 10278 is used. The service often times out.
"""

from core import errors, exchange, http, number, require, source, times, token
from core.kinds import sorted_key

SOURCE = "api.esios.ree.es"
URL = "https://api.esios.ree.es/indicators/{indicator}"
TIMEZONE = "Europe/Madrid"
BORDERS = {"AD->ES": ("AD", 10278), "ES->MA": ("MA", 10209)}
QUARTERS_SINCE = {"ES->MA": "2022-05-24T08:00:00Z"}
STAMP = "YYYY-MM-DDTHH:mm:ssZZ"
HEADERS = {"Accept": "application/json; application/vnd.esios-api-v2+json", "Content-Type": "application/json"}


@source(resolution_min=None, window_h=24, delay_h=1, history="2017-01-01", tokens=("ESIOS_TOKEN",))
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    _, indicator = BORDERS[key]
    span = times.window(target_datetime, hours=24, timezone=TIMEZONE)
    answer = http.get(
        session, URL.format(indicator=indicator), headers={**HEADERS, "x-api-key": token("ESIOS_TOKEN")},
        params={"start_date": times.text(span.start, STAMP), "end_date": times.text(span.end, STAMP)},
        timeout_s=30)
    return list(parse_exchange(http.body_json(answer), key))


def parse_exchange(answer, key):
    """One flow per step of an indicator."""
    rows = require(require(answer.get("indicator"), "indicator").get("values"), "indicator.values")
    if not rows:
        raise errors.NoData(f"The indicator of {key} has no value in the asked window.")
    neighbour, _ = BORDERS[key]
    for row in rows:
        start = times.read(require(row.get("datetime_utc"), "datetime_utc"))
        energy_mwh = number(row.get("value"))
        flow_mw = None if energy_mwh is None else energy_mwh * steps_per_hour(start, key)
        yield exchange(neighbour, "ES", start=start, source=SOURCE, flow_mw=flow_mw)


def steps_per_hour(start, key):
    """How many steps an hour had at a moment: MWh per step times this is MW."""
    since = QUARTERS_SINCE.get(key)
    return 4 if since and start >= times.read(since) else 1
