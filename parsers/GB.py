"""NESO, the National Energy System Operator of Great Britain, with Elexon's storage units; public, no key.

Docs     https://www.neso.energy/data-portal, https://www.neso.energy/api-guidance, https://bmrs.elexon.co.uk
Serves   production GB; wind forecast and consumption forecast GB; installed capacity GB; prices of nine countries (RTE)
Time     30 min, stamped at the start, UTC; the archived demand forecast by settlement period, Europe/London
Unit     MW; prices EUR per MWh
Sign     storage: source + is generating (levels into the grid)
History  production 2009-01-01, 72 h per call; demand forecast 2021-04, wind forecast and prices any day, 3 days each
Licence  NESO Open Data Licence; BMRS data licence (both: attribution)

NESO's own STORAGE column is not used: it has no pumping and does not tell hydro from batteries. Storage is what
Elexon's pumped-storage (fuel type PS) and battery units were told or had notified to do; a unit without data counts 0,
but if Elexon has nothing of any unit, storage is missing.
NESO allows 2 requests a minute to its data store. Elexon takes later notices of its units for days (see ELEXON.py).

Differs: the archived demand forecast's column Datetime is the end of the half hour (period 11, which starts 05:00,
stands beside 05:30), so we take day and settlement period; the other project is 30 min late. A half hour of storage is
always 30 min, also where the next row is missing. RTE's prices are hours of the French day, deliberately: the market's
day is the Central European one, and the midday dip of 2024-04-13 stands in periods 13 to 15. The other project reads
hours of the UTC day, so its prices are one hour late in winter and two in summer.
Elexon publishes the installed capacities of a year again and again; the last edition of each type counts, where the
other project adds up all of a window.

Length   it joins three publishers
"""

from core import by_label, consumption, errors, http, installed, price, production, require, source, times
from core.platforms import eco2mix, elexon, spreadsheets
from core.values import field, number

SOURCE = "neso.energy"
URL = "https://api.neso.energy/api/3/action/datastore_search_sql"
UNITS_URL = "https://www.elexon.co.uk/documents/data/operational-data/bmu-fuel-type/"
PRICES_URL = "http://eco2mix.rte-france.com/curves/getDonneesMarche"
TIMEZONE = "UTC"
FIRST_DAY = "2009-01-01"
PER_MINUTE = 2
MIX, WIND, WIND_ARCHIVE, DEMAND, DEMAND_ARCHIVE = (
    ("f93d1835-75bc-43e5-84ad-12472b180a98", "DATETIME"),
    ("b2f03146-f05d-4824-a663-3a4f36090c71", "Datetime_GMT"),
    ("7524ec65-f782-4258-aaf8-5b926c17b966", "Datetime_GMT"),
    ("7c0411cd-2714-4bb5-a408-adb065edf34d", "GDATETIME"),
    ("08e41551-80f8-4e28-a416-ea473a695db9", "Datetime"),
)
MODES = {
    "BIOMASS": "biomass",
    "COAL": "coal",
    "GAS": "gas",
    "HYDRO": "hydro",
    "NUCLEAR": "nuclear",
    "SOLAR": "solar",
    "WIND": "wind",
    "WIND_EMB": "wind",
    "OTHER": "unknown",
}
NOT_FUELS = {
    "_id", "_full_text", "DATETIME", "STORAGE", "IMPORTS", "GENERATION", "CARBON_INTENSITY", "LOW_CARBON",
    "ZERO_CARBON", "RENEWABLE", "FOSSIL",
}
BATTERY = {"BMRS FUEL TYPE": "OTHER", "REG FUEL TYPE": "BATTERY"}
CAPACITY_MODES = {
    "Biomass": "biomass",
    "Fossil Gas": "gas",
    "Fossil Hard coal": "coal",
    "Hydro Pumped Storage": "hydro storage",
    "Hydro Run-of-river and poundage": "hydro",
    "Nuclear": "nuclear",
    "Other": "unknown",
    "Other renewable": "unknown",
    "Solar": "solar",
    "Wind Offshore": "wind",
    "Wind Onshore": "wind",
}
PRICED = ("AT", "BE", "CH", "ES", "FR", "GB", "IT", "NL", "PT")


