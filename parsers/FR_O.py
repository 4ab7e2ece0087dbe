"""EDF, the utility of Corsica, French Guiana, Guadeloupe, Martinique and Réunion: its open-data portals, no key.

Docs     https://opendata.edf.fr and the portals in LIVE (Opendatasoft)
Serves   production with storage FR-COR, GF, GP, MQ, RE; what generation cost on average, as their price
Time     live 15 min, stamped at the start, UTC; past 1 h, see below
Unit     MW; past MW (or MWh per hour, the same); EUR/MWh
Sign     storage: source + is generating, - is charging
History  live the last 14 days (seen of Corsica); hours of whole years, which come out more than a year later
Licence  Licence Ouverte 2.0 (Etalab)

Corsica's own portal was closed in 2026 (status 410); EDF's has the same data set now.
The past's `date_heure` says +00:00 and is the clock of Paris in its present edition (fields in `_mw`, 2019 to 2024). So
says the publisher of all five ("le fuseau horaire des données est celui de la France métropolitaine"), and so do
Corsica's sun beside pyranometers at ten clock changes and a row, empty or made up, of the hour that spring leaves out,
which is dropped. The edition before it (`_mwh`) is read as it is stamped: nothing is known against it.
Réunion's plants for coal and diesel were converted by 2024 and burn wood, bagasse and biodiesel since. Bagasse and coal
in one number are coal until then (it was most of it), and biomass in Martinique, which has no coal. `thermique` is oil.
Differs from the other project: the past's production, `turbines_a_combustion` and Martinique's sun are read.
"""

from core import by_label, errors, number, price, production, require, source, times
from core.platforms import opendatasoft

SOURCE = "opendata.edf.fr"
URL = f"https://{SOURCE}"
TIMEZONE = "Europe/Paris"
CURRENCY = "EUR"
BY_SOURCE = "production-delectricite-par-filiere-en-temps-reel"
LIVE = {
    "FR-COR": (("opendata-corse.edf.fr", BY_SOURCE), (SOURCE, BY_SOURCE)),
    "GF": (("opendata-guyane.edf.fr", "production-d-electricite-par-filiere-en-temps-reel"),),
    "GP": (("opendata-guadeloupe.edf.fr", "mix-temps-reel-guadeloupe"),),
    "MQ": (("opendata-martinique.edf.fr", BY_SOURCE),),
    "RE": (("opendata-reunion.edf.fr", "prod-electricite-temps-reel"),),
}
"""Zone → portals and data sets, in the order in which they are tried."""
LIVE_HOURS = 13 * 24
PAST = "courbe-de-charge-de-la-production-delectricite-par-filiere"
TERRITORIES = {"FR-COR": "Corse", "GF": "Guyane", "GP": "Guadeloupe", "MQ": "Martinique", "RE": "Réunion"}
MODES = {
    "bagasse_charbon": "coal",
    "bioenergies": "biomass",
    "charbon": "coal",
    "diesel": "oil",
    "eolien": "wind",
    "geothermie": "geothermal",
    "hydraulique": "hydro",
    "micro_hydraulique": "hydro",
    "micro_hydro": "hydro",
    "moteur_diesel": "oil",
    "moteurs_diesels": "oil",
    "photovoltaique": "solar",
    "solaire": "solar",
    "tac": "gas",
    "thermique": "oil",
    "turbines_a_combustion": "gas",
    "turbines_combustion": "gas",
}
OWN_MODES = {
    "GF": {"tac": "oil"},
    "MQ": {"bagasse_charbon": "biomass"},
    "RE": dict.fromkeys(
        ("bagasse_charbon", "charbon", "diesel", "moteur_diesel", "moteurs_diesels", "thermique"), "biomass"),
}
CONVERTED = {"RE": times.read("2024-01-01T00:00Z")}
"""Since when what OWN_MODES says is so."""
STORAGE = {"solde_stockage": "battery", "stockage": "battery"}
COST = "cout_moyen_de_production_eur_mwh"
NOT_OUTPUT = {
    "cout_moyen_de_production_eur", "date", "date_heure", "date_jour", "heure", "importations", "jour", "liaisons",
    "production_totale", "statut", "territoire", "total",
}
SUMS = ("filiere_", "part_")
"""How fields begin that add others up, or say a part in percent."""


