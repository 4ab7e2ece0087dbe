"""IESO, Ontario's system operator: public XML reports, one file per day and report; no key.

Docs     https://www.ieso.ca/power-data (reports: https://reports-public.ieso.ca/public/, schemas: /docrefs/schema/)
Serves   production (with battery discharge), price, consumption and wind/solar forecast, alerts, capacity CA-ON;
         flows to CA-MB, CA-QC, US-MIDW-MISO, US-NY-NYIS
Time     hours 1-24 and 5-min intervals 1-12 are named by their end, on EST all year (UTC-5, no summer time)
Unit     MWh per hour = MW; prices CAD/MWh
Sign     flows: source + is out of Ontario; batteries: only discharge is published, as +
History  about 3 months; live two days, forecasts today and the 7 days after it
Licence  IESO Terms of Use: public reports are free to use with attribution

Only units of 20 MW and more on the transmission grid are reported. OTHER is batteries (by name) and the odd test plant,
which is left out with a warning. The price is HOEP up to 2025-04-30 and the day-ahead zonal price since the market
renewal.
Differs  the wind and solar forecast holds market participants only, as production does, each hour once: from the
         newest VGForecastSummary that has it, else from Adequacy2, which is asked for the days without a summary of
         their own; the other project adds embedded plants, and both reports where they overlap.
Length   it reads seven kinds from eight reports
"""

from core import (
    by_label,
    consumption,
    errors,
    exchange,
    grid_alert,
    http,
    installed,
    price,
    production,
    source,
    times,
    values,
)
from core.platforms import spreadsheets
from core.platforms.ieso import SITE, TIMEZONE, day_of, hours, notices, report, whole

SOURCE = "ieso.ca"
NOTICES = (
    {"source": "E6324F9AEEA84B658C34E78C92E0BCEF", "ctx": "3435D509-B2FC-4B5D-824A-A21A8BC45822"},
    {"source": "92EEB31A6F184529B467FD465EE8EFA2", "ctx": "DEA30159-2D04-48E5-9358-2B4FBAC28B83"},
)
"""The tables of emergency and of day-0 notices."""
ALERTS = {"ALERT": "informational", "WARNING": "informational", "ACTION": "action"}
WORKBOOK = (
    f"{SITE}/-/media/Files/IESO/Document-Library/planning-forecasts/reliability-outlook/ReliabilityOutlookTables_{{}}.ashx"
)
SHEET, FUEL, INSTALLED = "Table 4.1", "Fuel Type", "Total Installed Capacity"
MARKET_RENEWAL = times.read_day("2025-05-01")
PRICES = {"HOEP": ("Hour", "Price"), "HourlyPriceComponents": ("PricingHour", "ZonalPrice")}
FORECAST_DAYS = 8
MODES = {
    "NUCLEAR": "nuclear",
    "GAS": "gas",
    "HYDRO": "hydro",
    "WIND": "wind",
    "SOLAR": "solar",
    "BIOFUEL": "biomass",
}
STORAGE = {"BATTERY": "battery"}
BATTERY_NAMES = ("BESS", "BATTERY", "STORAGE")
INSTALLED_MODES = {
    "Nuclear": "nuclear",
    "Hydroelectric": "hydro",
    "Gas/Oil": "gas",
    "Wind": "wind",
    "Biofuel": "biomass",
    "Solar": "solar",
}
BORDERS = {
    "MANITOBA": "CA-MB",
    "MANITOBA SK": "CA-MB",
    "MICHIGAN": "US-MIDW-MISO",
    "MINNESOTA": "US-MIDW-MISO",
    "NEW-YORK": "US-NY-NYIS",
    **dict.fromkeys(
        ("PQ.AT", "PQ.B5D.B31L", "PQ.D4Z", "PQ.D5A", "PQ.H4Z", "PQ.H9A", "PQ.P33C", "PQ.Q4C", "PQ.X2Y"), "CA-QC"
    ),
}

DAY = {"window_h": 24, "day_of": TIMEZONE, "history": "90 days"}


@source(resolution_min=60, **DAY, delay_h=0.3, refetch_h=48)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return read(session, "GenOutputCapability", measured_days(target_datetime), parse_production)