@source(resolution_min=30, window_h=72, history=FIRST_DAY, refetch_h=72, extra="spreadsheets")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    window = times.window(times.floor(times.at(target_datetime), 1), hours=72)
    if window.end < times.read(FIRST_DAY, TIMEZONE):
        raise errors.NoHistory(f"NESO's generation mix begins {FIRST_DAY}.")
    last = times.day(target_datetime, TIMEZONE, 1) if target_datetime else None
    mix = ask(session, MIX, times.day(window.start, TIMEZONE), last)
    pumped = parse_pumped_units(elexon.ask(session, "/reference/bmunits/all", None))
    sheet = http.get(session, UNITS_URL, headers={"User-Agent": http.USER_AGENT}).content
    units = {"hydro": pumped, "battery": parse_batteries(spreadsheets.rows(sheet))}
    return parse_production(mix, units, ask_physical(session, units, window), window)


@source(resolution_min=30, window_h=24, history="any", rate_per_min=PER_MINUTE)
def fetch_wind_forecasts_day_ahead(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=24, timezone=TIMEZONE):
        return parse_wind(ask(session, WIND_ARCHIVE, *day_before_and_after(target_datetime, TIMEZONE)))
    return parse_wind(ask(session, WIND))


@source(resolution_min=30, window_h=24, history="2021-04-01", rate_per_min=PER_MINUTE)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=24, timezone=TIMEZONE):
        return parse_past_demand(ask(session, DEMAND_ARCHIVE, *day_before_and_after(target_datetime, TIMEZONE)))
    return parse_demand(ask(session, DEMAND))


@source(resolution_min=60, window_h=24, history="any", delay_h=0)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    if zone_key not in PRICED:
        raise errors.ConfigError(f"RTE's market page has no price of {zone_key}, only of {', '.join(PRICED)}.")
    first, last = day_before_and_after(target_datetime, eco2mix.TIMEZONE)
    params = {"dateDeb": f"{first:%d/%m/%Y}", "dateFin": f"{last:%d/%m/%Y}", "mode": "NORM"}
    return parse_price(zone_key, http.get(session, PRICES_URL, params=params).content)


@source(resolution_min=None, window_h=8784, history="2019-01-01", delay_h=0)
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    window = times.window(target_datetime, hours=366 * 24)
    published = {"publishDateTimeFrom": elexon.stamp(window.start), "publishDateTimeTo": elexon.stamp(window.end)}
    return parse_capacity(elexon.ask(session, "/datasets/IGCA", {**published, "format": "json"}))


def day_before_and_after(target, timezone):
    return times.day(target, timezone, -1), times.day(target, timezone, 1)


def ask(session, dataset, first=None, last=None):
    """The records of one NESO dataset (resource, column of time), from one day to another."""
    resource, column = dataset
    limits = [f"\"{column}\" {sign} '{day}'" for sign, day in ((">=", first), ("<=", last)) if day]
    where = f" WHERE {' AND '.join(limits)}" if limits else ""
    sql = f'SELECT * FROM "{resource}"{where} ORDER BY "{column}" ASC'
    with http.rate(PER_MINUTE):
        answer = http.body_json(http.get(session, URL, params={"sql": sql}))
    records = require((answer.get("result") or {}).get("records"), "result.records")
    if not records:
        raise errors.NoData("NESO has no rows for these days.")
    return records


def ask_physical(session, units, window):
    """What Elexon has of these units; acceptances can last hours, so they are asked for from before the window."""
    names = [name for mode in units for name in units[mode]]

    def stream(dataset, *, hours):
        span = [("from", elexon.stamp(times.shift(window.start, hours=-hours))), ("to", elexon.stamp(window.end))]
        params = span + [("bmUnit", name) for name in names]
        return elexon.rows(elexon.ask(session, f"/datasets/{dataset}/stream", params))

    half_hourly = [stream(dataset, hours=0.5) for dataset in ("PN", "MELS", "MILS")]
    return elexon.Physical(*half_hourly, stream("BOALF", hours=4))


