"""JAO, the Joint Allocation Office of Europe's grid operators: explicit daily auctions of cross-border capacity.

Docs     https://www.jao.eu/page-api/market-data (Auction Data API User Guide)
Serves   day-ahead available transfer capacity of 17 exchanges without implicit coupling: those of GB, CH, UA and the
         western Balkans
Time     60 min, counted from the start of the market day, which is midnight in Central Europe for every corridor
Unit     MW
Sign     a corridor `A-B` is from A to B
History  any day; at most 31 days per call
Token    JAO_AUCTION_API_KEY, free on request from JAO
Licence  JAO's website conditions

Each call asks for one corridor, that is one cable in one direction; the cables of a border are added up.
An answer's hours come in any order, under labels of the wall clock: "02:00-03:00*" follows its twin in October, and in
March there is none. Sorted, the n-th is n hours after the market day's start. Results that are not as many as the day
has hours are not used. An hour for which a cable's auction is announced, but not held, is left out of its direction:
the others alone are not the border's capacity. A cancelled auction offers nothing and is passed over.
Nothing there is status 400 with the message "No Data found", and means that no auction of the corridor is announced.
The rights of both directions may be netted: the physical flow is bounded by half of their sum, not by one of them.
Differs from the other project: it adds up what cables have results even while those of another are still to come.
"""

from core import available_capacity, errors, http, number, source, times, token
from core.kinds import sorted_key, split_key
from core.values import each, field, log, total

SOURCE = "jao.eu"
URL = "https://api.jao.eu/OWSMP/getauctions"
TOKEN = "JAO_AUCTION_API_KEY"
TIMEZONE = "UTC"
STAMP = "YYYY-MM-DD-HH:mm:ss"
MOST_DAYS = 31
CODES = {"DK-DK1": "D1", "IT-CSO": "IT", "IT-NO": "IT"}
CABLES = {"BE->GB": ("NLL-",), "DK-DK1->GB": ("VKL-",), "FR->GB": ("IF1-", "IF2-", "EL1-")}
"""Exchange → what the corridors of its cables begin with, where there is more than the two zones."""
NOTHING = "no data found"


@source(
    resolution_min=60, window_h=1, ahead_h=24 * (MOST_DAYS - 2), delay_h=0, history="any", tokens=(TOKEN,))
def fetch_auction_atc_day_ahead(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    there, back = [], []
    for corridor, turned in corridors(key):
        there.append(ask(session, corridor, target_datetime))
        back.append(ask(session, turned, target_datetime))
    return parse_auctions(key, there, back)


def corridors(key):
    """The corridors of each cable of an exchange: along its key, and against it."""
    first, second = (CODES.get(zone, zone) for zone in split_key(key))
    return [(f"{cable}{first}-{second}", f"{cable}{second}-{first}") for cable in CABLES.get(key, ("",))]


def ask(session, corridor, target):
    """The auctions of the market days from the one that holds the asked day's first hours; [] if none is announced."""
    days = (times.day(target, TIMEZONE, shift) for shift in (-1, MOST_DAYS - 1))
    start, end = (times.text(times.midnight(day, TIMEZONE), STAMP) for day in days)
    params = {"fromdate": start, "todate": end, "shadow": 0, "horizon": "Daily", "corridor": corridor}
    answer = http.get(session, URL, params=params, headers={"AUTH_API_KEY": token(TOKEN)}, allowed=(400,))
    found = http.body_json(answer)
    if answer.status_code == 400 and NOTHING in str(found).lower():
        return []
    if not isinstance(found, list):
        raise errors.SourceChanged(f"JAO sent no list of auctions of {corridor}: {str(found)[:120]}.")
    return found


def parse_auctions(key, there, back):
    """One capacity per hour; `there` and `back` are the answers of each cable along the key and against it."""
    export_mw, import_mw = offered(there), offered(back)
    return [
        available_capacity(
            key, start=start, end=times.shift(start, hours=1), source=SOURCE, atc_type="EXPLICIT_AUCTION",
            export_mw=export_mw.get(start), import_mw=import_mw.get(start))
        for start in sorted(export_mw.keys() | import_mw.keys())
    ]


def offered(answers):
    """Hour → MW of all cables in one direction, for the hours that are known of each cable with an auction then."""
    cables = [dict(hour for auction in each(auctions, hours) for hour in auction) for auctions in answers]
    starts = {start for cable in cables for start in cable}
    known = {start: [cable[start] for cable in cables if start in cable] for start in starts}
    return {start: total(parts) for start, parts in known.items() if None not in parts}


def hours(auction):
    """(start, MW or None) of each hour of an auction's market day."""
    first, after = (times.read(field(auction, name)) for name in ("marketPeriodStart", "marketPeriodStop"))
    starts = [start for start in times.edges(first, after, "hour", TIMEZONE) if first <= start < after]
    results = sorted(field(auction, "results") or [], key=lambda result: field(result, "productHour"))
    if auction.get("cancelled"):
        return []
    if len(results) != len(starts):
        if results:
            name = auction.get("identification")
            log.warning("the auction %s has %d results for %d hours", name, len(results), len(starts))
        return [(start, None) for start in starts]
    return [(start, number(field(result, "offeredCapacity"))) for start, result in zip(starts, results, strict=True)]
