"""Japan's ten grid operators and its power exchange: CSV files of results, of forecasts, and of day-ahead prices.

Traps it has: a caption above the names of columns; wide brackets and letters in names; Shift-JIS but for Tōkyō; twenty
or twenty-two columns, curtailment among them; four ways to write a stamp, and half hours named by their end in Kyūshū;
Hokkaidō three days behind, its month filled up with stamps without values; a file per day in Tōhoku until its month is
out, where the sun takes 3 MW at night; older months of Chūbu and forecasts of Chūgoku in archives; forecasts in kWh of
a half hour, with a row of units in Kyūshū; prices in yen per kWh, in a file of the fiscal year.
Days of a file that are older than MOST_DAYS are left empty, which keeps a cycle short. Not simulated: the archives of
the years before these files.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply

CLOCK = "Asia/Tokyo"
SLOT_S, SLOTS = 1800, 48
MOST_DAYS = 12
YEN = 150.0
"""Per unit of the grid's money."""


class Area(NamedTuple):
    """How one operator writes: the pattern of a month's file, the day, the time, and what is special about its file."""

    zone: str
    results: str
    day: str
    time: str
    forecasts: str
    forecast_day: str
    forecast_captions: int = 2
    unit: str = ""
    is_wide: bool = False
    days_late: int = 0


PATH = r"/(?:.*/)?"
AREAS = {
    "www.hepco.co.jp": Area("JP-HKD", "01", "%Y/%m/%d", "HH:mm", "", "", is_wide=True, days_late=3),
    "setsuden.nw.tohoku-epco.co.jp": Area(
        "JP-TH", "02", "plain", "H:mm", r"area_tso_yosoku_(\d{8}|y)\.csv", "plain", unit="(kWh)", is_wide=True),
    "www.tepco.co.jp": Area("JP-TK", "03", "plain", "H:mm", "", ""),
    "powergrid.chuden.co.jp": Area(
        "JP-CB", "04", "%Y/%m/%d", "HH:mm", r"keito_yosoku_cepco003\.csv", "%Y/%m/%d"),
    "www.rikuden.co.jp": Area(
        "JP-HR", "05", "plain", "H:mm", r"yosoku_05_(\d{8})\.csv", "plain", 1, "(kWh)", is_wide=True),
    "www.kansai-td.co.jp": Area("JP-KN", "06", "plain", "H:mm", r"(\d{8})_yosoku\.csv", "%Y%m%d", 3),
    "www.energia.co.jp": Area("JP-CG", "07", "plain", "HH:mm", r"(\d{6})_jyukyu2_chugoku\.zip", "%Y%m%d", is_wide=True),
    "www.yonden.co.jp": Area("JP-SK", "08", "plain", "H:mm", r"yosoku_(today|tomorrow)\.csv", "%Y%m%d"),
    "www.kyuden.co.jp": Area("JP-KY", "09", "%Y%m%d", "H:mm", r"21110_TSO9_0_(\d{8})\.csv", "%Y%m%d"),
    "www.okiden.co.jp": Area(
        "JP-ON", "10", "plain", "H:mm", r"jukyu_yosoku_(\d{8})\.csv", "%Y/%m/%d", unit="(kWh)", is_wide=True),
    "denkiyoho.hepco.co.jp": Area("JP-HKD", "", "", "", r"(\d{8})_hokkaido_yosoku\.csv", "%Y%m%d", unit="(kWh)"),
    "www4.tepco.co.jp": Area("JP-TK", "", "", "", r"AREA_(ONCE_)?YOSOKU\.csv", "%Y%m%d", unit="[30分kWh]"),
}
EXCHANGE = "www.jepx.jp"
HOSTS = (*AREAS, EXCHANGE)
MARKET = ("JP-HKD", "JP-TH", "JP-TK", "JP-CB", "JP-HR", "JP-KN", "JP-CG", "JP-SK", "JP-KY")

TABLE = {
    "nuclear": {"原子力": 1.0}, "gas": {"火力(LNG)": 1.0}, "coal": {"火力(石炭)": 1.0}, "oil": {"火力(石油)": 1.0},
    "unknown": {"火力(その他)": 0.7, "その他": 0.3}, "hydro": {"水力": 1.0}, "geothermal": {"地熱": 1.0},
    "biomass": {"バイオマス": 1.0}, "solar": {"太陽光発電実績": 1.0}, "wind": {"風力発電実績": 1.0},
}
NARROW = (
    "エリア需要", "原子力", "火力(LNG)", "火力(石炭)", "火力(石油)", "火力(その他)", "水力", "地熱", "バイオマス",
    "太陽光発電実績", "太陽光出力制御量", "風力発電実績", "風力出力制御量", "揚水", "蓄電池", "連系線", "その他",
    "合計",
)
MORE = {"火力(その他)": "火力出力制御量", "バイオマス": "バイオマス出力制御量"}
"""What stands behind a column in the wider files."""
WIDE_SIGNS = {"JP-KN": str.maketrans("()", "（）"), "JP-KY": str.maketrans("()LNG", "（）ＬＮＧ")}
NIGHT_MW = -3.0


