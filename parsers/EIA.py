"""EIA, the U.S. Energy Information Administration: hourly grid monitor (EIA-930) and generators (EIA-860M), free key.

Docs     https://www.eia.gov/opendata/documentation.php, https://www.eia.gov/electricity/gridmonitor/about
Serves   production, consumption, its forecast and capacity of the balancing areas US-*; flows of these and to Canada
Time     1 h, stamped at the END, UTC
Unit     MWh of the hour, which is its mean MW
Sign     flows: source + is out of the reporting area; BAT and PS: source + is discharging; WAT below 0 is pumping
History  demand and flows since 2015-07-01, by fuel since 2018-07-01; an asked moment gives three days
Token    EIA_KEY, free: https://www.eia.gov/opendata/register.php
Licence  public domain (U.S. federal statistics); EIA asks to be named with the date

Small areas that only generate are counted in the neighbour that takes their power (TRANSFERS); negatives are judged
per area and fuel before adding, so one area's pumping is not netted with another's output. A fuel is known by what was
asked for, the newer codes by their own `fueltype`. OES and UES, storage of no known kind, are left out.
Areas correct their hours for days (EIA-930 takes revisions); three days are read again with every call.
WACM and WAUW ended on 2026-03-31, when SPP took them in: their zones and ties have a past and no present.
Differs: a null beside a share is a gap and no error; a real 0 stays 0; SNB, WNB and UNK are read, so that plants with a
battery are not lost; a supplier's hours alone do not make an hour of the zone that takes its power; capacity is paged.

Length   its tables of transfers and technologies
"""

from core import errors, installed, number, production, require, source, times
from core.kinds import CAPACITY_MODES
from core.platforms import eia
from core.values import mode_of

SOURCE = eia.SOURCE
URL = eia.URL
TIMEZONE = "UTC"
FIRST_BY_FUEL = "2018-07-01T00:00Z"
MODES = {
    "BM": "biomass",
    "COL": "coal",
    "NG": "gas",
    "GEO": "geothermal",
    "WAT": "hydro",
    "NUC": "nuclear",
    "OIL": "oil",
    "SUN": "solar",
    "OTH": "unknown",
    "WND": "wind",
    "UNK": "unknown",
    "SNB": "solar",
    "WNB": "wind",
}
STORAGE = {"BAT": "battery", "PS": "hydro"}
FUELS = ("BM", "COL", "NG", "GEO", "WAT", "NUC", "OIL", "SUN", "OTH", "WND", "BAT", "PS")
NEWER = ("UNK", "SNB", "WNB")
OUTLIERS_MW = {"coal": -50, "gas": -20, "solar": -100, "wind": -20, "unknown": -50}
OUTLIER_MW = -10
VC_SUMMER = 0.3333333
"""Santee Cooper's (SC) part of the V.C. Summer nuclear plant, by EPA's eGRID; EIA books all of it under SCEG."""
OWN_SHARES = {("SCEG", "NUC"): 1 - VC_SUMMER}
TRANSFERS = {
    "SRP": {"DEAA": FUELS, "HGMA": FUELS},
    "NWMT": {"GWA": FUELS, "WWA": FUELS},
    "WALC": {"GRIF": FUELS},
    "PACW": {"AVRN": ("NG",)},
    "BPAT": {"AVRN": ("WND",)},
    "SOCO": {"AEC": FUELS},
    "FPL": {"NSB": FUELS},
    "AZPS": {"GRMA": ("NG",)},
    "SC": {"SCEG": ("NUC",)},
}
TRANSFER_SHARES = {("SC", "SCEG"): VC_SUMMER}
COUNTED_TWICE = {
    # Palo Verde, which SRP reports; and geothermal plants, which stand under GEO as well. Starts, both included.
    ("AZPS", "NUC"): ("2018-07-01T07:00Z", "2019-12-04T06:00Z"),
    ("IID", "OTH"): ("2025-01-01T08:00Z", "2025-02-12T07:00Z"),
}
CAPACITY_SOURCE = "EIA.gov"
CAPACITY_MONTHS_LATE = (2, 3, 4)
OPERATING = "Operating"
TECHNOLOGIES = {
    "Conventional Steam Coal": "coal",
    "Coal Integrated Gasification Combined Cycle": "coal",
    "Natural Gas Fired Combined Cycle": "gas",
    "Natural Gas Fired Combustion Turbine": "gas",
    "Natural Gas Internal Combustion Engine": "gas",
    "Natural Gas Steam Turbine": "gas",
    "Natural Gas with Compressed Air Storage": "gas",
    "Other Natural Gas": "gas",
    "Other Gases": "gas",
    "Petroleum Liquids": "oil",
    "Petroleum Coke": "oil",
    "Nuclear": "nuclear",
    "Conventional Hydroelectric": "hydro",
    "Hydroelectric Pumped Storage": "hydro storage",
    "Batteries": "battery storage",
    "Flywheels": "battery storage",
    "Onshore Wind Turbine": "wind",
    "Offshore Wind Turbine": "wind",
    "Solar Photovoltaic": "solar",
    "Solar Thermal with Energy Storage": "solar",
    "Solar Thermal without Energy Storage": "solar",
    "Geothermal": "geothermal",
    "Wood/Wood Waste Biomass": "biomass",
    "Landfill Gas": "biomass",
    "Municipal Solid Waste": "biomass",
    "Other Waste Biomass": "biomass",
    "All Other": "unknown",
}

