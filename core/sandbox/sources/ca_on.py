"""IESO, Ontario: XML reports per day of units' output, interties, prices, adequacy, and forecasts of wind and sun.

Traps it has: EST all year; hours 1-24 and intervals 1-12 named by their end; two schemas with namespaces of their own;
units of which some have no number, and batteries under OTHER that only show what they give; several interties to a
border, some against the others, positive out of Ontario; demand beside the peak with the same child names; forecasts of
grid and embedded plants beside each other, zone by zone around the total, and a little below 0 at night; HOEP up to
April 2025 and a day-ahead price since. No notice is in effect.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply, whole

HOSTS = ("reports-public.ieso.ca", "reports.ieso.ca", "www.ieso.ca")
ZONE, TIMEZONE = "CA-ON", "Etc/GMT+5"
REPORT = re.compile(r"/public/(\w+)/PUB_(\w+?)(?:_(\d{8}))?\.xml")
NOTICES = "/ieso/api/table/data"
HOUR_S, INTERVAL_S = 3600, 300
KEPT_DAYS, AHEAD_DAYS, SUMMARY_HOURS = 90, 34, 48
OUTPUT_DELAY_MIN, FLOW_DELAY_MIN = 15, 30
TOMORROWS_PRICES_H = 14
MARKET_RENEWAL = times.read_day("2025-05-01")

UNITS = {
    "biomass": ("BIOFUEL", (0.7, 0.3)), "gas": ("GAS", (0.3, 0.3, 0.2, 0.2)),
    "hydro": ("HYDRO", (0.3, 0.3, 0.2, 0.1, 0.1)), "nuclear": ("NUCLEAR", (0.2, 0.2, 0.2, 0.15, 0.15, 0.1)),
    "solar": ("SOLAR", (0.6, 0.4)), "wind": ("WIND", (0.5, 0.3, 0.2)),
}
"""Mode → IESO's fuel, and the part that each of its units makes."""
LABELS = {
    mode: {f"{fuel} SIM-G{number}": share for number, share in enumerate(shares, start=1)}
    for mode, (fuel, shares) in UNITS.items()
}
OUT_OF_ORDER = "GAS SIM-G9"
"""A unit that stands still: its hours have no number."""
BATTERIES = {"SIMULATED BESS": 0.5, "SIMULATED BATTERY FACILITY": 0.3, "SIMULATED ENERGY STORAGE": 0.2}
INTERTIES = {
    "CA-MB": {"MANITOBA": 1.1, "MANITOBA SK": -0.1}, "US-MIDW-MISO": {"MICHIGAN": 0.9, "MINNESOTA": 0.1},
    "US-NY-NYIS": {"NEW-YORK": 1.0},
    "CA-QC": {
        "PQ.AT": 0.5, "PQ.B5D.B31L": 0.2, "PQ.D4Z": 0.05, "PQ.D5A": 0.1, "PQ.H4Z": 0.02, "PQ.H9A": 0.03,
        "PQ.P33C": 0.15, "PQ.Q4C": 0.05, "PQ.X2Y": -0.1,
    },
}
"""Border → its interties, with the part of its flow that each carries; some carry the other way."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
IMO, IESO = "http://www.theIMO.com/schema", "http://www.ieso.ca/schema"
AREAS = {"BRUCE": 0.3, "NORTHEAST": 0.2, "OntarioTotal": 1.0, "SOUTHWEST": 0.4, "WEST": 0.1}
"""Zones of a forecast, and the total among them."""
ORGANIZATIONS = {"MARKET PARTICIPANT": 1.0, "EMBEDDED": 0.4}
"""Whose plants, and what they make as a part of what those on the grid make."""
FORECAST_FUELS = {"solar": "Solar", "wind": "Wind"}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a report of one day (without a day: of today), or of a table of notices."""
    if asked.host == "www.ieso.ca":
        return json_reply([{"TableRows": []}]) if asked.path == NOTICES else NOT_FOUND
    found = REPORT.fullmatch(asked.path)
    if found is None or found[1] != found[2] or found[1] not in REPORTS:
        return NOT_FOUND
    today = times.day(readings.now, TIMEZONE)
    day = times.read_day(found[3], "YYYYMMDD") if found[3] else today
    if not -KEPT_DAYS <= (day - today).days <= AHEAD_DAYS:
        return NOT_FOUND
    text = REPORTS[found[1]](readings, day)
    return text_reply(text, "text/xml") if text else NOT_FOUND


def element(name: str, *content: object) -> str:
    return f"<{name}>{''.join(map(str, content))}</{name}>"


