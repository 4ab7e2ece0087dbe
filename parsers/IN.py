"""India's public bodies: Grid-India's daily report (workbooks), NPP and CEA before it, MERIT's loads of states; no key.

Docs     https://grid-india.in/en/reports/daily-psp-report; https://npp.gov.in/dgrReports;
         https://cea.nic.in/daily-renewable-generation-report/?lang=en; https://meritindia.in
Serves   production IN, IN-EA, IN-NE, IN-NO, IN-SO, IN-WE; consumption IN-EA, IN-NE, IN-NO, IN-SO; second choice IN-WE
Time     production: values at quarter hours, means of days before 2024-11-04; consumption: now; Asia/Kolkata
Unit     quarter hours and loads: MW; days: GWh ("MU", million units)
Sign     none: output and load only
History  production: from 2020-12-17, a day per call, out the day after; consumption: none
Licence  Grid-India: general information as it is, without guarantee; the others do not say
Length   four publications, each with a layout of its own: three workbooks and a page's JSON

Their hosts answer addresses in India only: GRIDTRACE_PROXY_IN names a proxy.
Quarter hours are SCADA's and of all India; its metered day says how much they lack, and a region's part of a mode's day
is its part of each quarter hour. So the regions are estimated, and telemetry that fails for a while lifts the rest of
its day. A day of which only its energy is known is given as 24 equal hours, estimated too.
`unknown` is the renewables less sun and wind: biomass, small hydro and others. What is a little below zero (plants'
own use, rounding) is 0, marked as corrected.
MERIT has a figure per state and no region: without one of the states there is no load; only small territories that it
does not always have (SMALL) may lack.
Differs from the other project: Jharkhand is in the East, Chandigarh in the North; the West has its states.
"""

import re

from core import by_label, consumption, errors, http, merge, number, production, require, source, times
from core.platforms import spreadsheets
from core.values import each, field, log, mean, total

SOURCE = "grid-india.in"
BEFORE, LIVE = "npp.gov.in, cea.nic.in", "meritindia.in"
URL, FILES = "https://webapi.grid-india.in/api/v1/file", "https://webcdn.grid-india.in/"
CONVENTIONAL = "https://npp.gov.in/public-reports/cea/daily/dgr/{}/dgr2-{}.xls"
RENEWABLE = "https://cea.nic.in/wp-admin/admin-ajax.php?action=getpostsfordatatables"
STATES_URL = "https://meritindia.in/StateWiseDetails/BindCurrentStateStatus"
TIMEZONE = "Asia/Kolkata"
FIRST, FIRST_REPORT, FIRST_QUARTERS = map(times.read_day, ("2020-12-17", "2023-04-01", "2024-11-04"))
REPORT, WORKBOOKS = "DAILY_PSP_REPORT", ("attachment/xls", "application/vnd.ms-excel")
DAY_H, STEP_MIN = 24, 15
REGIONS = {"IN-NO": "NR", "IN-EA": "ER", "IN-WE": "WR", "IN-SO": "SR", "IN-NE": "NER"}
NAMES = {
    "northern": "IN-NO", "eastern": "IN-EA", "western": "IN-WE", "southern": "IN-SO", "north eastern": "IN-NE",
}
ALL = ("total", "all india")
MODES = {
    "coal": "coal", "lignite": "coal", "hydro": "hydro", "nuclear": "nuclear", "gas": "gas", "res": "unknown",
}
"""First word of a label of the report's sources; `res` has the sun and the wind in it."""
SERIES_MODES = {
    "nuclear": "nuclear", "wind": "wind", "solar": "solar", "hydro": "hydro", "gas": "gas", "thermal": "coal",
    "others": "unknown",
}
NO_MODES = ("time", "frequency", "demand", "net", "total")
CATEGORIES = {"thermal": "coal", "ther gt": "gas", "ther dg": "oil", "hydro": "hydro", "nuclear": "nuclear"}
STATES = {
    "IN-NO": ("DL", "HRN", "HP", "JAK", "PNB", "RJ", "UP", "UTK", "CHG"),
    "IN-WE": ("GJT", "MPD", "MHA", "GOA", "CTG", "DNH", "DND"),
    "IN-EA": ("BHR", "WB", "ODI", "SKM", "JHK"),
    "IN-NE": ("ACP", "ASM", "MGA", "TPA", "MZM", "NGD", "MIP"),
    "IN-SO": ("KRT", "KRL", "TND", "AP", "TLG", "PU"),
}
ACTUAL = "today s actual"
SMALL = ("CHG", "DNH", "DND")


