"""RTE, the transmission operator of France: the regional page of éCO2mix; public, undocumented, no key.

Docs     https://www.rte-france.com/eco2mix (the feed behind the page is not documented)
Serves   flows DE->FR and FR->LU; written but not wired: production and consumption of France and its twelve regions
Time     15 min, stamped at the start; numbered from midnight, Europe/Paris
Unit     MW
Sign     flows: source + is into the region asked about; storage: source + is generating
History  any day, two days per call
Licence  none stated for this feed; RTE's portals publish the same data under Licence Ouverte (Etalab)

Grand Est (ACA) is the only region that touches Germany and Luxembourg, so its flow is the border's. The feed shows a
border twice, once per side; the rows of the French side are used. How days of a clock change are numbered is decided
in core/platforms/eco2mix.py. The certificate behind this address was at times not valid; we do verify it.
Real-time values are corrected by hand in the days after, so three are read again.
"""

from core import by_label, consumption, errors, exchange, http, production, source, times
from core.platforms import eco2mix

SOURCE = eco2mix.SOURCE
URL = "http://www.rte-france.com/getEco2MixXml.php"
TIMEZONE = eco2mix.TIMEZONE
PERIOD_MIN = 15
BORDERS = {"DE": ("ACA", "DE"), "LU": ("ACA", "LU")}
"""Neighbour of FR → (region, end of the series' name)."""
ZONES = {
    "FR": "France",
    "FR-ACA": "ACA",
    "FR-ALP": "ALP",
    "FR-ARA": "ARA",
    "FR-BFC": "BFC",
    "FR-BRE": "BRE",
    "FR-CEN": "CEN",
    "FR-IDF": "IDF",
    "FR-LRM": "LRM",
    "FR-NOR": "NOR",
    "FR-NPP": "NPP",
    "FR-PAC": "PAC",
    "FR-PLO": "PLO",
}
LOAD = "consommation"
MODES = {
    "autres": "unknown",
    "bioenergies": "biomass",
    "charbon": "coal",
    "eolien": "wind",
    "fioul": "oil",
    "gaz": "gas",
    "hydraulique": "hydro",
    "nucleaire": "nuclear",
    "solaire": "solar",
    "thermique": "unknown",
}
STORAGE = {
    "batterie_injection": "battery",
    "batterie_soutirage": "battery",
    "stockage": "battery",
    "destockage": "hydro",
    "pompage": "hydro",
}
NOT_FUELS = {LOAD, "co2", "previsionj", "previsionj-1", "solde", "taux de co2"}


@source(resolution_min=15, window_h=48, day_of=TIMEZONE, history="any", refetch_h=72)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    neighbour = zone_key1 if zone_key2 == "FR" else zone_key2
    if "FR" not in (zone_key1, zone_key2) or neighbour not in BORDERS:
        raise errors.ConfigError(f"This feed has no flow of {zone_key1}->{zone_key2}, only those of DE->FR and FR->LU.")
    return parse_exchange(neighbour, ask(session, "regionFlux", "dateDebut", target_datetime))


@source(resolution_min=15, window_h=48, day_of=TIMEZONE, history="any", refetch_h=72)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(zone_key, ask(session, "region", "dateDeb", target_datetime))


@source(resolution_min=15, window_h=48, day_of=TIMEZONE, history="any", refetch_h=72)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(zone_key, ask(session, "region", "dateDeb", target_datetime))


def ask(session, kind, first_name, target):
    """The XML of the asked French day and the day before; the flows have another name for the first day."""
    first, last = times.day(target, TIMEZONE, -1), times.day(target, TIMEZONE)
    params = {"type": kind, first_name: f"{first:%d/%m/%Y}", "dateFin": f"{last:%d/%m/%Y}"}
    return http.get(session, URL, params=params).content


def parse_exchange(neighbour, content):
    """The flow over one border, positive from the neighbour into France."""
    region, name = BORDERS[neighbour]
    rows = [one for one in eco2mix.read(content, PERIOD_MIN) if one.area == region and one.series.endswith(f"_{name}")]
    if not rows:
        raise errors.SourceChanged(f"The answer has no series of {region} that ends in _{name}.")
    return [
        exchange(neighbour, "FR", start=one.start, end=one.end, source=SOURCE, flow_mw=one.value)
        for one in known(rows)
    ]


def parse_production(zone_key, content):
    """One mix per quarter hour of a region."""
    mixes = {}
    for one in known(rows_of(zone_key, content)):
        mixes.setdefault((one.start, one.end), []).append((eco2mix.plain(one.series), one.value))
    return [
        production(
            zone_key, start=start, end=end, source=SOURCE,
            modes=by_label(mix, MODES, known={*STORAGE, *NOT_FUELS}), storage=by_label(mix, STORAGE, sign=-1))
        for (start, end), mix in sorted(mixes.items())
        if any(label in MODES or label in STORAGE for label, _ in mix)
    ]


def parse_consumption(zone_key, content):
    return [
        consumption(zone_key, start=one.start, end=one.end, source=SOURCE, load_mw=one.value)
        for one in known([one for one in rows_of(zone_key, content) if eco2mix.plain(one.series) == LOAD])
    ]


def rows_of(zone_key, content):
    if zone_key not in ZONES:
        raise errors.ConfigError(f"This feed has no region {zone_key}, only {', '.join(ZONES)}.")
    return [one for one in eco2mix.read(content, PERIOD_MIN) if one.area == ZONES[zone_key]]


def known(rows):
    """The rows with a number; NoData if there is none."""
    found = [one for one in rows if one.value is not None]
    if not found:
        raise errors.NoData("éCO2mix has no number for this area and these days.")
    return found