def imo_document(title: str, *body: str) -> str:
    head = element("IMODocHeader", element("DocTitle", title))
    return f'{HEAD}<IMODocument xmlns="{IMO}">{head}{element("IMODocBody", *body)}</IMODocument>'


def ieso_document(name: str, created: datetime, *body: str) -> str:
    head = element("DocHeader", element("DocTitle", name), element("CreatedAt", stamp(created)))
    return f'{HEAD}<Document docID="{name}" xmlns="{IESO}">{head}{element("DocBody", *body)}</Document>'


def stamp(moment: datetime) -> str:
    return f"{times.local(moment, TIMEZONE):%Y-%m-%dT%H:%M:%S}"


def day_steps(day: date, step_s: int, out: datetime | None = None) -> Steps:
    """The steps of a day; those that are out by a moment."""
    start = times.midnight(day, TIMEZONE)
    end = times.shift(start, days=1)
    return steps_between(start, min(end, out or end), step_s)


def hourly(tag: str, hour_tag: str, value_tag: str, values: Iterable[object], first: int = 1) -> str:
    """Elements of hours, numbered; a value of None has no element."""
    return "".join(
        element(tag, element(hour_tag, hour), "" if value is None else element(value_tag, value))
        for hour, value in enumerate(values, start=first)
    )


def outputs(readings: Readings, day: date) -> str:
    """GenOutputCapability: MW of every unit and hour that is over."""
    steps = day_steps(day, HOUR_S, times.shift(readings.now, minutes=-OUTPUT_DELAY_MIN))
    if not steps.count:
        return ""
    given = np.maximum(-readings.charge(ZONE, steps).get("battery", np.zeros(steps.count)), 0.0)
    made = readings.labelled(ZONE, steps, LABELS)
    units = [unit(name, name.split()[0], whole(values)) for name, values in made.items()]
    units.append(unit(OUT_OF_ORDER, "GAS", [None] * steps.count))
    units += [unit(name, "OTHER", whole(part * given)) for name, part in BATTERIES.items()]
    return imo_document("Generators Output and Capability Report", element("Date", day), element("Generators", *units))


def unit(name: str, fuel: str, values: list[int] | list[None]) -> str:
    able = [200 + (value or 0) for value in values]
    is_variable = fuel in ("WIND", "SOLAR")
    capable = element("Capabilities", hourly("Capability", "Hour", "EnergyMW", able))
    available = element("Capacities", hourly("AvailCapacity", "Hour", "EnergyMW", able)) if is_variable else ""
    made = element("Outputs", hourly("Output", "Hour", "EnergyMW", values))
    return element("Generator", element("GeneratorName", name), element("FuelType", fuel), made, capable, available)


def interties(readings: Readings, day: date) -> str:
    """IntertieScheduleFlow: what was agreed for each hour and what flowed in its intervals, once the hour is over."""
    hours = day_steps(day, HOUR_S, times.shift(readings.now, minutes=-FLOW_DELAY_MIN))
    intervals = Steps(hours.start_s, INTERVAL_S, 12 * hours.count)
    if not hours.count:
        return ""
    zones = []
    for neighbour, parts in INTERTIES.items():
        agreed = readings.schedule((ZONE,), (neighbour,), hours)
        flow = readings.flow((ZONE,), (neighbour,), intervals)
        zones += [intertie(name, part * agreed, part * flow) for name, part in parts.items()]
    return imo_document("Intertie Schedule and Flow Report", element("Date", day), *zones)


def intertie(name: str, agreed: FloatArray, flow: FloatArray) -> str:
    schedules = (
        element("Schedule", element("Hour", hour), element("Import", max(-power, 0)), element("Export", max(power, 0)))
        for hour, power in enumerate(whole(agreed), start=1)
    )
    actuals = (
        element("Actual", element("Hour", hour), element("Interval", interval), element("Flow", f"{power:.1f}"))
        for hour, powers in enumerate(flow.reshape(-1, 12).tolist(), start=1)
        for interval, power in enumerate(powers, start=1)
    )
    parts = (element("Schedules", *schedules), element("Actuals", *actuals))
    return element("IntertieZone", element("IntertieZoneName", name), *parts)


def hoep(readings: Readings, day: date) -> str:
    """DispUnconsHOEP: the price of the hours that are over, up to the market renewal."""
    steps = day_steps(day, HOUR_S, readings.now)
    if day >= MARKET_RENEWAL or not steps.count:
        return ""
    prices = [f"{price:.2f}" for price in readings.price(ZONE, steps).tolist()]
    rows = element("HOEPs", hourly("HOEP", "Hour", "Price", prices))
    return imo_document("Hourly Ontario Energy Price", element("Date", day), rows)