@source(resolution_min=STEP_MIN, window_h=24, day_of=TIMEZONE, history=f"{FIRST}", delay_h=36, refetch_h=72,
        extra="spreadsheets")
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    if day < FIRST:
        raise errors.NoHistory(f"There are reports of India's production from {FIRST} on.")
    if day < FIRST_REPORT:
        url = CONVENTIONAL.format(times.text(times.midnight(day, TIMEZONE), "DD-MM-YYYY", TIMEZONE), day)
        stations = parse_conventional(http.get(session, url, headers=http.AS_BROWSER).content)
        return parse_days(stations, renewable(session, day), zone_key, day)
    day, path = newest(session, day)
    content = http.get(session, FILES + path, headers=http.AS_BROWSER).content
    return (parse_production if day >= FIRST_QUARTERS else parse_daily_production)(content, zone_key, day)


@source(resolution_min=None, window_h=0.02, delay_h=0.1)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("MERIT shows the loads of the present only.")
    taken = times.floor(times.now(), 1)
    answers = {
        state: http.body_json(http.post(session, STATES_URL, data={"StateCode": state}, headers=http.AS_BROWSER))
        for state in STATES[zone_key]
    }
    return [parse_consumption(answers, zone_key, taken)]


def newest(session, day):
    """(day, path) of the newest report up to a day; that of a month's last day is out in the next."""
    for month in (times.month_start(day), times.month_start(day, -1)):
        year = month.year - (month.month < 4)
        query = {"_source": "GRDW", "_type": REPORT, "_fileDate": f"{year}-{(year + 1) % 100:02}",
                 "_month": f"{month.month:02}"}
        answer = http.body_json(http.post(session, URL, json=query, headers=http.AS_BROWSER))
        if found := [one for one in reports(answer) if one[0] <= day]:
            return max(found, key=lambda one: one[0])
    raise errors.NoData(f"Grid-India has no report up to {day} in this month and the one before.")


def reports(answer):
    """(day, path) of each workbook of a list."""
    files = (field(answer, "retData") or []) if isinstance(answer, dict) else None
    if not isinstance(files, list):
        raise errors.SourceChanged(f"Grid-India sent no list of files but {str(answer)[:80]!r}.")
    read = each(files, lambda one: [field(one, name) for name in ("Title_", "FilePath", "FileType", "MimeType")])
    return each(
        [(title, path) for title, path, kind, form in read if kind == REPORT and form in WORKBOOKS],
        lambda one: (times.read_day(one[0].split("_")[0], "DD.MM.YY"), one[1].lstrip("/")))


def parse_production(content, zone_key, day):
    """A mix per quarter hour: all India's, lifted to its metered day, a region's part of it."""
    sheet = spreadsheets.rows(content, "MOP_E")
    (own, own_gwh), (india, india_gwh) = energies(sheet, zone_key), energies(sheet, "IN")
    quarters = series(spreadsheets.rows(content, "TimeSeries"), day)
    mean_mw = mean(total_mw for _, _, total_mw in quarters)
    if not mean_mw or not india_gwh:
        raise errors.NoData(f"Grid-India's report of {day} has no output of all India.")
    lift, whole = power(india_gwh) / mean_mw, own_gwh / india_gwh
    parts = {mode: share(own.get(mode), india.get(mode), whole) for mode in SERIES_MODES.values()}
    return [
        production(
            zone_key, start=start, source=SOURCE, source_type="measured" if zone_key == "IN" else "estimated",
            negative="zero", modes={
                mode: [None if value_mw is None else value_mw * lift * parts[mode] for value_mw in items]
                for mode, items in modes.items()})
        for start, modes, _ in quarters
    ]


