"""CND, the dispatch centre of Panama (ETESA): the mobile pages of its real-time system SITR, public, no key.

Docs     https://sitr.cnd.com.pa/m/pub/gen.html (generation), https://sitr.cnd.com.pa/m/pub/sin.html (demand)
Serves   production and consumption PA
Time     a snapshot about every minute: generation stamped when taken, America/Panama, no summer time; the page of
         demand bears no time, so it is stamped when asked
Unit     MW
Sign     production and load only
History  none, the present only
Licence  none stated

The chart gives the sum of each type of plant. Thermal plants are split by the list of units, whose figures are a little
newer than the chart's sum, so that sum is not used. Units below 0 use power themselves and lower nothing; a unit that
we do not know is unknown, but left out where its figure comes without telemetry (violet).
Flows are left out: the page of interconnections holds trade per country, in cells without names, and EOR has borders.
"""

import re

from core import by_label, consumption, errors, http, merge, number, production, require, source, times

SOURCE = "sitr.cnd.com.pa"
URL = "https://sitr.cnd.com.pa/m/pub"
TIMEZONE = "America/Panama"
CHART = re.compile(r"\bvar\s+localPie\s*=\s*\[(.*?)\]", re.S)
SLICE = re.compile(r"""name\s*:\s*["']([^"'\d]+?)\s*-?\d.*?value\s*:\s*(-?[\d.]+)""", re.S)
MODES = {"Hídrica": "hydro", "Eólica": "wind", "Solar": "solar", "Biogás": "biomass"}
THERMAL = "Térmica"
TILE, UNITS = "Térmicas", "table.sitr-gen-group tr"
UNIT_NUMBER = re.compile(r"\s+\d+$")
NO_TELEMETRY = "orchid"
PLANTS = {
    "ACP Miraflores": "oil",
    "BLM 2": "coal",
    "BLM 3": "coal",
    "BLM 4": "coal",
    "BLM 5": "oil",
    "BLM 6": "oil",
    "BLM 8": "oil",
    "BLM 9": "oil",
    "CADASA": "biomass",  # bagasse
    "Cativá": "oil",
    "Cobre Panamá": "coal",
    "Costa Norte": "gas",
    "Esperanza": "oil",
    "Jinro": "oil",
    "Pacora": "oil",
    "PanAm": "oil",
    "Proyecto Gatún": "gas",
    "Sparkle Power": "oil",
    "Termocolón": "oil",
    "Tropitérmica": "oil",
}
NOTHING_ELSE = {"unknown": [0.0]}
"""The list of thermal units is whole: nothing remains beside them."""
DEMAND = "Demanda Total"
LEADING = re.compile(r"\s*-?[\d.,]+")


@source(resolution_min=None, window_h=0.1, delay_h=0.1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_production(page(session, "gen", target_datetime), zone_key)]


@source(resolution_min=None, window_h=0.1, delay_h=0.1)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_consumption(page(session, "sin", target_datetime), zone_key, times.now())]


def page(session, name, target):
    """The text of one page, UTF-8 whatever its header says."""
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("SITR shows the present only.")
    content = http.get(session, f"{URL}/{name}.html").content
    if not content.strip():
        raise errors.NoData("SITR sent an empty page.")
    return content.decode("utf-8", "replace")


def parse_production(text, zone_key):
    """The mix of one snapshot: the chart's, its thermal plants by unit."""
    soup = http.body_html(text)
    stamp = require(soup.select_one("h3.sitr-update"), "time").get_text(strip=True)
    chart = SLICE.findall(require(CHART.search(text), "chart of types")[1])
    if not {*MODES, THERMAL} & {label for label, _ in chart}:
        raise errors.SourceChanged("SITR's chart has none of the types of plants.")
    return production(
        zone_key, start=times.read(stamp, TIMEZONE, "D-MMMM-YYYY H:mm:ss", locale="es"), source=SOURCE,
        modes=merge(by_label(chart, MODES, known=(THERMAL,)), by_label(thermal(soup), PLANTS, known=()), NOTHING_ELSE))


def thermal(soup):
    """(plant, MW) of each thermal unit."""
    tile = next((one for one in soup.select(".tile") if heading(one).startswith(TILE)), None)
    cells = [row.find_all("td") for row in require(tile, f"tile {TILE}").select(UNITS)]
    if not cells:
        raise errors.SourceChanged("SITR's tile of thermal plants has no units.")
    for name, value in (row for row in cells if len(row) == 2):
        label = plant(" ".join(name.get_text().split()))
        if label in PLANTS or NO_TELEMETRY not in str(value).lower():
            yield label, number(value.get_text())


def heading(element):
    title = element.select_one("h3")
    return title.get_text().strip() if title else ""


def plant(unit):
    """What a unit is counted under: its plant, unless its plant burns several fuels."""
    name = UNIT_NUMBER.sub("", unit)
    return name if name in PLANTS else unit


def parse_consumption(text, zone_key, asked):
    """The load that stands below its heading."""
    titles = http.body_html(text).select("h5")
    title = next((one for one in titles if one.get_text().strip().startswith(DEMAND)), None)
    figure = require(title, f"heading {DEMAND}").find_next_sibling()
    written = LEADING.match(require(figure, f"figure of {DEMAND}").get_text())
    load_mw = number(written[0] if written else None)
    if load_mw is None:
        raise errors.NoData("SITR shows no demand at the moment.")
    return consumption(zone_key, start=asked, source=SOURCE, load_mw=load_mw)