@source(resolution_min=5, **DAY, delay_h=1.5, refetch_h=48)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    neighbour = zone_key2 if zone_key1 == "CA-ON" else zone_key1
    return read(session, "IntertieScheduleFlow", measured_days(target_datetime), parse_exchange, neighbour)


@source(resolution_min=60, **DAY, delay_h=0)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    days = days_from(target_datetime, (0, 1) if target_datetime is None else (0,))
    name = "DispUnconsHOEP" if days[0] < MARKET_RENEWAL else "DAHourlyOntarioZonalPrice"
    return read(session, name, days, parse_price)


@source(resolution_min=60, **DAY, delay_h=0)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return read(session, "Adequacy2", days_from(target_datetime, range(FORECAST_DAYS)), parse_consumption_forecast)


@source(resolution_min=60, **DAY, delay_h=0)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    summaries, adequacies = [], []
    for day in days_from(target_datetime, range(FORECAST_DAYS)):
        if summary := report(session, "VGForecastSummary", day):
            summaries.append(summary)
        elif adequacy := report(session, "Adequacy2", day):
            adequacies.append(adequacy)
    return some(parse_wind_solar_forecasts(summaries, adequacies), "wind and solar forecast for these days")


@source(resolution_min=None, window_h=1, delay_h=0)
def fetch_grid_alerts(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("IESO lists the notices in effect only.")
    return [parse_alert(notice) for table in NOTICES for notice in notices(session, table)]


@source(resolution_min=None, window_h=2160, delay_h=0, history="any", extra="spreadsheets")
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    when = times.quarter_end(times.day(target_datetime, TIMEZONE))
    answer = http.get(session, WORKBOOK.format(times.text(times.midnight(when, TIMEZONE), "YYYYMMM", TIMEZONE)))
    if "Error-404" in answer.url:
        raise errors.NoData(f"IESO has no Reliability Outlook for the quarter that ended on {when}.")
    return parse_production_capacity(answer.content, when)


def days_from(target_datetime, shifts):
    """Days on IESO's clock, counted from the asked one."""
    return [times.day(target_datetime, TIMEZONE, shift_days) for shift_days in shifts]


def measured_days(target_datetime):
    """The asked day; live also the day before, whose last hour is published after midnight."""
    return days_from(target_datetime, (-1, 0) if target_datetime is None else (0,))


def read(session, name, days, parse, *more):
    """The events of the files that there are of these days."""
    contents = [content for day in days if (content := report(session, name, day))]
    return some((event for content in contents for event in parse(content, *more)), f"{name} of {days[0]}")


def some(events, what):
    """The events as a list; NoData if there is none."""
    if not (found := list(events)):
        raise errors.NoData(f"IESO has no {what}; it keeps about three months.")
    return found


def parse_production(content):
    """One mix per hour, summed over units."""
    root = http.body_xml(content)
    day, mixes = day_of(root, "Date"), {}
    for unit in root.iter("Generator"):
        label = unit_label(unit.findtext("GeneratorName", ""), unit.findtext("FuelType"))
        if label in MODES or label in STORAGE:
            for start, output_mw in hours(unit.iterfind("Outputs/Output"), day, "Hour", "EnergyMW"):
                mixes.setdefault(start, []).append((label, output_mw))
    for start, mix in sorted(mixes.items()):
        yield production(
            "CA-ON", start=start, source=SOURCE,
            modes=by_label(mix, MODES), storage=by_label(mix, STORAGE, sign=-1))


def unit_label(name, fuel):
    """What a unit is counted under: its fuel, or BATTERY for a battery among OTHER."""
    if fuel == "OTHER" and any(word in name.upper() for word in BATTERY_NAMES):
        return "BATTERY"
    if fuel not in MODES:
        values.log.warning("unit %r of unknown fuel %r; left out", name, fuel)
    return fuel


def parse_exchange(content, neighbour):
    """The flow of one border per 5 minutes, summed over its interties."""
    root = http.body_xml(content)
    day, flows = day_of(root, "Date"), {}
    for intertie in root.iter("IntertieZone"):
        name = intertie.findtext("IntertieZoneName")
        if name not in BORDERS:
            values.log.warning("unknown intertie %r; left out", name)
        for actual in intertie.iterfind("Actuals/Actual") if BORDERS.get(name) == neighbour else ():
            interval = 12 * (whole(actual, "Hour") - 1) + whole(actual, "Interval")
            flows.setdefault(interval, []).append(values.number(actual.findtext("Flow")))
    for interval, flows_mw in sorted(flows.items()):
        yield exchange(
            "CA-ON", neighbour, start=times.period(day, interval, 5, TIMEZONE), source=SOURCE,
            flow_mw=None if None in flows_mw else sum(flows_mw))


def parse_price(content):
    """One price per hour, of HOEP or of the day-ahead report."""
    root = http.body_xml(content)
    day = day_of(root, "Date", "DeliveryDate")
    for tag, (hour_tag, price_tag) in PRICES.items():
        for start, price_mwh in hours(root.iterfind(f".//{tag}"), day, hour_tag, price_tag):
            yield price("CA-ON", start=start, source=SOURCE, price_mwh=price_mwh, currency="CAD")


def parse_consumption_forecast(content):
    """Ontario's demand per hour; PeakDemand and others beside it have the same children."""
    root = http.body_xml(content)
    day = day_of(root, "DeliveryDate")
    demand = values.require(root.find(".//ForecastOntDemand"), "ForecastOntDemand")
    for start, load_mw in hours(demand.iterfind("Demand"), day, "DeliveryHour", "EnergyMW"):
        yield consumption("CA-ON", start=start, source=SOURCE, load_mw=load_mw, source_type="forecasted")


def parse_wind_solar_forecasts(summaries, adequacies):
    """One mix per hour of VGForecastSummary files, oldest first, and of Adequacy2 files for the hours they lack."""
    found = {}
    for content in adequacies:
        found |= adequacy_forecast(content)
    for content in summaries:
        found |= summary_forecast(content)
    for start in sorted({start for start, _ in found}):
        modes = {mode: output_mw for (at, mode), output_mw in found.items() if at == start}
        yield production(
            "CA-ON", start=start, source=SOURCE, modes=modes, negative="zero", source_type="forecasted")


def adequacy_forecast(content):
    """(start, mode) → MW of the resources with a forecast: wind and solar."""
    root = http.body_xml(content)
    day = day_of(root, "DeliveryDate")
    return {
        (start, values.mode_of(resource.findtext("FuelType", "").upper(), MODES)): output_mw
        for resource in root.iter("InternalResource")
        for start, output_mw in hours(resource.iterfind("Forecasts/Forecast"), day, "DeliveryHour", "EnergyMW")
    }


def summary_forecast(content):
    """(start, mode) → MW of the market participants' totals."""
    found = {
        (start, values.mode_of(fuel.findtext("FuelType", "").upper(), MODES)): output_mw
        for organization in http.body_xml(content).iter("OrganizationData")
        if organization.findtext("OrganizationType") == "MARKET PARTICIPANT"
        for fuel in organization.iterfind("FuelData")
        for area in fuel.iterfind("ResourceData")
        if area.findtext("ZoneName") == "OntarioTotal"
        for day in area.iterfind("EnergyForecast")
        for start, output_mw in hours(
            day.iterfind("ForecastInterval"), day_of(day, "ForecastDate"), "ForecastHour", "MWOutput")
    }
    return values.require(found or None, "OntarioTotal of MARKET PARTICIPANT")


def parse_alert(notice):
    """The alert of one notice."""
    return grid_alert(
        "CA-ON", issued=notice["issued"], source=SOURCE, message="\n".join(notice["texts"]), start=notice["start"],
        end=notice["end"],
        alert_type=next((kind for word, kind in ALERTS.items() if word in notice["type"].upper()), "undefined"))


def parse_production_capacity(content, when):
    """Installed MW per mode; the other rows are totals and notes."""
    rows = [[" ".join(str(cell or "").split()) for cell in row] for row in spreadsheets.rows(content, SHEET)]
    head = values.require(next((row for row in rows if FUEL in row), None), f"column {FUEL!r}")
    column = values.require(next((i for i, name in enumerate(head) if name.startswith(INSTALLED)), None), INSTALLED)
    modes = by_label([(row[head.index(FUEL)], row[column]) for row in rows], INSTALLED_MODES)
    return installed(when, values.require(modes or None, "known fuel type"), source=SOURCE)
