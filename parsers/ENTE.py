"""EOR, the operator of Central America's regional grid SIEPAC: the points of its SCADA in one JSON list, no key.

Docs     https://www.enteoperador.org/flujos-regionales-en-tiempo-real/
Serves   flows CR->NI, CR->PA, GT->HN, GT->MX, GT->SV, HN->NI, HN->SV; total production HN
Time     a snapshot without a stamp: the minute at which it is read
Unit     MW, rounded to 0.1 here: single precision of what no line's meter tells better
Sign     by point, from balances of the countries in two answers: each as BORDERS has it, some are turned
History  none, the present only
Licence  no stated terms

Points are named, their order changes. A point that is not in the list is a line that is not measured now.
Total production says nothing of modes: it is unknown as a whole, and no zone is wired to it.
Differs from the other project: the border of Costa Rica and Nicaragua is `INTER_NET_CR_2`. With it Costa Rica's and
Nicaragua's generation, load and other flows close to 4 and 1 MW in one answer; `INTER_NET_CR` leaves 69 and 72 MW, so
that it looks like one circuit. In another answer either is within 20 MW.
"""

from core import errors, exchange, http, number, production, source, times
from core.kinds import sorted_key
from core.values import field

SOURCE = "enteoperador.org"
URL = "https://mapa.enteoperador.org/WebServiceScadaEORRest/webresources/generic"
TIMEZONE = "UTC"
BORDERS = {
    "CR->NI": ("NI", "CR", "5SISTEMA.LT230.INTER_NET_CR_2.CMW.MW"),
    "CR->PA": ("CR", "PA", "6SISTEMA.LT230.INTER_NET_PAN.CMW.MW"),
    "GT->HN": ("HN", "GT", "4LEC.LT230.2FR4-4LEC-01B.-.MW"),
    "GT->MX": ("GT", "MX", "2LBR.LT400.1FR2-2LBR-01A.-.MW"),
    "GT->SV": ("SV", "GT", "3SISTEMA.LT230.INTER_NET_GT.CMW.MW"),
    "HN->NI": ("NI", "HN", "5SISTEMA.LT230.INTER_NET_HN.CMW.MW"),
    "HN->SV": ("SV", "HN", "3SISTEMA.LT230.INTER_NET_HO.CMW.MW"),
}
"""From where to where the point of a border is +."""
TOTALS = {"HN": "4SISTEMA.GTOT.OSYMGENTOTR.-.MW"}


@source(resolution_min=None, window_h=0.02, delay_h=0.05)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    points = ask(session, target_datetime)
    return [parse_exchange(points, sorted_key(zone_key1, zone_key2), times.floor(times.now(), 1))]


@source(resolution_min=None, window_h=0.02, delay_h=0.05)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    points = ask(session, target_datetime)
    return [parse_production(points, zone_key, times.floor(times.now(), 1))]


def ask(session, target_datetime):
    """MW by the names of the points."""
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("EOR publishes the present only.")
    answer = http.body_json(http.get(session, URL))
    if not isinstance(answer, list):
        raise errors.SourceChanged(f"EOR sent no list of points but {str(answer)[:80]!r}.")
    if not answer:
        raise errors.NoData("EOR's list of points is empty.")
    return {field(point, "nombre"): field(point, "value") for point in answer}


def parse_exchange(points, key, taken):
    from_key, to_key, name = BORDERS[key]
    return exchange(from_key, to_key, start=taken, source=SOURCE, flow_mw=power(points, name))


def parse_production(points, zone_key, taken):
    return production(zone_key, start=taken, source=SOURCE, modes={"unknown": power(points, TOTALS[zone_key])})


def power(points, name):
    """MW of a point; NoData if it is not there or has no number."""
    value = number(points.get(name))
    if value is None:
        raise errors.NoData(f"EOR has no value of {name} now.")
    return round(value, 1)
