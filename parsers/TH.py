"""EGAT's generation by the minute (on sothailand.com), and the household tariff of MEA, Thailand; no key.

Docs     https://www.sothailand.com/sysgen/egat/ (the chart); tariff: https://www.mea.or.th/en/our-services/tariff-calculation
Serves   production, consumption, generation forecast (as planned) and price TH
Time     about 1 min, in seconds of a local day (Asia/Bangkok); price: the running hour
Unit     MW; price: THB/kWh and satang/kWh -> THB/MWh
Sign     none: output and load only
History  generation since 2020-01-01, plans since 2005-04-01, both as far as probed, a day per call; price: none
Licence  none stated

The system's generation is one number without fuels, unknown, and has the imports in it: it is the load too. When a day
has nothing the server forgets the quotes around `list`. The chart answers from Thailand only, or nearly so:
GRIDTRACE_PROXY_TH names a proxy.
The price is what a household pays MEA for a kWh above 400 a month, with the fuel adjustment Ft, before tax and fixed
fees; it is no market's. A month whose Ft is not yet out has that of a year before. MEA's pages count years from the
birth of Christ or of Buddha, 543 years more.
"""

import re

from core import consumption, errors, http, number, price, production, require, source, times
from core.values import each, field

SOURCE = "www.egat.co.th"
PRICE_SOURCE = "www.mea.or.th"
URL = "https://www.sothailand.com/sysgen/ws/sysgen"
TARIFF_URL = "https://www.mea.or.th/en/our-services/tariff-calculation/other/-yosbxMGAjzp0"
FT_URL = "https://www.mea.or.th/our-services/tariff-calculation/ft/bG2m6iSUN"
TIMEZONE = "Asia/Bangkok"
CURRENCY = "THB"
LATE_H = 2
UNQUOTED = re.compile(r"(?<=[{,])\s*list\s*:")
KWH_PER_MWH, SATANG_PER_BAHT = 1000, 100
TARIFF_TABLE, HIGHEST_BLOCK = 1, 8
BUDDHIST = 543
YEAR = re.compile(r"\d{4}")
DECIMAL = re.compile(r"-?\d+\.\d+")
FACTS = {"window_h": 24, "day_of": TIMEZONE}


@source(resolution_min=1, **FACTS, delay_h=0.5, history="2020-01-01")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return parse_production(actual(session, target_datetime), zone_key)


@source(resolution_min=1, **FACTS, delay_h=0.5, history="2020-01-01")
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(actual(session, target_datetime), zone_key)


@source(resolution_min=None, **FACTS, delay_h=0, history="2005-04-01")
def fetch_generation_forecast(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    return parse_production(ask(session, "plan", [day]), zone_key, "forecasted")


@source(resolution_min=60, window_h=1, delay_h=0)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("MEA's pages are read for the present only.")
    tariff, adjustments = (http.get(session, url).content for url in (TARIFF_URL, FT_URL))
    return [parse_price(tariff, adjustments, zone_key, times.floor(times.now(), 60))]


def actual(session, target_datetime):
    """What was generated on the asked day; soon after midnight also on the day before."""
    return ask(session, "actual", times.recent_days(target_datetime, TIMEZONE, LATE_H), name="SYSTEM_GEN(MW)")


def ask(session, series, days, **form):
    """(start, MW) of the minutes of some days."""
    found = []
    for day in days:
        answer = http.post(session, f"{URL}/{series}", data={**form, "day": f"{day:%d-%m-%Y}"})
        found += minutes(http.body_json(answer, mend=quoted), day)
    if not found:
        raise errors.NoData(f"EGAT has no numbers of {days[-1]}.")
    return found


def quoted(text):
    """The answer as JSON, which the server's own for an empty day is not."""
    return UNQUOTED.sub('"list":', text)


def minutes(answer, day):
    """(start, MW) of the items of a day that have a number; some have a temperature behind it."""
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"EGAT sent no day but {str(answer)[:60]!r}.")
    midnight = times.midnight(day, TIMEZONE)
    items = each(field(answer, "list") or [], lambda item: (require(number(item[0]), "seconds"), number(item[1])))
    return [
        (times.shift(midnight, minutes=seconds / 60), power_mw)
        for seconds, power_mw in items if power_mw is not None]


def parse_production(found, zone_key, source_type="measured"):
    return [
        production(zone_key, start=start, source=SOURCE, modes={"unknown": power_mw}, source_type=source_type)
        for start, power_mw in found]


def parse_consumption(found, zone_key):
    return [consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw) for start, load_mw in found]


def parse_price(tariff, adjustments, zone_key, hour):
    """The tariff of an hour: the energy charge of the highest block and the month's Ft."""
    baht_kwh = energy_charge(tariff) + fuel_adjustment(adjustments, times.day(hour, TIMEZONE)) / SATANG_PER_BAHT
    return price(
        zone_key, start=hour, source=PRICE_SOURCE, price_mwh=baht_kwh * KWH_PER_MWH, currency=CURRENCY,
        source_type="published")


def energy_charge(page):
    """Baht per kWh above 400 kWh a month."""
    tables = http.body_html(page).find_all("table")
    cells = tables[TARIFF_TABLE].find_all("td") if len(tables) > TARIFF_TABLE else []
    if len(cells) <= HIGHEST_BLOCK:
        raise errors.SourceChanged("MEA's page of tariffs has no table of three blocks.")
    return require(number(cells[HIGHEST_BLOCK].get_text(" ", strip=True)), "charge above 400 kWh")


def fuel_adjustment(page, day):
    """Satang per kWh in a day's month, or in that of the year before where it is blank."""
    table = require(http.body_html(page).find("table"), "table of Ft")
    lines = [[cell.get_text(" ", strip=True) for cell in line.find_all("td")] for line in table.find_all("tr")]
    by_year = {year_of(line[0]): line for line in lines if len(line) > day.month}
    for year in (day.year, day.year - 1):
        if (found := rate(by_year.get(year, [""] * 13)[day.month])) is not None:
            return found
    raise errors.SourceChanged(f"MEA's table of Ft has neither {day:%Y-%m} nor a year before.")


def year_of(text):
    """The year of a row as we count it; None for a heading."""
    found = YEAR.search(text)
    year = int(found[0]) if found else None
    return year - BUDDHIST if year and year > BUDDHIST + 1900 else year


def rate(text):
    """The rate of a cell; of several, which differ by use, the first, a household's."""
    first = DECIMAL.search(text)
    return number(first[0] if first else text)
