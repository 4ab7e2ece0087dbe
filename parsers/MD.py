"""Moldelectrica, the transmission operator of Moldova: an undocumented archive behind its page, no key.

Docs     https://moldelectrica.md (state of the system); tariffs: https://anre.md
Serves   price MD (the tariff of transmission); production, consumption and flows MD->RO, MD->UA where ENTSO-E has none
Time     15 min, newest first, stamped at the start, time of Chisinau; price: by the hour
Unit     MW; price MDL/MWh
Sign     flows: source + is into Moldova
History  any day (the first one is not documented), two days per call; price since 2000-04-01
Licence  no stated terms

The price is what the regulator lets Moldelectrica charge, not a market's. Renewables come as one number of wind, sun
and biogas and are unknown; thermal plants burn gas. Since 2022 Moldova changes its clocks when Romania does, which
Europe/Chisinau knows only in time zone data of 2026: Europe/Bucharest is the same clock with all of them.
Differs from the other project: column 9 is the measured flow from Romania, and 10 and 11 are the measured and planned
net import. In an answer of April 2024, 8 + 9 = 10 and planned load - planned generation = 11 in every row; in one of
July 2021, before Moldova ran with Romania, 9 is 0 and load - generation is 8. So nothing says what is planned for one
border, and there is no forecast of flows; nor did either answer reach into the future.
"""

from core import by_label, consumption, errors, exchange, http, number, price, production, source, times
from core.kinds import sorted_key

SOURCE = "moldelectrica.md"
URL = "https://moldelectrica.md/utils/archive2.php"
TIMEZONE = "Europe/Bucharest"
COLUMNS = (
    "stamp", "load", "planned load", "generation", "planned generation", "thermal", "hydro", "renewables", "UA", "RO",
    "net import", "planned net import",
)
MODES = {"thermal": "gas", "hydro": "hydro", "renewables": "unknown"}
BORDERS = {"MD->RO": "RO", "MD->UA": "UA"}
CURRENCY = "MDL"
TARIFFS = {
    "2000-04-01": 18.8,
    "2001-10-01": 28.0,
    "2002-09-01": 35.2,
    "2005-09-01": 39.3,
    "2007-08-03": 51.8,
    "2010-01-19": 63.2,
    "2012-05-11": 80.2,
    "2015-07-31": 145.0,
    "2023-12-31": 201.0,
    "2024-03-21": 185.0,
}
"""MDL per MWh from the day on."""
HOURS = 24


@source(resolution_min=15, window_h=48, day_of=TIMEZONE, delay_h=0.5, history="any")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_production(archive(session, target_datetime), zone_key))


@source(resolution_min=15, window_h=48, day_of=TIMEZONE, delay_h=0.5, history="any")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_consumption(archive(session, target_datetime), zone_key))


@source(resolution_min=15, window_h=48, day_of=TIMEZONE, delay_h=0.5, history="any")
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return list(parse_exchange(archive(session, target_datetime), sorted_key(zone_key1, zone_key2)))


@source(resolution_min=60, window_h=HOURS, delay_h=0, history="2000-04-01")
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    newest = times.floor(times.at(target_datetime, TIMEZONE), 60)
    found = list(prices(zone_key, (times.shift(newest, hours=-back) for back in reversed(range(HOURS)))))
    if not found:
        raise errors.NoHistory(f"The first tariff is of {min(TARIFFS)}.")
    return found


def archive(session, target_datetime):
    """The decoded archive of the asked local day and the day before."""
    first, last = times.day(target_datetime, TIMEZONE, -1), times.day(target_datetime, TIMEZONE)
    params = {"id": "table", "type": "array", "date1": f"{first:%d.%m.%Y}", "date2": f"{last:%d.%m.%Y}"}
    return http.body_json(http.get(session, URL, params=params))


def parse_production(answer, zone_key):
    """One mix per quarter hour, of those with a number."""
    for start, row in rows(answer, MODES):
        yield production(zone_key, start=start, source=SOURCE, modes=by_label(row, MODES))


def parse_consumption(answer, zone_key):
    for start, row in rows(answer, ("load",)):
        yield consumption(zone_key, start=start, source=SOURCE, load_mw=number(row["load"]))


def parse_exchange(answer, key):
    """One flow per quarter hour, of those with a number."""
    neighbour = BORDERS[key]
    for start, row in rows(answer, (neighbour,)):
        yield exchange(neighbour, "MD", start=start, source=SOURCE, flow_mw=number(row[neighbour]))


def rows(answer, wanted):
    """(start, row by column) of the quarters with a wanted number, oldest first; no hour that the clock leaves out."""
    if not isinstance(answer, list):
        raise errors.SourceChanged(f"Moldelectrica sent no rows but {str(answer)[:120]!r}.")
    if any(not isinstance(row, list) or len(row) != len(COLUMNS) for row in answer):
        raise errors.SourceChanged(f"A row of Moldelectrica has not {len(COLUMNS)} columns.")
    table = [dict(zip(COLUMNS, row, strict=True)) for row in reversed(answer)]
    table = [row for row in table if any(number(row[column]) is not None for column in wanted)]
    table = [row for row in table if not times.is_skipped(row["stamp"], TIMEZONE)]
    if not table:
        raise errors.NoData(f"Moldelectrica has no {', '.join(wanted)} for these days.")
    return zip(times.read_in_order((row["stamp"] for row in table), TIMEZONE), table, strict=True)


def prices(zone_key, hours):
    """The tariff of every hour since there is one."""
    for start in hours:
        today = times.day(start, TIMEZONE).isoformat()
        in_force = [day for day in TARIFFS if day <= today]
        if in_force:
            yield price(
                zone_key, start=start, source=SOURCE, price_mwh=TARIFFS[max(in_force)], currency=CURRENCY,
                source_type="published")
