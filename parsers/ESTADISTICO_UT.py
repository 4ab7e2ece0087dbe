"""UT, the system and market operator of El Salvador: a dashboard of DevExpress, asked as its own page does; no key.

Docs     https://estadistico.ut.com.sv/OperacionDiaria.aspx
Serves   production SV
Time     60 min, numbered by the hour of the clock that begins it, America/El_Salvador
Unit     MWh of an hour, which is MW
Sign     none: output only (`Interconexión`, the net import, is not read)
History  any day (the first one is not documented), one per call; an hour is out when it is over
Licence  no stated terms

The page's hidden fields go back with each question. The answer is a script: JSON within a text within an object, whose
items are numbered by lists beside them that change with what there is to tell.
`Térmico` burns oil and, since 2022, liquefied gas: unknown. The sun is left out where it gives nothing: at night,
where only it is missing, it is 0.
"""

import json
import re
from urllib.parse import quote

from core import by_label, errors, http, merge, production, require, source, times
from core.values import each, field, json_in

SOURCE = "ut.com.sv"
URL = "https://estadistico.ut.com.sv/OperacionDiaria.aspx"
TIMEZONE = "America/El_Salvador"
PERIOD_MIN = 60
LATE_H = 2
TODAY = "1990-01-01T17:32:00.000"
"""What the page asks for first; it stands for the present day."""
FIELDS = ("__VIEWSTATE", "__VIEWSTATEGENERATOR", "__EVENTVALIDATION")
ITEMS = ("pivotDashboardItem1", "chartDashboardItem1", "gridDashboardItem1", "gridDashboardItem2", "gridDashboardItem3")
LOADED = {
    "DXScript": "1_9,1_10,1_253,1_21,1_62,1_12,1_13,1_0,1_4,24_364,24_365,24_366,24_367,24_359,24_362,24_363,24_360,"
                "24_361,24_479,24_480,25_0,24_368,24_440,24_441,15_0,25_2,25_1,25_3",
    "DXCss": "1_72,1_66,24_378,24_379,24_414,24_442,24_443,24_478,15_1",
}
"""The page's own scripts and styles, as its links name them (`DXR.axd?r=`)."""
TECHNOLOGY, DAY, HOUR = KEYS = ["DataItem2", "DataItem3", "DataItem1"]
MODES = {
    "Biomasa": "biomass",
    "Eólico": "wind",
    "Geotérmico": "geothermal",
    "Hidroeléctrico": "hydro",
    "Solar": "solar",
    "Térmico": "unknown",
}
NOT_OUTPUT = ("Interconexión",)
NIGHT = (*range(5), *range(19, 24))
"""Hours in which the sun is below El Salvador's horizon all year."""
ANSWER = re.compile(r"\s*\d+\|/\*DX\*/\((.*)\)\s*", re.DOTALL)
TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
ESCAPED = re.compile(r"\\.|\"", re.DOTALL)


@source(
    resolution_min=PERIOD_MIN, window_h=24, day_of=TIMEZONE, delay_h=1, history="any", refetch_h=24)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    today, found = times.day(None, TIMEZONE), []
    for day in times.recent_days(target_datetime, TIMEZONE, LATE_H):
        asked = TODAY if target_datetime is None and day == today else f"{day}T00:00:00.000"
        found += parse_production(ask(session, asked), zone_key)
    if not found:
        raise errors.NoData("UT has no hours for this day.")
    return found


def ask(session, asked):
    """The script that answers a question for a day."""
    page = http.body_html(http.get(session, URL).content)
    return http.post(session, URL, data=form({name: hidden(page, name) for name in FIELDS}, asked)).text


def hidden(page, name):
    return require(page.find("input", attrs={"name": name}), f"field {name}").get("value", "")


def form(fields, asked):
    """What the page sends when a day is chosen."""
    day = {
        "name": "FechaConsulta", "value": asked, "type": "System.DateTime", "allowMultiselect": False,
        "selectAll": False}
    query = (
        "DXDD.axd?action=DashboardItemBatchGetAction&dashboardId=DashboardID"
        f"&parameters={quote(written([day]), safe='')}&items={quote(written({item: {} for item in ITEMS}), safe='')}")
    return {
        **fields, "__CALLBACKID": "ASPxDashboardViewer1",
        "__CALLBACKPARAM": f"c1:{written({'url': query, 'method': 'GET', 'data': ''})}", **LOADED}


def written(value):
    return json.dumps(value, separators=(",", ":"))


def parse_production(script, zone_key):
    """One mix per hour."""
    hours = {}
    for start, hour, name, energy_mwh in cells(result(script)):
        hours.setdefault((start, hour), []).append((name, energy_mwh))
    return [
        production(zone_key, start=start, source=SOURCE, modes=merge(
            {"solar": 0.0} if hour in NIGHT and "Solar" not in dict(mix) else {},
            by_label(mix, MODES, known=NOT_OUTPUT)))
        for (start, hour), mix in sorted(hours.items()) if {*dict(mix)} - {*NOT_OUTPUT}
    ]


def result(script):
    """The decoded `result` of an answer; SourceDown if it says that something went wrong."""
    found = ANSWER.fullmatch(script)
    answer = json_in(TEXT.sub(in_double_quotes, found[1]) if found else script)
    if not isinstance(answer, dict) or not answer.get("result"):
        raise errors.SourceDown(f"UT's dashboard answers {str(answer)[:200]}.")
    return json_in(answer["result"])


def in_double_quotes(text):
    """A text of JavaScript in single quotes as one of JSON."""
    changed = {"\\'": "'", '"': '\\"'}
    return f'"{ESCAPED.sub(lambda one: changed.get(one[0], one[0]), text[1])}"'


def cells(answer):
    """(start, hour, technology, MWh) of every number of the table."""
    table = field(answer, ITEMS[0])
    for name in ("ItemData", "DataStorageDTO"):
        table = require(field(table, name), name)
    lists, slices = field(table, "EncodeMaps"), field(table, "Slices")
    if not any(field(lists, key) for key in KEYS):
        return []
    numbers = require(next((one for one in slices if one.get("KeyIds") == KEYS), None), "slice by technology and hour")
    return each(field(numbers, "Data").items(), lambda one: cell(lists, json.loads(one[0]), one[1]))


def cell(lists, places, value):
    name, day, hour = (lists[key][place] for key, place in zip(KEYS, places, strict=True))
    start = times.period(times.read_day(day[:10]), hour + 1, PERIOD_MIN, TIMEZONE)
    return start, hour, name, value.get("0")
