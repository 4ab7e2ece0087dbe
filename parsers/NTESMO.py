"""NTESMO, the system operator of Australia's Northern Territory: a workbook per trading day, forecasts in JSON; no key.

Docs     https://ntesmo.com.au/data/daily-trading, https://ntesmo.com.au/data/data-dashboard (forecasts)
Serves   production, consumption and price of Darwin and Katherine, as AU-NT; consumption forecast AU-NT
Time     30 min, Australia/Darwin (UTC+9:30, no summer time); output is stamped at the start, demand and price at the
         END, forecasts with their offset, which is taken as the start
Unit     MW; price AUD/MWh
Sign     production only; a unit that draws a little power shows a negative output, which counts as 0
History  since 2018 (the first day is not documented), a trading day per call, out one to four days later
Licence  none stated

A trading day begins at 04:00 of Darwin, which is midnight of India's clock. Its workbook is found by its title among
links: those of this year nine to a page, newest first, those of another year on one page.
KS01 (Katherine), MY01 (Manton), BJ01 and BP01 (Batchelor) are the solar farms that stood idle after 2020, RD01 (RAAF
Darwin) and RB01 to RB03 (Robertson Barracks) those that opened in 2024; whose unit HP01 is, is not known.
The forecast is the sum of Darwin-Katherine, Alice Springs and Tennant Creek, more than the other kinds cover.
Differs from the other project: demand and price begin half an hour before their stamp, and belong to the day that the
workbook names, not to the one that was asked for; solar farms are not unknown; a half hour for which a region has no
forecast is no sum.
"""

import re

from core import consumption, errors, http, merge, number, price, production, require, source, times
from core.platforms import spreadsheets
from core.values import each, field, is_number, mode_of, total

SOURCE = "ntesmo.com.au"
URL = "https://ntesmo.com.au/data/daily-trading"
ARCHIVE_URL = f"{URL}/historical-daily-trading-data/{{year}}-daily-trading-data"
FORECAST_URL = "https://ntesmo.com.au/data/data-dashboard/2024-enhancements/demand-forecast"
FORECASTS = ("darwin-katherine/dk", "alice-springs/as", "tennant-creek/tc")
TIMEZONE, TRADING_CLOCK = "Australia/Darwin", "Asia/Kolkata"
PERIOD_MIN = 30
WORKBOOKS = "/__data/assets/excel_doc/"
DAY = re.compile(r"(\d{1,2})\s*([A-Za-z]{3})[a-z]*\s*(\d{4})")
PER_PAGE, MOST_PAGES = 9, 8
UNITS, MARKET = "Generating Unit Output", "System Demand and Market Price"
FIRST_COLUMN, DEMAND, PRICE = "Period Start", "Demand", "Market Price"
UNIT = re.compile(r"[A-Z][A-Z0-9]{0,7}")
MODES = {
    **{f"C{number}": "gas" for number in range(1, 10)},  # Channel Island
    **{f"W{number}": "gas" for number in range(1, 4)},  # Weddell
    **{f"K{number}": "gas" for number in range(1, 5)},  # Katherine
    **{f"P{number}": "gas" for number in range(1, 4)},  # Pine Creek
    "LMS": "biomass",  # gas of the landfill at Shoal Bay
    **dict.fromkeys(("KS01", "MY01", "BJ01", "BP01", "RD01", "RB01", "RB02", "RB03"), "solar"),
    "HP01": "unknown",
}
DAILY = {
    "resolution_min": PERIOD_MIN, "window_h": 24, "day_of": TRADING_CLOCK, "delay_h": 96, "refetch_h": 168,
    "history": "2018", "extra": "spreadsheets",
}


@source(**DAILY)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(workbook(session, target_datetime), zone_key)


@source(**DAILY)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(workbook(session, target_datetime), zone_key)


@source(**DAILY)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    return parse_price(workbook(session, target_datetime), zone_key)


@source(resolution_min=PERIOD_MIN, window_h=0, ahead_h=120, delay_h=0)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("NTESMO publishes the newest forecast only.")
    pages = [http.get(session, f"{FORECAST_URL}/{region}-7-days-forecast") for region in FORECASTS]
    return parse_consumption_forecast([http.body_json(page) for page in pages], zone_key)


def workbook(session, target_datetime):
    """The workbook of the trading day that holds the asked moment, or the newest before it."""
    day, this_year = times.day(target_datetime, TRADING_CLOCK), times.day(None, TRADING_CLOCK).year
    links = archive(session, day.year) if day.year < this_year else {}
    if day not in links and day.year < this_year - 1:
        raise errors.NoData(f"NTESMO has no workbook of {day}.")
    return http.get(session, links.get(day) or sought(session, day)).content


