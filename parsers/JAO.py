"""JAO, the Joint Allocation Office of Europe's grid operators: the day-ahead Publication Tool, public, no key.

Docs     https://publicationtool.jao.eu (handbooks of the Core and the Nordic region)
Serves   capacities and schedules of the day-ahead market: available transfer capacity of 25 exchanges, the largest
         bilateral exchange of 48, the largest border flow of 29, scheduled exchanges of 23
Time     15 or 60 min by data set, stamped at the start, UTC; two days per call, the second once it is out
Unit     MW
Sign     a field `border_A_B` is from A to B
History  Core from 2022-06-09, Nordic from 2024-10-30 (the first days of flow-based coupling)
Licence  JAO's website conditions

One answer holds all borders of a data set, so that a cycle asks for it once.
DE is the bidding zone of Germany with Luxembourg: the borders of LU must not be wired, they would count it twice.
The meanings differ. Of a shadow auction: a fall-back if the coupling fails, no bound on flow. External ATC: a
coordinated NTC, a bound per direction. maxExchanges: what flow-based coupling would allow if nothing else were traded;
Core lists pairs that are no neighbours, too. maxBorderFlow: the physical ceiling of a border.
The virtual hubs of ALEGrO (ALBE, ALDE) and of the SouthWest Link (SE3SWL, SE4SWL) are no borders of ours.
Differs from the other project: events have an end. Stamps are starts only, and hours have become quarters with time, so
an interval reaches to its neighbour in the answer.
"""

from core import available_capacity, errors, exchange_capacity, http, number, require, scheduled_exchange, source, times
from core.kinds import sorted_key, split_key
from core.values import each, field, log

SOURCE = "jao.eu"
URL = "https://publicationtool.jao.eu/{region}/api/data/{dataset}"
TIMEZONE = "UTC"
STAMP = "YYYY-MM-DDTHH:mm:ss[.000Z]"
CODES = {"IT-NO": "IT"}
"""Zones that are not named by their key or the last part of it (`NO-NO1` is NO1)."""
SHADOW, EXTERNAL = "core/shadowAuctionATC", "core/atc"
CORE_EXCHANGES, NORDIC_EXCHANGES = "core/maxExchanges", "nordic/maxExchanges"
NORDIC_FLOWS, SCHEDULES = "nordic/maxBorderFlow", "core/scheduledExchanges"
MINUTES = {SHADOW: 60, EXTERNAL: 15, CORE_EXCHANGES: 60, NORDIC_EXCHANGES: 15, NORDIC_FLOWS: 15, SCHEDULES: 15}
ATC_TYPES = {SHADOW: "SHADOW_AUCTION", EXTERNAL: "COORDINATED_NTC"}

PUBLISHED = {"window_h": 24, "day_of": TIMEZONE, "delay_h": 0, "refetch_h": 24}
CORE, NORDIC = {**PUBLISHED, "history": "2022-06-09"}, {**PUBLISHED, "history": "2024-10-30"}


@source(resolution_min=60, **CORE)
def fetch_shadow_auction_atc_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_available(ask(session, SHADOW, target_datetime), sorted_key(zone_key1, zone_key2), SHADOW)


@source(resolution_min=15, **CORE)
def fetch_core_external_atc_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_available(ask(session, EXTERNAL, target_datetime), sorted_key(zone_key1, zone_key2), EXTERNAL)


@source(resolution_min=60, **CORE)
def fetch_core_max_bex_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    answer = ask(session, CORE_EXCHANGES, target_datetime)
    return parse_limits(answer, sorted_key(zone_key1, zone_key2), CORE_EXCHANGES)


@source(resolution_min=15, **NORDIC)
def fetch_nordic_max_bex_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    answer = ask(session, NORDIC_EXCHANGES, target_datetime)
    return parse_limits(answer, sorted_key(zone_key1, zone_key2), NORDIC_EXCHANGES)


@source(resolution_min=15, **NORDIC)
def fetch_nordic_max_bflow_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_limits(ask(session, NORDIC_FLOWS, target_datetime), sorted_key(zone_key1, zone_key2), NORDIC_FLOWS)


@source(resolution_min=15, **CORE)
def fetch_core_scheduled_exchanges_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_schedules(ask(session, SCHEDULES, target_datetime), sorted_key(zone_key1, zone_key2))


def ask(session, name, target):
    """The decoded answer for the asked day (UTC) and the next; more than two days are refused."""
    region, dataset = name.split("/")
    days = (times.day(target, TIMEZONE, shift) for shift in (0, 2))
    start, end = (times.text(times.midnight(day, TIMEZONE), STAMP) for day in days)
    params = {"FromUtc": start, "ToUtc": end}
    return http.body_json(http.get(session, URL.format(region=region, dataset=dataset), params=params))


def parse_available(answer, key, name):
    """The capacity offered, of the rows that give a direction."""
    return [
        available_capacity(
            key, start=start, end=end, source=SOURCE, export_mw=export_mw, import_mw=import_mw,
            atc_type=ATC_TYPES[name])
        for start, end, export_mw, import_mw in border(answer, key, name)
    ]


def parse_limits(answer, key, name):
    """What the market can exchange, or the border carry, of the rows that give a direction."""
    return [
        exchange_capacity(key, start=start, end=end, source=SOURCE, export_mw=export_mw, import_mw=import_mw)
        for start, end, export_mw, import_mw in border(answer, key, name)
    ]


def parse_schedules(answer, key):
    """Schedules; beside a direction that is given, one that is not is 0."""
    return [
        scheduled_exchange(
            key, start=start, end=end, source=SOURCE, market_agreement="DAY_AHEAD", export_mw=export_mw or 0.0,
            import_mw=import_mw or 0.0)
        for start, end, export_mw, import_mw in border(answer, key, SCHEDULES)
    ]


def border(answer, key, name):
    """(start, end, MW along the key, MW against it) of each row of an answer that gives one of the two."""
    first, second = (CODES.get(zone, zone.rpartition("-")[2]) for zone in split_key(key))
    there, back = f"border_{first}_{second}", f"border_{second}_{first}"
    stamped = each(rows(answer, name), lambda row: (times.read(field(row, "dateTimeUtc"), TIMEZONE), row))
    if not any({there, back} & row.keys() for _, row in stamped):
        log.warning("JAO's %s has no border between %s and %s", name, first, second)
        return
    minutes = times.lengths((start for start, _ in stamped), MINUTES[name])
    values = each(stamped, lambda one: (one[0], number(field(one[1], there)), number(field(one[1], back))))
    for start, export_mw, import_mw in values:
        if export_mw is not None or import_mw is not None:
            yield start, times.shift(start, minutes=minutes[start]), export_mw, import_mw


def rows(answer, name):
    """The rows of an answer; a refused request comes with status 200, too."""
    if not isinstance(answer, dict) or answer.get("rejected"):
        said = answer.get("messages") if isinstance(answer, dict) else answer
        raise errors.SourceChanged(f"JAO rejects the request for {name}: {str(said)[:120]}.")
    found = require(answer.get("data"), "data")
    if not found:
        raise errors.NoData(f"JAO has nothing in {name} for these days.")
    return found
