"""ENTSO-E Transparency Platform, the European operators' association: measured and forecast power, prices, schedules.

Docs     https://transparencyplatform.zendesk.com, https://documenter.getpostman.com/view/7009892/2s93JtP3F6
Serves   production, consumption, prices, installed capacity and their forecasts of 59 zones; flows, schedules and
         capacities of 118 exchanges
Time     15 to 60 min, capacities also days, stamped at the start, UTC
Unit     MW, mean over the step; prices per MWh in the stated currency
Sign     flows and schedules are asked once per direction, never negative; generation + discharges a store,
         a consumption series of a plant or store + is taken from the grid
History  from 2015, a year per call at most
Token    ENTSOE_TOKEN, free: register at transparency.entsoe.eu, then ask its helpdesk for "Restful API access"
Licence  ENTSO-E's General Terms; only what its list of data for free re-use names is CC BY 4.0

Length   seventeen kinds

Operators send corrections for days, so measured values are read again for three.
What the platform itself does and gets wrong is in core/platforms/entsoe.py, its areas in entsoe_areas.py.
Differs  steps of a day follow Brussels' calendar, 23 or 25 hours long at a clock change (the other project: 24 hours);
         IT-SO needs both of its parts; two directions of a border, or forecasts of wind and solar, in different
         resolution are brought to the finer one; a direction does not turn with the order of the arguments; EXAA's
         prices are left out; for BE only storage may be missing from a mix, not any one series.
"""


from core import (
    consumption,
    errors,
    exchange,
    installed,
    production,
    scheduled_exchange,
    source,
    times,
    total_production,
    transfer_capacity,
)
from core.kinds import sorted_key, split_key
from core.platforms import entsoe
from core.values import log, total

SOURCE = entsoe.SOURCE
TIMEZONE = "UTC"
LOAD = {"documentType": "A65", "processType": "A16"}
LOAD_FORECAST = {"documentType": "A65", "processType": "A01"}
GENERATION_FORECAST = {"documentType": "A71", "processType": "A01"}
WIND_SOLAR = {"day ahead": "A01", "intraday": "A40", "current": "A18"}
FLOWS = {"documentType": "A11"}
SCHEDULES = {"documentType": "A09"}
AGREEMENTS = {
    entsoe.DAY_AHEAD: "DAY_AHEAD",
    entsoe.WEEK_AHEAD: "WEEK_AHEAD",
    entsoe.MONTH_AHEAD: "MONTH_AHEAD",
    entsoe.TOTAL: "TOTAL",
}

FACTS = {"resolution_min": None, "history": "2015-01-01", "tokens": (entsoe.TOKEN,), "rate_per_min": 400}
MEASURED = {**FACTS, "window_h": 72, "delay_h": 2, "refetch_h": 72}
AHEAD = {**FACTS, "window_h": 24, "ahead_h": 48, "delay_h": 0, "refetch_h": 24}


@source(**MEASURED)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=72, timezone=TIMEZONE)
    return entsoe.productions(zone_key, entsoe.ask_zone(session, zone_key, entsoe.PRODUCTION, span))


@source(**MEASURED)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=72, timezone=TIMEZONE)
    return parse_consumption(zone_key, entsoe.ask_zone(session, zone_key, LOAD, span, "outBiddingZone_Domain"))


@source(**AHEAD)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    answers = entsoe.ask_zone(session, zone_key, LOAD_FORECAST, around(target_datetime), "outBiddingZone_Domain")
    return parse_consumption(zone_key, answers, "forecasted")


@source(**AHEAD)
def fetch_generation_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return parse_generation_forecast(
        zone_key, entsoe.ask_zone(session, zone_key, GENERATION_FORECAST, around(target_datetime)))


