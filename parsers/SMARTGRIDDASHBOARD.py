"""EirGrid and SONI, the system operators of Ireland and Northern Ireland: their Smart Grid Dashboard, no key.

Docs     https://www.smartgriddashboard.com (the service behind its charts is not documented)
Serves   production (wind, solar, the rest), consumption, forecasts of load, wind and solar, all generation IE, GB-NIR;
         flow GB->GB-NIR. Readable too: GB->IE, by both cables (Elexon gives it as well)
Time     15 min, the load forecast 30 min, stamped at the start on the clock of Europe/Dublin
Unit     MW
Sign     links: source + is into the island
History  any past day (the first one is not documented), three days per call; the load forecast ahead only
Licence  EirGrid Group's terms: re-use with attribution

`unknown` is what the total leaves: everything thermal, hydro and storage. It needs all three numbers of an instant.
What stands under generationForecast is no forecast but the total that was generated (`GEN_EXP`): it is `measured`.
Values are null where they are still to come. In October the repeated hour is told apart by the order of the rows.
The service has had two forms; the older has ErrorMessage, LastUpdated and Status beside its Rows.
"""

from core import consumption, errors, exchange, http, number, production, source, times, total_production
from core.kinds import sorted_key
from core.values import field, total

SOURCE = "eirgridgroup.com"
URL = "https://www.smartgriddashboard.com/api/chart"
TIMEZONE = "Europe/Dublin"
STAMP = "DD-MMM-YYYY HH:mm:ss"
DAYS_BACK, DAYS_AHEAD = -2, 1
REGIONS = {"IE": "ROI", "GB-NIR": "NI"}
LOAD, LOAD_FORECAST = ("demandactual", "SYSTEM_DEMAND"), ("demandforecast", "DEMAND_FORECAST_VALUE")
GENERATION = ("generationactual", "GEN_EXP")
MODES = {"wind": ("windactual", "WIND_ACTUAL"), "solar": ("solaractual", "SOLAR_ACTUAL")}
FORECASTS = {"wind": ("windforecast", "WIND_FCAST"), "solar": ("solarforecast", "SOLAR_FCAST")}
LINKS = "interconnection"
BORDERS = {"GB->GB-NIR": ("GB-NIR", ("INTER_MOYLE",)), "GB->IE": ("IE", ("INTER_EWIC", "INTER_GRNLK"))}


@source(resolution_min=15, window_h=72, day_of=TIMEZONE, delay_h=0.5, history="any")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    area, name = GENERATION
    generated = ask(session, zone_key, area, target_datetime)
    parts = {mode: ask(session, zone_key, area, target_datetime) for mode, (area, _) in MODES.items()}
    return happened(parse_production(generated, parts, zone_key), name)


@source(resolution_min=15, window_h=72, day_of=TIMEZONE, delay_h=0.5, history="any")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    area, name = LOAD
    return happened(parse_consumption(ask(session, zone_key, area, target_datetime), zone_key), name)


@source(resolution_min=30, window_h=1, ahead_h=12, delay_h=0)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_consumption_forecast(ask(session, zone_key, LOAD_FORECAST[0], target_datetime), zone_key))


@source(resolution_min=15, window_h=72, day_of=TIMEZONE, delay_h=0.5, history="any")
def fetch_total_generation(zone_key, session=None, target_datetime=None, logger=None):
    area, name = GENERATION
    return happened(parse_total_generation(ask(session, zone_key, area, target_datetime), zone_key), name)


@source(resolution_min=15, window_h=72, day_of=TIMEZONE, delay_h=0, history="any")
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    answers = {mode: ask(session, zone_key, area, target_datetime) for mode, (area, _) in FORECASTS.items()}
    return parse_wind_solar_forecasts(answers, zone_key)


@source(resolution_min=15, window_h=72, day_of=TIMEZONE, delay_h=0.5, history="any")
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    if key not in BORDERS:
        raise errors.ConfigError(f"The dashboard has no flow {key}, only {', '.join(BORDERS)}.")
    zone_key, names = BORDERS[key]
    return happened(parse_exchange(ask(session, zone_key, LINKS, target_datetime), key), " and ".join(names))


