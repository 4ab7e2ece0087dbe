"""AMM, the market operator of Guatemala: the JSON behind its chart of fuels, public, no key.

Docs     https://www.amm.org.gt (the chart's own address is https://wl12.amm.org.gt/GraficaPW/graficaCombustible)
Serves   production and consumption GT
Time     1 h, numbered 1 to 24; number n ends at n:00, so it is stamped (n-1):00; America/Guatemala, no summer time
Unit     MW, the mean of the hour
Sign     production and load only; `INTERCONEXIÓN` shows imports and never exports, so it is not used
History  about a year back, as seen; a local day per question, two per call
Licence  none stated

The list of today has all 24 hours. Those to come are 0 but for the planned load, and the running hour holds what is
planned: what has not ended is left out. The hour before may still hold the plan, too: its load is then exactly the
planned one, and it is called estimated until the next answer. An hour of zeros throughout is not published.
"""

from core import by_label, consumption, errors, http, number, production, source, times
from core.values import each, field, total

SOURCE = "amm.org.gt"
URL = "https://wl12.amm.org.gt/GraficaPW/graficaCombustible"
TIMEZONE = "America/Guatemala"
HOUR_MIN = 60
MODES = {
    "AGUA": "hydro",
    "VIENTO": "wind",
    "IRRADIACIÓN": "solar",
    "VAPOR": "geothermal",
    "BIOGAS": "biomass",
    "BIOMASA": "biomass",
    "CARBÓN": "coal",
    "CARBÓN/PETCOKE": "coal",
    "GAS NATURAL": "gas",
    "SYNGAN": "gas",
    "BUNKER": "oil",
    "DIESEL": "oil",
    "BIOMASA/CARBÓN": "unknown",  # boilers of sugar mills, which burn either
}
LOAD, PLANNED = "DEM SNI", "DEMANDA LOCAL PROG"
NOT_OUTPUT = (LOAD, PLANNED, "INTERCONEXIÓN", "null", None)
FACTS = {"resolution_min": HOUR_MIN, "window_h": 48, "day_of": TIMEZONE, "delay_h": 1, "history": "365 days"}


@source(**FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(ask(session, target_datetime), zone_key)


@source(**FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(ask(session, target_datetime), zone_key)


def ask(session, target):
    """(start, MW by label) of each hour that is over, of the asked local day and the one before."""
    hours = {}
    for day in (times.day(target, TIMEZONE, -1), times.day(target, TIMEZONE)):
        rows = http.body_json(http.get(session, URL, params={"dt": f"{day:%d/%m/%Y}"}))
        hours |= parse_hours(rows, day)
    over = {start: hour for start, hour in hours.items() if end_of(start) <= times.now()}
    if not over:
        raise errors.NoData(f"AMM has no hours of {day} nor of the day before.")
    return over


def parse_hours(rows, day):
    """MW by label of each hour of one day that is published."""
    if not isinstance(rows, list):
        raise errors.SourceChanged(f"AMM sent no list of rows but {str(rows)[:80]!r}.")
    hours = {}
    for start, label, power_mw in each(rows, lambda row: read_row(row, day)):
        hours.setdefault(start, {})[label] = power_mw
    return {start: hour for start, hour in hours.items() if any(hour[label] for label in hour if label != PLANNED)}


def read_row(row, day):
    hour = number(field(row, "hora"))
    if hour is None or not 1 <= hour <= 24:
        raise errors.SourceChanged(f"AMM numbers an hour {row['hora']!r}.")
    return times.period(day, hour, HOUR_MIN, TIMEZONE), field(row, "tipo"), number(field(row, "potencia"))


def parse_production(hours, zone_key):
    """One mix per hour that any plant has a number for."""
    mixes = {start: by_label(hour, MODES, known=NOT_OUTPUT) for start, hour in hours.items()}
    return [
        production(zone_key, **facts(start, hours[start]), modes=mix)
        for start, mix in mixes.items() if any(total(items) for items in mix.values())
    ]


def parse_consumption(hours, zone_key):
    """The load of each hour; 0 stands for one that is not known."""
    return [
        consumption(zone_key, **facts(start, hour), load_mw=hour[LOAD])
        for start, hour in hours.items() if hour.get(LOAD)
    ]


def facts(start, hour):
    is_plan = hour.get(LOAD) is not None and hour.get(LOAD) == hour.get(PLANNED)
    source_type = "estimated" if is_plan else "measured"
    return {"start": start, "end": end_of(start), "source": SOURCE, "source_type": source_type}


def end_of(start):
    return times.shift(start, minutes=HOUR_MIN)
