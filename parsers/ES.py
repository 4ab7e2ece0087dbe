"""REE, Spain's transmission operator: the five-minute curves behind its demand page, public, no key.

Docs     https://demanda.ree.es (an undocumented service behind the page's mobile version)
Serves   production with storage and consumption of the Canary and Balearic islands, Ceuta and Melilla; the cables
         between islands and from Mallorca to the mainland. Readable too: the mainland and its borders to AD, FR, MA, PT
Time     5 min, stamped at the start; one local day per call, which runs from 21:00 of the day before (20:00 in the
         Canaries) to 02:00 of the day after, Europe/Madrid, Africa/Ceuta or Atlantic/Canary
Unit     MW
Sign     storage: source + is generating, - is charging; cables and borders: source + is into the zone that is asked
History  any past day (the first one is not documented)
Licence  REE's legal notice: re-use with attribution

The answer is no plain JSON but `null({…})` or `null({…});`. On the October change the repeated hour is written `2A:05`
on its first pass (summer time) and `2B:05` on its second (`1A`, `1B` in the Canaries).
The islands of the Canaries have no gas: their `gas` and `cc` burn oil.
`cogenResto` and `termRenov` of the mainland are inside `aut`, which is 0 on some rows.
Differs from the other project: it adds all three, which counts 2024-10-25 21:00 twice; here `aut` gives only what its
parts (and `bio`, which has replaced `termRenov`) leave of it.
"""

import json

from core import by_label, consumption, errors, exchange, http, number, production, require, source, times
from core.kinds import sorted_key
from core.values import total

SOURCE = "demanda.ree.es"
URL = "https://demanda.ree.es/WSvisionaMoviles{system}Rest/resources/demandaGeneracion{system}"
PENINSULA, CEUTA = ("Peninsula", "Europe/Madrid"), ("Peninsula", "Africa/Ceuta")
BALEARES, CANARIAS = ("Baleares", "Europe/Madrid"), ("Canarias", "Atlantic/Canary")
CURVES = {
    "ES": ("DEMANDAAU", *PENINSULA),
    "ES-CE": ("CEUTAAU", *CEUTA),
    "ES-ML": ("MELILLAAU", *CEUTA),
    "ES-IB-FO": ("FORMENTERAAU", *BALEARES),
    "ES-IB-IZ": ("IBIZAAU", *BALEARES),
    "ES-IB-MA": ("MALLORCAAU", *BALEARES),
    "ES-IB-ME": ("MENORCAAU", *BALEARES),
    "ES-CN-FV": ("FUERTEVEAU", *CANARIAS),
    "ES-CN-FVLZ": ("LZ_FVAU", *CANARIAS),
    "ES-CN-GC": ("GCANARIAAU", *CANARIAS),
    "ES-CN-HI": ("EL_HIERROAU", *CANARIAS),
    "ES-CN-IG": ("LA_GOMERAAU", *CANARIAS),
    "ES-CN-LP": ("LA_PALMAAU", *CANARIAS),
    "ES-CN-LZ": ("LANZAROTAU", *CANARIAS),
    "ES-CN-TE": ("TENERIFEAU", *CANARIAS),
}
MODES = {
    "nuc": "nuclear", "car": "coal", "gnhd": "hydro", "eol": "wind", "fot": "solar", "sol": "solar",
    "cc": "gas", "gas": "gas", "gf": "gas", "cogen": "gas",
    "die": "oil", "genAux": "oil", "vap": "oil", "turbVap": "oil",
    "resid": "biomass", "residRen": "biomass", "bio": "biomass",
    "residNr": "unknown", "otrRen": "unknown", "tnr": "unknown", "trn": "unknown", "termRenov": "unknown",
    "cogenResto": "unknown", "aut": "unknown",
}
ISLAND_MODES = {
    "ES-IB-FO": {"gas": "oil"},
    "ES-IB-IZ": {"die": "gas"},
    "ES-IB-ME": {"gas": "oil"},
    **{zone: {"gas": "oil", "cc": "oil"} for zone in CURVES if zone.startswith("ES-CN-")},
}
STORAGE = {"turb": "hydro", "conb": "hydro", "bat": "battery", "consBat": "battery"}
SPECIAL_PARTS = ("termRenov", "cogenResto", "bio")
BORDERS = {
    "AD->ES": ("ES", ("expAnd", "impAnd")),
    "ES->FR": ("ES", ("expFra", "impFra")),
    "ES->MA": ("ES", ("expMar", "impMar")),
    "ES->PT": ("ES", ("expPor", "impPor")),
    "ES->ES-IB-MA": ("ES-IB-MA", ("cb",)),
    "ES-IB-IZ->ES-IB-MA": ("ES-IB-MA", ("emi",)),
    "ES-IB-MA->ES-IB-ME": ("ES-IB-MA", ("emm",)),
    "ES-IB-FO->ES-IB-IZ": ("ES-IB-FO", ("eif",)),
    "ES-CN-FV->ES-CN-LZ": ("ES-CN-LZ", ("efl",)),
    "ES-CN-IG->ES-CN-TE": ("ES-CN-IG", ("etlg",)),
}
# Stamp, load, flows, and sums of other fields: hid = gnhd + turb + conb, solFot + solTer = sol.
NOT_OUTPUT = {
    "ts", "dem", "hid", "solFot", "solTer", "expTot", "impTot", "inter", "icb", "dif",
    *(field for _, fields in BORDERS.values() for field in fields),
}


