"""Transpower, the system operator, and em6 (Energy Market Services): New Zealand, no key.

Docs     https://www.transpower.co.nz/system-operator/live-system-and-market-data/consolidated-live-data,
         https://www.em6.co.nz
Serves   production (with installed capacity) and price NZ
Time     production: a snapshot about every 5 min, stamped when taken, Unix seconds;
         price: half hours (trading periods), stamped at the start, UTC
Unit     MW, whole; price NZD/MWh
Sign     battery: source + is generating
History  none, the present only
Licence  terms of the two websites

The price is the plain mean over the 14 grid zones. New Zealand has no nuclear plant: nuclear is 0, not missing.
Differs  from the other project: that one leaves zone 14 (Southland) out of the mean and keeps the battery's sign.
"""

from collections import defaultdict

from core import by_label, errors, http, number, price, production, require, source, times, values

SOURCE = "transpower.co.nz"
URL = "https://www.transpower.co.nz/system-operator/live-system-and-market-data/consolidated-live-data"
TIMEZONE = "Pacific/Auckland"
PRICE_SOURCE = "em6.co.nz"
PRICE_URL = "https://api.em6.co.nz/ords/em6/data_api/region/price/"
CURRENCY = "NZD"
SETTINGS = {"data-drupal-selector": "drupal-settings-json"}
MODES = {
    "Coal": "coal",
    "Gas": "gas",
    "Geothermal": "geothermal",
    "Hydro": "hydro",
    "Wind": "wind",
    "Solar": "solar",
    "Diesel/Oil": "oil",
    "Co-Gen": "unknown",
}
STORAGE = {"Battery": "battery"}
CAPACITY = {**MODES, "Battery": "battery storage"}
NONE = {"nuclear": [0.0]}


@source(resolution_min=5, window_h=0.1, delay_h=0.2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    return [parse_production(http.get(session, URL).text, zone_key)]


@source(resolution_min=30, window_h=0.5, delay_h=0.2)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    return list(parse_price(http.body_json(http.get(session, PRICE_URL)), zone_key))


def refuse_past(target):
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("Transpower and em6 publish the present only.")


def parse_production(page, zone_key):
    """The mix and the installed MW that the page's script settings hold."""
    settings = require(http.body_html(page).find("script", attrs=SETTINGS), "script with the settings")
    graph = require(values.json_in(settings.get_text()).get("soPgenGraph"), "soPgenGraph")
    fuels = values.field(values.field(graph, "data"), "New Zealand")
    if not fuels:
        raise errors.NoData("Transpower's table of fuels is empty.")
    output, installed = column(fuels, "generation"), column(fuels, "capacity")
    return production(
        zone_key, start=times.epoch(values.field(graph, "timestamp")), source=SOURCE,
        modes={**by_label(output, MODES, known=STORAGE), **NONE}, storage=by_label(output, STORAGE, sign=-1),
        capacity={**by_label(installed, CAPACITY), **NONE})


def column(fuels, name):
    """One number of every fuel."""
    return {label: values.field(fuel, name) for label, fuel in fuels.items() if label != "total"}


def parse_price(answer, zone_key):
    """The mean price of each half hour in the answer."""
    periods = defaultdict(list)
    for item in values.field(answer, "items"):
        periods[values.field(item, "timestamp")].append(number(values.field(item, "price")))
    if not periods:
        raise errors.NoData("em6 has no prices.")
    for stamp, prices in periods.items():
        yield price(
            zone_key, start=times.read(stamp), source=PRICE_SOURCE, price_mwh=values.mean(prices), currency=CURRENCY)
