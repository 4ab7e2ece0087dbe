"""SO-UPS, the system operator of Russia: hours of generation by price zone and hourly flows; public, no key.

Docs     https://br.so-ups.ru (the services behind its pages are not documented)
Serves   production RU, RU-1, RU-2, RU-AS; flows to AZ, BY, CN, KZ, MN, UA, UA-CR and from RU-1 to RU-2.
         Readable too: FI->RU-1, GE->RU-1, LT->RU-KGD, whose signs no balance has confirmed
Time     1 h, numbered from 0 at midnight in Moscow (+03:00 all year), covering hour to hour + 1
Unit     MW
Sign     flows: each id has its own, see BORDERS
History  any past day (the first one is not documented); a day per call, flows an hour per call
Licence  none stated

Often unreachable from abroad: GRIDTRACE_PROXY_RU names a proxy. Its certificate is not trusted everywhere; we do verify
it, so an authority that is missing here has to be added (REQUESTS_CA_BUNDLE).
Moscow's clock has not changed since 2014. Hours that are not over hold the schedule, so they are cut; an hour whose
flows are all 0 is not published yet. Thermal plants are one number, mostly gas and coal, and `unknown`; the East gives
no sun and wind. RU is the sum of the three, of the hours that all have.
Differs from the other project: CN->RU-AS, MN->RU-2, KZ->RU-1 and KZ->RU-2 are +1 times the source's number, not -1.
2025-07-28, hour 10: Siberia uses 1265.05 more than it makes and gets 664.83 from Kazakhstan (344), 653.29 from the
Urals (139) and 79.94 from the East (1611), less 132.10 to Mongolia (276): 1265.96. The East exports 89.57, which is
those 79.94 and 10.54 to China (764). 785, all that goes to Kazakhstan, is -(2394) - (344).
It also reads a flow's hour as UTC: the nodes' generation of hour 10 is that of production's hour 10, Moscow's.
"""

import re

from core import by_label, errors, exchange, http, merge, number, production, require, source, times, values
from core.kinds import sorted_key

SOURCE = "so-ups.ru"
URL = "https://br.so-ups.ru/webapi/api"
TIMEZONE = "Europe/Moscow"
PRICE_ZONES = {"RU-1": 1, "RU-2": 2}
EAST, EAST_ID = "RU-AS", 540000
PARTS = {"RU": (*PRICE_ZONES, EAST)}
MODES = {
    "P_AES": "nuclear", "P_GES": "hydro", "P_TES": "unknown", "P_GRES": "unknown", "P_BS": "unknown",
    "P_REN": "solar", "P_WIND": "wind",
    "aes_gen": "nuclear", "ges_gen": "hydro", "P_tes": "unknown",
}
PRICE_ZONE_COLUMNS = ("M_DATE", "INTERVAL", "P_AES", "P_GES", "P_TES", "P_GRES", "P_BS")
"""What every row must have; P_REN and P_WIND came later than the rest."""
EAST_COLUMNS = ("date", "hour", "aes_gen", "ges_gen", "P_tes")
FUEL = re.compile(r"P_|.*_gen$")
"""How a column of output is called; the others are ids, stamps, limits and priorities."""
BORDERS = {
    "AZ->RU-1": (598, 1),
    "BY->RU-1": (321, 1),
    "CN->RU-AS": (764, 1),
    "KZ->RU-1": (2394, 1),
    "KZ->RU-2": (344, 1),
    "MN->RU-2": (276, 1),
    "RU-1->RU-2": (139, -1),
    "RU-1->UA": (880, -1),
    "RU-1->UA-CR": (5688, 1),
    "FI->RU-1": (187, -1),
    "GE->RU-1": (752, -1),
    "LT->RU-KGD": (212, -1),
}
"""Exchange → (id of the flow, what its positive numbers are)."""
IDS = {flow_id for flow_id, _ in BORDERS.values()}
NEWEST_HOURS = 2


