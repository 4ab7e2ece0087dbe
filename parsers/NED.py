"""Nationaal Energie Dashboard, of the Dutch grid operators TenneT, Gasunie and others: output by type, key required.

Docs     https://ned.nl/nl/handleiding-api, https://ned-edb.atlassian.net/wiki/spaces/PAD/pages/19693569
Serves   production and its forecast NL
Time     15 min, stamped at the start with an offset; asked for by days of UTC
Unit     kWh per interval, to MW
Sign     output only: no storage, and no hydro
History  sun and wind from 2016, every type from 2021; two days per call
Token    NED_TOKEN, free account on ned.nl; for days before 2021 also ENTSOE_TOKEN
Licence  ned.nl's terms: re-use with attribution

Much of the sun is ned.nl's own estimate. Figures of the last half hour are not whole yet and are left out.
Before 2021 ENTSO-E has the types that are missing here: its mix, with what ned.nl has of a mode in the place of
ENTSO-E's, where both have the same start.
Differs from the other project: in a call over the new year of 2021 only the intervals before it are mixed so.
"""

from core import by_label, errors, http, number, production, require, source, times, token
from core.paging import pages
from core.platforms import entsoe
from core.values import field, total

SOURCE = "ned.nl"
URL = "https://api.ned.nl/v1/utilizations"
TOKEN = "NED_TOKEN"
TIMEZONE = "UTC"
MODES = {
    "1": "wind",  # onshore
    "51": "wind",  # offshore
    "2": "solar",
    "18": "gas",
    "35": "gas",  # combined heat and power
    "19": "coal",
    "20": "nuclear",
    "21": "biomass",  # waste
    "25": "biomass",
    "26": "unknown",
}
QUERY = {"point": 0, "granularity": 4, "granularitytimezone": 0, "activity": 1, "type[]": list(MODES)}
PERIOD_MIN = {"3": 10, "4": 15, "5": 60}
FORECAST, MEASURED = 1, 2
PAGE_ROWS, MOST_PAGES = 160, 30
"""A page must hold whole hours of every type, or rows are skipped or doubled between pages; 200 rows at most."""
INCOMPLETE_MIN = 30
FIRST_OF_ALL = times.midnight(times.read_day("2021-01-01"), TIMEZONE)
FACTS = {"resolution_min": 15, "history": "2016-01-01", "tokens": (TOKEN,), "rate_per_min": 40}


@source(**FACTS, window_h=48, day_of=TIMEZONE, delay_h=1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    days = [times.day(target_datetime, TIMEZONE, shift_days) for shift_days in (-1, 1)]
    answer, contents = ask(session, MEASURED, *days), None
    span = times.Window(*(times.midnight(day, TIMEZONE) for day in days))
    if span.start < FIRST_OF_ALL:
        contents = entsoe.ask_zone(session, zone_key, entsoe.PRODUCTION, span)
    return parse_production(answer, zone_key, times.shift(times.now(), minutes=-INCOMPLETE_MIN), contents)


@source(**FACTS, window_h=0, ahead_h=24, delay_h=0, refetch_h=24)
def fetch_production_forecast(zone_key, session=None, target_datetime=None, logger=None):
    days = [times.day(target_datetime, TIMEZONE, shift_days) for shift_days in (0, 2)]
    return parse_production_forecast(ask(session, FORECAST, *days), zone_key)


def ask(session, classification, first, end):
    """The rows of the days from the first to the one before `end`."""
    query = {
        **QUERY, "classification": classification, "itemsPerPage": PAGE_ROWS,
        "validfrom[after]": first.isoformat(), "validfrom[before]": end.isoformat()}
    headers = {"X-AUTH-TOKEN": token(TOKEN), "accept": "application/json"}

    def page(at):
        answer = http.body_json(http.get(session, URL, params={**query, "page": at}, headers=headers))
        if not isinstance(answer, list):
            raise errors.SourceChanged(f"ned.nl sent no list of rows but {str(answer)[:80]!r}.")
        return answer

    rows = pages(page, most=MOST_PAGES)
    if not rows:
        raise errors.NoData(f"ned.nl has nothing between {first} and {end}.")
    return rows


def parse_production(rows, zone_key, until, contents=None):
    """One mix per interval that starts until a moment; `contents` is ENTSO-E's answer, for those before 2021."""
    published = {mix.start: mix for mix in entsoe.mixes(contents)} if contents else {}
    events = []
    for start, end, modes in mixes(rows):
        if FIRST_OF_ALL <= start <= until:
            events.append(production(zone_key, start=start, end=end, source=SOURCE, modes=modes))
        elif mix := published.get(start):
            own = {mode: items for mode, items in modes.items() if total(items) is not None}
            events.append(production(
                zone_key, start=start, end=end, source=f"{entsoe.SOURCE},{SOURCE}", modes={**mix.modes, **own},
                storage=mix.storage, negative="zero"))
    return events


def parse_production_forecast(rows, zone_key):
    """One forecast mix per interval."""
    return [
        production(zone_key, start=start, end=end, source=SOURCE, source_type="forecasted", modes=modes)
        for start, end, modes in mixes(rows)
    ]


def mixes(rows):
    """(start, end, MW per mode) of every interval, oldest first; a row given twice counts once."""
    found = {}
    for row in rows:
        start, minutes = times.read(require(row.get("validfrom"), "validfrom"), TIMEZONE), length_min(row)
        energy_kwh = number(field(row, "volume"))
        power_mw = None if energy_kwh is None else energy_kwh / 1000 * 60 / minutes
        found.setdefault((start, times.shift(start, minutes=minutes)), {})[last_part(row, "type")] = power_mw
    return [(start, end, by_label(items, MODES, known=())) for (start, end), items in sorted(found.items())]


def length_min(row):
    """The length of a row's interval."""
    granularity = last_part(row, "granularity")
    if granularity not in PERIOD_MIN:
        raise errors.SourceChanged(f"ned.nl's granularity {granularity!r} is not one we know.")
    return PERIOD_MIN[granularity]


def last_part(row, name):
    """The number at the end of a field such as `/v1/types/2`."""
    return str(require(row.get(name), name)).rpartition("/")[2]
