"""CENCE of ICE, the grid operator of Costa Rica: hours of every plant in JSON, public, no key.

Docs     https://apps.grupoice.com/CenceWeb/
Serves   production CR; flows CR->NI, CR->PA
Time     60 min, stamped at the start, America/Costa_Rica
Unit     MWh of an hour, which is MW; values of SCADA, not metered
Sign     flows: source - is out of Costa Rica
History  since 2017-07-01, one day per call; an hour is out about 15 min after its end
Licence  © ICE, without liability

The current and the previous month are under revision. A plant's own use is negative and counts as 0.
Flows stand among the plants: `Intercambio Norte` is Nicaragua's border, `Intercambio Sur` that of Panama. They have a
past and are means of hours, where the sources of the region (ENTE) and of Nicaragua (NI) have the present moment only.
Differs from the other project: its flows of this name are the region's, which ENTE reads.
"""

from core import by_label, errors, exchange, http, number, production, source, times
from core.kinds import sorted_key
from core.values import each, field, require, total

SOURCE = "grupoice.com"
URL = "https://apps.grupoice.com/CenceWeb/data/sen/json/EnergiaHorariaFuentePlanta"
TIMEZONE = "America/Costa_Rica"
LATE_H = 2
MODES = {
    "Hidroeléctrica": "hydro",
    "Eólica": "wind",
    "Geotérmica": "geothermal",
    "Bagazo": "biomass",
    "Solar": "solar",
    "Térmica": "oil",
}
TRADE = "Intercambio"
BORDERS = {"CR->NI": ("NI", "Intercambio Norte"), "CR->PA": ("PA", "Intercambio Sur")}
FACTS = {
    "resolution_min": 60, "window_h": 24, "day_of": TIMEZONE, "delay_h": 0.5, "history": "2017-07-01", "refetch_h": 72,
}


@source(**FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(ask(session, target_datetime), zone_key)


@source(**FACTS)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_exchange(ask(session, target_datetime), sorted_key(zone_key1, zone_key2))


def ask(session, target):
    """The rows of the asked day; soon after midnight also those of the day before."""
    found = []
    for day in times.recent_days(target, TIMEZONE, LATE_H):
        params = {"anno": f"{day:%Y}", "mes": f"{day:%m}", "dia": f"{day:%d}"}
        answer = http.body_json(http.get(session, URL, params=params))
        if not isinstance(answer, dict):
            raise errors.SourceChanged(f"CENCE sent no rows but {str(answer)[:80]!r}.")
        found += require(answer.get("data"), "data")
    if not found:
        raise errors.NoData("CENCE has nothing for this day.")
    return found


def parse_production(rows, zone_key):
    """One mix per hour, summed over the plants of a source of energy."""
    plants = [one for one in each(rows, read) if one[1] != TRADE and one[3] is not None]
    return [
        production(
            zone_key, start=start, source=SOURCE, modes=by_label([one[1::2] for one in found], MODES, known=()),
            negative="zero")
        for start, found in by_hour(plants)
    ]


def parse_exchange(rows, key):
    """One flow per hour."""
    neighbour, name = BORDERS[key]
    ties = [one for one in each(rows, read) if one[2] == name and one[3] is not None]
    return [
        exchange(neighbour, "CR", start=start, source=SOURCE, flow_mw=total(one[3] for one in found))
        for start, found in by_hour(ties)
    ]


def read(row):
    """(start, source of energy, plant, MW) of a row."""
    start = times.read(field(row, "fecha"), TIMEZONE, "YYYY-MM-DD HH:mm:ss[.0]")
    return start, field(row, "fuente"), field(row, "planta"), number(field(row, "dato"))


def by_hour(found):
    """(start, rows) in order; NoData if there is no row."""
    if not found:
        raise errors.NoData("CENCE has no values for this day yet.")
    return [(start, [one for one in found if one[0] == start]) for start in sorted({one[0] for one in found})]
