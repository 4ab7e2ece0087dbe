"""GSO, the grid system operator of Peninsular Malaysia: the charts of its page as JSON, no key.

Docs     https://www.gso.org.my (SystemData: current generation, system demand, tie line)
Serves   production, consumption MY-WM; flows MY-WM->SG, MY-WM->TH
Time     10 min (the mix: as stamped), local stamps without zone taken as the start, Asia/Kuala_Lumpur
Unit     MW
Sign     flows: as delivered, taken as + out of Malaysia, which no document confirms
History  any day (the first one is not documented), one per call
Licence  none stated

The JSON is encoded twice: a string that holds the array. Sabah and Sarawak are not in it, nor what pumps or batteries
take. CoGen is industry's heat and power, unknown. The site answers from Malaysia only, or nearly so: a proxy there is
named by GRIDTRACE_PROXY_GSO. Two lines lead to Thailand, an alternating one (EGAT) and HVDC; a stamp that only one of
them has is no flow of the border.
Differs from the other project: the two lines to Thailand are added, not told one after the other under one stamp; a
fuel that nobody knows counts as unknown.
"""

from core import by_label, consumption, errors, exchange, http, number, production, require, source, times
from core.kinds import sorted_key
from core.values import each, field, json_in

SOURCE = "gso.org.my"
URL = "https://www.gso.org.my/SystemData"
TIMEZONE = "Asia/Kuala_Lumpur"
PERIOD_MIN = 10
LATE_H = 2
STAMP, TIE_STAMP, POWER = "DT", "Tarikhmasa", "MW"
MODES = {
    "Coal": "coal",
    "Gas": "gas",
    "CoGen": "unknown",
    "Oil": "oil",
    "Hydro": "hydro",
    "Solar": "solar",
}
BORDERS = {"MY-WM->SG": ("PLTG",), "MY-WM->TH": ("EGAT", "HVDC")}
FACTS = {"window_h": 24, "day_of": TIMEZONE, "delay_h": 0.5, "history": "any"}


@source(resolution_min=None, **FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(ask(session, "CurrentGen", target_datetime), zone_key)


@source(resolution_min=PERIOD_MIN, **FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(ask(session, "SystemDemand", target_datetime), zone_key)


@source(resolution_min=PERIOD_MIN, **FACTS)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    return parse_exchange([ask(session, "TieLine", target_datetime, Line=line) for line in BORDERS[key]], key)


def ask(session, page, target, **more):
    """The rows of the asked day; soon after midnight also of the day before."""
    found = []
    for day in times.recent_days(target, TIMEZONE, LATE_H):
        query = {"Fromdate": f"{day:%d/%m/%Y}", "Todate": f"{day:%d/%m/%Y}", **more}
        found += rows(http.body_json(http.post(session, f"{URL}/{page}.aspx/GetChartDataSource", json=query)))
    if not found:
        raise errors.NoData(f"GSO's {page} has no rows for this day.")
    return found


def rows(answer):
    """The array within the string."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"GSO sent no chart but {str(answer)[:60]!r}.")
    inner = field(answer, "d")
    found = (json_in(inner) if inner and isinstance(inner, str) else inner) or []
    if not isinstance(found, list):
        raise errors.SourceChanged(f"GSO's chart holds no rows but {str(found)[:60]!r}.")
    return found


def parse_production(table, zone_key):
    """One mix per row that has any number; what a meter shows below 0 is 0."""
    check_fuels(table)
    mixes = each(table, lambda row: (start_of(row, STAMP), by_label(row, MODES, known=(STAMP,))))
    return filled([
        production(zone_key, start=start, source=SOURCE, modes=modes, negative="zero")
        for start, modes in mixes if any(power_mw is not None for items in modes.values() for power_mw in items)])


def check_fuels(table):
    """Refuse a chart that has lost a fuel altogether: the others would pass for all there is."""
    if missing := MODES.keys() - {label for row in table if isinstance(row, dict) for label in row}:
        raise errors.SourceChanged(f"GSO's chart of generation has no {', '.join(sorted(missing))}.")


def parse_consumption(table, zone_key):
    return filled([
        consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw)
        for start, load_mw in each(table, lambda row: power_of(row, STAMP)) if load_mw is not None])


def parse_exchange(tables, key):
    """One flow per stamp that all lines of the border have a number for."""
    lines = [dict(each(table, lambda row: power_of(row, TIE_STAMP))) for table in tables]
    flows = [(start, [line.get(start) for line in lines]) for start in sorted(set().union(*lines))]
    own, neighbour = key.split("->")
    return filled([
        exchange(own, neighbour, start=start, source=SOURCE, flow_mw=sum(parts))
        for start, parts in flows if None not in parts])


def power_of(row, stamp):
    """Start and MW of a row."""
    return start_of(row, stamp), number(field(row, POWER))


def start_of(row, stamp):
    return times.read(require(row.get(stamp), stamp), TIMEZONE)


def filled(events):
    """The events; NoData if there is none."""
    if not events:
        raise errors.NoData("GSO's rows have no number.")
    return events
