"""ONS, the Brazilian system operator: the real-time balance of its four regions in one JSON; plants in a CSV; no key.

Docs     https://www.ons.org.br/paginas/energia-agora/carga-e-geracao; https://dados.ons.org.br (capacity)
Serves   production BR-CS, BR-N, BR-NE, BR-S; flows between them and from BR-S to AR, PY, UY; installed capacity
Time     a snapshot about every minute, stamped when taken, with its own offset (-03:00)
Unit     MW
Sign     a member `a_b` of `intercambio` is + from a to b; `internacional` is + out of Brazil
History  none, the present only; capacity: any year, from the plants' own dates
Licence  capacity: CC-BY; the live feed states no terms

`norteFic` is a fictitious node between North, Southeast and Northeast; its lines count as BR-N's.
Itaipu's two halves are Brazilian hydro: the 50 Hz machines stand in Paraguay and are sold to Brazil.
Thermal plants (gas, coal, oil, biomass) come as one number and are `unknown`, in the capacity too.
A region's solar plants draw a little power at night: negative solar is 0, marked as corrected.
Distributed solar is in neither feed.
Differs from the other project: BR-S->PY is +1 times `paraguai`, not -1. The members for Argentina and Uruguay are
positive for export (2025-07-22: the South exports 941.15, Argentina takes 942.20 and Uruguay -0.96), so the third of
the same object is read alike; it has been 0 in every answer seen.
"""

import csv
from collections import defaultdict

from core import by_label, errors, exchange, http, installed, number, production, require, source, times
from core.kinds import sorted_key
from core.values import total

SOURCE = "ons.org.br"
URL = "http://tr.ons.org.br/Content/GetBalancoEnergetico/null"
CAPACITY_URL = "https://ons-dl-prod-opendata.s3.amazonaws.com/dataset/capacidade-geracao/CAPACIDADE_GERACAO.csv"
TIMEZONE = "America/Sao_Paulo"
REGIONS = {"BR-CS": "sudesteECentroOeste", "BR-N": "norte", "BR-NE": "nordeste", "BR-S": "sul"}
MODES = {
    "hidraulica": "hydro",
    "itaipu50HzBrasil": "hydro",
    "itaipu60Hz": "hydro",
    "termica": "unknown",
    "eolica": "wind",
    "solar": "solar",
    "nuclear": "nuclear",
}
BORDERS = {
    "AR->BR-S": ("internacional", "argentina", "BR-S", "AR"),
    "BR-S->PY": ("internacional", "paraguai", "BR-S", "PY"),
    "BR-S->UY": ("internacional", "uruguai", "BR-S", "UY"),
    "BR-CS->BR-N": ("intercambio", "sudeste_norteFic", "BR-CS", "BR-N"),
    "BR-CS->BR-NE": ("intercambio", "sudeste_nordeste", "BR-CS", "BR-NE"),
    "BR-CS->BR-S": ("intercambio", "sul_sudeste", "BR-S", "BR-CS"),
    "BR-N->BR-NE": ("intercambio", "norteFic_nordeste", "BR-N", "BR-NE"),
}
SUBSYSTEMS = {"BR-CS": "SUDESTE", "BR-N": "NORTE", "BR-NE": "NORDESTE", "BR-S": "SUL"}
FUELS = {
    "HIDRÁULICA": "hydro",
    "EÓLICA": "wind",
    "FOTOVOLTAICA": "solar",
    "NUCLEAR": "nuclear",
    "ÓLEO DIESEL": "unknown",
    "ÓLEO COMBUSTÍVEL": "unknown",
    "MULTI-COMBUSTÍVEL GÁS/DIESEL": "unknown",
    "MULTI-COMBUSTÍVEL DIESEL/ÓLEO": "unknown",
    "GÁS": "unknown",
    "RESÍDUO CICLO COMBINADO": "unknown",
    "CARVÃO": "unknown",
    "BIOMASSA": "unknown",
    "RESÍDUOS INDUSTRIAIS": "unknown",
}
COLUMNS = ("nom_subsistema", "nom_combustivel", "dat_entradaoperacao", "dat_desativacao", "val_potenciaefetiva")


@source(resolution_min=None, window_h=0.02, delay_h=0.05)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_production(balance(session, target_datetime), zone_key)]


@source(resolution_min=None, window_h=0.02, delay_h=0.05)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return [parse_exchange(balance(session, target_datetime), sorted_key(zone_key1, zone_key2))]


@source(resolution_min=None, window_h=24, delay_h=24 * 31, history="any")
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    table = http.get(session, CAPACITY_URL).content.decode("utf-8-sig", "replace")
    return parse_production_capacity(table, zone_key, times.day(target_datetime, TIMEZONE).year)


def balance(session, target_datetime):
    """The decoded balance of this moment."""
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("ONS publishes the balance of the present only.")
    return require(http.body_json(http.get(session, URL)), "balance")


def parse_production(answer, zone_key):
    """One region's mix."""
    region = require(answer.get(REGIONS[zone_key]), REGIONS[zone_key])
    modes = by_label(require(region.get("geracao"), "geracao"), MODES, known=("total",))
    if any(power_mw is not None and power_mw < 0 for power_mw in modes.get("solar", ())):
        modes["solar"].append(0.0)  # makes a lone negative 0 instead of missing, for solar only
    return production(zone_key, start=taken(answer), source=SOURCE, modes=modes)


def parse_exchange(answer, key):
    """One flow; BORDERS names where its positive values come from and go to."""
    group, member, from_key, to_key = BORDERS[key]
    flow_mw = require(number(require(answer.get(group), group).get(member)), f"{group}.{member}")
    return exchange(from_key, to_key, start=taken(answer), source=SOURCE, flow_mw=flow_mw)


def taken(answer):
    """When the snapshot was taken."""
    return times.read(require(answer.get("Data"), "Data"))


def parse_production_capacity(table, zone_key, year):
    """MW per mode of the units that stood in any part of the year."""
    units = csv.DictReader(table.splitlines(), delimiter=";")
    if missing := set(COLUMNS) - {*(units.fieldnames or ())}:
        raise errors.SourceChanged(f"The table of plants has no column {', '.join(sorted(missing))}.")
    by_fuel_mw = defaultdict(list)
    for unit in units:
        if unit["nom_subsistema"].strip() == SUBSYSTEMS[zone_key] and stood(unit, year):
            by_fuel_mw[unit["nom_combustivel"].strip()].append(number(unit["val_potenciaefetiva"]))
    if not by_fuel_mw:
        raise errors.NoData(f"No plant of {zone_key} stood in {year}.")
    modes = by_label(((fuel, total(items)) for fuel, items in by_fuel_mw.items()), FUELS, known=())
    return installed(times.read_day(f"{year}-01-01"), modes, source=SOURCE, digits=0)


def stood(unit, year):
    """Whether a unit was in operation at some time of a year; the source counts whole years."""
    first, last = (unit[column].strip()[:10] for column in ("dat_entradaoperacao", "dat_desativacao"))
    return bool(first) and times.read_day(first).year <= year <= (times.read_day(last).year if last else year)
