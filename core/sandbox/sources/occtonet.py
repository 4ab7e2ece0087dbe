"""OCCTO's system (Japan): a day's flows over one of the lines between the areas, after a talk with its form.

Traps it has: a cookie without which nothing is told; three posts of one form, each with what the one before answered;
labels at the end of five minutes, to 24:00; Shift-JIS with wide brackets; numbers in each line's own forward direction,
which for three is against the order of the zones; a line that is a fence around an area and counts two others again;
nothing measured of what is to come, but plans, tomorrow's too; refusals with status 200.
"""

from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

ENTRY, FORM = "occtonet.occto.or.jp", "occtonet3.occto.or.jp"
HOSTS = (ENTRY, FORM)
FOLDER = "/public/dfw/RP11/OCCTO/SD/"
COOKIE = "JSESSIONID=simulated"
CLOCK = "Asia/Tokyo"
STEP_S, STEPS = 300, 288
KNOWN_DAYS = 1
"""How many days ahead there are plans."""

FORWARD = {
    "01": ("北海道・本州間電力連系設備", [("JP-HKD", "JP-TH")]),
    "02": ("相馬双葉幹線", [("JP-TH", "JP-TK")]),
    "03": ("周波数変換設備", [("JP-TK", "JP-CB")]),
    "04": ("三重東近江線", [("JP-CB", "JP-KN")]),
    "05": ("南福光連系所・南福光変電所の連系設備", [("JP-CB", "JP-HR")]),
    "06": ("越前嶺南線", [("JP-HR", "JP-KN")]),
    "07": ("西播東岡山線・山崎智頭線", [("JP-KN", "JP-CG")]),
    "08": ("阿南紀北直流幹線", [("JP-KN", "JP-SK")]),
    "09": ("本四連系線", [("JP-SK", "JP-CG")]),
    "10": ("関門連系線", [("JP-CG", "JP-KY")]),
    "11": ("北陸フェンス", [("JP-CB", "JP-HR"), ("JP-KN", "JP-HR")]),
}
ALL = ",".join(f"{line},{name}" for line, (name, _) in FORWARD.items())
FIXED = {
    "fwExtention.actionType": "reference", "fwExtention.formId": "CA01S070P", "fwExtention.pathInfo": "CA01S070C",
    "fwExtention.prgbrh": "0", "transitionContextKey": "DEFAULT", "tgtRklHdn": ALL,
}
EMPTY = (
    "ajaxToken", "fwExtention.jsonString", "fwExtention.pagingTargetTable", "requestTokenBk", "simFlgHdn",
    "sntkTgtRklCdHdn",
)


def answer(asked: Asked, readings: Readings) -> Reply:
    """The entry page, or a step of the talk."""
    if asked.host == ENTRY and asked.path == FOLDER + "LOGIN_login":
        page = text_reply("<html><head><title>系統情報サービス</title></head><body></body></html>", "text/html")
        return page._replace(headers=(("Set-Cookie", f"{COOKIE}; Domain=occto.or.jp; Path=/"),))
    if asked.host != FORM or asked.path != FOLDER + "CA01S070C" or asked.method != "POST":
        return NOT_FOUND
    if COOKIE not in asked.headers.get("cookie", ""):
        return text_reply("<html><body>セッションが無効です。</body></html>", "text/html")
    form = {name: values[0] for name, values in parse_qs(asked.body.decode(), keep_blank_values=True).items()}
    return step(form, readings)


def step(form: dict[str, str], readings: Readings) -> Reply:
    """The answer to one post; refused where a field is not what it must be by then."""
    line, day, kind = form.get("tgtRkl", ""), form.get("spcDay", ""), form.get("fwExtention.actionSubType")
    wrong = [name for name, value in FIXED.items() if form.get(name) != value]
    wrong += [name for name in EMPTY if form.get(name) != ""]
    try:
        ahead = (times.read_day(day, "YYYY/MM/DD") - times.day(readings.now, CLOCK)).days
    except SourceChanged:
        return refused("対象年月日が正しくありません。")
    if wrong or line not in FORWARD or ahead > KNOWN_DAYS:
        return refused(f"照会できません。{wrong}")
    if kind == "headerInput":
        told = {"msgArea": "・お知らせ", "searchReqHdn": f"req{line}", "spcDayHdn": day, "updDaytime": f"{day} 00:00"}
        return header(told)
    if form.get("searchReqHdn") != f"req{line}" or form.get("spcDayHdn") != day or not form.get("updDaytime"):
        return json_reply({"root": {"errMessage": "", "errFields": ["searchReqHdn"], "bizRoot": {}}})
    if kind == "ok":
        return header({"downloadKey": f"key{line}", "requestToken": f"ticket{line}"})
    if kind != "download" or (form.get("downloadKey"), form.get("requestToken")) != (f"key{line}", f"ticket{line}"):
        return text_reply("<html><body>エラーが発生しました。</body></html>", "text/html")
    return Reply(table(readings, line, day).encode("cp932"), "text/csv; charset=Shift_JIS")


def header(told: dict[str, str]) -> Reply:
    values = {name: {"value": value} for name, value in told.items()}
    return json_reply({"root": {"errMessage": "", "errFields": [], "bizRoot": {"header": values}}})


def refused(message: str) -> Reply:
    return json_reply({"root": {"errMessage": message, "errFields": [], "bizRoot": {}}})


def table(readings: Readings, line: str, day: str) -> str:
    """Whole MW of a day's five minutes, measured as far as they are over."""
    start_s = int(times.midnight(times.read_day(day, "YYYY/MM/DD"), CLOCK).timestamp())
    steps = Steps(start_s, STEP_S, STEPS)
    count = max(0, min(STEPS, (int(readings.now.timestamp()) - start_s) // STEP_S))
    name, parts = FORWARD[line]
    measured: FloatArray = np.sum([readings.flow([a], [b], Steps(start_s, STEP_S, count)) for a, b in parts], axis=0)
    planned: FloatArray = np.sum([readings.schedule([a], [b], steps) for a, b in parts], axis=0)
    lines = ["連系線,対象日付,対象時刻,潮流実績,計画潮流（順方向）,マージン（順方向）"]
    for at in range(STEPS):
        minutes = 5 * (at + 1)
        flow = f"{measured[at]:.0f}" if at < count else ""
        lines.append(f"{name},{day},{minutes // 60:02}:{minutes % 60:02},{flow},{planned[at]:.0f},100")
    return "\r\n".join(lines) + "\r\n"