@source(resolution_min=5, window_h=24, day_of="Europe/Madrid", delay_h=0.2, history="any")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_production(ask(zone_key, session, target_datetime), zone_key))


@source(resolution_min=5, window_h=24, day_of="Europe/Madrid", delay_h=0.2, history="any")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_consumption(ask(zone_key, session, target_datetime), zone_key))


@source(resolution_min=5, window_h=24, day_of="Europe/Madrid", delay_h=0.2, history="any")
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    zone_key, fields = BORDERS[key]
    flows = list(parse_exchange(ask(zone_key, session, target_datetime), key))
    if not flows:
        raise errors.NoData(f"No row of {zone_key} has {' or '.join(fields)}, the flow {key}.")
    return flows


def ask(zone_key, session, target_datetime):
    """The text of the local day that holds the asked moment."""
    curve, system, timezone = CURVES[zone_key]
    params = {"curva": curve, "fecha": times.day(target_datetime, timezone).isoformat()}
    return http.get(session, URL.format(system=system), params=params).text


def parse_production(text, zone_key):
    """One mix per five minutes."""
    table = {**MODES, **ISLAND_MODES.get(zone_key, {})}
    if zone_key == "ES-CN-HI":
        del table["gnhd"]  # El Hierro's plant is pumped storage: the same output stands in turb and conb
    for row in rows(text):
        output = without_doubles(row) if zone_key == "ES" else row
        yield production(
            zone_key, start=start_of(row, zone_key), source=SOURCE,
            modes=by_label(output, table, known={*NOT_OUTPUT, *MODES, *STORAGE}),
            storage=by_label(row, STORAGE, sign=-1))


def without_doubles(row):
    """A row of the mainland whose `aut` is only what its parts, given beside it, leave of it."""
    parts_mw = total(number(row.get(label)) for label in SPECIAL_PARTS) or 0.0
    whole_mw = number(row.get("aut"))
    return row if whole_mw is None else {**row, "aut": max(whole_mw - parts_mw, 0.0)}


def parse_consumption(text, zone_key):
    """One load per five minutes."""
    for row in rows(text):
        yield consumption(
            zone_key, start=start_of(row, zone_key), source=SOURCE, load_mw=number(row.get("dem")))


def parse_exchange(text, key):
    """One flow per five minutes, of the rows that have it; `text` is the answer of the zone that BORDERS names."""
    zone_key, fields = BORDERS[key]
    (other_key,) = {*key.split("->")} - {zone_key}
    for row in rows(text):
        flow_mw = total(number(row.get(field)) for field in fields)
        if flow_mw is not None:
            yield exchange(
                other_key, zone_key, start=start_of(row, zone_key), source=SOURCE, flow_mw=flow_mw)


def rows(text):
    """The rows inside the wrapped answer."""
    try:
        answer = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except json.JSONDecodeError as err:
        raise errors.SourceChanged(f"The curve is not wrapped JSON: it begins {text[:60]!r}.") from err
    found = require(answer.get("valoresHorariosGeneracion"), "valoresHorariosGeneracion")
    if not found:
        raise errors.NoData("The curve has no row.")
    return found


def start_of(row, zone_key):
    """When a row starts: A and B after the hour mark the first and second pass of the repeated one."""
    stamp = require(row.get("ts"), "ts")
    plain = stamp.replace("A:", ":").replace("B:", ":")
    return times.read(plain, CURVES[zone_key][-1], "YYYY-MM-DD H:mm", fold=int("B:" in stamp))
