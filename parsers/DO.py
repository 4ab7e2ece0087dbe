"""OC, the coordinator of the Dominican grid: its report of the dispatch by unit as a web page, public, no key.

Docs     https://apps.oc.org.do/reportesgraficos/reportepostdespacho.aspx
Serves   production DO
Time     1 h, numbered 01 to 24; number n ends at n:00, so it is stamped (n-1):00; America/Santo_Domingo, no summer time
Unit     MWh of an hour = MW
Sign     production only
History  none, the day that the page shows; past days would need its form, which nobody has described
Licence  none stated

Slow, and often out of reach from abroad: GRIDTRACE_PROXY_DO names a proxy.
Wind, sun and water are the page's totals, thermal plants are counted unit by unit; names of units are compared without
accents and capitals. `FO` at the end of a name is fuel oil, `GN` natural gas. SENI, of the company DESABASTECIMIENTO,
is what could not be served. A blank is 0, very little (0.45 MW have been seen) or not known yet: it is read as 0 where
the rest adds up to the hour's total.
Differs from the other project: that one writes 0 for wind and water while the sun is down, and leaves out units whose
names have changed or got accents (306 MW of the first hour of 2025-01-14, when the page had 292 MW of water).
"""

from core import by_label, errors, http, merge, number, production, require, source, times
from core.values import folded, log, total

SOURCE = "oc.org.do"
URL = "https://apps.oc.org.do/reportesgraficos/reportepostdespacho.aspx"
TIMEZONE = "America/Santo_Domingo"
HOUR_MIN = 60
TABLE, DAY = "PostdespachoUnidadesTermicasGrid_DXMainTable", "FechaConsultaDateEdit_I"
GROUP, THERMAL, TOTALS = "grupo:", "termica", "totales"
UNIT, FIRST_HOUR, CELLS, HOURS = 2, 3, 27, 24
NOTHING = [None] * HOURS
MODES = {"total eolico": "wind", "total hidroelectrica": "hydro", "total solar": "solar"}
TOTAL_THERMAL, TOTAL = "total termico", "total generado"
NOT_OUTPUT = ("seni",)
FUELS = {
    "barahona carbon": "coal",
    "itabo 1": "coal",
    "itabo 2": "coal",
    "punta catalina 1": "coal",
    "punta catalina 2": "coal",
    "aes andres": "gas",
    "estrella del mar 3": "gas",
    "estrella del mar 3 ccp": "gas",
    "estrella del mar 3 cct": "gas",
    "estrella del mar 3 cs": "gas",
    "generacion de emergencia aes andres": "gas",
    "los mina 5": "gas",
    "los mina 6": "gas",
    "los mina 7": "gas",
    "los origenes power plant gas natural": "gas",
    "parque energetico los mina cc parcial": "gas",
    "parque energetico los mina cc total": "gas",
    "san felipe cc": "gas",
    "san lorenzo 1": "gas",
    "siba": "gas",
    "bersal": "oil",
    "cepp 1": "oil",
    "cepp 2": "oil",
    "haina tg": "oil",
    "inca km22": "oil",
    "la vega": "oil",
    "los origenes power plant fuel oil": "oil",
    "metaldom": "oil",
    "monte rio": "oil",
    "palamara": "oil",
    "palenque": "oil",
    "pimentel 1": "oil",
    "pimentel 2": "oil",
    "pimentel 3": "oil",
    "pimentel 4": "oil",
    "powership azua kps 26": "oil",
    "powership azua kps 60": "oil",
    "rio san juan": "oil",
    "san felipe": "oil",
    "san felipe vap": "oil",
    "san pedro vapor": "oil",
    "sultana del este": "oil",
    "san pedro bio-energy": "biomass",
}
SUFFIXES = {"fo": "oil", "gn": "gas"}
VERY_LITTLE_MW = 1.0


@source(resolution_min=HOUR_MIN, window_h=24, day_of=TIMEZONE, delay_h=2)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("OC's page shows the present day only.")
    found = list(parse_production(http.get(session, URL).content, zone_key))
    if not found:
        raise errors.NoData("OC has no hour of the day yet.")
    return found


def parse_production(content, zone_key):
    """One mix per hour that has a total of any type of plant."""
    if not content.strip():
        raise errors.NoData("OC sent an empty page.")
    soup = http.body_html(content)
    day = times.read_day(require(soup.find(id=DAY), "date field").get("value") or "", "DD/MM/YYYY")
    totals, units = tables(require(soup.find("table", id=TABLE), f"table {TABLE}"))
    if missing := {*MODES, TOTAL_THERMAL} - totals.keys():
        raise errors.SourceChanged(f"OC's page has no row {', '.join(sorted(missing))}.")
    if not units:
        raise errors.SourceChanged("OC's page has no thermal units.")
    fuels = {unit: fuel_of(unit, powers_mw) for unit, powers_mw in units}
    for at in range(HOURS):
        start = times.period(day, at + 1, HOUR_MIN, TIMEZONE)
        sums = {label: totals[label][at] for label in (*MODES, TOTAL_THERMAL)}
        if total(sums.values()) is not None:
            made = by_label(zeros([*sums.items()], totals.get(TOTAL, NOTHING)[at]), MODES)
            burnt = zeros([(fuels[unit], powers_mw[at]) for unit, powers_mw in units], sums[TOTAL_THERMAL])
            yield production(
                zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE,
                modes=merge(made, by_label(burnt, {fuel: fuel for fuel in fuels.values()})))


def tables(table):
    """MW by hour of each total, by its name, and (name, MW by hour) of each thermal unit."""
    totals, units, group = {}, [], None
    for row in table.find_all("tr"):
        cells = [cell.get_text() for cell in row.find_all("td", recursive=False)]
        name = folded(cells[min(UNIT, len(cells) - 1)]) if cells else ""
        if len(cells) == 2 and name.startswith(GROUP):
            group = name.removeprefix(GROUP).strip()
        elif len(cells) == CELLS and name and group == TOTALS:
            totals[name] = numbers(cells)
        elif len(cells) == CELLS and name not in ("", *NOT_OUTPUT) and group == THERMAL:
            units.append((name, numbers(cells)))
    return totals, units


def numbers(cells):
    return [number(cell) for cell in cells[FIRST_HOUR:]]


def fuel_of(unit, powers_mw):
    """The mode of a thermal unit; one that we do not know is worth a word if it has run."""
    found = FUELS.get(unit) or SUFFIXES.get(unit[-2:])
    if found is None and total(powers_mw):
        log.warning("unknown unit %r; counted as unknown", unit)
    return found or "unknown"


def zeros(pairs, whole_mw):
    """The same (label, MW); what is blank is 0 where the rest adds up to the whole."""
    known_mw = total(power_mw for _, power_mw in pairs)
    if None in (known_mw, whole_mw) or abs(known_mw - whole_mw) > VERY_LITTLE_MW:
        return pairs
    return [(label, power_mw or 0.0) for label, power_mw in pairs]