@source(resolution_min=None, window_h=48, delay_h=1, history="any")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=LIVE_HOURS):
        return list(parse_production(ask_past(session, zone_key, target_datetime), zone_key))
    host, answer = ask_live(session, zone_key)
    return list(parse_production(answer, zone_key, host))


@source(resolution_min=60, window_h=48, delay_h=24 * 550, history="any")
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    return parse_price(ask_past(session, zone_key, target_datetime), zone_key)


def ask_live(session, zone_key):
    """The portal that has a zone's live mix, and its decoded answer."""
    gone = []
    for host, dataset in LIVE[zone_key]:
        try:
            return host, opendatasoft.export(session, f"https://{host}", dataset, order_by="date")
        except errors.NoData as err:
            gone.append(str(err))
    raise errors.SourceChanged(f"No portal has the live mix of {zone_key} any more: {' '.join(gone)}")


def ask_past(session, zone_key, target_datetime):
    """The decoded hours of the days around the asked moment."""
    first, last = (times.day(target_datetime, "UTC", shift) for shift in (-3, 1))
    where = f"date_heure >= date'{first}' AND date_heure <= date'{last}'"
    return opendatasoft.export(
        session, URL, PAST, order_by="date_heure", where=where, refine=f"territoire:{TERRITORIES[zone_key]}")


def parse_production(answer, zone_key, host=SOURCE):
    """One mix per quarter hour (live) or hour (past) that has a number."""
    is_known = False
    for row, start, end in dated(answer, zone_key):
        output = {bare(label): value for label, value in row.items() if not label.startswith(SUMS)}
        is_known |= not MODES.keys().isdisjoint(output)
        modes = by_label(output, modes_of(zone_key, start), known={*STORAGE, *NOT_OUTPUT})
        storage = by_label(output, STORAGE, sign=-1)
        if any(power is not None for items in (*modes.values(), *storage.values()) for power in items):
            yield production(
                zone_key, start=start, end=end, source=host, source_type=type_of(row), negative="zero", modes=modes,
                storage=storage)
    if not is_known:
        raise errors.SourceChanged(f"No row of {zone_key} has a field of output that is known.")


def parse_price(answer, zone_key):
    """One average cost per hour that has it."""
    found = [
        price(
            zone_key, start=start, end=end, source=SOURCE, source_type=type_of(row), price_mwh=cost, currency=CURRENCY)
        for row, start, end in dated(answer, zone_key) if (cost := number(row.get(COST))) is not None
    ]
    if not found:
        raise errors.NoData(f"EDF's hours of {zone_key} name no cost.")
    return found


def dated(answer, zone_key):
    """(row, start, end) of every row of a moment that there was; the end of a live row is not said."""
    found = opendatasoft.rows(answer)
    if not found:
        raise errors.NoData(f"EDF has no row of {zone_key} for these days.")
    for row in found:
        if "date_heure" not in row:
            yield row, times.read(require(row.get("date"), "date"), "UTC"), None
        elif start := hour_of(row):
            yield row, start, times.shift(start, hours=1)


def hour_of(row):
    """The start of a past row; None for an hour that Paris skipped."""
    stamp = require(row["date_heure"], "date_heure")
    if not any(label.endswith("_mw") for label in row):
        return times.read(stamp, "UTC")
    on_the_wall = stamp[: len("2024-01-01T00:00:00")]
    return None if times.is_skipped(on_the_wall, TIMEZONE) else times.read(on_the_wall, TIMEZONE)


def bare(label):
    """A field's name without its unit, which not all have."""
    return label.removesuffix("_mwh").removesuffix("_mw")


def modes_of(zone_key, start):
    """Field → mode, in this zone and at this time."""
    is_own = zone_key not in CONVERTED or start >= CONVERTED[zone_key]
    return {**MODES, **OWN_MODES.get(zone_key, {})} if is_own else MODES


def type_of(row):
    return "estimated" if row.get("statut") == "Estimé" else "measured"