@source(resolution_min=60, window_h=24, day_of=TIMEZONE, delay_h=1, history="any", refetch_h=24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    when = times.day(target_datetime or times.shift(times.now(), hours=-1), TIMEZONE)
    answers = {part: ask(session, part, when) for part in PARTS.get(zone_key, (zone_key,))}
    return [mix for mix in parse_production(answers, zone_key) if mix["end_datetime"] <= times.now()]


@source(resolution_min=60, window_h=24, day_of=TIMEZONE, delay_h=1, history="any", refetch_h=24)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    if key not in BORDERS:
        raise errors.ConfigError(f"SO-UPS has no flow of {key}, only those of {', '.join(BORDERS)}.")
    answers = {start: ask_flows(session, start) for start in hours(target_datetime)}
    flows = list(parse_exchange(answers, key))
    if not flows:
        raise errors.NoData(f"SO-UPS has not published the flow {key} of these hours.")
    return flows


def ask(session, zone_key, when):
    """The decoded hours of a Moscow day."""
    if zone_key == EAST:
        path, params = "GenEquipOptions_Z2", {"oesTerritory[]": EAST_ID, "startDate": f"{when:%Y.%m.%d}"}
    else:
        days = {"startDate": f"{when:%Y.%m.%d}", "endDate": f"{when:%Y.%m.%d}"}
        path, params = "PowerGeneration", {"priceZone[]": PRICE_ZONES[zone_key], **days}
    return http.body_json(http.get(session, f"{URL}/CommonInfo/{path}", params=params))


def ask_flows(session, start):
    """The decoded flows of one hour; None where there is nothing, which does not cost the other hours."""
    there = times.local(start, TIMEZONE)
    params = {"Date": f"{there:%Y-%m-%d}", "Hour": there.hour}
    try:
        return http.body_json(http.get(session, f"{URL}/flowDiagramm/GetData", params=params))
    except errors.NoData:
        return None


def hours(target_datetime):
    """The starts of the hours to ask for that are over: those of the asked day, or the newest."""
    this = times.floor(times.now(), 60)
    if target_datetime is None:
        return [times.shift(this, hours=-hours) for hours in range(NEWEST_HOURS, 0, -1)]
    midnight = times.midnight(times.day(target_datetime, TIMEZONE), TIMEZONE)
    return [start for hour in range(24) if (start := times.shift(midnight, hours=hour)) < this]


def parse_production(answers, zone_key):
    """One mix per hour that every answer has; an answer per part of the zone."""
    tables = [by_hour(answer, part) for part, answer in answers.items()]
    for start in sorted(set.intersection(*map(set, tables))):
        yield production(
            zone_key, start=start, end=times.shift(start, hours=1), source=SOURCE, negative="zero",
            modes=merge(*(table[start] for table in tables)))


def by_hour(answer, zone_key):
    """What one answer gives per mode, by the start of the hour."""
    columns = EAST_COLUMNS if zone_key == EAST else PRICE_ZONE_COLUMNS
    found = {}
    for row in rows(answer, zone_key):
        day, hour, *_ = (values.field(row, column) for column in columns)
        start = times.shift(times.read(require(day, "day"), TIMEZONE), hours=require(number(hour), "hour"))
        found[start] = by_label({label: row[label] for label in row if FUEL.match(label)}, MODES, known=())
    return found


def rows(answer, zone_key):
    """The hours inside an answer."""
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        raise errors.SourceChanged(f"The generation of {zone_key} is no list of tables but {str(answer)[:60]!r}.")
    found = values.field(answer[0], "m_Item2") if answer else None
    if not found:
        raise errors.NoData(f"SO-UPS has no hour of {zone_key} for this day.")
    return found


def parse_exchange(answers, key):
    """One flow per published hour that has it; an answer per start of an hour."""
    flow_id, sign = BORDERS[key]
    for start, answer in answers.items():
        by_id = {one.get("Id"): number(one.get("NumValue")) for one in flows_of(answer)}
        if any(by_id.get(other) for other in IDS) and by_id.get(flow_id) is not None:
            first, second = key.split("->")
            yield exchange(
                first, second, start=start, end=times.shift(start, hours=1), source=SOURCE,
                flow_mw=sign * by_id[flow_id])


def flows_of(answer):
    """The flows inside an answer; none of an hour that is not there."""
    if not isinstance(answer, dict | None):
        raise errors.SourceChanged(f"The flows are no table: they begin {str(answer)[:60]!r}.")
    return require(answer.get("Flows"), "Flows") if answer else []
