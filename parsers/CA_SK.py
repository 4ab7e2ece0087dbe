"""SaskPower, Saskatchewan's utility: JSON behind its page on power use, public, no key.

Docs     https://www.saskpower.com/our-power-future/our-electricity/electrical-system/where-your-power-comes-from
Serves   consumption CA-SK
Time     a number that says no time, renewed every 5 min; it is taken for the 5 minutes before the last full ones
Unit     MW
Sign     none: load only
History  none, the present only
Licence  SaskPower's terms of use

It refuses clients that do not call themselves a browser. The production that its dashboard shows is not served: those
are means of a whole day, which say nothing of an hour.
"""

from core import consumption, errors, http, number, source, times

SOURCE = "saskpower.com"
URL = "https://www.saskpower.com/ignitionapi/Content/GetNetLoad"
TIMEZONE = "America/Regina"
STEP_MIN = 5


@source(resolution_min=STEP_MIN, window_h=0.1, delay_h=0.2)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("SaskPower publishes the load of the present only.")
    answer = http.body_json(http.get(session, URL, headers=http.AS_BROWSER))
    end = times.floor(times.now(), STEP_MIN)
    return [parse_consumption(answer, times.shift(end, minutes=-STEP_MIN), end, zone_key)]


def parse_consumption(answer, start, end, zone_key):
    """The load, which comes as text."""
    if isinstance(answer, str) and (not answer.strip() or "unavailable" in answer.lower()):
        raise errors.NoData(f"SaskPower says {answer!r} instead of the load.")
    if isinstance(answer, dict | list) or (load_mw := number(answer)) is None:
        raise errors.SourceChanged(f"SaskPower sent no load but {str(answer)[:80]!r}.")
    return consumption(zone_key, start=start, end=end, source=SOURCE, load_mw=load_mw)