@source(**AHEAD)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    """The day-ahead forecast, overwritten by what the intraday and then the current one say."""
    found, failures = [], []
    for name in WIND_SOLAR:
        try:
            found.append(entsoe.mixes(wind_solar(zone_key, session, target_datetime, name)))
        except (errors.NoData, errors.SourceDown, errors.SourceChanged) as err:
            failures.append(err)
            if not isinstance(err, errors.NoData):
                log.warning("%s: the %s forecast of wind and solar is left out: %s", zone_key, name, err)
    if not found:  # a failure before "nothing published", which would pass for fine
        raise next((err for err in failures if not isinstance(err, errors.NoData)), failures[0])
    return overwrite(zone_key, found)


@source(**AHEAD)
def fetch_wind_solar_forecasts_day_ahead(zone_key, session=None, target_datetime=None, logger=None):
    return entsoe.productions(
        zone_key, wind_solar(zone_key, session, target_datetime, "day ahead"), "forecasted")


@source(**AHEAD)
def fetch_wind_solar_forecasts_intraday(zone_key, session=None, target_datetime=None, logger=None):
    return entsoe.productions(
        zone_key, wind_solar(zone_key, session, target_datetime, "intraday"), "forecasted")


@source(**AHEAD)
def fetch_wind_solar_forecasts_current(zone_key, session=None, target_datetime=None, logger=None):
    return entsoe.productions(
        zone_key, wind_solar(zone_key, session, target_datetime, "current"), "forecasted")


@source(**{**MEASURED, "ahead_h": 24, "delay_h": 0})
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=72, ahead_hours=24, timezone=TIMEZONE)
    return entsoe.prices(zone_key, entsoe.ask_price(session, zone_key, span))


@source(**{**AHEAD, "window_h": 0, "ahead_h": 72})
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    contents, at = entsoe.ask_installed(session, zone_key, target_datetime)
    return parse_production_capacity(contents, at)


@source(**MEASURED)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    span = times.window(target_datetime, hours=72, timezone=TIMEZONE)
    return parse_exchange(key, entsoe.ask_border(session, key, FLOWS, span))


@source(**AHEAD)
def fetch_exchange_forecast(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    return parse_exchange_forecast(key, schedules(key, session, target_datetime))


@source(**AHEAD)
def fetch_scheduled_exchanges_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    return parse_scheduled_exchanges(key, schedules(key, session, target_datetime), entsoe.DAY_AHEAD)


@source(**AHEAD)
def fetch_scheduled_exchanges_total(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    return parse_scheduled_exchanges(key, schedules(key, session, target_datetime), entsoe.TOTAL)


@source(**{**AHEAD, "window_h": 48, "ahead_h": 168})
def fetch_exchange_capacity_forecasts_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=48, ahead_hours=168, timezone=TIMEZONE)
    return capacities(sorted_key(zone_key1, zone_key2), session, span, entsoe.DAY_AHEAD)


@source(**{**AHEAD, "window_h": 168, "ahead_h": 720})
def fetch_exchange_capacity_forecasts_week_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=168, ahead_hours=720, timezone=TIMEZONE)
    return capacities(sorted_key(zone_key1, zone_key2), session, span, entsoe.WEEK_AHEAD)


@source(**{**AHEAD, "window_h": 168, "ahead_h": 720})
def fetch_exchange_capacity_forecasts_month_ahead(
    zone_key1, zone_key2, session=None, target_datetime=None, logger=None
):
    span = times.window(target_datetime, hours=168, ahead_hours=720, timezone=TIMEZONE)
    return capacities(sorted_key(zone_key1, zone_key2), session, span, entsoe.MONTH_AHEAD)


def around(target_datetime):
    """The hours that forecasts and schedules are asked for."""
    return times.window(target_datetime, hours=24, ahead_hours=48, timezone=TIMEZONE)


def wind_solar(zone_key, session, target_datetime, name):
    query = {"documentType": "A69", "processType": WIND_SOLAR[name]}
    return entsoe.ask_zone(session, zone_key, query, around(target_datetime))


def schedules(key, session, target_datetime):
    """Day-ahead and total schedules come in one answer."""
    return entsoe.ask_border(session, key, SCHEDULES, around(target_datetime))