def ask(session, zone_key, area, target_datetime):
    """The decoded chart of one thing, of the days around the asked moment."""
    first, last = (times.day(target_datetime, TIMEZONE, shift) for shift in (DAYS_BACK, DAYS_AHEAD))
    params = {
        "areas": area, "chartType": "default", "region": REGIONS[zone_key], "dateRange": "day",
        "datefrom": first.isoformat(), "dateto": last.isoformat(),
    }
    return http.body_json(http.get(session, URL, params=params))


def happened(events, name):
    """Those that have begun; NoData if there is none."""
    found = [event for event in events if event["datetime"] <= times.now()]
    if not found:
        raise errors.NoData(f"The dashboard has no value of {name} for these days yet.")
    return found


def parse_production(generated, parts, zone_key):
    """One mix per quarter hour that all three answers have; `parts` are those of wind and solar."""
    total_mw = series(generated, GENERATION[1])
    parts_mw = {mode: series(parts[mode], name) for mode, (_, name) in MODES.items()}
    for start in sorted(set(total_mw).intersection(*parts_mw.values())):
        modes = {mode: [by_start[start], 0.0] for mode, by_start in parts_mw.items()}  # 0.0: a negative one counts 0
        rest_mw = total_mw[start] - sum(max(given, 0.0) for given, _ in modes.values())
        yield production(zone_key, start=start, source=SOURCE, modes={**modes, "unknown": rest_mw})


def parse_consumption(answer, zone_key):
    """One load per quarter hour."""
    for start, load_mw in series(answer, LOAD[1]).items():
        yield consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw)


def parse_consumption_forecast(answer, zone_key):
    """One expected load per half hour."""
    for start, load_mw in series(answer, LOAD_FORECAST[1]).items():
        yield consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw, source_type="forecasted")


def parse_total_generation(answer, zone_key):
    """One total per quarter hour."""
    for start, value_mw in series(answer, GENERATION[1]).items():
        yield total_production(zone_key, start=start, source=SOURCE, value_mw=value_mw, source_type="measured")


def parse_wind_solar_forecasts(answers, zone_key):
    """One forecast per quarter hour that any of the answers has; NoData if none has one."""
    found, silent = {}, []
    for mode, (_, name) in FORECASTS.items():
        try:
            found[mode] = series(answers[mode], name)
        except errors.NoData as err:
            silent.append(err)
    if not found:
        raise silent[0]
    return [
        production(
            zone_key, start=start, source=SOURCE, source_type="forecasted", negative="zero",
            modes={mode: by_start[start] for mode, by_start in found.items() if start in by_start})
        for start in sorted(set().union(*found.values()))
    ]


def parse_exchange(answer, key):
    """One flow per quarter hour, over all of a border's cables that the answer has values of."""
    zone_key, names = BORDERS[key]
    cables = [by_start for name in names if (by_start := series(answer, name, of=names))]
    for start in sorted(set.intersection(*map(set, cables)) if cables else ()):
        flow_mw = total(by_start[start] for by_start in cables)
        yield exchange("GB", zone_key, start=start, source=SOURCE, flow_mw=flow_mw)


def series(answer, name, of=()):
    """The values of one field that are there, by start; SourceChanged if no row is of it, nor of another in `of`."""
    found = rows(answer)
    if not {one.get("FieldName") for one in found} & {name, *of}:
        others = sorted({str(one.get("FieldName")) for one in found})
        raise errors.SourceChanged(f"The dashboard has no row of {name}, only of {', '.join(others)}.")
    own = [one for one in found if one.get("FieldName") == name]
    starts = times.read_in_order([field(one, "EffectiveTime") for one in own], TIMEZONE, STAMP)
    values_mw = (number(field(one, "Value")) for one in own)
    by_start = {start: value for start, value in zip(starts, values_mw, strict=True) if value is not None}
    return dict(sorted(by_start.items()))  # years are not sorted where the source sorts by the text of its stamps


def rows(answer):
    """The rows inside an answer."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"The dashboard sent no chart but {str(answer)[:60]!r}.")
    if answer.get("ErrorMessage"):
        raise errors.SourceDown(f"The dashboard answers with an error: {str(answer['ErrorMessage'])[:120]}")
    found = field(answer, "Rows")
    if not found:
        raise errors.NoData("The dashboard has no row for these days.")
    return found
