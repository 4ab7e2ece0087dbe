"""KPX, the Korea Power Exchange (전력거래소): web pages of South Korea's dispatch and spot market, no key.

Docs     https://new.kpx.or.kr/ (Korean); SMP also at https://www.data.go.kr (service 15076302, with a key)
Serves   production, consumption, price KR
Time     production and consumption: snapshots every 5 min, stamped when taken;
         price: hourly, row h is (h-1):00 to h:00 and is stamped at its start; Asia/Seoul
Unit     MW; price KRW/kWh -> KRW/MWh, of the mainland (smpInland)
Sign     raisingWater (pumped storage): source + is generating, - is pumping
History  production any day since 2021-12-22, one day per call; consumption today; price today and the 6 days before
Licence  none stated

The site answers Korean addresses only, and its certificate chain cannot be verified as it is sent. Certificates stay
checked: an operator gives requests the chain by the variable REQUESTS_CA_BUNDLE.
Consumption is the market's demand (`x` of the chart, 전력시장), because production is the market's too: solar under
KEPCO contracts and behind the meter (`ppa`, `btm`) is only estimated and left out of both, while the chart's total
demand `v` (총수요) includes it. `newRenewable` (fuel cells, IGCC, biomass, waste, ocean; before 2024-11-23 wind too)
is unknown.
Differs  from the other project: prices are stamped at the start of their hour, not at its end; it calls `x` the total.
"""

from itertools import takewhile

from core import by_label, consumption, errors, http, number, price, production, require, source, times, values

SOURCE = "new.kpx.or.kr"
URL = "https://new.kpx.or.kr"
TIMEZONE = "Asia/Seoul"
CURRENCY = "KRW"
FIRST_DAY = times.read_day("2021-12-22")
LIVE = {"mid": "a10606030000"}
PAST = {"mid": "a10606030000", "device": "chart"}
PRICES = {"mid": "a10606080100", "device": "pc"}
PRICE_DAYS = 7
HOURS = 24
KW_PER_MW = 1000
MODES = {
    "coal": "coal",
    "localCoal": "coal",
    "gas": "gas",
    "oil": "oil",
    "nuclearPower": "nuclear",
    "waterPower": "hydro",
    "windPower": "wind",
    "sunlight": "solar",
    "newRenewable": "unknown",
}
STORAGE = {"raisingWater": "hydro"}
IGNORED = frozenset({"ppa", "btm", "newRenewablePlusWindPower", "once", "regDate", "seq"})
SINCE_2024 = frozenset({"windPower"})


@source(resolution_min=5, window_h=24, day_of=TIMEZONE, delay_h=0.2, history="2021-12-22")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    asked = times.day(target_datetime, TIMEZONE)
    if asked < FIRST_DAY:
        raise errors.NoHistory(f"KPX has production since {FIRST_DAY} only.")
    is_live = asked >= times.day(None, TIMEZONE)
    return list(parse_production(live_page(session) if is_live else past_page(session, asked), zone_key))


@source(resolution_min=5, window_h=24, delay_h=0.2)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    if times.day(target_datetime, TIMEZONE) < times.day(None, TIMEZONE):
        raise errors.NoHistory("KPX publishes today's demand only.")
    return list(parse_consumption(live_page(session), zone_key))


@source(resolution_min=60, window_h=168, delay_h=0, history="6 days")
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    today = times.day(None, TIMEZONE)
    if times.day(target_datetime, TIMEZONE, shift_days=PRICE_DAYS - 1) < today:
        raise errors.NoHistory("KPX publishes the prices of today and the 6 days before only.")
    days = [times.day(None, TIMEZONE, -back) for back in reversed(range(PRICE_DAYS))]
    found = list(parse_price(http.get(session, f"{URL}/smpInland.es", params=PRICES).text, zone_key, days))
    if not found:
        raise errors.NoData("KPX's table of prices is empty.")
    return found


def live_page(session):
    """Today's page, of production and demand."""
    return http.get(session, f"{URL}/powerinfoSubmain.es", params=LIVE).text


def past_page(session, asked):
    """A past day's page; its form wants the cookies of a first visit and one of them again as a field."""
    used = session or http.session()
    http.get(used, f"{URL}/powerSource.es", params=PAST)
    form = {**PAST, "view_sdate": f"{asked}", "view_edate": f"{asked}", "_csrf": used.cookies.get("XSRF-TOKEN", "")}
    return http.post(used, f"{URL}/powerSource.es", params=PAST, data=form).text


def parse_production(page, zone_key):
    """The mix of every 5-minute slot of the page's day that has been reached."""
    rows = list(takewhile(lambda row: values.field(row, "regDate") != "0", values.json_in(page, "ictArr")))
    if not rows:
        raise errors.NoData("KPX has no production for that day.")
    check_fields(rows)
    for row in rows:
        yield production(
            zone_key, start=times.read(row["regDate"], TIMEZONE, "YYYY-MM-DD HH:mm"), source=SOURCE,
            modes=by_label(row, MODES), negative="zero", storage=by_label(row, STORAGE, sign=-1))


def check_fields(rows):
    """Refuse slots that lack a field, and name fields never seen before.

    A new field is left out, not counted as unknown: some of the page's fields are sums of others.
    """
    wanted = MODES.keys() | STORAGE.keys()
    if lacking := wanted - SINCE_2024 - set.intersection(*map(set, rows)):
        raise errors.SourceChanged(f"KPX's slots have no {', '.join(sorted(lacking))}.")
    for label in sorted(set().union(*rows) - wanted - IGNORED):
        values.log.warning("unknown label %r; left out", label)


def parse_consumption(page, zone_key):
    """Today's market demand; the chart's function is the place where `x` means that."""
    chart = page[page.find("function drawChart("):] if "function drawChart(" in page else None
    stamps, loads = (values.json_in(require(chart, "chart of demand"), name) for name in ("t_time", "x"))
    if len(stamps) != len(loads):
        raise errors.SourceChanged(f"The demand has {len(loads)} values at {len(stamps)} times.")
    if not loads:
        raise errors.NoData("KPX has no demand for today yet.")
    for stamp, load_mw in zip(stamps, loads, strict=True):
        yield consumption(
            zone_key, start=times.read(str(stamp), TIMEZONE, "YYYYMMDDHHmmss"), source=SOURCE, load_mw=number(load_mw))


def parse_price(page, zone_key, days):
    """Hourly prices of a page whose first table has a row per hour and a column per day."""
    table = require(http.body_html(page).find("table"), "table")
    body = [row for row in table.find_all("tr") if row.find("td") and not row.find_parent("thead")]
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in body[:HOURS]]
    if len(rows) < HOURS or any(len(row) != 1 + len(days) for row in rows):
        raise errors.SourceChanged(f"The table of prices has not {HOURS} rows of an hour and {len(days)} days.")
    for hour, row in enumerate(rows, start=1):
        for when, cell in zip(days, row[1:], strict=True):
            if (price_kwh := number(cell)) is not None:
                yield price(
                    zone_key, start=times.period(when, hour, 60, TIMEZONE), source=SOURCE,
                    price_mwh=price_kwh * KW_PER_MW, currency=CURRENCY)
