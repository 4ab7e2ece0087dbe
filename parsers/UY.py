"""ADME, the electricity market administration of Uruguay: SCADA values in a spreadsheet behind a page, public, no key.

Docs     https://pronos.adme.com.uy/gpf.php ("Archivo Scada Detalle 10minutal"); https://adme.com.uy
Serves   production and consumption UY; flows AR->UY, BR-S->UY
Time     10 min, stamps taken as starts (not stated), America/Montevideo
Unit     MW, described as approximate
Sign     flows: columns of import and of export, both positive; import less export is into Uruguay
History  any day (the first one is not documented), two days per call; a value is out after one to two hours
Licence  no stated terms

The page makes the file when it is asked, so its address is read from the page. Production and load are in the sheet
with the summary: those by plant repeat columns and headings. Thermal plants (the combined cycle PTB and engines) burn
gas oil and fuel oil, seldom natural gas: oil. A row of zeros only is a gap. A negative output is 0, marked as
corrected.
Differs from the other project: it sets solar to 0 between 20:00 and 05:59, where sensors show about 0.2 MW. What was
published is returned; at midsummer the sun rises before 05:30 there.
"""

from urllib.parse import urljoin

from core import by_label, consumption, errors, exchange, http, number, production, source, times
from core.kinds import sorted_key
from core.platforms import spreadsheets
from core.values import each, field, require

SOURCE = "pronos.adme.com.uy"
URL = "https://pronos.adme.com.uy/gpf.php"
FILE = "Archivo Scada Detalle 10minutal"
SUMMARY, TIES = "GPF", "Intercambios."
TIMEZONE = "America/Montevideo"
STAMP = "Fecha"
LOAD = "Demanda"
MODES = {
    "Salto Grande": "hydro",
    "Bonete": "hydro",
    "Baygorria": "hydro",
    "Palmar": "hydro",
    "Eólica": "wind",
    "Solar": "solar",
    "Térmica": "oil",
    "Biomasa": "biomass",
}
NOT_OUTPUT = (STAMP, "Imp.Arg", "Imp.Br.Riv", "Imp.Br.Mel", LOAD)
BORDERS = {
    "AR->UY": ("AR", ("Imp_Intercon_AG_Imp",), ("Exp_Intercon_ARG",)),
    "BR-S->UY": (
        "BR-S", ("Imp_Intercon_BR_MELO", "Imp_Intercon_BR_RIVERA"), ("Exp_Intercon_BR_MELO", "Exp_Intercon_BR_RIVERA")),
}
FACTS = {
    "resolution_min": 10, "window_h": 48, "day_of": TIMEZONE, "delay_h": 2, "history": "any", "refetch_h": 24,
    "extra": "spreadsheets",
}


@source(**FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(ask(session, target_datetime, SUMMARY), zone_key)


@source(**FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(ask(session, target_datetime, SUMMARY), zone_key)


@source(**FACTS)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_exchange(ask(session, target_datetime, TIES), sorted_key(zone_key1, zone_key2))


def ask(session, target, sheet):
    """The rows of one sheet for the asked day and the day before it; the last day of the question is not in it."""
    first, last = times.day(target, TIMEZONE, -1), times.day(target, TIMEZONE, 1)
    days = (f"{day.day}/{day.month}/{day.year}" for day in (first, last))
    params = {**dict(zip(("fecha_ini", "fecha_fin"), days, strict=True)), "send": "MOSTRAR"}
    return rows(http.get(session, link(http.get(session, URL, params=params).content)).content, sheet)


def link(page):
    """The address of the file that a button of the page leads to."""
    links = http.body_html(page).find_all("a", href=True)
    found = next((one["href"] for one in links if FILE in " ".join(one.get_text(" ").split())), None)
    return urljoin(URL, require(found, f"button {FILE!r}"))


def rows(content, sheet):
    """The rows of a sheet by the headings below its titles."""
    lines = [[cell.strip() if isinstance(cell, str) else cell for cell in line]
             for line in spreadsheets.rows(content, sheet)]
    heading = require(next((at for at, line in enumerate(lines) if STAMP in line[:1]), None), f"heading {STAMP}")
    names = lines[heading]
    found = [{name: cell for name, cell in zip(names, line, strict=True) if name} for line in lines[heading + 1 :]]
    return [row for row in found if row[STAMP] is not None]


def with_values(found, columns):
    """The rows that have a number other than 0 in any of the columns, of which none may be missing."""
    if found and (missing := {*columns} - {*found[0]}):
        raise errors.SourceChanged(f"ADME's spreadsheet has no column {', '.join(sorted(missing))}.")
    kept = [row for row in found if any(number(row[column]) for column in columns)]
    if not kept:
        raise errors.NoData(f"ADME's spreadsheet has no values of {', '.join(columns)} for these days.")
    return kept


def start_of(row):
    return times.read(str(row[STAMP]), TIMEZONE)


def parse_production(found, zone_key):
    """One mix per ten minutes."""
    return each(with_values(found, MODES), lambda row: production(
        zone_key, start=start_of(row), source=SOURCE, modes=by_label(row, MODES, known=NOT_OUTPUT), negative="zero"))


def parse_consumption(found, zone_key):
    return each(with_values(found, [LOAD]), lambda row: consumption(
        zone_key, start=start_of(row), source=SOURCE, load_mw=number(row[LOAD])))


def parse_exchange(found, key):
    """One flow per ten minutes, of those that every line of the border has a number for."""
    neighbour, imports, exports = BORDERS[key]
    given = [(row, [number(field(row, name)) for name in imports], [number(field(row, name)) for name in exports])
             for row in found]
    given = [(row, into, out_of) for row, into, out_of in given if None not in (*into, *out_of)]
    if not given:
        raise errors.NoData(f"ADME's spreadsheet has no flows of {key} for these days.")
    return each(given, lambda one: exchange(
        neighbour, "UY", start=start_of(one[0]), source=SOURCE, flow_mw=sum(one[1]) - sum(one[2])))
