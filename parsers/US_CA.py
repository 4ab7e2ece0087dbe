"""CAISO, California's system operator: CSV files of its page Today's Outlook, and its market service OASIS; no key.

Docs     https://www.caiso.com/todays-outlook/supply, https://oasis.caiso.com (OASIS interface specification)
Serves   production with storage, load and forecasts of US-CAL-CISO
Time     5 min, stamped at the start by the clock of America/Los_Angeles; forecasts: 1 h, stamped at the start, UTC
Unit     MW
Sign     batteries: source + is discharging; hydro below 0 is pumping; imports are no production
History  a day per call, since 2018-04-10; forecasts: a week from any moment
Licence  CAISO's terms of use

A stamp is hour and minute only: the file's day comes with the address, and the repeated autumn hour is told by order.
The file of a day that is over ends with the next day's 00:00, which is left out here. A day without a file is answered
by a page, or by 404. Addresses outside the USA are refused at times: GRIDTRACE_PROXY_US_CA names a proxy.
OASIS takes a request every five seconds, and says in an XML document inside its archive that it has nothing.
Differs  the other project looks for that last row with two letters O and so stamps it on the midnight before; here load
         is the column of current demand by its name, not its place.
"""

from core import by_label, consumption, errors, http, number, production, require, source, times
from core.values import csv_rows, each, mode_of

SOURCE = "caiso.com"
URL = "https://www.caiso.com/outlook"
OASIS_URL = "https://oasis.caiso.com/oasisapi/SingleZip"
TIMEZONE = "America/Los_Angeles"
STAMP = "YYYY-MM-DD HH:mm"
MODES = {
    "Solar": "solar",
    "Wind": "wind",
    "Geothermal": "geothermal",
    "Biomass": "biomass",
    "Biogas": "biomass",
    "Coal": "coal",
    "Nuclear": "nuclear",
    "Natural Gas": "gas",
    "Other": "unknown",
}
HYDRO = ("Small hydro", "Large Hydro")
STORAGE = {"Batteries": "battery"}
NOT_OUTPUT = ("Time", "Imports", *HYDRO, *STORAGE)
DEMAND = "current demand"
WHOLE_AREA = "CA ISO-TAC"
RENEWABLES = {"Solar": "solar", "Wind": "wind"}
DEMAND_FORECAST = {"queryname": "SLD_FCST", "market_run_id": "7DA"}
RENEWABLES_FORECAST = {"queryname": "SLD_REN_FCST", "market_run_id": "DAM"}
NOTHING = "1000"
"""OASIS's code of an error that is none: no data for this question."""
FORECAST_H = 168

DAY = {"resolution_min": 5, "window_h": 24, "day_of": TIMEZONE, "history": "2018-04-10", "refetch_h": 24}
AHEAD = {"resolution_min": 60, "window_h": 0, "ahead_h": FORECAST_H - 1, "history": "any", "rate_per_min": 12}


@source(**DAY, delay_h=0.25)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(day_file(session, "fuelsource", target_datetime), day_of(target_datetime), zone_key)


@source(**DAY, delay_h=0.25)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(day_file(session, "netdemand", target_datetime), day_of(target_datetime), zone_key)


@source(**AHEAD, delay_h=0)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption_forecast(oasis(session, DEMAND_FORECAST, target_datetime), zone_key)


@source(**AHEAD, delay_h=0)
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_wind_solar_forecasts(oasis(session, RENEWABLES_FORECAST, target_datetime), zone_key))


def day_of(target):
    return times.day(target, TIMEZONE)


def day_file(session, name, target):
    """A file of the asked day: of the present one up to now."""
    day = day_of(target)
    if day >= day_of(None):
        return http.body_text(http.get(session, f"{URL}/current/{name}.csv"))
    answer = http.get(session, f"{URL}/history/{day:%Y%m%d}/{name}.csv")
    try:
        return http.body_text(answer)
    except errors.SourceChanged as err:  # the page that stands for a day without a file
        raise errors.NoData(f"CAISO has no {name} of {day}.") from err


def oasis(session, query, target):
    """The table that answers a question about the week that follows."""
    span = times.window(times.floor(times.at(target, TIMEZONE), 60), hours=0, ahead_hours=FORECAST_H)
    first, last = (times.text(at, "YYYYMMDDTHH:mm[-0000]") for at in span)
    params = {"resultformat": "6", **query, "version": "1", "startdatetime": first, "enddatetime": last}
    content = http.body_zip(http.get(session, OASIS_URL, params=params))
    if not content.lstrip().startswith(b"<"):
        return content.decode("utf-8-sig")
    root = http.body_xml(content)
    if root.findtext(".//ERR_CODE", "").strip() == NOTHING:
        raise errors.NoData(f"OASIS has no {query['queryname']} between {first} and {last}.")
    raise errors.SourceChanged(f"OASIS answered {' '.join(' '.join(root.itertext()).split())[-200:]!r}.")


