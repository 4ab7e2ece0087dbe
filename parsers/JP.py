"""The grid operators of Japan's ten areas: CSV files on ten sites, public, no key; prices from the exchange JEPX.

Docs     「エリア需給実績」 (results) and 「でんき予報」 (forecasts) on each operator's site; https://www.jepx.jp
Serves   production with storage, forecasts of load and of generation JP-HKD, JP-TH, JP-TK, JP-CB, JP-HR, JP-KN, JP-CG,
         JP-SK, JP-KY, JP-ON; day-ahead prices of all but JP-ON, which has no market
Time     30 min, archives 60 min, stamped at the start, but JP-KY's 30 min at the end; Asia/Tokyo, no summer time
Unit     MW; archives MWh per hour (JP-TK 万kWh, JP-SK 万kW: tens of MW); forecasts kWh of a half hour; prices JPY a kWh
Sign     pumped storage (揚水) and batteries (蓄電池): source + is generating
History  since 2016-04-01, a day per call; forecasts today and tomorrow; prices any day (the first is not documented)
Licence  none stated; each operator's copyright notice
Length   ten sites with four kinds of files, each with its own names, and the tables to read the older ones by position

Results are a file per month, half an hour to some days late: live gives the newest two days that have values. Tohoku's
comes weeks after its month, until then there is one per day; Chubu moves older months into an archive of the year.
Before a site's files had fuels filled in (STANDARD_SINCE) there are archives by quarter or year, without fuels: thermal
is `unknown`. Where there is no archive ISEP has the hours, a non-profit that collects them (Kyushu before April 2019,
Hokkaido's quarter of the blackout of 2018). JP-SK's archive is a workbook and needs the extra `spreadsheets`.
火力(その他), other thermal plants, and その他 are both `unknown`. A negative output (Tohoku's sun at night) is 0,
marked as corrected. What is curtailed (制御量) was not generated; flows (連系線) are occtonet's. Forecasts are totals.
Differs from the other project: prices are not rounded to ten yen; live gives two days of results, and tomorrow's
forecasts beside today's.
"""

import re

from core import by_label, consumption, errors, http, price, production, require, source, times, total_production
from core.platforms import japan, spreadsheets
from core.values import each, json_in, log, number

