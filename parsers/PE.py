"""COES, the grid operator of Peru: JSON behind the portal's graph of generation by fuel, no key.

Docs     https://www.coes.org.pe/Portal/portalinformacion/generacion
Serves   production PE
Time     30 min, stamped at the END of the half hour (00:30 … 00:00 of the next day), moved to its start; America/Lima
Unit     MW, the mean of the half hour
Sign     none: output only
History  any day (the first one is not documented), one per question, two per call
Licence  no stated terms

The running day ends with the last half hour that is out, or goes on with zeros: half hours of zeros only, and those
that are not over, are left out.
Differs from the other project: it keeps the labels as they are, half an hour late, and books RESIDUAL as biomass; at
COES that is residual fuel oil (R6, R500), so oil.
"""

from core import by_label, errors, http, number, production, source, times
from core.values import each, field, require

SOURCE = "coes.org.pe"
URL = "https://www.coes.org.pe/Portal/portalinformacion/generacion"
TIMEZONE = "America/Lima"
PERIOD_MIN = 30
MODES = {
    "HÍDRICO": "hydro",
    "GAS": "gas",
    "CARBÓN": "coal",
    "DIESEL": "oil",
    "RESIDUAL": "oil",
    "BIOGÁS": "biomass",
    "BAGAZO": "biomass",
    "SOLAR": "solar",
    "EÓLICA": "wind",
}


@source(resolution_min=PERIOD_MIN, window_h=48, day_of=TIMEZONE, delay_h=2, history="any", refetch_h=24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    found = []
    for shift in (-1, 0):
        first, last = (times.day(target_datetime, TIMEZONE, shift + more) for more in (0, 1))
        form = {"fechaInicial": f"{first:%d/%m/%Y}", "fechaFinal": f"{last:%d/%m/%Y}", "indicador": "0"}
        found += parse_production(http.body_json(http.post(session, URL, data=form)), zone_key)
    found = [event for event in found if event["end_datetime"] <= times.now()]
    if not found:
        raise errors.NoData("COES has no values for these days.")
    return found


def parse_production(answer, zone_key):
    """One mix per half hour that has a value other than 0."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"COES sent no graphs but {str(answer)[:80]!r}.")
    graph = require(answer.get("GraficoTipoCombustible"), "GraficoTipoCombustible")
    mixes = {}
    for one in field(graph, "Series") or []:
        name = field(one, "Name").strip()
        for label, value in each(one.get("Data") or [], lambda point: (point["Nombre"].strip(), point["Valor"])):
            mixes.setdefault(label, []).append((name, value))
    ended = {label: mix for label, mix in mixes.items() if any(number(value) for _, value in mix)}
    return each(sorted(ended.items()), lambda one: half_hour(*one, zone_key))


def half_hour(label, mix, zone_key):
    """The mix of the half hour that ends at a label."""
    end = times.read(label, TIMEZONE, "YYYY/MM/DD HH:mm:ss")
    return production(
        zone_key, start=times.shift(end, minutes=-PERIOD_MIN), end=end, source=SOURCE,
        modes=by_label(mix, MODES, known=()))