def share(own_gwh, india_gwh, whole):
    """A region's part of a mode; its part of the whole output where the day says nothing of the mode."""
    part = own_gwh / india_gwh if own_gwh is not None and india_gwh else -1
    return part if 0 <= part <= 1 else whole


def parse_daily_production(content, zone_key, day):
    """The mean mix of a day, as its hours."""
    return hours({mode: [gwh] for mode, gwh in energies(spreadsheets.rows(content, "MOP_E"), zone_key)[0].items()},
                 zone_key, day, SOURCE)


def hours(gwh_of, zone_key, day, named):
    """A day's energies as 24 equal hours."""
    modes = {mode: [power(gwh) for gwh in items] for mode, items in gwh_of.items()}
    starts = [times.period(day, hour, 60, TIMEZONE) for hour in range(1, DAY_H + 1)]
    return [
        production(zone_key, start=start, end=times.shift(start, hours=1), source=named, source_type="estimated",
                   negative="zero", modes=modes)
        for start in starts
    ]


def power(gwh):
    """Mean MW of a day's energy."""
    return None if gwh is None else gwh * 1000 / DAY_H


def energies(sheet, zone_key):
    """({mode: GWh}, GWh of all) of a zone's day."""
    supply, made = (table(sheet, title, zone_key) for title in ("a power supply position", "g sourcewise generation"))
    rest = {mode: require([gwh for label, gwh in supply if f"{mode} gen" in label] or None, f"row of {mode}")[0]
            for mode in ("wind", "solar")}
    ends = require(next((at for at, (label, _) in enumerate(made) if label.startswith("total")), None), "row Total")
    parts = by_label([(label.split()[0], gwh) for label, gwh in made[:ends]], MODES, known=())
    if lacking := {*MODES.values()} - {*parts}:
        raise errors.SourceChanged(f"Grid-India's table of sources has no row of {', '.join(sorted(lacking))}.")
    modes = {mode: total(items) for mode, items in parts.items()}
    is_known = None not in (modes["unknown"], *rest.values())
    modes["unknown"] = round(modes["unknown"] - sum(rest.values()), 6) if is_known else None
    return modes | rest, require(made[ends][1], "total of the sources")


def table(sheet, title, zone_key):
    """(label, GWh of a zone or None) of the rows of a table, up to the next one's title."""
    begins = next((at for at, row in enumerate(sheet) if any(words(cell).startswith(title) for cell in row)), None)
    below = sheet[require(begins, f"table {title!r}") :]
    head = next((at for at, row in enumerate(below[:5]) if {"nr", "ner"} <= {words(cell) for cell in row}), None)
    names = [words(cell) for cell in below[require(head, f"head of the table {title!r}")]]
    wanted = ALL if zone_key == "IN" else (REGIONS[zone_key].lower(),)
    column = require(next((at for at, name in enumerate(names) if name in wanted), None), f"column {wanted[0]!r}")
    found = []
    for row in below[head + 1 :]:
        label = next(filter(None, map(words, row[:column])), "")
        if re.match(r"[a-z] ", label):
            break
        if label:
            found.append((label, 0.0 if row[column] == "-" else number(row[column])))
    return found


def words(cell):
    """The words of a cell in small letters, `region` left out; none of a number."""
    return " ".join(re.findall(r"(?!region\b)\b[a-z]+", cell.lower())) if isinstance(cell, str) else ""


