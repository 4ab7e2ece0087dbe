"""Fraunhofer ISE's Energy-Charts: what is installed in Germany, year by year; public, no key.

Docs     https://api.energy-charts.info (installed_power)
Serves   productionCapacity DE
Time     years, dated 1 January, Europe/Berlin
Unit     GW, read as MW; solar is that of the panels (DC)
Sign     none: capacities only
History  every year since 2002 comes in one answer
Licence  CC BY 4.0, attribution "Energy-Charts, Fraunhofer ISE"

Hydro holds the plants in Austria, Switzerland and Luxembourg that feed into Germany's grid. Only the named series are
read: others say the same in another way (batteries' energy, the panels' AC power). A series that the answer does not
have costs its mode, as the rest of the mode would pass for all of it.
"""

from core import by_label, errors, http, installed, number, require, source, times
from core.values import field, log

SOURCE = "Fraunhofer ISE"
URL = "https://api.energy-charts.info/installed_power"
TIMEZONE = "Europe/Berlin"
QUERY = {"country": "de", "time_step": "yearly", "installation_decommission": "false"}
MW_PER_GW = 1000
MODES = {
    "Nuclear": "nuclear",
    "Fossil brown coal / lignite": "coal",
    "Fossil hard coal": "coal",
    "Fossil gas": "gas",
    "Fossil oil": "oil",
    "Other, non-renewable": "unknown",
    "Hydro": "hydro",
    "Hydro pumped storage": "hydro storage",
    "Battery storage (power)": "battery storage",
    "Biomass": "biomass",
    "Wind onshore": "wind",
    "Wind offshore": "wind",
    "Solar DC": "solar",
}


@source(resolution_min=None, window_h=8784, delay_h=24 * 31, history="2002-01-01")
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    answer = http.body_json(http.get(session, URL, params=QUERY))
    asked = times.day(target_datetime, TIMEZONE).year
    return parse_production_capacity(answer, asked, is_newest_wanted=target_datetime is None)


def parse_production_capacity(answer, asked, *, is_newest_wanted=False):
    """MW per mode of the asked year, or of the newest one up to it that has any."""
    years = [number(year) for year in field(answer, "time")]
    named = {field(one, "name"): field(one, "data") for one in field(answer, "production_types")}
    series = {name: dict(zip(years, data, strict=False)) for name, data in named.items() if name in MODES}
    missing = MODES.keys() - series.keys()
    require(series or None, "series that we know")
    if missing:
        log.warning("no series %s: the modes they belong to are left out", ", ".join(sorted(missing)))
    lacking = {MODES[name] for name in missing}
    for year in sorted({year for year in years if year}, reverse=True):
        modes = by_label({name: by_year.get(year) for name, by_year in series.items()}, MODES)
        found = {mode: megawatts(items) for mode, items in modes.items() if mode not in lacking}
        is_wanted = year <= asked if is_newest_wanted else year == asked
        if is_wanted and any(item is not None for items in found.values() for item in items):
            return installed(times.read_day(f"{year:.0f}-01-01"), found, source=SOURCE, digits=0)
    raise errors.NoData(f"Energy-Charts has no installed power of {asked}.")


def megawatts(items):
    return [None if item is None else item * MW_PER_GW for item in items]