SOURCE = "jepx.jp"
SOURCES = {
    "JP-HKD": ("hepco.co.jp", "denkiyoho.hepco.co.jp"),
    "JP-TH": ("setsuden.nw.tohoku-epco.co.jp", "setsuden.nw.tohoku-epco.co.jp"),
    "JP-TK": ("tepco.co.jp", "www.tepco.co.jp/forecast"),
    "JP-CB": ("powergrid.chuden.co.jp", "powergrid.chuden.co.jp"),
    "JP-HR": ("rikuden.co.jp", "www.rikuden.co.jp/nw/denki-yoho"),
    "JP-KN": ("kansai-td.co.jp", "www.kansai-td.co.jp"),
    "JP-CG": ("energia.co.jp", "www.energia.co.jp"),
    "JP-SK": ("yonden.co.jp", "www.yonden.co.jp"),
    "JP-KY": ("kyuden.co.jp", "www.kyuden.co.jp"),
    "JP-ON": ("okiden.co.jp", "www.okiden.co.jp/denki2/"),
}
"""Who publishes the results, and the forecasts."""
HEPCO = "https://www.hepco.co.jp/network/con_service/public_document/supply_demand_results/csv"
TOHOKU = "https://setsuden.nw.tohoku-epco.co.jp/common/demand"
TEPCO = "https://www.tepco.co.jp/forecast/html/images"
CHUBU = "https://powergrid.chuden.co.jp/denki_yoho_content_data"
KANSAI = "https://www.kansai-td.co.jp"
CHUGOKU = "https://www.energia.co.jp/nw"
YONDEN = "https://www.yonden.co.jp/nw"
KYUDEN = "https://www.kyuden.co.jp"
OKIDEN = "https://www.okiden.co.jp/business-support/service/supply-and-demand"
RESULTS = {
    "JP-HKD": HEPCO + "/eria_jukyu_{day:%Y%m}_01.csv",
    "JP-TH": TOHOKU + "/eria_jukyu_{day:%Y%m}_02.csv",
    "JP-TK": TEPCO + "/eria_jukyu_{day:%Y%m}_03.csv",
    "JP-CB": CHUBU + "/eria_jukyu_{day:%Y%m}_04.csv",
    "JP-HR": "https://www.rikuden.co.jp/nw/denki-yoho/csv/eria_jukyu_{day:%Y%m}_05.csv",
    "JP-KN": KANSAI + "/interchange/denkiyoho/area-performance/eria_jukyu_{day:%Y%m}_06.csv",
    "JP-CG": CHUGOKU + "/jukyuu/sys/eria_jukyu_{day:%Y%m}_07.csv",
    "JP-SK": YONDEN + "/supply_demand/csv/eria_jukyu_{day:%Y%m}_08.csv",
    "JP-KY": KYUDEN + "/td_area_jukyu/csv/eria_jukyu_{day:%Y%m}_09.csv",
    "JP-ON": OKIDEN + "/csv/eria_jukyu_{day:%Y%m}_10.csv",
}
DAILY_URL = TOHOKU + "/realtime_jukyu/realtime_jukyu_{day:%Y%m%d}_02.csv"
YEARLY_URL, YEARLY_NAME = CHUBU + "/eria_jukyu_{year}.zip", "eria_jukyu_{day:%Y%m}_04.csv"
STANDARD_SINCE = {
    "JP-HKD": "2024-04", "JP-TH": "2024-02", "JP-TK": "2024-01", "JP-CB": "2024-03", "JP-HR": "2024-04",
    "JP-KN": "2024-01", "JP-CG": "2024-02", "JP-SK": "2024-03", "JP-KY": "2023-10", "JP-ON": "2024-02",
}
"""The first month whose file has the output of fuels; some sites had files with zeros before."""
ARCHIVES = {
    "JP-HKD": HEPCO + "/sup_dem_results_{year}_{quarter}q.csv",
    "JP-TH": TOHOKU + "/juyo_{year}_tohoku_{quarter}Q.csv",
    "JP-TK": TEPCO + "/area-{year}.csv",
    "JP-CB": CHUBU + "/{year}_areabalance_current_term.csv",
    "JP-HR": "https://www.rikuden.co.jp/nw_jyukyudata/attach/area_jisseki_rikuden{months}.csv",
    "JP-KN": KANSAI + "/denkiyoho/area-performance/csv/area_jyukyu_jisseki_{year}.csv",
    "JP-CG": CHUGOKU + "/service/retailer/data/area/csv/kako-{year}.csv",
    "JP-SK": YONDEN + "/supply_demand/jukyu{year}.xlsx",
    "JP-KY": KYUDEN + "/td_area_jukyu/csv_area_jyukyu_jisseki/area_jyukyu_jisseki_{year}_{quarter}Q.csv",
    "JP-ON": OKIDEN + "/jukyu/csv/{year}.csv",
}
ARCHIVED_SINCE = {"JP-KY": times.read_day("2019-04-01")}
FIRST_DAY = times.read_day("2016-04-01")
HOKURIKU_MONTHLY_SINCE = times.read_day("2018-10-01")
HOKURIKU_ODD_NAMES = {"201910": "201910_01"}
ISEP_URL, ISEP = "https://isep-energychart.com/en/graphics/electricityproduction/", "isep-energychart.com"
REGIONS = {
    "JP-HKD": "hokkaido", "JP-TH": "tohoku", "JP-TK": "tokyo", "JP-CB": "chubu", "JP-HR": "hokuriku", "JP-KN": "kansai",
    "JP-CG": "chugoku", "JP-SK": "shikoku", "JP-KY": "kyushu", "JP-ON": "okinawa",
}
TEPCO_FORECASTS = "https://www4.tepco.co.jp/forecast/html/images"
YONDEN_FORECASTS = YONDEN + "/denkiyoho/supply_demand/csv"
FORECASTS = {
    "JP-HKD": ("http://denkiyoho.hepco.co.jp/area/data/{day:%Y%m%d}_hokkaido_yosoku.csv",) * 2,
    "JP-TH": (TOHOKU + "/area_tso_yosoku_{day:%Y%m%d}.csv", TOHOKU + "/area_tso_yosoku_y.csv"),
    "JP-TK": (TEPCO_FORECASTS + "/AREA_YOSOKU.csv", TEPCO_FORECASTS + "/AREA_ONCE_YOSOKU.csv"),
    "JP-CB": (CHUBU + "/keito_yosoku_cepco003.csv",),
    "JP-HR": ("https://www.rikuden.co.jp/nw/denki-yoho/csv/yosoku_05_{day:%Y%m%d}.csv",) * 2,
    "JP-KN": (KANSAI + "/interchange/denkiyoho/imbalance/{day:%Y%m%d}_yosoku.csv",) * 2,
    "JP-CG": (CHUGOKU + "/jukyuu/sys/{day:%Y%m}_jyukyu2_chugoku.zip",) * 2,
    "JP-SK": (YONDEN_FORECASTS + "/yosoku_today.csv", YONDEN_FORECASTS + "/yosoku_tomorrow.csv"),
    "JP-KY": (KYUDEN + "/td_power_usages/csv/kouhyo/imbalance/21110_TSO9_0_{day:%Y%m%d}.csv",),
    "JP-ON": ("http://www.okiden.co.jp/denki2/dem_pg/csv/jukyu_yosoku_{day:%Y%m%d}.csv",) * 2,
}
"""Where today's are, and tomorrow's if there are any."""
FORECAST_NAME = "{day:%Y%m%d}_yosoku_chugoku.csv"
"""In Chugoku's archive, beside what was (`jiseki`) and what traders plan (`bgkeikaku`), in the same columns."""
PRICE_URL = "http://www.jepx.jp/market/excel/spot_{year}.csv"
PRICE_COLUMNS = {
    "JP-HKD": 6, "JP-TH": 7, "JP-TK": 8, "JP-CB": 9, "JP-HR": 10, "JP-KN": 11, "JP-CG": 12, "JP-SK": 13, "JP-KY": 14,
}
REFERER = {"Referer": KANSAI + "/denkiyoho/area-performance/past.html"}
"""Which Kansai's archive asks for."""
TIMEZONE = "Asia/Tokyo"
STAMPS = ("YYYY/M/D H:mm", "YYYYMMDD H:mm", "YYYY/M/D H:mm:ss", "YYYYMMDD HHmm", "YYYY/M/D H時")
DATE = re.compile(r"\d{4}/\d{1,2}/\d{1,2}(?!\d)")
SLOT_MIN, HOUR_MIN = 30, 60
LABELS_ITS_ENDS = ("JP-KY",)
MODES = {
    "原子力": "nuclear",
    "火力(LNG)": "gas",
    "火力(石炭)": "coal",
    "火力(石油)": "oil",
    "火力(その他)": "unknown",
    "水力": "hydro",
    "地熱": "geothermal",
    "バイオマス": "biomass",
    "太陽光発電実績": "solar",
    "風力発電実績": "wind",
    "その他": "unknown",
}
STORAGE = {"揚水": "hydro", "蓄電池": "battery"}
NOT_OUTPUT = ("DATE", "TIME", "エリア需要", "連系線", "合計", "")
CURTAILED = "制御量"
"""How the names of columns end that say what was not generated."""
SPLIT = {
    3: "nuclear", 4: "unknown", 5: "hydro", 6: "geothermal", 7: "biomass", 8: "solar", 10: "wind", 12: "pumped",
}
COMBINED = {
    2: "nuclear", 3: "unknown", 4: "hydro", 5: "geothermal", 6: "biomass", 7: "solar", 9: "wind", 11: "pumped",
}
LAYOUTS = {
    **dict.fromkeys(ARCHIVES, SPLIT),
    **dict.fromkeys(("JP-KN", "JP-KY"), COMBINED),
    "JP-TH": {
        2: "hydro", 3: "unknown", 4: "nuclear", 5: "solar", 7: "wind", 9: "geothermal", 10: "biomass", 11: "pumped",
    },
    "JP-ON": {4: "unknown", 5: "hydro", 6: "biomass", 7: "solar", 9: "wind"},
}
"""Position → mode in the archives, whose names of columns are many; SPLIT has the date and the hour in two columns."""
PUMPED = "pumped"
ONE_STAMP = ("JP-TH", "JP-KN", "JP-KY")
TENS_OF_MW = ("JP-TK", "JP-SK")
WIDEST = 20
CELLS = ("%Y/%m/%d", "%H:%M")
"""How the first cells of JP-SK's workbook are written: a day, an hour."""
ISEP_MODES = {
    "nuclear": "nuclear", "thermal": "unknown", "hydro": "hydro", "geothermal": "geothermal", "biomass": "biomass",
    "solar_performance": "solar", "wind_performance": "wind",
}
ISEP_NOT_OUTPUT = (
    "region", "date_time", "disable_flg", "demand", "solar_suppression", "wind_suppression", "interconnection", "total",
)
KWH_OF_HALF_AN_HOUR_TO_MW, KWH_OF_MWH = 2 / 1000, 1000
DEMAND, GENERATION, FROM = "エリア総需要量", "エリア総発電量", "時間帯_自"


