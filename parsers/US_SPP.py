"""SPP, the Southwest Power Pool: CSV files of its portal; public, no key.

Docs     https://portal.spp.org (generation-mix-historical, midterm-resource-forecast, historical-tie-flow,
         da-lmp-by-location, rtbm-lmp-by-location, and the charts of the load forecast and the interchange)
Serves   production with batteries, load, wind and solar forecast, prices at nodes US-CENT-SWPP; flows to US-CENT-SPA,
         US-MIDW-AECI, US-MIDW-MISO, US-NW-PSCO, US-NW-WACM, US-NW-WAUW, US-SW-EPE, US-SW-PNM, US-TEX-ERCO and CA-SK
Time     UTC. Production 5 min and flows 1 min, used as stamped; forecasts (an hour; of load 5 min at first) and prices
         (an hour of the day ahead, 5 min in real time) are stamped at their end. Files are named by Central time
Unit     MW; USD/MWh
Sign     flows: source + is out of SPP; `Energy Storage`: source + is discharging
History  production from 2011, flows from March 2014; forecasts of wind and sun and prices by day (the first is not
         documented); the load forecast is of the present
Licence  terms of SPP's portal

Since spring 2026 SPP runs a second area in the west, SWPW, for US-NW-WACM and US-NW-WAUW. Files stand apart by area or
have a column BAA; only SPP's own rows are read. A call for the present gives two hours of production, and two days of
flows; the past is in files of 365 days or a year, and of a month. A moment that lacks one of a border's ties is left
out: its sum would be wrong. No document says the sign of flows; it is taken for that of a net interchange. Of several
settlement locations at a node the first counts. Real-time prices of the repeated autumn hour are in files of one name.
Differs  from the other project, which stamps forecasts and prices at their end, calls the neighbour of the tie BLKW
         US-NW-PNM, leaves batteries out, and does not turn the sign where SPP is the second of a key
Length   it reads six kinds from ten kinds of files
"""

from core import by_label, consumption, errors, exchange, http, locational_price, production, source, times
from core.values import csv_stream, each, log, number, require

SOURCE = "spp.org"
URL = "https://portal.spp.org"
CHARTS = f"{URL}/chart-api"
TIMEZONE = "America/Chicago"
ZONE, AREA = "US-CENT-SWPP", "SPP"
MODES = {
    "Coal": "coal",
    "Natural Gas": "gas",
    "Gas": "gas",  # as what is self-scheduled of it is called
    "Diesel Fuel Oil": "oil",
    "Nuclear": "nuclear",
    "Hydro": "hydro",
    "Wind": "wind",
    "Solar": "solar",
    "Waste Disposal Services": "biomass",
    "Waste Heat": "unknown",
    "Other": "unknown",
}
STORAGE = {"Energy Storage": "battery"}
PARTS = (" Market", " Self")
"""Older files have a fuel in two columns: what the market scheduled of it, and what its owners did."""
STAMPS = ("GMT MKT Interval", "GMTTime", "GMTTIME")
"""The names of a moment's column, by file and year."""
NOT_FUELS = (*STAMPS, "Load", "Average Actual Load", "Short Term Load Forecast", "BAA")
BORDERS = {
    "CA-SK": ("SPC",),
    "US-CENT-SPA": ("SPA",),
    "US-MIDW-AECI": ("AECI",),
    "US-MIDW-MISO": ("ALTW", "AMRN", "CLEC", "DPC", "EES", "GRE", "MDU", "MEC", "NSP", "OTP"),
    "US-NW-PSCO": ("LAMAR",),
    "US-NW-WACM": ("SCSE", "SGE"),
    "US-NW-WAUW": ("MCWEST", "RCEAST"),
    "US-SW-EPE": ("EDDY",),
    "US-SW-PNM": ("BLKW",),
    "US-TEX-ERCO": ("ERCOTE", "ERCOTN"),
}
ENDED = ("US-NW-WACM", "US-NW-WAUW")
"""Zones whose ties may go with them: SWPW took them over."""
NOT_TIES = (*STAMPS, "SPP NSI", "SPP NAI", "SPP_NSI", "SPP_NAI", "SOUC", "TVA", "BAA")
"""The net interchange, scheduled and actual, and ties to areas that no exchange of ours goes to."""
SPLIT = times.read_day("2026-03-01")
"""From this month on, files of flows name their area."""
FORECASTS = {"wind": "Wind Forecast MW", "solar": "Solar Forecast MW"}
PRICES = ("GMTIntervalEnd", "Pnode", "LMP")
YEAR_DAYS = 364
HOUR_MIN, FIVE_MIN = 60, 5
PRICE_FILES = 13
"""The intervals that end within the hour up to a moment, and one more."""
DAY = {"window_h": 24, "day_of": TIMEZONE}


