"""EPİAŞ, the Turkish energy exchange: its Transparency Platform, free account required.

Docs     https://seffaflik.epias.com.tr/electricity-service/technical/en/index.html
Serves   production, consumption and day-ahead prices TR
Time     60 min, stamped at the start with its own offset (+03:00, no summer time)
Unit     MWh per hour, which is MW; prices TRY per MWh
Sign     none: output and load only
History  any moment, the first day is not documented; whole days per call, at least 24 h
Token    TR_USERNAME and TR_PASSWORD, free registration on https://seffaflik.epias.com.tr
Licence  EPİAŞ's terms of use

A login gives a ticket that is good for two hours; who asks for one with every call may be shut out, so it is kept.
Foreign addresses are refused at times: GRIDTRACE_PROXY_TR names a proxy. Some answers ignore which page is asked for.
The newest hour of production and consumption still changes while it runs, so an answer about now goes without it.
Plants that feed in without a licence are only partly in `sun`. A negative output is a plant's own use and counts as 0.
"""

from core import by_label, consumption, errors, http, number, price, production, require, source, times
from core.paging import pages
from core.tokens import forget, kept
from core.values import field

SOURCE = "epias.com.tr"
LOGIN_URL = "https://giris.epias.com.tr/cas/v1/tickets"
URL = "https://seffaflik.epias.com.tr/electricity-service/v1"
TOKENS = ("TR_USERNAME", "TR_PASSWORD")
TICKET_H = 1.5
TIMEZONE = "Europe/Istanbul"
PERIOD_MIN = 60
PAGE_ROWS, MOST_PAGES = 48, 20
MODES = {
    "asphaltiteCoal": "coal",
    "biomass": "biomass",
    "blackCoal": "coal",
    "dammedHydro": "hydro",
    "fueloil": "oil",
    "gasOil": "oil",
    "geothermal": "geothermal",
    "importCoal": "coal",
    "lignite": "coal",
    "lng": "gas",
    "naphta": "oil",
    "naturalGas": "gas",
    "nuclear": "nuclear",
    "nucklear": "nuclear",  # as the platform writes it
    "river": "hydro",
    "sun": "solar",
    "wasteheat": "unknown",
    "wind": "wind",
}
NOT_OUTPUT = ("date", "hour", "importExport", "total")
FACTS = {"resolution_min": PERIOD_MIN, "window_h": 24, "history": "any", "tokens": TOKENS}


@source(**FACTS, delay_h=2, refetch_h=48)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=24, timezone=TIMEZONE)
    rows = ask(session, "generation/data/realtime-generation", span)
    return [parse_production(row, zone_key) for row in over(rows, target_datetime)]


@source(**FACTS, delay_h=2, refetch_h=48)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=24, timezone=TIMEZONE)
    rows = ask(session, "consumption/data/realtime-consumption", span)
    return [parse_consumption(row, zone_key) for row in over(rows, target_datetime)]


@source(**FACTS, ahead_h=24, delay_h=0)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    span = times.window(target_datetime, hours=24, ahead_hours=24, timezone=TIMEZONE)
    return [parse_price(row, zone_key) for row in ask(session, "markets/dam/data/mcp", span)]


def ask(session, path, span):
    """The rows of the local days that a span touches, oldest first."""
    ticket = kept(TOKENS, TICKET_H, lambda username, password: log_in(session, username, password))
    start, end = (times.text(moment, "YYYY-MM-DDTHH:mm:ssZZ", TIMEZONE) for moment in span)

    def page(at):
        sort = {"field": "date", "direction": "ASC"}
        query = {"startDate": start, "endDate": end, "page": {"number": at, "size": PAGE_ROWS, "sort": sort}}
        answer = http.body_json(http.post(session, f"{URL}/{path}", json=query, headers={"TGT": ticket}))
        return rows_of(answer)

    try:
        rows = pages(page, most=MOST_PAGES, name=lambda row: row.get("date"))  # the newest row grows meanwhile
    except errors.Blocked:
        forget(TOKENS)  # the ticket may be over before its time: the next cycle logs in anew
        raise
    if not rows:
        raise errors.NoData(f"EPİAŞ has nothing between {start} and {end}.")
    return sorted(rows, key=start_of)


def log_in(session, username, password):
    """A ticket, which comes as plain text."""
    form = {"username": username, "password": password}
    answer = http.post(session, LOGIN_URL, data=form, headers={"Accept": "text/plain"}).text.strip()
    if not answer.startswith("TGT-"):
        raise errors.SourceChanged(f"EPİAŞ's login did not answer with a ticket: it begins {answer[:20]!r}.")
    return answer


def rows_of(answer):
    """The rows of one page."""
    rows = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise errors.SourceChanged(f"EPİAŞ sent no items but {str(answer)[:80]!r}.")
    return rows


def over(rows, target_datetime):
    """The rows that no longer change: all but the newest of an answer about now, else those of hours that are over."""
    if target_datetime is None:
        newest = start_of(rows[-1])
        return [row for row in rows if start_of(row) < newest]
    return [row for row in rows if times.shift(start_of(row), minutes=PERIOD_MIN) <= times.now()]


def start_of(row):
    return times.read(require(row.get("date"), "date"), TIMEZONE)


def span_of(row):
    """Start and end of a row's hour."""
    start = start_of(row)
    return {"start": start, "end": times.shift(start, minutes=PERIOD_MIN), "source": SOURCE}


def parse_production(row, zone_key):
    return production(zone_key, **span_of(row), modes=by_label(row, MODES, known=NOT_OUTPUT), negative="zero")


def parse_consumption(row, zone_key):
    return consumption(zone_key, **span_of(row), load_mw=number(field(row, "consumption")))


def parse_price(row, zone_key):
    return price(zone_key, **span_of(row), currency="TRY", price_mwh=number(field(row, "price")))