def parse_pumped_units(answer):
    names = [row.get("nationalGridBmUnit") for row in elexon.rows(answer) if row.get("fuelType") == "PS"]
    return require(sorted({name for name in names if name}) or None, "unit of fuel type PS")


def parse_batteries(rows):
    """The units that Elexon's list of fuel types calls batteries; its columns are found by their heads."""
    head, *units = require(rows or None, "row of units")
    columns = {str(name).strip(): i for i, name in enumerate(head)}
    name, *fuels = (require(columns.get(label), f"column {label}") for label in ("NESO BMU ID", *BATTERY))
    return sorted({row[name] for row in units if row[name] and [row[i] for i in fuels] == list(BATTERY.values())})


def parse_production(records, units, physical, window):
    """The mix of the half hours that lie in the window, with the mean of what storage did in them."""
    check_columns(records, "DATETIME", *MODES)
    stores = units if any(physical) else {}
    per_minute = {mode: elexon.delivered_mw(names, window, physical) for mode, names in stores.items()}
    starts = [times.read(row["DATETIME"], TIMEZONE) for row in records]
    return [
        production(
            "GB", start=start, source=f"{SOURCE},{elexon.SOURCE}",
            modes=by_label(fuels(row), MODES, known=NOT_FUELS),
            storage={mode: 0.0 - elexon.mean_mw(mw, window, start) for mode, mw in per_minute.items()})
        for start, row in zip(starts, records, strict=True)
        if window.start <= start and times.shift(start, minutes=elexon.PERIOD_MIN) <= window.end
    ]


def fuels(row):
    """A row of the mix without its percentages."""
    return {label: value for label, value in row.items() if not label.endswith("_perc")}


def check_columns(records, *names):
    if lacking := set(names) - records[0].keys():
        raise errors.SourceChanged(f"NESO's answer lacks the column {', '.join(sorted(lacking))}.")


def parse_wind(records):
    check_columns(records, "Datetime_GMT", "Incentive_forecast")
    return [
        production(
            "GB", start=times.read(row["Datetime_GMT"], TIMEZONE), source=SOURCE, source_type="forecasted",
            modes={"wind": number(row["Incentive_forecast"])})
        for row in records
    ]


def parse_demand(records):
    check_columns(records, "GDATETIME", "NATIONALDEMAND")
    return [
        consumption(
            "GB", start=times.read(row["GDATETIME"], TIMEZONE), source=SOURCE, source_type="forecasted",
            load_mw=number(row["NATIONALDEMAND"]))
        for row in records
    ]


def parse_past_demand(records):
    """The archive beside its outturn; timed by day and settlement period (see above)."""
    check_columns(records, "Date", "Settlement_Period", "Demand_Forecast")
    return [
        consumption(
            "GB", start=elexon.period_start(times.read_day(row["Date"]), settlement_period(row)), source=SOURCE,
            source_type="forecasted", load_mw=number(row["Demand_Forecast"]))
        for row in records
    ]


def settlement_period(row):
    return int(require(number(row["Settlement_Period"]), "Settlement_Period"))


def parse_price(zone_key, content):
    found = [one for one in eco2mix.read(content) if one.area == zone_key and one.value is not None]
    if not found:
        raise errors.NoData(f"RTE's market page has no price of {zone_key} for these days.")
    return [
        price(zone_key, start=one.start, end=one.end, source=eco2mix.SOURCE, price_mwh=one.value, currency="EUR")
        for one in found
    ]


def parse_capacity(answer):
    """The latest year's installed MW; of several publications of a year the last counts: they must not add up."""
    published = sorted(elexon.rows(answer), key=lambda row: row.get("publishTime") or "")
    if not published:
        raise errors.NoData("Elexon published no installed capacities in the year asked for.")
    year = max(field(row, "year") for row in published)
    newest = [row for row in published if row["year"] == year]
    latest = {field(row, "psrType"): field(row, "quantity") for row in newest}
    first_day = times.read_day(f"{year}-01-01")
    return installed(first_day, by_label(latest, CAPACITY_MODES, known=()), source=elexon.SOURCE, digits=0)