@source(resolution_min=FIVE_MIN, **DAY, delay_h=0.2, history="2011")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    name, day = "generation-mix-historical", times.day(target_datetime, TIMEZONE)
    if target_datetime is None:
        return parse_production(own(download(session, name, "/SPP/GenMix2Hour_SPP.csv")), zone_key)
    if day >= times.day(None, TIMEZONE, -YEAR_DAYS):
        paths = ["/SPP/GenMix365_SPP.csv"]
    else:
        paths = [f"GenMix_{year}.csv" for year in sorted({day.year, day_after(day).year})]
    return parse_production(of_day(session, name, paths, day), zone_key)


@source(resolution_min=1, **DAY, delay_h=0.2, history="2014-03")
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    neighbour = zone_key2 if zone_key1 == ZONE else zone_key1
    day = times.day(target_datetime, TIMEZONE)
    if day >= times.day(None, TIMEZONE, -1):
        return parse_exchange(own(http.get(session, f"{CHARTS}/interchange-trend/asFile")), neighbour)
    months = sorted({times.month_start(day), times.month_start(day_after(day))})
    paths = [f"TieFlows_{'SPP_' if month >= SPLIT else ''}{month:%b%Y}.csv" for month in months]
    return parse_exchange(of_day(session, "historical-tie-flow", paths, day), neighbour)


