"""REE, Spain's transmission operator: what is installed by technology, month by month (REData API); public, no key.

Docs     https://www.ree.es/en/datos/apidata
Serves   productionCapacity ES (the mainland), ES-CE, ES-ML
Time     months, dated by their first day, Europe/Madrid
Unit     MW, rounded to whole ones
Sign     none: capacities only
History  any month (the first one is not documented)
Licence  REE's legal notice: re-use with attribution

Generation and storage come in two answers; what stands in both counts once. A system without storage has no second
answer. The Balearic and Canary islands are published as whole archipelagos, not by zone of ours.
"""

from core import by_label, errors, http, installed, require, source, times
from core.values import each, field, log

SOURCE = "ree.es"
URL = "https://apidatos.ree.es/es/datos/{category}/potencia-instalada-{category}"
TIMEZONE = "Europe/Madrid"
GENERATION, STORAGE = "generacion", "almacenamiento"
SYSTEMS = {"ES": ("peninsular", 8741), "ES-CE": ("ceuta", 12), "ES-ML": ("melilla", 8746)}
MONTHS_LATE = (0, 1, 2, 3)
"""The months that are asked for one after the other, if none is: the running one may not be out."""
REFUSALS = (400, 404, 500, 502)
"""With one of these it may say, in JSON, that it has no values."""
NOTHING_THERE = ("no hay valores", "no values")
MODES = {
    "Hidráulica": "hydro",
    "Turbinación bombeo": "hydro storage",
    "Batería": "battery storage",
    "Nuclear": "nuclear",
    "Carbón": "coal",
    "Fuel + Gas": "gas",
    "Ciclo combinado": "gas",
    "Cogeneración": "gas",
    "Turbina de gas": "gas",
    "Turbina de vapor": "gas",
    "Motores diésel": "oil",
    "Eólica": "wind",
    "Solar fotovoltaica": "solar",
    "Solar térmica": "solar",
    "Otras renovables": "biomass",
    "Residuos renovables": "biomass",
    "Residuos no renovables": "unknown",
}


@source(resolution_min=None, window_h=744, delay_h=24 * 31, history="any")
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    today = times.day(target_datetime, TIMEZONE)
    months = [times.month_start(today, -late) for late in (MONTHS_LATE if target_datetime is None else (0,))]
    for month in months:
        try:
            generation = ask(session, zone_key, GENERATION, month)
        except errors.NoData as err:
            log.info("%s: %s", zone_key, err)
            continue
        return parse_production_capacity([generation, *storage(session, zone_key, month)], month)
    raise errors.NoData(f"REE has nothing installed in {zone_key} in {months[0]:%Y-%m}.")


def storage(session, zone_key, month):
    """The answer about storage, if there is one."""
    try:
        return [ask(session, zone_key, STORAGE, month)]
    except errors.NoData:
        return []


def ask(session, zone_key, category, month):
    """The decoded answer for a month; NoData if the API says that it has none."""
    name, number_of_system = SYSTEMS[zone_key]
    params = {
        "start_date": f"{month}T00:00", "end_date": f"{times.month_end(month)}T23:59", "time_trunc": "month",
        "geo_trunc": "electric_system", "geo_limit": name, "geo_ids": number_of_system, "tecno_select": "all",
    }
    reply = http.get(session, URL.format(category=category), params=params, allowed=REFUSALS)
    answer = http.body_json(reply)
    said = str(answer.get("errors") or "") if isinstance(answer, dict) else ""
    if any(word in said.lower() for word in NOTHING_THERE):
        raise errors.NoData(f"REE has no {category} in {month:%Y-%m}.")
    if said or not reply.ok:
        raise errors.SourceDown(f"REE answered with status {reply.status_code}: {said[:200]}")
    return answer


def parse_production_capacity(answers, month):
    """MW per mode of the technologies in the answers, without their totals."""
    values = {}
    for answer in answers:
        items = require(answer.get("included") if isinstance(answer, dict) else None, "included")
        values |= dict(each(items, technology))
    modes = by_label({name: value for name, value in values.items() if "total" not in name.lower()}, MODES, known=())
    if not modes:
        raise errors.NoData(f"REE lists no technology in {month:%Y-%m}.")
    return installed(month, modes, source=SOURCE, digits=0)


def technology(item):
    """(name, MW) of one technology; the answer is of one month, so it has one value."""
    values = require(field(field(item, "attributes"), "values") or None, "value")
    return field(item, "type").strip(), field(values[0], "value")