def answer(asked: Asked, readings: Readings) -> Reply:
    """One file."""
    name = asked.path.rpartition("/")[2]
    if asked.host == EXCHANGE:
        return prices(readings, name)
    area = AREAS[asked.host]
    try:
        return results(area, readings, name) or forecast(area, readings, name) or NOT_FOUND
    except SourceChanged:  # a day that there is not
        return NOT_FOUND


def results(area: Area, readings: Readings, name: str) -> Reply | None:
    """A month's file, a day's in Tōhoku, or the archive of Chūbu's fiscal year."""
    today = times.day(readings.now, CLOCK)
    if area.results and (found := re.fullmatch(rf"eria_jukyu_(\d{{6}})_{area.results}\.csv", name)):
        first = times.read_day(found[1] + "01", "YYYYMMDD")
        months_ago = (today.year - first.year) * 12 + today.month - first.month
        if months_ago < 0 or (area.zone == "JP-TH" and months_ago < 2) or (area.zone == "JP-CB" and months_ago > 1):
            return NOT_FOUND
        return csv_reply(area, month_file(area, readings, first))
    if area.zone == "JP-TH" and (found := re.fullmatch(r"realtime_jukyu_(\d{8})_02\.csv", name)):
        day = times.read_day(found[1], "YYYYMMDD")
        return csv_reply(area, file_of(area, readings, [day])) if day <= today else NOT_FOUND
    if area.zone == "JP-CB" and (found := re.fullmatch(r"eria_jukyu_(\d{4})\.zip", name)):
        firsts = [times.month_start(date(int(found[1]), 4, 1), at) for at in range(12)]
        return zip_reply({
            f"eria_jukyu_{first:%Y%m}_04.csv": month_file(area, readings, first) for first in firsts if first <= today})
    return None


def month_file(area: Area, readings: Readings, first: date) -> str:
    last = times.month_end(first)
    return file_of(area, readings, [date.fromordinal(at) for at in range(first.toordinal(), last.toordinal() + 1)])