def series(sheet, day):
    """(start, {mode: [MW]}, MW of all) of each quarter hour of all India."""
    heads = [[words(cell) for cell in row] for row in sheet]
    labelled = [[name.partition(" ")[0] for name in names] for names in heads]
    head = require(next((at for at, labels in enumerate(labelled) if "time" in labels), None), "row of TIME")
    names, labels = heads[head], labelled[head]
    if lacking := {*SERIES_MODES} - {*labels}:
        raise errors.SourceChanged(f"Grid-India's quarter hours have no column {', '.join(sorted(lacking))}.")
    whole = require(next((at for at, name in enumerate(names) if name.startswith("total generation")), None), "total")
    found = []
    for row in sheet[head + 1 :]:
        shown = re.match(r"[\d -]*?(\d\d?:\d\d)(:00)?$", str(row[labels.index("time")]).strip())
        if shown:
            start = times.read(f"{day} {shown[1]}", TIMEZONE, "YYYY-MM-DD H:mm")
            cells = [(label, value) for label, value in zip(labels, row, strict=True) if label not in ("", *NO_MODES)]
            found.append((start, by_label(cells, SERIES_MODES, known=()), number(row[whole])))
    return [one for one in found if any(value_mw is not None for items in one[1].values() for value_mw in items)]


def renewable(session, day):
    """{zone: {mode: [GWh]}} of a day; nothing, with a warning, where there is no report of it."""
    answer = http.body_json(http.get(session, RENEWABLE, headers=http.AS_BROWSER))
    if not isinstance(answer, dict):
        raise errors.SourceChanged(f"CEA sent no list of reports but {str(answer)[:80]!r}.")
    links = each(field(answer, "data") or [], lambda one: (f"{field(one, 'date')}", field(one, "link").strip()))
    link = next((link for shown, link in links if f"{day}" in shown), "file_not_found")
    if link.startswith("file_not_found"):
        log.warning("CEA has no report of the renewables of %s: sun, wind and others are missing", day)
        return {}
    return parse_renewable(http.get(session, link.split(": ")[0].split("^")[0], headers=http.AS_BROWSER).content)


def parse_renewable(content):
    """{zone: {mode: [GWh]}}; the region's name stands before its wind, in one column or the next."""
    found = {}
    for row in spreadsheets.rows(content):
        at = next((at for at, cell in enumerate(row) if words(cell) in NAMES), len(row))
        for mode, value in zip(("wind", "solar", "unknown"), row[at + 1 :], strict=False):
            found.setdefault(NAMES[words(row[at])], {})[mode] = [number(value)]
    return require(found or None, "row of a region")


def parse_conventional(content):
    """{zone: {mode: [GWh]}} of the stations, which stand below their region's name."""
    sheet = spreadsheets.rows(content)
    head = require(next((at for at, row in enumerate(sheet) if ACTUAL in map(words, row)), None), "TODAY'S ACTUAL")
    column = [*map(words, sheet[head])].index(ACTUAL)
    zone_key, found = None, {}
    for row in sheet[head + 1 :]:
        zone_key = NAMES.get(words(row[0]), zone_key)
        if zone_key and words(row[0]) and words(row[2]):
            parts = by_label([(words(row[2]), row[column])], CATEGORIES, known=())
            found[zone_key] = merge(found.get(zone_key, {}), parts)
    return found


def parse_days(stations, others, zone_key, day):
    """The mean mix of a day, as its hours, of a region or of all."""
    zones = REGIONS if zone_key == "IN" else (zone_key,)
    if lacking := [zone for zone in zones if zone not in stations]:
        raise errors.SourceChanged(f"NPP's report of {day} has no stations of {', '.join(lacking)}.")
    return hours(merge(*(part.get(zone, {}) for zone in zones for part in (stations, others))), zone_key, day, BEFORE)


def parse_consumption(answers, zone_key, taken):
    """The sum of a region's states."""
    for state, answer in answers.items():
        if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
            raise errors.SourceChanged(f"MERIT sent no list of figures for {state} but {str(answer)[:80]!r}.")
    loads = {state: number(field(answer[0], "Demand")) for state, answer in answers.items() if answer}
    lacking = [state for state in answers if not loads.get(state)]
    if [state for state in lacking if state not in SMALL]:
        raise errors.NoData(f"MERIT has no load of {', '.join(lacking)} now.")
    if lacking:
        log.warning("MERIT has no load of %s: the region is summed without", ", ".join(lacking))
    return consumption(zone_key, start=taken, source=LIVE, load_mw=total(loads.values()))
