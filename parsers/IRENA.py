"""IRENA, the International Renewable Energy Agency: what is installed by country and year (PX-Web); public, no key.

Docs     https://pxweb.irena.org/pxweb/en/IRENASTAT (Power Capacity and Generation)
Serves   productionCapacity MY, PW, YT
Time     years, dated 1 January although the figures are of the year's end, UTC
Unit     MW
Sign     none: capacities only
History  2000
Licence  IRENA's terms: free use with attribution

A file is published each year, and holds all years. Differs from the other project: the newer file wins; there the
older one does when both exist, as its loop does not stop. `-` is none installed, so 0; `..` is not known.
"""

from core import by_label, errors, http, installed, number, require, source, times
from core.values import each, field

SOURCE = "IRENA.org"
URL = "https://pxweb.irena.org:443/api/v1/en/IRENASTAT/Power Capacity and Generation/Country_ELECSTAT_{year}_H2.px"
TIMEZONE = "UTC"
COUNTRIES = {"MY": "MYS", "PW": "PLW", "YT": "MYT"}
CAPACITY, ALL_GRIDS = "1", "0"
NOT_KNOWN = ("..", "...", ".")
YEARS_LATE = (1, 2)
"""The years that are asked for one after the other, if none is."""
MODES = {
    **dict.fromkeys(("1", "2"), "solar"),  # photovoltaic, thermal
    **dict.fromkeys(("3", "4"), "wind"),  # onshore, offshore
    **dict.fromkeys(("5", "6"), "hydro"),  # renewable, mixed with pumping
    "7": "unknown",  # marine
    **dict.fromkeys(("8", "9", "10", "11"), "biomass"),  # solid, waste, liquid, gas
    "12": "geothermal",
    "14": "hydro storage",
    "15": "coal",  # and peat
    "16": "oil",
    "17": "gas",
    "18": "unknown",  # fossil, not elsewhere specified
    "19": "nuclear",
    "20": "unknown",  # other, not renewable
}
"""By IRENA's number of the technology; 0 and 13 are totals."""


@source(resolution_min=None, window_h=8784, delay_h=24 * 270, history="2000-01-01")
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    this_year = times.day(None, TIMEZONE).year
    asked = times.day(target_datetime, TIMEZONE).year
    for year in [this_year - late for late in YEARS_LATE] if target_datetime is None else [asked]:
        for file in (this_year, this_year - 1):
            if answer := ask(session, COUNTRIES[zone_key], file, year):
                return parse_production_capacity(answer, COUNTRIES[zone_key], year)
    raise errors.NoData(f"IRENA has no file with {zone_key} in {asked}.")


def ask(session, country, file, year):
    """What a year's file says of a country in a year; None if there is no such file, or no such year in it."""
    wanted = {
        "Country/area": [country], "Technology": list(MODES), "Data Type": [CAPACITY],
        "Grid connection": [ALL_GRIDS], "Year": [f"{year % 100:02}"],
    }
    query = [{"code": code, "selection": {"filter": "item", "values": values}} for code, values in wanted.items()]
    body = {"query": query, "response": {"format": "json"}}
    reply = http.post(session, URL.format(year=file), json=body, allowed=(400, 404))
    return http.body_json(reply) if reply.ok else None


def parse_production_capacity(answer, country, year):
    """MW per mode of one country; its rows begin with the country and the technology."""
    rows = require(answer.get("data") if isinstance(answer, dict) else None, "data")
    found = each(rows, lambda row: (field(row, "key")[0], field(row, "key")[1], capacity_mw(field(row, "values")[0])))
    modes = by_label([(technology, mw) for of, technology, mw in found if of == country], MODES, known=("0", "13"))
    if not modes:
        raise errors.NoData(f"IRENA has nothing of {country} in {year}.")
    return installed(times.read_day(f"{year}-01-01"), modes, source=SOURCE)


def capacity_mw(text):
    return 0.0 if text == "-" else None if text in NOT_KNOWN else number(text)
