"""CNDC of ENATREL, the load dispatch of Nicaragua: JSON behind its home page, no key.

Docs     https://www.cndc.org.ni
Serves   production and price NI; flows CR->NI, HN->NI
Time     production: hourly points of the day; price: the newest hour; flows: a snapshot; America/Managua
Unit     MW; price: the marginal cost of the system, taken as USD/MWh (not stated)
Sign     lines (`amy`, `lvg` to Costa Rica; `snd`, `leon` to Honduras): source + is out of Nicaragua
History  none: the day so far (price and flows: the present)
Licence  no stated terms

The site is often down. Stamps are taken as starts. `MER`, the trade on the regional market, is no production. Thermal
plants burn bunker: oil. The hour of a price may be 24, which is 0 of the next day.
"""

from core import by_label, errors, exchange, http, number, price, production, source, times
from core.kinds import sorted_key
from core.values import each, field

SOURCE = "cndc.org.ni"
URL = "https://www.cndc.org.ni"
TIMEZONE = "America/Managua"
MODES = {
    "EOLICA": "wind",
    "GEOTERMICA": "geothermal",
    "BIOMASA": "biomass",
    "HIDROELECTRICA": "hydro",
    "SOLAR": "solar",
    "TERMICA": "oil",
}
NOT_OUTPUT = ("MER",)
BORDERS = {"CR->NI": ("CR", ("amy", "lvg")), "HN->NI": ("HN", ("snd", "leon"))}
CURRENCY = "USD"


@source(resolution_min=60, window_h=24, delay_h=1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(ask(session, "graficos/consultarGeneracionPorTipo", target_datetime), zone_key)


@source(resolution_min=60, window_h=1, delay_h=1)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_price(ask(session, "Inicio/consultarInfoTecnicaRelevante", target_datetime), zone_key)]


@source(resolution_min=None, window_h=0.1, delay_h=0.5)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    answer = ask(session, "Inicio/ConsultarTipoGeneracion", target_datetime)
    return [parse_exchange(answer, sorted_key(zone_key1, zone_key2))]


def ask(session, path, target_datetime):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("Nicaragua's CNDC publishes the present day only.")
    answer = http.body_json(http.get(session, f"{URL}/{path}"))
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"Nicaragua's CNDC sent no object but {str(answer)[:80]!r}.")
    return answer


def parse_production(answer, zone_key):
    """One mix per hour, of its rows by type."""
    mixes = {}
    for stamp, label, value in each(
        field(answer, "GeneracionTipo") or [], lambda row: (row["fecha_hora"], row["tipo"].strip(), row["valor"])
    ):
        mixes.setdefault(stamp, []).append((label, value))
    mixes = {stamp: mix for stamp, mix in mixes.items()
             if any(label not in NOT_OUTPUT and value is not None for label, value in mix)}
    if not mixes:
        raise errors.NoData("Nicaragua's CNDC has no production of this day yet.")
    return each(sorted(mixes.items()), lambda one: production(
        zone_key, start=times.read(one[0], TIMEZONE), source=SOURCE, modes=by_label(one[1], MODES, known=NOT_OUTPUT)))


def parse_price(answer, zone_key):
    cost = first(answer, "costoMarginal")
    price_mwh, hour = number(field(cost, "valor")), number(field(answer, "hora"))
    if price_mwh is None or hour is None:
        raise errors.NoData("Nicaragua's CNDC has no marginal cost now.")
    day = times.read_day(field(answer, "fecha"), "DD/MM/YYYY")
    return price(
        zone_key, start=times.period(day, int(hour) + 1, 60, TIMEZONE), source=SOURCE, price_mwh=price_mwh,
        currency=CURRENCY)


def parse_exchange(answer, key):
    """The flow over both lines of a border; NoData if one of them has no number."""
    neighbour, lines = BORDERS[key]
    tie, now = first(answer, "interconexion"), first(answer, "tipoGeneracion")
    flows_mw = [number(field(tie, line), decimal=",") for line in lines]
    if None in flows_mw:
        raise errors.NoData(f"Nicaragua's CNDC has not all lines of {key} now.")
    start = times.read(field(now, "fecha_hora"), TIMEZONE)
    return exchange("NI", neighbour, start=start, source=SOURCE, flow_mw=sum(flows_mw))


def first(answer, name):
    """The only row of a list."""
    found = field(answer, name)
    if not found:
        raise errors.NoData(f"Nicaragua's CNDC has nothing in {name} now.")
    return found[0]