@source(resolution_min=None, window_h=1, delay_h=0)
def fetch_load_forecast(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("SPP's chart of the load forecast is of the present only.")
    answer = http.get(session, f"{CHARTS}/load-forecast/asFile")
    return parse_load_forecast(own(answer, "GMTIntervalEnd", "STLF", "MTLF"), zone_key)


@source(resolution_min=HOUR_MIN, **DAY, delay_h=0.5, history="any")
def fetch_wind_solar_forecasts(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    path = f"/{day:%Y/%m/%d}/OP-MTRF-{day:%Y%m%d}0000.csv"
    rows = file(session, "midterm-resource-forecast", path, "GMTIntervalEnd", *FORECASTS.values())
    return parse_wind_solar_forecasts(rows, zone_key)


@source(resolution_min=HOUR_MIN, **DAY, delay_h=0, history="any")
def fetch_dayahead_locational_marginal_price(zone_key, session=None, target_datetime=None, logger=None):
    days = [times.day(target_datetime, TIMEZONE, shift) for shift in ((0, 1) if target_datetime is None else (0,))]
    paths = [f"/{day:%Y/%m}/By_Day/DA-LMP-SL-{day:%Y%m%d}0100.csv" for day in days]
    return parse_prices(files(session, "da-lmp-by-location", paths, *PRICES), zone_key, HOUR_MIN)


@source(resolution_min=FIVE_MIN, window_h=1, delay_h=0.2, history="any")
def fetch_realtime_locational_marginal_price(zone_key, session=None, target_datetime=None, logger=None):
    newest = times.floor(times.at(target_datetime, TIMEZONE), FIVE_MIN)
    paths = [price_path(times.shift(newest, minutes=-FIVE_MIN * back)) for back in range(PRICE_FILES)]
    return parse_prices(files(session, "rtbm-lmp-by-location", paths, *PRICES), zone_key, FIVE_MIN)


def price_path(end):
    """The file of the five minutes up to a moment: that of midnight is among those of the day before."""
    day = times.local(times.shift(end, minutes=-FIVE_MIN), TIMEZONE)
    return f"/{day:%Y/%m}/By_Interval/{day:%d}/RTBM-LMP-SL-{times.local(end, TIMEZONE):%Y%m%d%H%M}.csv"


def day_after(day):
    return times.day(times.midnight(day, TIMEZONE), TIMEZONE, 1)


def own(answer, *columns):
    """The rows of SPP's own area, one by one, as a file of a year is large."""
    rows = csv_stream(http.body_text(answer), *columns, is_whole=True)
    return (row for row in rows if row.get("BAA") in (None, "", AREA))


def download(session, name, path):
    return http.get(session, f"{URL}/file-browser-api/download/{name}", params={"path": path})


def file(session, name, path, *columns):
    """The rows of one of many files; instead of one that is not there comes a page, or nothing."""
    answer = download(session, name, path)
    try:
        return own(answer, *columns)
    except errors.SourceChanged:
        if answer.text.lstrip().startswith(("<", "{")):
            raise errors.NoData(f"SPP has no file {path}.") from None
        raise


def files(session, name, paths, *columns):
    """The rows of those of some files that there are."""
    for path in paths:
        try:
            yield from file(session, name, path, *columns)
        except errors.NoData as err:
            log.info("%s", err)


def of_day(session, name, paths, day):
    """The rows of a Central day; its files may be cut by that clock or by UTC, so both are read where they differ."""
    start, end = times.midnight(day, TIMEZONE), times.midnight(day_after(day), TIMEZONE)
    found = each(files(session, name, paths), lambda row: row if start <= moment(row) < end else None)
    return [row for row in found if row is not None]


def given(events, what):
    """The events; NoData if there is none."""
    if not events:
        raise errors.NoData(f"SPP has no {what} yet.")
    return events


def moment(row):
    """The moment of a row of production or flows."""
    return times.read(require(next((row[name] for name in STAMPS if row.get(name)), None), STAMPS[0]), "UTC")


def end_of(stamp):
    """The end of an interval, which files write in the American way and charts may write in the other."""
    return times.read(stamp, "UTC", "MM/DD/YYYY HH:mm:ss" if "/" in stamp else None)


def parse_production(rows, zone_key):
    """One mix per row."""
    return given(each(rows, lambda row: production(
        zone_key, start=moment(row), source=SOURCE, modes=by_label(fuels(row), MODES, known={*STORAGE, *NOT_FUELS}),
        storage=by_label(fuels(row), STORAGE, sign=-1))), "production")


def fuels(row):
    """(fuel, MW) of a row; a fuel in two parts comes twice."""
    return [(label.removesuffix(PARTS[0]).removesuffix(PARTS[1]), value) for label, value in row.items()]


def parse_exchange(rows, neighbour):
    """The sum of a border's ties at every moment that has them all."""
    rows = given(list(rows), "flows")
    ties = [tie for tie in BORDERS[neighbour] if tie in rows[0]]
    if not ties:
        raise (errors.NoData if neighbour in ENDED else errors.SourceChanged)(f"SPP's file has no tie to {neighbour}.")
    for tie in sorted({*rows[0]} - {*NOT_TIES} - {tie for found in BORDERS.values() for tie in found}):
        log.warning("unknown tie %r; left out", tie)
    moments = each(rows, lambda row: (moment(row), {tie: number(row.get(tie)) for tie in ties}))
    # A tie that has no flow in the whole file is not built, or not any more.
    built = {tie for _, flows in moments for tie, flow_mw in flows.items() if flow_mw is not None}
    return given([
        exchange(ZONE, neighbour, start=start, source=SOURCE, flow_mw=sum(flows[tie] for tie in built))
        for start, flows in moments if built and all(flows[tie] is not None for tie in built)
    ], f"flow to {neighbour}")


def parse_load_forecast(rows, zone_key):
    """The short-term forecast where there is one, then the hourly one, whose first hour begins where the other ends."""
    found, reached = [], None
    read = each(rows, lambda row: (end_of(row["GMTIntervalEnd"]), number(row["STLF"]), number(row["MTLF"])))
    for end, short_mw, hourly_mw in sorted(read, key=lambda one: one[0]):
        load_mw, minutes = (short_mw, FIVE_MIN) if short_mw is not None else (hourly_mw, HOUR_MIN)
        start = max(times.shift(end, minutes=-minutes), reached or times.epoch(0))
        if load_mw is not None and start < end:
            found.append(consumption(
                zone_key, start=start, end=end, source=SOURCE, load_mw=load_mw, source_type="forecasted"))
            reached = end
    return given(found, "load forecast")


def parse_wind_solar_forecasts(rows, zone_key):
    """One mix per hour that has any of the two."""
    read = each(rows, lambda row: (
        end_of(row["GMTIntervalEnd"]), {mode: number(row[name]) for mode, name in FORECASTS.items()}))
    return given([
        production(
            zone_key, start=times.shift(end, minutes=-HOUR_MIN), end=end, source=SOURCE, negative="zero",
            modes={mode: value for mode, value in power_mw.items() if value is not None}, source_type="forecasted")
        for end, power_mw in read if any(value is not None for value in power_mw.values())
    ], "forecast of wind and sun")


def parse_prices(rows, zone_key, minutes):
    """One price per node and interval, that of its first settlement location."""
    first = {}
    for row in rows:
        first.setdefault((row["GMTIntervalEnd"], row["Pnode"].strip()), row["LMP"])
    stamps = dict.fromkeys(stamp for stamp, _ in first)  # thousands of rows share one
    ends = dict(each(stamps, lambda stamp: (stamp, end_of(stamp))))
    read = sorted((ends[stamp], node, number(lmp)) for (stamp, node), lmp in first.items() if node and stamp in ends)
    return given([
        locational_price(
            zone_key, node=node, start=times.shift(end, minutes=-minutes), end=end, source=SOURCE, price_mwh=price_mwh,
            currency="USD")
        for end, node, price_mwh in read if price_mwh is not None
    ], "prices of this time")