def zonal_price(readings: Readings, day: date) -> str:
    """DAHourlyOntarioZonalPrice: out for the next day from the afternoon on."""
    local = times.local(readings.now, TIMEZONE)
    last = times.day(readings.now, TIMEZONE, 1 if local.hour >= TOMORROWS_PRICES_H else 0)
    if not MARKET_RENEWAL <= day <= last:
        return ""
    rows = (
        element(
            "HourlyPriceComponents", element("PricingHour", hour), element("ZonalPrice", f"{price:.2f}"),
            element("LossPriceCapped", "0.31"), element("CongestionPriceCapped", "-0.12"))
        for hour, price in enumerate(readings.price(ZONE, day_steps(day, HOUR_S)).tolist(), start=1)
    )
    return ieso_document("DAHourlyOntarioZonalPrice", readings.now, element("DeliveryDate", day), *rows)


def adequacy(readings: Readings, day: date) -> str:
    """Adequacy2: capacities of all fuels, forecasts of sun and wind, and of demand."""
    steps = day_steps(day, HOUR_S)
    ahead, installed = readings.wind_solar_forecast(ZONE, steps), readings.installed(ZONE)
    resources = (resource(mode, installed.get(mode, 0.0), ahead.get(mode)) for mode in UNITS)
    load = readings.load_forecast(ZONE, steps)
    demands = (
        element(tag, hourly("Demand", "DeliveryHour", "EnergyMW", whole(factor * load)))
        for tag, factor in (("ForecastOntDemand", 1.0), ("PeakDemand", 1.02), ("AverageDemand", 0.99))
    )
    supply = element("ForecastSupply", element("InternalResources", *resources))
    demand = element("ForecastDemand", element("OntarioDemand", *demands))
    return ieso_document("Adequacy2", readings.now, element("DeliveryDate", day), supply, demand)


def resource(mode: str, installed_mw: float, ahead: FloatArray | None) -> str:
    capacities = element("Capacities", hourly("Capacity", "DeliveryHour", "EnergyMW", [round(installed_mw)] * 24))
    forecasts = "" if ahead is None else element(
        "Forecasts", hourly("Forecast", "DeliveryHour", "EnergyMW", whole(ahead)))
    return element("InternalResource", element("FuelType", UNITS[mode][0].title()), capacities, forecasts)


def summary(readings: Readings, day: date) -> str:
    """VGForecastSummary: the next 48 hours, as they were seen at the last full hour of the day so far."""
    start = times.midnight(day, TIMEZONE)
    if start > readings.now:
        return ""
    issued = times.floor(min(readings.now, times.shift(start, hours=23.5)), 60)
    steps = Steps(int(issued.timestamp()) + HOUR_S, HOUR_S, SUMMARY_HOURS)
    ahead = readings.wind_solar_forecast(ZONE, steps)
    body = (
        organization(name, steps, {mode: part * values for mode, values in ahead.items()})
        for name, part in ORGANIZATIONS.items()
    )
    return ieso_document("VGForecastSummary", readings.now, element("ForecastTimeStamp", stamp(issued)), *body)


def organization(name: str, steps: Steps, ahead: Mapping[str, FloatArray]) -> str:
    fuels = (
        element("FuelData", element("FuelType", FORECAST_FUELS[mode]), *(
            element("ResourceData", element("ZoneName", area), *by_day(steps, part * values))
            for area, part in AREAS.items()))
        for mode, values in ahead.items()
    )
    return element("OrganizationData", element("OrganizationType", name), *fuels)


def by_day(steps: Steps, values: FloatArray) -> Iterable[str]:
    """The hours, day by day; what is nothing is forecast a little below."""
    numbers = [f"{value:.1f}" if value >= 0.05 else "-0.1" for value in values.tolist()]
    local = [times.local(start, TIMEZONE) for start in steps.starts()]
    for day in sorted({at.date() for at in local}):
        here = {at.hour: number for at, number in zip(local, numbers, strict=True) if at.date() == day}
        intervals = hourly("ForecastInterval", "ForecastHour", "MWOutput", here.values(), first=min(here) + 1)
        yield element("EnergyForecast", element("ForecastDate", day), intervals)


REPORTS: dict[str, Callable[[Readings, date], str]] = {
    "GenOutputCapability": outputs, "IntertieScheduleFlow": interties, "DispUnconsHOEP": hoep,
    "DAHourlyOntarioZonalPrice": zonal_price, "Adequacy2": adequacy, "VGForecastSummary": summary,
}