def of_day(text, day, *columns):
    """(start, row) of a day's file; the row of the midnight that ends the day is left out."""
    table = [row for row in csv_rows(text, "Time", *columns) if row["Time"].strip()]
    rows = each(table, lambda row: (stamp_of(row, day), row))
    rows = [one for at, one in enumerate(rows) if at == 0 or not one[0].endswith(" 00:00")]
    if not rows:
        raise errors.NoData(f"CAISO's file of {day} has no rows yet.")
    starts = times.read_in_order([stamp for stamp, _ in rows], TIMEZONE, STAMP)
    return [(start, row) for start, (_, row) in zip(starts, rows, strict=True)]


def stamp_of(row, day):
    """A row's moment in local time; SourceChanged if it is none."""
    stamp = f"{day} {row['Time'].strip()}"
    times.read(stamp, TIMEZONE, STAMP)
    return stamp


def parse_production(text, day, zone_key):
    """One mix per five minutes, of those that have any number."""
    found = of_day(text, day, *MODES, *HYDRO, *STORAGE)
    known = [one for one in found if any(number(one[1][fuel]) is not None for fuel in MODES)]
    if not known:
        raise errors.NoData(f"CAISO has no production of {day} yet.")
    return [mix(start, row, zone_key) for start, row in known]


def mix(start, row, zone_key):
    """One row's mix: each hydro column is judged by itself, since what one pumps is not what the other gives less."""
    water_mw = [power_mw for column in HYDRO if (power_mw := number(row[column])) is not None]
    pumped_mw = [0.0 - power_mw for power_mw in water_mw if power_mw < 0]
    return production(
        zone_key, start=start, source=SOURCE, negative="zero",
        modes={**by_label(row, MODES, known=NOT_OUTPUT), "hydro": [max(power_mw, 0.0) for power_mw in water_mw]},
        storage={**by_label(row, STORAGE, sign=-1), "hydro": pumped_mw})


def parse_consumption(text, day, zone_key):
    """The load per five minutes, of those that are over."""
    head = text.partition("\n")[0].split(",")
    column = require(next((name.strip() for name in head if DEMAND in name.lower()), None), f"column of {DEMAND}")
    found = [(start, number(row[column])) for start, row in of_day(text, day, column)]
    return loads(zone_key, found, "measured")


def parse_consumption_forecast(text, zone_key):
    """The load of the whole area per hour, oldest first."""
    rows = csv_rows(text, "INTERVALSTARTTIME_GMT", "TAC_AREA_NAME", "MW")
    whole = [(start_of(row), number(row["MW"])) for row in rows if row["TAC_AREA_NAME"] == WHOLE_AREA]
    if rows and not whole:
        raise errors.SourceChanged(f"OASIS's forecast has no area {WHOLE_AREA}.")
    return loads(zone_key, sorted(whole), "forecasted")


def loads(zone_key, found, source_type):
    """The load at each of these moments that have one."""
    known = [(start, load_mw) for start, load_mw in found if load_mw is not None]
    if not known:
        raise errors.NoData("CAISO has no load of this time yet.")
    return [consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw, source_type=source_type)
            for start, load_mw in known]


def parse_wind_solar_forecasts(text, zone_key):
    """Sun and wind per hour: the sum of the trading hubs, None where one of them is missing."""
    hours, hubs = {}, {}
    for row in csv_rows(text, "INTERVALSTARTTIME_GMT", "TRADING_HUB", "RENEWABLE_TYPE", "MW"):
        mode, hub, power_mw = mode_of(row["RENEWABLE_TYPE"], RENEWABLES), row["TRADING_HUB"], number(row["MW"])
        hubs.setdefault(mode, set()).add(hub)
        if power_mw is not None:
            hours.setdefault(start_of(row), {}).setdefault(mode, {})[hub] = power_mw
    if not hours:
        raise errors.NoData("OASIS's forecast of sun and wind is empty.")
    for start, modes in sorted(hours.items()):
        whole = {mode: sum(powers.values()) for mode, powers in modes.items() if powers.keys() == hubs[mode]}
        if whole:
            yield production(
                zone_key, start=start, source=SOURCE, modes=whole, negative="zero", source_type="forecasted")


def start_of(row):
    return times.read(row["INTERVALSTARTTIME_GMT"])