ACCESS = {"tokens": (eia.KEY,), "rate_per_min": 300}
HOURLY = {"resolution_min": 60, "window_h": eia.PAST_H, "refetch_h": 72, **ACCESS}


@source(**HOURLY, delay_h=24, history="2018-07-01")
def fetch_production_mix(zone_key, session=None, target_datetime=None, logger=None):
    span = eia.past(target_datetime, FIRST_BY_FUEL)
    answers = [
        (area, fuel, fuel_rows(session, area, [fuel], span))
        for fuel in FUELS for area in areas(zone_key) if fuel in fuels_of(zone_key, area)
    ]
    for area in areas(zone_key):
        if fuels_of(zone_key, area) == FUELS:
            rows = fuel_rows(session, area, NEWER, span)
            answers += [(area, fuel, [row for row in rows if row.get("fueltype") == fuel]) for fuel in NEWER]
    return eia.given(parse_production_mix(zone_key, answers), zone_key)


@source(**HOURLY, delay_h=2, history="2015-07-01")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return eia.demand(session, zone_key, target_datetime)


@source(resolution_min=60, window_h=0, ahead_h=24 * eia.AHEAD_DAYS, history="2015-07-01", **ACCESS)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return eia.demand(session, zone_key, target_datetime, is_forecast=True)


@source(**HOURLY, delay_h=48, history="2015-07-01")
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return eia.interchange(session, zone_key1, zone_key2, target_datetime)


@source(resolution_min=None, window_h=744, delay_h=1440, history="any", **ACCESS)
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    asked = times.day(target_datetime, TIMEZONE)
    months = [asked] if target_datetime else [times.month_start(asked, -late) for late in CAPACITY_MONTHS_LATE]
    for day in months:
        if rows := generators(session, eia.respondent(zone_key), day):
            return parse_production_capacity(rows, day)
    raise errors.NoData(f"EIA has published no generators of {zone_key} for {months[0]:%Y-%m}.")


def areas(zone_key):
    """The respondents that make up a zone, its own first."""
    own = eia.respondent(zone_key)
    return [own, *TRANSFERS.get(own, ())]


def fuels_of(zone_key, area):
    """The fuels of a respondent that count for the zone."""
    return TRANSFERS.get(eia.respondent(zone_key), {}).get(area, FUELS)


def fuel_rows(session, area, fuels, span):
    facets = [("respondent", area), *(("fueltype", fuel) for fuel in fuels)]
    return eia.hourly(session, "fuel-type-data", facets, span)


def parse_production_mix(zone_key, answers):
    """One mix per hour of (area, fuel, rows) answers.

    A fuel may end months before the others, so the hours are those of the area's own series that reach furthest; a
    fuel without one of these hours is left out of it.
    """
    own = eia.respondent(zone_key)
    found = [(area, fuel, eia.series(rows)) for area, fuel, rows in answers]
    ours = [hours for area, _, hours in found if area == own and hours]
    newest = max((max(hours) for hours in ours), default=None)
    starts = sorted({start for hours in ours if max(hours) == newest for start in hours})
    return [parse_hour(zone_key, start, found) for start in starts]


def parse_hour(zone_key, start, found):
    own, modes, storage = eia.respondent(zone_key), {}, {}
    for area, fuel, hours in found:
        if (value_mw := hours.get(start)) is None:
            continue
        share = OWN_SHARES.get((area, fuel), 1) if area == own else TRANSFER_SHARES.get((own, area), 1)
        if fuel in STORAGE or (fuel == "WAT" and value_mw < 0):
            storage.setdefault(STORAGE.get(fuel, "hydro"), []).append(0.0 - share * value_mw)
        else:
            is_dropped = is_counted_twice(area, fuel, start)
            modes.setdefault(MODES[fuel], []).append(0.0 if is_dropped else share * output(MODES[fuel], value_mw))
    return production(zone_key, start=start, source=SOURCE, modes=modes, storage=storage)


def output(mode, value_mw):
    """A plant's own use is an output of 0; an outlier stays negative, for which the event says missing."""
    return 0.0 if OUTLIERS_MW.get(mode, OUTLIER_MW) < value_mw < 0 else value_mw


def is_counted_twice(area, fuel, start):
    first, last = COUNTED_TWICE.get((area, fuel), (None, None))
    return first is not None and times.read(first) <= start <= times.read(last)


def generators(session, area, day):
    """Every generator of an area in the month of a day."""
    query = [
        ("frequency", "monthly"), ("data[0]", "nameplate-capacity-mw"), ("facets[balancing_authority_code][]", area),
        ("start", f"{times.month_start(day)}"), ("end", f"{times.month_end(day)}"),
        ("sort[0][column]", "period"), ("sort[0][direction]", "desc"),
    ]
    return eia.pages(session, "operating-generator-capacity", query, is_paged=True)


def parse_production_capacity(rows, day):
    """Installed MW per mode of the generators in operation; a mode without any is 0."""
    parts = {mode: [0.0] for mode in CAPACITY_MODES}
    for row in rows:
        if row.get("statusDescription") == OPERATING:
            mode = mode_of(require(row.get("technology"), "technology"), TECHNOLOGIES)
            parts[mode].append(number(row.get("nameplate-capacity-mw")))
    return installed(day, parts, source=CAPACITY_SOURCE, digits=1)
