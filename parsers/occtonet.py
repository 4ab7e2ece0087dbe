"""OCCTO, which coordinates Japan's grid operators: flows over the lines between their areas, public, no key.

Docs     http://occtonet.occto.or.jp/public/dfw/RP11/OCCTO/SD/LOGIN_login (地域間連系線情報, 連系線潮流実績)
Serves   measured and planned flows of ten borders between nine areas; JP-ON has none
Time     5 min, named by their end, 00:05 to 24:00; Asia/Tokyo, no summer time
Unit     MW
Sign     a line's number is + in its forward direction (順方向), which BORDERS names
History  any day (the first one is not documented), a line and day per call; plans of tomorrow where the site has them
Licence  none stated

A visit to the entry page gives a cookie, then three posts of one form lead to a file, each with what the one before
answered. The site remembers where a visitor is, so one line is asked for after the other.
Line 11, the fence of Hokuriku (北陸フェンス), is a limit on all lines around that area together and is not read.
Differs from the other project: JP-CB->JP-HR is line 05 alone, where line 11 is added there; the border carries 300 MW,
as line 05 does, and the fence would count it twice. A forecast is the plan (計画潮流), not once more what was measured.
Intervals begin five minutes before their label, which is published there as their start.
"""

from core import errors, exchange, http, number, source, times
from core.conversations import talk
from core.kinds import sorted_key
from core.platforms import japan
from core.values import each, log

SOURCE = "occtonet.occto.or.jp"
LOGIN_URL = "http://occtonet.occto.or.jp/public/dfw/RP11/OCCTO/SD/LOGIN_login"
URL = "https://occtonet3.occto.or.jp/public/dfw/RP11/OCCTO/SD/CA01S070C"
TIMEZONE = "Asia/Tokyo"
STEP_MIN = 5
LINES = {
    "01": "北海道・本州間電力連系設備",
    "02": "相馬双葉幹線",
    "03": "周波数変換設備",
    "04": "三重東近江線",
    "05": "南福光連系所・南福光変電所の連系設備",
    "06": "越前嶺南線",
    "07": "西播東岡山線・山崎智頭線",
    "08": "阿南紀北直流幹線",
    "09": "本四連系線",
    "10": "関門連系線",
    "11": "北陸フェンス",
}
BORDERS = {
    "JP-HKD->JP-TH": ("01", "JP-HKD", "JP-TH"),
    "JP-TH->JP-TK": ("02", "JP-TH", "JP-TK"),
    "JP-CB->JP-TK": ("03", "JP-TK", "JP-CB"),
    "JP-CB->JP-KN": ("04", "JP-CB", "JP-KN"),
    "JP-CB->JP-HR": ("05", "JP-CB", "JP-HR"),
    "JP-HR->JP-KN": ("06", "JP-HR", "JP-KN"),
    "JP-CG->JP-KN": ("07", "JP-KN", "JP-CG"),
    "JP-KN->JP-SK": ("08", "JP-KN", "JP-SK"),
    "JP-CG->JP-SK": ("09", "JP-SK", "JP-CG"),
    "JP-CG->JP-KY": ("10", "JP-CG", "JP-KY"),
}
"""Exchange → (number of the line, where its forward direction comes from and goes to)."""
DATE, CLOCK, MEASURED, PLANNED = "対象日付", "対象時刻", "潮流実績", "計画潮流(順方向)"
FORM = {
    "fwExtention.actionType": "reference",
    "fwExtention.formId": "CA01S070P",
    "fwExtention.pathInfo": "CA01S070C",
    "fwExtention.prgbrh": "0",
    "transitionContextKey": "DEFAULT",
    "tgtRklHdn": ",".join(f"{line},{name}" for line, name in LINES.items()),
    "msgArea": "・マージンには需給調整市場の連系線確保量が含まれております。",
    **dict.fromkeys((
        "ajaxToken", "downloadKey", "fwExtention.jsonString", "fwExtention.pagingTargetTable", "requestToken",
        "requestTokenBk", "searchReqHdn", "simFlgHdn", "sntkTgtRklCdHdn", "spcDayHdn", "updDaytime"), ""),
}
STEPS = {
    "headerInput": ("msgArea", "searchReqHdn", "spcDayHdn", "updDaytime"),
    "ok": ("downloadKey", "requestToken"),
}
"""What is posted before the download, and what of the answer goes into the next form."""


@source(resolution_min=STEP_MIN, window_h=24, day_of=TIMEZONE, delay_h=0.2, history="any", refetch_h=24)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    with talk(session, SOURCE) as used:
        http.get(used, LOGIN_URL)
        return parse_exchange(ask(used, key, times.day(target_datetime, TIMEZONE)), key)


@source(resolution_min=STEP_MIN, window_h=24, day_of=TIMEZONE, delay_h=0, history="any")
def fetch_exchange_forecast(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    key = sorted_key(zone_key1, zone_key2)
    with talk(session, SOURCE) as used:
        http.get(used, LOGIN_URL)
        found = parse_exchange(ask(used, key, times.day(target_datetime, TIMEZONE)), key, PLANNED)
        return found + (tomorrow(used, key) if target_datetime is None else [])


def tomorrow(used, key):
    """The plan of tomorrow; nothing where the site does not take the question yet, or answers it with today."""
    day = times.day(None, TIMEZONE, 1)
    try:
        found = parse_exchange(ask(used, key, day), key, PLANNED)
    except (errors.NoData, errors.SourceChanged):
        return []
    except errors.SourceError as err:
        log.warning("no plan of tomorrow: %s", err)
        return []
    return [event for event in found if times.day(event["datetime"], TIMEZONE) == day]


def ask(used, key, day):
    """The file of a border's line and a day, after the two posts that lead there."""
    form = {**FORM, "spcDay": f"{day:%Y/%m/%d}", "tgtRkl": BORDERS[key][0]}
    for step, names in STEPS.items():
        answer = http.body_json(http.post(used, URL, data={**form, "fwExtention.actionSubType": step}))
        form |= fields(answer, names)
    return http.post(used, URL, data={**form, "fwExtention.actionSubType": "download"}).content


def fields(answer, names):
    """What an answer puts into fields of the form."""
    root = answer.get("root") if isinstance(answer, dict) else None
    if not isinstance(root, dict):
        raise errors.SourceChanged(f"OCCTO answered the form with {str(answer)[:80]!r}.")
    if said := root.get("errMessage") or root.get("errFields"):
        raise errors.SourceChanged(f"OCCTO refuses the form: {str(said)[:200]}.")
    try:
        header = root["bizRoot"]["header"]
        return {name: header[name]["value"] or "" for name in names}
    except (KeyError, TypeError) as err:
        raise errors.SourceChanged(f"OCCTO's answer to the form has not all of {', '.join(names)}.") from err


def parse_exchange(content, key, column=MEASURED):
    """One flow per five minutes that have a number; those to come have none measured."""
    table = japan.table(content, DATE, CLOCK, column)
    found = each((row for row in table if number(row[column]) is not None), lambda row: parse_row(row, key, column))
    if not found:
        raise errors.NoData(f"OCCTO has no {column} of {key} on this day yet.")
    return found


def parse_row(row, key, column):
    _, from_key, to_key = BORDERS[key]
    end = times.read(f"{row[DATE].strip()} {row[CLOCK].strip()}", TIMEZONE, "YYYY/M/D H:mm")
    return exchange(
        from_key, to_key, start=times.shift(end, minutes=-STEP_MIN), end=end, source=SOURCE,
        flow_mw=number(row[column]), source_type="measured" if column == MEASURED else "forecasted")