def archive(session, year):
    """The links of an earlier year, by day; none while its page is not there yet."""
    try:
        return parse_links(http.get(session, ARCHIVE_URL.format(year=year)).content)
    except errors.NoData:
        return {}


def sought(session, day):
    """The link of a day among this year's pages; page 0 repeats page 1 and is sometimes ahead of it."""
    at, seen = 0, set()
    while at not in seen and len(seen) < MOST_PAGES:
        seen.add(at)
        links = parse_links(http.get(session, URL, params={"result_70160_result_page": at}).content)
        if not links and at == 0 and day.month == 1:
            links = archive(session, day.year - 1)
        if not links and at == 0:
            raise errors.SourceChanged("NTESMO's page lists no workbook.")
        if day in links:
            return links[day]
        if not links or (day > max(links) and at == 1):
            break
        if day > max(links) and at == 0:
            return links[max(links)]
        pages = (min(links).toordinal() - day.toordinal()) // PER_PAGE  # a day that was left out puts it nearer
        at = at - 1 if day > max(links) else max(at, 1) + max(pages, 1)
    raise errors.NoData(f"NTESMO has no workbook of {day}.")


def parse_links(page):
    """Where the workbooks of a page are, by trading day."""
    links = http.body_html(page).find_all("a", href=lambda href: href and WORKBOOKS in href)
    return dict(reversed(each(links, lambda link: (titled(link), link["href"]))))


def titled(link):
    """The day in a card's title, which may have a remark, a blank too few or its month misspelt."""
    title = require(link.find(class_="smp-tiles-article__title"), "title of a workbook").get_text()
    day, month, year = require(DAY.search(title), f"day in {title!r}").groups()
    return times.read_day(f"{day} {month.title()} {year}", "D MMM YYYY")


def parse_production(content, zone_key):
    """The mix of each half hour; a unit is a column with a code for a name and any number."""
    names, _, found = table(content, UNITS, FIRST_COLUMN)
    units = [
        (at, mode_of(name, MODES)) for at, name in enumerate(names)
        if UNIT.fullmatch(name) and any(is_number(row[at]) for row in found)
    ]

    def mix(row):
        start, modes = times.read(str(row[0]), TIMEZONE), merge(*({mode: number(row[at])} for at, mode in units))
        return production(zone_key, start=start, source=SOURCE, modes=modes, negative="zero")

    return each(found, mix)


def parse_consumption(content, zone_key):
    """The demand of each half hour that has one."""
    return [
        consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw)
        for start, load_mw in market(content, DEMAND)
    ]


def parse_price(content, zone_key):
    """The market price of each half hour that has one."""
    return [
        price(zone_key, start=start, source=SOURCE, price_mwh=price_mwh, currency="AUD")
        for start, price_mwh in market(content, PRICE)
    ]


def market(content, column):
    """(start, value) of each half hour with a value; the sheet has its end, as a time of day."""
    names, day, found = table(content, MARKET, column)
    begins, at = times.midnight(day, TRADING_CLOCK), names.index(column)

    def read(row):
        start = times.shift(times.read(f"{day}T{row[0]:%H:%M}", TIMEZONE), minutes=-PERIOD_MIN)
        return start if start >= begins else times.shift(start, days=1), number(row[at])

    return [(start, value) for start, value in each(found, read) if value is not None]


def table(content, sheet, column):
    """The names of a sheet's columns, its trading day, and its rows that begin with a time."""
    rows = spreadsheets.rows(content, sheet)
    names = next((texts for row in rows if column in (texts := [str(cell or "").strip() for cell in row])), None)
    days = [str(cell) for row in rows for cell in row if hasattr(cell, "year")]
    found = [row for row in rows if hasattr(row[0], "hour") or hasattr(row[0], "year")]  # a midnight comes as its day
    if names is None or not days:
        raise errors.SourceChanged(f"NTESMO's sheet {sheet!r} has no {column if days else 'trading day'}.")
    if not found:
        raise errors.NoData(f"NTESMO's sheet {sheet!r} has no half hour.")
    return names, times.read_day(days[0]), found


def parse_consumption_forecast(answers, zone_key):
    """The sum of all regions' forecasts, of the half hours that all of them have."""
    regions = [
        dict(each(field(answer, "forecastedDemand"), lambda pair: (times.read(pair[0], TIMEZONE), number(pair[1]))))
        for answer in answers
    ]
    whole = set.intersection(*({start for start, load_mw in one.items() if load_mw is not None} for one in regions))
    if not whole:
        raise errors.NoData("NTESMO's forecasts have no half hour in common.")
    return [
        consumption(
            zone_key, start=start, source=SOURCE, load_mw=total(one[start] for one in regions),
            source_type="forecasted")
        for start in sorted(whole)
    ]
