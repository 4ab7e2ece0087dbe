"""NSMO, the national load dispatch centre of Viet Nam (NLDC, formerly of EVN): charts of its page as JSON, no key.

Docs     https://www.nldc.evn.vn (the front page's charts)
Serves   consumption and the system's marginal price VN
Time     30 min, stamped at the END, Asia/Ho_Chi_Minh, without zone; half hours to come are left out
Unit     MW; prices VND/kWh -> VND/MWh
Sign     none: load and price only
History  any day (the first one is not documented), one per call
Licence  none stated

The live charts also hold the load of North, Centre and South, which no zone has. They are empty just after midnight:
then the day before is asked for. They run up to two hours ahead, which is a forecast. The site has been away for
months, with a broken certificate or a page that says it is not found. A past day's price is called `giaBan`.
Differs from the other project: the market's cap is some 1 500 to 1 800 VND/kWh, so prices near 1 000 are per kWh and
are multiplied by 1 000, where that project passes them on as VND/MWh.
"""

from core import consumption, errors, http, number, price, require, source, times
from core.values import each, field

SOURCE = "nldc.evn.vn"
URL = "https://www.nldc.evn.vn/api/services/app"
TIMEZONE = "Asia/Ho_Chi_Minh"
CURRENCY = "VND"
PERIOD_MIN = 30
KWH_PER_MWH = 1000
STAMP = "thoiGian"
LIVE_LOAD = ("Pages/GetChartPhuTaiVM", "phuTais", "congSuatHT")
LIVE_PRICE = ("Pages/GetChartGiaBienVM", "giaBiens", "giaBienHT")
PAST_PATH, PAST_ROWS, PAST_LOAD, PAST_PRICE = "Dashboard/GetBieuDoTuongQuanPT", "phuTai", "congSuat", "giaBan"
FACTS = {"resolution_min": PERIOD_MIN, "window_h": 24, "day_of": TIMEZONE, "delay_h": 1, "history": "any"}


@source(**FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(ask(session, target_datetime, LIVE_LOAD, PAST_LOAD), zone_key)


@source(**FACTS)
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    return parse_price(ask(session, target_datetime, LIVE_PRICE, PAST_PRICE), zone_key)


def ask(session, target_datetime, live, past_column):
    """(start, number) of the half hours that are over: of a past day, of today, or, if today has none, of yesterday."""
    path, name, column = live
    day, today = times.day(target_datetime, TIMEZONE), times.day(None, TIMEZONE)
    found = []
    if day >= today:
        found = rows(http.body_json(http.get(session, f"{URL}/{path}")), name, column)
        day = times.day(None, TIMEZONE, -1)
    if not found:
        params = {"day": f"{day:%d/%m/%Y}"}
        answer = http.body_json(http.get(session, f"{URL}/{PAST_PATH}", params=params))
        found = rows(answer, PAST_ROWS, past_column)
    if not found:
        raise errors.NoData(f"NSMO has nothing for {day}.")
    return found


def rows(answer, name, column):
    """(start, number) of the half hours of a chart that are over and have one."""
    if not isinstance(answer, dict) or answer.get("error"):
        raise errors.SourceDown(f"NSMO sent no chart but {str(answer)[:80]!r}.")
    data = require(answer.get("result"), "result").get("data")
    if data is None:
        return []
    found = each(field(data, name) or [], lambda row: (times.read(row[STAMP], TIMEZONE), number(field(row, column))))
    return [
        (times.shift(end, minutes=-PERIOD_MIN), value)
        for end, value in found if value is not None and end <= times.now()]


def parse_consumption(found, zone_key):
    return [consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw) for start, load_mw in found]


def parse_price(found, zone_key):
    return [
        price(zone_key, start=start, source=SOURCE, price_mwh=price_kwh * KWH_PER_MWH, currency=CURRENCY)
        for start, price_kwh in found]