def file_of(area: Area, readings: Readings, days: list[date]) -> str:
    """Half hours of some days, without values where there are none (any more, or yet)."""
    now = times.day(readings.now, CLOCK).toordinal()
    told = [at for at, day in enumerate(days) if now - MOST_DAYS <= day.toordinal() <= now - area.days_late]
    columns = columns_of(area, readings, steps_of(days[told[0]], len(told))) if told else {}
    names = [*names_of(area), *sorted(columns.keys() - {*names_of(area)})]
    head = ",".join(["DATE", "TIME", *names]).translate(WIDE_SIGNS.get(area.zone, {}))
    lines = [f"単位[MW平均],,,{'供給力' if area.is_wide else ''}", head]
    for at in range(SLOTS * len(days)):
        value_at = at - SLOTS * told[0] if told else -1
        is_out = 0 <= value_at < len(columns.get("エリア需要", ()))
        if is_out or area.zone != "JP-TK":  # whose file ends with the newest
            cells = [written_mw(columns, name, value_at) if is_out else "" for name in names]
            line = [*stamps(area, days[at // SLOTS], at % SLOTS), *cells]
            lines.append(",".join(f'"{cell}"' if area.zone == "JP-KY" else cell for cell in line))
    return "\r\n".join(lines) + "\r\n"


def written_mw(columns: Mapping[str, FloatArray], name: str, at: int) -> str:
    """Whole MW, 0 of what an area does not have."""
    return f"{columns[name][at]:.0f}" if name in columns else "0"


def names_of(area: Area) -> Iterator[str]:
    for name in NARROW:
        yield name
        if area.is_wide and name in MORE:
            yield MORE[name]


def stamps(area: Area, day: date, slot: int) -> tuple[str, str]:
    """Date and time of a half hour's start, or in Kyūshū of its end, which may be 24:00."""
    minutes = 30 * (slot + 1 if area.zone == "JP-KY" else slot)
    hour = f"{minutes // 60:02}" if area.time == "HH:mm" else f"{minutes // 60}"
    return written(day, area.day), f"{hour}:{minutes % 60:02}"


def written(day: date, pattern: str) -> str:
    return f"{day.year}/{day.month}/{day.day}" if pattern == "plain" else f"{day:{pattern}}"


def columns_of(area: Area, readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """MW of the half hours that are over by now."""
    zone, count = area.zone, (int(readings.now.timestamp()) - steps.start_s) // SLOT_S
    steps = replace(steps, count=max(0, min(steps.count, count)))
    made, charge = readings.labelled(zone, steps, TABLE), readings.charge(zone, steps)
    if zone == "JP-TH":
        made["太陽光発電実績"] = np.where(made["太陽光発電実績"] > 0, made["太陽光発電実績"], NIGHT_MW)
    nothing = np.zeros(steps.count)
    stored = {"揚水": -charge.get("hydro", nothing), "蓄電池": -charge.get("battery", nothing)}
    load = readings.load(zone, steps)
    ties = load - np.sum([*made.values(), *stored.values()], axis=0)
    return {"エリア需要": load, **made, **stored, "連系線": ties, "合計": load}


def steps_of(first: date, days: int = 1) -> Steps:
    """The half hours of some days."""
    return Steps(int(times.midnight(first, CLOCK).timestamp()), SLOT_S, SLOTS * days)


def forecast(area: Area, readings: Readings, name: str) -> Reply | None:
    """Today's or tomorrow's half hours."""
    found = re.fullmatch(area.forecasts, name) if area.forecasts else None
    if found is None:
        return None
    days = [times.day(readings.now, CLOCK, shift) for shift in (0, 1)]
    if area.zone == "JP-CG":
        return zip_reply({
            f"{day:%Y%m%d}_{kind}_chugoku.csv": forecast_file(area, readings, day, factor)
            for day in days if f"{day:%Y%m}" == found[1]
            for kind, factor in (("jiseki", 0.0), ("bgkeikaku", 0.7), ("yosoku", 1.0))})
    asked = (found[1] if found.groups() else None) or "today"
    word = {"today": days[0], "y": days[1], "tomorrow": days[1], "ONCE_": days[1]}.get(asked)
    day = word or times.read_day(asked, "YYYYMMDD")
    if day not in (days[:1] if area.zone in ("JP-CB", "JP-KY") else days):
        return NOT_FOUND
    return csv_reply(area, forecast_file(area, readings, day))


def forecast_file(area: Area, readings: Readings, day: date, factor: float = 1.0) -> str:
    """kWh of each half hour below one to three lines about the file."""
    steps, unit, low = steps_of(day), area.unit, "＿" if area.zone in ("JP-KN", "JP-KY") else "_"
    load, made = readings.load_forecast(area.zone, steps), readings.generation_forecast(area.zone, steps)
    renewable = np.sum([np.zeros(SLOTS), *readings.wind_solar_forecast(area.zone, steps).values()], axis=0)
    about = ["予測値（Ａ－２・Ｂ－２・Ｂ－５）", "ファイル更新日,ファイル更新時間,対象年月日"]
    about.append(f"{day:%Y%m%d},05:30:00,{day:%Y%m%d}")
    dated = "DATE" if area.forecast_day in ("plain", "%Y/%m/%d") and unit else "日付"
    clock = "(HH:MI)" if area.zone == "JP-TK" else ""
    dated += "(yyyymmdd)" if area.zone == "JP-TK" else ""
    names = [dated, "時間コマ", f"時間帯{low}自{clock}", f"時間帯{low}至{clock}"]
    names += [f"エリア{what}量{unit}" for what in ("総需要", "総発電", "風力・太陽光発電")]
    lines = [*about[3 - area.forecast_captions:], ",".join(names)]
    if area.zone == "JP-KY":
        lines.append("-,-,-,-,ｋＷｈ,ｋＷｈ,ｋＷｈ")
    for at, values in enumerate(zip(load, made, renewable, strict=True)):
        ends = [f"{minutes // 60}:{minutes % 60:02}" for minutes in (30 * at, 30 * at + 30)]
        if area.zone == "JP-TK":
            ends = [end.zfill(5).replace(":", "") for end in ends]
        cells = [f"{factor * value * 500:.0f}" for value in values]
        lines.append(",".join([written(day, area.forecast_day), f"{at + 1}", *ends, *cells]))
    return "\r\n".join(lines) + "\r\n"


def prices(readings: Readings, name: str) -> Reply:
    """Yen per kWh of the days of a fiscal year, up to tomorrow."""
    found = re.fullmatch(r"spot_(\d{4})\.csv", name)
    last = times.day(readings.now, CLOCK, 1)
    days = [date.fromordinal(at) for at in range(last.toordinal() - MOST_DAYS, last.toordinal() + 1)]
    days = [day for day in days if found and times.month_start(day, -3).year == int(found[1])]
    if not days:
        return NOT_FOUND
    lines = ["年月日,時刻コード,売り入札量(kWh),買い入札量(kWh),約定総量(kWh),システムプライス(円/kWh)," + ",".join(
        f"エリアプライス{zone}(円/kWh)" for zone in MARKET)]
    steps = steps_of(days[0], len(days))
    by_zone = np.stack([readings.price(zone, steps) * YEN / 1000 for zone in MARKET], axis=1)
    for at, values in enumerate(by_zone.tolist()):
        cells = [f"{days[at // SLOTS]:%Y/%m/%d}", f"{at % SLOTS + 1}", "9000000", "8000000", "7000000"]
        lines.append(",".join([*cells, *(f"{value:.2f}" for value in [np.mean(values), *values])]))
    return Reply(("\r\n".join(lines) + "\r\n").encode("cp932"), "text/csv")


def csv_reply(area: Area, text: str) -> Reply:
    return Reply(text.encode("utf-8" if area.zone == "JP-TK" and area.results else "cp932"), "text/csv")


def zip_reply(files: Mapping[str, str]) -> Reply:
    """An archive, NOT_FOUND without any file."""
    if not files:
        return NOT_FOUND
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text.encode("cp932"))
    return Reply(content.getvalue(), "application/zip")
