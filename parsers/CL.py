"""Coordinador Eléctrico Nacional, the grid operator of Chile: JSON behind its chart of real generation, no key.

Docs     https://www.coordinador.cl/operacion/graficos/operacion-real/generacion-real-del-sistema/
Serves   production CL-SEN
Time     hours of a local day numbered from 1, stamped at the start, America/Santiago
Unit     MWh of an hour, which is MW
Sign     none: output only
History  since 2020 (2020 is known to work), two days per call; plants report late, so the newest hours are left out
Licence  open data

Coal, gas, diesel and biomass come as one type, `termica`, and are unknown; stores are in no type.
A day of 23 hours that is numbered to 24 has no first hour, its clock left it out; one of 25 hours is counted through.
Differs from the other project: it throws away the last 9 hours of every answer, of days long past, too; here it is the
hours that began less than 9 hours ago.
"""

from core import by_label, errors, http, number, production, source, times
from core.values import each, field, require

SOURCE = "coordinador.cl"
URL = "https://sipub.coordinador.cl/api/v1/recursos/generacion_centrales_tecnologia_horario"
SITE = "https://www.coordinador.cl"
HEADERS = {"Referer": f"{SITE}/operacion/graficos/operacion-real/generacion-real-del-sistema/", "Origin": SITE}
TIMEZONE = "America/Santiago"
PERIOD_MIN = 60
LATE_H = 9
MODES = {
    "hidraulica": "hydro",
    "termica": "unknown",
    "eolica": "wind",
    "solar": "solar",
    "geotermica": "geothermal",
}


@source(
    resolution_min=PERIOD_MIN, window_h=48, day_of=TIMEZONE, delay_h=LATE_H + 1, history="2020-01-01", refetch_h=72)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    first, last = times.day(target_datetime, TIMEZONE, -1), times.day(target_datetime, TIMEZONE)
    params = {"fecha__gte": first.isoformat(), "fecha__lte": last.isoformat()}
    answer = http.body_json(http.get(session, URL, params=params, headers=HEADERS))
    settled = times.shift(times.now(), hours=-LATE_H)
    found = [event for event in parse_production(answer, zone_key) if event["datetime"] <= settled]
    if not found:
        raise errors.NoData(f"Chile's hours of {first} and {last} are not complete yet.")
    return found


def parse_production(answer, zone_key):
    """One mix per hour that has any number, in order."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"Coordinador sent no types but {str(answer)[:80]!r}.")
    days = {}
    for day, hour, label, power_mw in each(require(answer.get("aggs"), "aggs"), read):
        days.setdefault(day, {}).setdefault(hour, []).append((label, power_mw))
    if not days:
        raise errors.NoData("Coordinador has nothing for these days.")
    return [
        production(zone_key, start=start, source=SOURCE, modes=by_label(mix, MODES, known=()))
        for day, hours in sorted(days.items()) for start, mix in started(day, hours)
        if any(power_mw is not None for _, power_mw in mix)
    ]


def read(row):
    """(day, number of the hour, type, MW) of a row."""
    hour = require(number(field(row, "hora")), "hora")
    return times.read_day(field(row, "fecha")), int(hour), field(row, "tipo_central").strip(), number(
        field(row, "generacion_sum"))


def started(day, hours):
    """(start, mix) of a day's hours by their numbers."""
    beyond = times.day(times.period(day, max(hours), PERIOD_MIN, TIMEZONE), TIMEZONE) > day
    for hour, mix in sorted(hours.items()):
        if hour > beyond:
            yield times.period(day, hour - beyond, PERIOD_MIN, TIMEZONE), mix
