"""XM, the system operator and market of Colombia: its open API (SINERGOX) and the live demand of its portal, no key.

Docs     https://github.com/EquipoAnaliticaXM/API_XM (metrics and limits of the API),
         https://www.xm.com.co/consumo/demanda-en-tiempo-real
Serves   production, consumption and price CO
Time     production, price and past consumption: 1 h, `Hour01` is 00:00 to 01:00 and is stamped at its start;
         consumption of today: an instant about every 5 min; America/Bogota, no summer time
Unit     kWh of an hour -> MW (1000); live demand MW; price COP/kWh -> COP/MWh (1000)
Sign     production and load only
History  any day (the first one is not documented), up to 30 per call; a day is out 2 to 5 days later
Licence  open data

Foreign addresses are refused at times: GRIDTRACE_PROXY_CO names a proxy. The portal's certificate chain was incomplete;
certificates stay checked, so an authority that is missing here has to be added (REQUESTS_CA_BUNDLE).
Fuels come from the list of plants as it is today. More days than asked may come; all are returned.
GLP is liquefied petroleum gas, which energy statistics count as an oil product.
Differs from the other project: prices are per kWh and are multiplied by 1000. BIOMASA and GLP are counted, and a plant
that the list does not have is unknown; that project drops all three.
"""

from collections import defaultdict

from core import consumption, errors, http, number, price, production, require, source, times
from core.values import each, field, mode_of, total

SOURCE = "xm.com.co"
URL = "https://servapibi.xm.com.co"
LIVE_URL = "https://serviciosfacturacion.xm.com.co/XM.Portal.Indicadores/api/Operacion/DemandaTiempoReal"
TIMEZONE = "America/Bogota"
CURRENCY = "COP"
HOUR_MIN = 60
KWH_PER_MWH = 1000
MEASURED = "Tiempo real"
LATEST_DAYS = (2, 3, 4, 5)
PRICE_DAYS = 7
HOURS = [f"Hour{hour:02}" for hour in range(1, 25)]
MODES = {
    "AGUA": "hydro",
    "BIOGAS": "biomass",
    "BAGAZO": "biomass",
    "BIOMASA": "biomass",
    "CARBON": "coal",
    "GAS": "gas",
    "RAD SOLAR": "solar",
    "VIENTO": "wind",
    "COMBUSTOLEO": "oil",
    "ACPM": "oil",
    "JET-A1": "oil",
    "GLP": "oil",
}
NOT_LISTED = "a plant that is not in the list"
FACTS = {"day_of": TIMEZONE, "delay_h": 72, "history": "any", "refetch_h": 24 * 7}


@source(resolution_min=HOUR_MIN, window_h=24, **FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    days = [times.day(None, TIMEZONE, -late) for late in LATEST_DAYS]
    for day in [times.day(target_datetime, TIMEZONE)] if target_datetime else days:
        generation = rows(hourly(session, "Gene", "Recurso", day, day))
        if generation:
            plants = ask(session, "lists", MetricId="ListadoRecursos", Entity="Sistema")
            return parse_production(generation, parse_plants(plants), zone_key)
    raise errors.NoData(f"XM has not published the plants' generation of {day} yet.")


@source(resolution_min=5, window_h=24, **FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    if day >= times.day(None, TIMEZONE):
        return parse_live(http.body_json(http.get(session, LIVE_URL)), zone_key)
    return parse_consumption(rows(hourly(session, "DemaReal", "Sistema", day, day)), zone_key)


@source(resolution_min=HOUR_MIN, window_h=24 * PRICE_DAYS, **FACTS)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    first, last = times.day(target_datetime, TIMEZONE, 1 - PRICE_DAYS), times.day(target_datetime, TIMEZONE)
    return parse_price(rows(hourly(session, "PrecBolsNaci", "Sistema", first, last)), zone_key)


def hourly(session, metric, entity, first, last):
    """A metric's answer for some days, both ends included."""
    return ask(session, "hourly", MetricId=metric, StartDate=f"{first}", EndDate=f"{last}", Entity=entity, Filter=[])


def ask(session, service, **query):
    return http.body_json(http.post(session, f"{URL}/{service}", json=query))


def items(answer, name):
    """(day, entity) of everything in the lists `name` of an answer."""
    found = answer.get("Items") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise errors.SourceChanged(f"XM sent no Items but {str(answer)[:80]!r}.")
    return [(field(item, "Date"), entity) for item in found for entity in field(item, name) or ()]


def rows(answer):
    """(day, code, number by hour) of each row of hours."""
    return each(items(answer, "HourlyEntities"), read_row)


def read_row(item):
    day, values = item[0], field(item[1], "Values")
    return times.read_day(day[:10]), field(values, "code"), [number(field(values, hour)) for hour in HOURS]


def parse_plants(answer):
    """Fuel by the code of a plant."""
    listed = [entity for _, entity in items(answer, "ListEntities")]
    if not listed:
        raise errors.NoData("XM's list of plants is empty.")
    return dict(each(listed, lambda one: (field(field(one, "Values"), "Code"), field(one["Values"], "EnerSource"))))


def parse_production(generation, fuels, zone_key):
    """One mix per hour that any plant has a number for."""
    labels = {code: fuels.get(code, NOT_LISTED) for _, code, _ in generation}
    modes = {label: mode_of(label, MODES) for label in sorted({*labels.values()}, key=str)}
    hours = defaultdict(lambda: defaultdict(list))
    for day, code, energies_kwh in generation:
        for at, energy_kwh in enumerate(energies_kwh, start=1):
            power_mw = None if energy_kwh is None else energy_kwh / KWH_PER_MWH
            hours[day, at][modes[labels[code]]].append(power_mw)
    return [
        production(zone_key, **span(day, at), modes=mix) for (day, at), mix in sorted(hours.items())
        if total(map(total, mix.values())) is not None
    ]


def parse_live(answer, zone_key):
    """The load of each instant of today; the forecast beside it is passed over."""
    series = {one.get("Nombre"): one for one in require(answer.get("Variables"), "Variables")}
    measured = require(series.get(MEASURED), f"series {MEASURED}")
    if measured.get("UnidadMedida") != "MW":
        raise errors.SourceChanged(f"XM's live demand is in {measured.get('UnidadMedida')}, not in MW.")
    read = each(field(measured, "Datos") or (), lambda row: (
        times.read(field(row, "Fecha"), TIMEZONE), number(field(row, "Valor"))))
    found = [(start, load_mw) for start, load_mw in read if load_mw is not None]
    if not found:
        raise errors.NoData("XM has no demand of today yet.")
    return [consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw) for start, load_mw in found]


def parse_consumption(table, zone_key):
    return [
        consumption(zone_key, **span(day, at), load_mw=energy_kwh / KWH_PER_MWH)
        for day, at, energy_kwh in numbers(table)
    ]


def parse_price(table, zone_key):
    return [
        price(zone_key, **span(day, at), currency=CURRENCY, price_mwh=price_kwh * KWH_PER_MWH)
        for day, at, price_kwh in numbers(table)
    ]


def numbers(table):
    """(day, number of the hour, number) of every hour of the system that has one."""
    found = [(day, at, one) for day, _, ones in table for at, one in enumerate(ones, start=1) if one is not None]
    if not found:
        raise errors.NoData("XM has not published the system's hours of these days yet.")
    return found


def span(day, hour):
    start = times.period(day, hour, HOUR_MIN, TIMEZONE)
    return {"start": start, "end": times.shift(start, minutes=HOUR_MIN), "source": SOURCE}