def capacities(key, session, span, agreement):
    query = {"documentType": "A61", "Contract_MarketAgreement.Type": agreement}  # capitals as this item wants them
    answers = entsoe.ask_border(session, key, query, span, order=("export", "import"))
    return parse_exchange_capacity(key, answers, agreement)


def parse_consumption(zone_key, contents, source_type="measured"):
    """Load, which leaves the zone's market towards its consumers, hence the OUT series."""
    return [
        consumption(
            zone_key, start=step.start, end=step.end, source=SOURCE, load_mw=step.value, source_type=source_type)
        for step in entsoe.totals(contents, entsoe.OUT_OF_ZONE)
    ]


def parse_generation_forecast(zone_key, contents):
    """Total generation; the OUT series beside it is consumption of plants and stores."""
    return [
        total_production(zone_key, start=step.start, end=step.end, source=SOURCE, value_mw=step.value)
        for step in entsoe.totals(contents, entsoe.INTO_ZONE)
    ]


def overwrite(zone_key, forecasts):
    """Lists of forecast mixes as one: at each step what the last list has of a mode; coarse steps as in `table`."""
    mixes = [mix for forecast in forecasts for mix in forecast]
    rows = entsoe.table(
        (mode, [entsoe.Point(mix.start, mix.end, i)]) for i, mix in enumerate(mixes) for mode in mix.modes)
    return [
        production(
            zone_key, start=row.start, end=row.end, source=SOURCE, source_type="forecasted", negative="zero",
            modes={mode: mixes[i].modes[mode] for mode, i in row.values.items()})
        for row in rows
    ]


def parse_production_capacity(contents, at):
    """Installed MW per mode in the year that holds the moment `at`; years begin at midnight in Brussels."""
    year = times.day(at, entsoe.MARKET_TIMEZONE).year
    return installed(times.read_day(f"{year}-01-01"), entsoe.installed_parts(contents, at), source=SOURCE)


def parse_exchange(key, answers):
    """Net flow: export − import, a direction without a value at a start counting as 0."""
    return [net(key, row, row.values) for row in entsoe.border_rows(answers)]


def parse_exchange_forecast(key, answers):
    """Net schedule: the total one where there is one, else the day-ahead one."""
    events = []
    for row in entsoe.border_rows(answers):
        totalled = {flow.pair for flow in row.values if flow.agreement == entsoe.TOTAL}
        chosen = {
            flow: power_mw for flow, power_mw in row.values.items()
            if flow.agreement == (entsoe.TOTAL if flow.pair in totalled else entsoe.DAY_AHEAD)}
        events += [net(key, row, chosen, "forecasted")] if chosen else []
    return events


def net(key, row, values, source_type="measured"):
    first, second = split_key(key)
    return exchange(
        first, second, start=row.start, end=row.end, source=SOURCE, source_type=source_type,
        flow_mw=(gross(values, "export") or 0.0) - (gross(values, "import") or 0.0))


def gross(values, direction):
    """MW in one direction over all pairs of areas of an exchange; None if there is no value."""
    return total(power_mw for flow, power_mw in values.items() if flow.direction == direction)


def parse_scheduled_exchanges(key, answers, agreement):
    """Schedules of one market agreement, both directions; one that is not given is 0."""
    events = []
    for row in entsoe.border_rows(answers):
        values = {flow: power_mw for flow, power_mw in row.values.items() if flow.agreement == agreement}
        if values:
            events.append(scheduled_exchange(
                key, start=row.start, end=row.end, source=SOURCE, market_agreement=AGREEMENTS[agreement],
                export_mw=gross(values, "export") or 0.0, import_mw=gross(values, "import") or 0.0))
    return events


def parse_exchange_capacity(key, answers, agreement):
    """Forecast limits of both directions; one that is not given stays unknown."""
    return [
        transfer_capacity(
            key, start=row.start, end=row.end, source=SOURCE, market_agreement=AGREEMENTS[agreement],
            export_mw=gross(row.values, "export"), import_mw=gross(row.values, "import"))
        for row in entsoe.border_rows(answers)
    ]