@source(
    resolution_min=SLOT_MIN, window_h=24, day_of=TIMEZONE, delay_h=72, history=f"{FIRST_DAY}", refetch_h=7 * 24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    if day < FIRST_DAY:
        raise errors.NoHistory(f"Nothing was published of days before {FIRST_DAY}.")
    if f"{day:%Y-%m}" < STANDARD_SINCE[zone_key]:
        return archived(session, zone_key, day)
    if target_datetime is None:
        return newest(session, zone_key, day)
    events = results(session, zone_key, [day])
    return published([event for event in events if day_of(event) == day], zone_key, day)


@source(resolution_min=SLOT_MIN, window_h=24, day_of=TIMEZONE, delay_h=0)
def fetch_consumption_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return forecasts(session, zone_key, target_datetime, parse_consumption_forecast)


@source(resolution_min=SLOT_MIN, window_h=24, day_of=TIMEZONE, delay_h=0)
def fetch_generation_forecast(zone_key, session=None, target_datetime=None, logger=None):
    return forecasts(session, zone_key, target_datetime, parse_generation_forecast)


@source(resolution_min=SLOT_MIN, window_h=24, day_of=TIMEZONE, delay_h=0, history="any")
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    if zone_key not in PRICE_COLUMNS:
        raise errors.NoData(f"{zone_key} is no area of the Japanese power exchange.")
    days = days_of(target_datetime, (0, -1))
    years = dict.fromkeys(times.month_start(day, -3).year for day in days)

    def of_year(year):
        return parse_price(get(session, PRICE_URL.format(year=year)).content, zone_key, days)

    return published([event for events in had(of_year, years) for event in events], zone_key, days[0])


def days_of(target, shifts):
    """The days to ask for: those about the asked moment, or today and tomorrow."""
    return [times.day(target, TIMEZONE, shift) for shift in (shifts if target is not None else (0, 1))]


def get(session, url):
    return http.get(session, url, headers=http.AS_BROWSER | REFERER if url.startswith(KANSAI) else http.AS_BROWSER)


def had(ask, items):
    """What can be had of several answers; the first failure if none can."""
    found, failed = [], []
    for item in items:
        try:
            found.append(ask(item))
        except errors.SourceError as err:
            failed.append(err)
    if not found:
        raise failed[0]
    for err in failed:
        if not isinstance(err, errors.NoData):
            log.warning("left out: %s", err)
    return found


def published(events, zone_key, day):
    """These events, NoData without any."""
    if not events:
        raise errors.NoData(f"Nothing has been published yet of {zone_key} on {day}.")
    return events


def day_of(event):
    return times.day(event["datetime"], TIMEZONE)


def newest(session, zone_key, today):
    """The last two days with values, of this month's file or, where it has none yet, of last month's."""
    for day in (today, times.month_end(times.month_start(today, -1))):
        try:
            events = results(session, zone_key, [day, times.day(times.midnight(day, TIMEZONE), TIMEZONE, -1)])
        except errors.NoData:
            continue
        if days := sorted({day_of(event) for event in events if day_of(event) <= today})[-2:]:
            return sorted((event for event in events if day_of(event) in days), key=lambda event: event["datetime"])
    raise errors.NoData(f"{SOURCES[zone_key][0]} has no file with values of this month or the last.")


def results(session, zone_key, days):
    """All events of the file of a month, that of the first day; where it is not out yet, of what holds some days."""

    def of_day(day):
        return parse_production(get(session, DAILY_URL.format(day=day)).content, zone_key)

    day = days[0]
    try:
        content = get(session, RESULTS[zone_key].format(day=day)).content
    except errors.NoData:
        if zone_key == "JP-TH":
            return [event for events in had(of_day, days) for event in events]
        if zone_key != "JP-CB":
            raise
        archive = get(session, YEARLY_URL.format(year=times.month_start(day, -3).year))
        content = http.body_zip(archive, YEARLY_NAME.format(day=day))
    return parse_production(content, zone_key)


def archived(session, zone_key, day):
    """A day before the standard files."""
    if day >= ARCHIVED_SINCE.get(zone_key, FIRST_DAY):
        try:
            content = get(session, archive_url(zone_key, day)).content
        except errors.NoData:
            log.info("no archive of %s holds %s; ISEP is asked", zone_key, day)
        else:
            rows = workbook(content) if zone_key == "JP-SK" else japan.lines(content)
            return published(list(parse_archive(rows, zone_key, day)), zone_key, day)
    params = {
        "region": REGIONS[zone_key], "period_year": day.year, "period_month": day.month, "period_day": day.day,
        "period_length": "1day", "display_format": "residual_demand",
    }
    page = http.get(session, ISEP_URL, params=params, headers=http.AS_BROWSER).text
    return published([event for event in parse_isep(page, zone_key) if day_of(event) == day], zone_key, day)


def archive_url(zone_key, day):
    """Where an archive is; a fiscal year is named by its April, and Hokuriku's quarters by their months."""
    fiscal = times.month_start(day, -3)
    months = f"{day:%Y%m}"
    if day < HOKURIKU_MONTHLY_SINCE:
        first = times.month_start(day, -((day.month - 1) % 3))
        months = f"{first:%Y%m}_{times.month_start(first, 2):%m}"
    return ARCHIVES[zone_key].format(
        year=fiscal.year, quarter=(fiscal.month + 2) // 3, months=HOKURIKU_ODD_NAMES.get(months, months))


def forecasts(session, zone_key, target, parse):
    """The forecasts of the asked day, or of today and, where it is out, tomorrow."""

    def of_day(day):
        return parse(forecast_file(session, zone_key, day), zone_key)

    days = days_of(target, (0,))
    return published([event for events in had(of_day, days) for event in events], zone_key, days[0])


def forecast_file(session, zone_key, day):
    is_tomorrow = day == times.day(None, TIMEZONE, 1)
    if is_tomorrow and len(FORECASTS[zone_key]) == 1:
        raise errors.NoData(f"{SOURCES[zone_key][1]} has no forecast of tomorrow.")
    url = FORECASTS[zone_key][is_tomorrow]
    if "{day" not in url and not is_tomorrow and day != times.day(None, TIMEZONE):
        raise errors.NoHistory(f"{SOURCES[zone_key][1]} has forecasts of today and tomorrow only.")
    answer = get(session, url.format(day=day))
    return http.body_zip(answer, FORECAST_NAME.format(day=day)) if url.endswith(".zip") else answer.content


def workbook(content):
    """The rows of a workbook as those of a CSV file."""
    for row in spreadsheets.rows(content):
        stamp = [spreadsheets.text(cell, pattern) for cell, pattern in zip(row, CELLS, strict=False)]
        yield [*stamp, *row[len(CELLS):]]


def parse_production(content, zone_key):
    """One mix per half hour that has any value; the rest of a month may stand there without."""
    table = japan.table(content, "DATE", "TIME", *MODES, *STORAGE)
    names = {name for row in table for name in row}
    known = {*NOT_OUTPUT, *STORAGE, *(name for name in names if name.endswith(CURTAILED))}
    filled = [
        row for row in table
        if row.get("DATE", "").strip() and row.get("TIME", "").strip() and is_filled(row, (*MODES, *STORAGE))]
    return each(filled, lambda row: parse_half_hour(row, zone_key, known))


def parse_half_hour(row, zone_key, known):
    shift_min = SLOT_MIN if zone_key in LABELS_ITS_ENDS else 0
    label = times.read(f"{row['DATE'].strip()} {row['TIME'].strip()}", TIMEZONE, STAMPS)
    start = times.shift(label, minutes=-shift_min)
    return production(
        zone_key, start=start, end=times.shift(start, minutes=SLOT_MIN), source=SOURCES[zone_key][0],
        modes=by_label(row, MODES, known=known), storage=by_label(row, STORAGE, sign=-1), negative="zero")


def is_filled(row, labels):
    """Whether any of these cells has a number."""
    return any(number(row.get(label)) is not None for label in labels)


def parse_archive(rows, zone_key, day):
    """One mix per hour of a day; a date may stand in its first row only."""
    layout, scale = LAYOUTS[zone_key], 10 if zone_key in TENS_OF_MW else 1
    date, wanted = "", spelled([day])
    for row in rows:
        first = row[0].strip() if row else ""
        date = written[0] if (written := DATE.match(first)) else date
        if date not in wanted:
            continue
        if any(row[WIDEST:]):
            raise errors.SourceChanged(f"The archive of {zone_key} has more than {WIDEST} columns.")
        clock = first[len(date):].strip() if zone_key in ONE_STAMP else "".join(row[1:2]).strip()
        cells = {mode: scaled(row[at], scale) for at, mode in layout.items() if at < len(row)}
        if clock and is_filled(cells, cells):
            start = times.read(f"{date} {clock}", TIMEZONE, STAMPS)
            yield production(
                zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCES[zone_key][0],
                modes=by_label(cells, {mode: mode for mode in cells if mode != PUMPED}),
                storage=by_label(cells, {PUMPED: "hydro"}, sign=-1), negative="zero")
    if not date:
        raise errors.SourceChanged(f"The archive of {zone_key} has no row that begins with a date.")


def spelled(days):
    """Days as the files write them, with zeros and without."""
    return {text: day for day in days for text in (f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}")}


def scaled(value, factor):
    found = number(value)
    return None if found is None else found * factor


def parse_isep(page, zone_key):
    """One mix per hour of a page, which may hold hours of the days about it."""
    rows = json_in(page, "jsonval")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise errors.SourceChanged(f"ISEP sent no list of hours but {str(rows)[:80]!r}.")
    enabled = [row for row in rows if str(row.get("disable_flg")).lower() not in ("1", "true")]
    return each((row for row in enabled if is_filled(row, ISEP_MODES)), lambda row: parse_isep_hour(row, zone_key))


def parse_isep_hour(row, zone_key):
    start = times.read(require(row.get("date_time"), "date_time"), TIMEZONE, "YYYY-MM-DD HH:mm:ss")
    return production(
        zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=ISEP,
        modes=by_label(row, ISEP_MODES, known={*ISEP_NOT_OUTPUT, PUMPED}),
        storage=by_label(row, {PUMPED: "hydro"}, sign=-1), negative="zero")


def parse_consumption_forecast(content, zone_key):
    return [consumption(zone_key, load_mw=value_mw, source_type="forecasted", **span)
            for span, value_mw in half_hours(content, zone_key, DEMAND)]


def parse_generation_forecast(content, zone_key):
    return [total_production(zone_key, value_mw=value_mw, **span)
            for span, value_mw in half_hours(content, zone_key, GENERATION)]


def half_hours(content, zone_key, column):
    """(start, end and source, MW) of each half hour with a number; below the names may be a row of units."""
    table = japan.table(content, FROM, DEMAND, GENERATION, has_units=True)
    dated = [row for row in table if date_of(row) and is_filled(row, [column])]
    return each(dated, lambda row: half_hour(row, zone_key, column))


def half_hour(row, zone_key, column):
    start = times.read(f"{date_of(row)} {row[FROM].strip()}", TIMEZONE, STAMPS)
    span = {"start": start, "end": times.shift(start, minutes=SLOT_MIN), "source": SOURCES[zone_key][1]}
    return span, number(row[column]) * KWH_OF_HALF_AN_HOUR_TO_MW


def date_of(row):
    """The date of a row, "" where there is none."""
    return require(row.get("日付", row.get("DATE")), "日付").strip(" -")


def parse_price(content, zone_key, days):
    """Each price of some days; half hours are numbered from 1."""
    wanted, at = spelled(days), PRICE_COLUMNS[zone_key]
    dated = [row for row in japan.lines(content) if row and DATE.match(row[0])]
    if not dated:
        raise errors.SourceChanged("JEPX's file has no row that begins with a date.")
    priced = [row for row in dated if row[0].strip() in wanted and number("".join(row[at : at + 1])) is not None]
    return each(priced, lambda row: parse_half_hour_price(row, zone_key, wanted[row[0].strip()]))


def parse_half_hour_price(row, zone_key, day):
    slot = require(number(row[1]), "number of the half hour")
    start = times.period(day, int(slot), SLOT_MIN, TIMEZONE)
    price_mwh = round(number(row[PRICE_COLUMNS[zone_key]]) * KWH_OF_MWH, 6)
    return price(
        zone_key, start=start, end=times.shift(start, minutes=SLOT_MIN), source=SOURCE, currency="JPY",
        price_mwh=price_mwh)
