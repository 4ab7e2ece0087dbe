"""CENACE, the Mexican system operator: settled generation by technology, flows and the day's curve; public, no key.

Docs     https://www.cenace.gob.mx/Paginas/SIM/Reportes/EnergiaGeneradaTipoTec.aspx (settled generation),
         https://www.cenace.gob.mx/Paginas/Publicas/Info/DemandaRegional.aspx (flows and load by control area),
         https://www.cenace.gob.mx/GraficaDemanda.aspx (curve of the day)
Serves   production and generation forecast MX; flows MX to BZ, GT, US-CAL-CISO, US-TEX-ERCO.
         Readable too: the load of the nine control areas (MX-BC, …) and the flows between them
Time     generation: 1 h of local days, numbered from 1; number n ends at n:00, so it is stamped (n-1):00;
         forecast: 1 h, numbered alike; America/Mexico_City, which had summer time until October 2022;
         flows and load: a snapshot every 5 min without a time, so it is stamped when asked
Unit     MWh of an hour = MW; MW
Sign     flows: an element `A-B` is + from A to B, but `USA-B` is + from Mexico to the United States
History  generation from 2016-04, a month per file, which comes weeks after the month and is settled again later;
         the rest the present only
Licence  none stated; what the dashboards show is indicative only

Addresses abroad were refused at times: GRIDTRACE_PROXY_CENACE names a proxy.
A month's file is behind a button of the page's grid, which has a row per settlement run (L0, L1, …). The page is asked
for the month first, so that the rows are that month's, and the button of the latest run is pressed. We have seen no
such grid: where its rows do not name a run so, it is the first button. A month that is not published is answered by the
page instead of a file.
Combustion Interna and Termica Convencional burn gas, fuel oil and diesel and are unknown. Hour 25 on a day of 24 hours
(2024-11-03) is no hour and is dropped.
Differs from the other project: generation is stamped at the start of the hour, not at its end (the curve of the day,
numbered alike, is measured up to hour 8 at 08:00), and is that of the latest settlement run, not of the first button.
Length   Three services of one operator, two of them pages to be read.
"""

import csv
import re
from itertools import islice, pairwise

from core import by_label, consumption, errors, exchange, http, number, production, require, source, times
from core.kinds import sorted_key
from core.schemas import total_production
from core.values import each, field, json_in, mode_of

SOURCE = "cenace.gob.mx"
URL = "https://www.cenace.gob.mx"
GENERATION_URL = f"{URL}/Paginas/SIM/Reportes/EnergiaGeneradaTipoTec.aspx"
AREAS_URL = f"{URL}/Paginas/Publicas/Info/DemandaRegional.aspx"
CURVE_URL = f"{URL}/GraficaDemanda.aspx/obtieneValoresTotal"
COUNTRY = "10"
TIMEZONE = "America/Mexico_City"
HOUR_MIN, HOURS = 60, 24
FIRST_DAY = times.read_day("2016-04-01")
LATEST_MONTHS = range(1, 7)
WINDOW_DAYS = 28
FORM = ("__VIEWSTATE", "__VIEWSTATEGENERATOR", "__EVENTVALIDATION")
DATE = "ctl00_ContentPlaceHolder1_FechaConsulta_ClientState"
BUTTON = "ctl00$ContentPlaceHolder1$GridRadResultado$ctl00$ctl04$gbccolumn"
RUN = re.compile(r"\bL([0-5])\b|[Ll]iquidaci[oó]n\s+([0-5])\b")
SYSTEM, DAY, HOUR = "Sistema", "Dia", "Hora"
MODES = {
    "Eolica": "wind",
    "Fotovoltaica": "solar",
    "Biomasa": "biomass",
    "Carboelectrica": "coal",
    "Ciclo Combinado": "gas",
    "Turbo Gas": "gas",
    "Geotermoelectrica": "geothermal",
    "Hidroelectrica": "hydro",
    "Nucleoelectrica": "nuclear",
    "Combustion Interna": "unknown",
    "Termica Convencional": "unknown",
}
AREAS = {
    "MX-BC": "BCA",
    "MX-BCS": "BCS",
    "MX-NW": "NOR",
    "MX-NO": "NTE",
    "MX-NE": "NES",
    "MX-OC": "OCC",
    "MX-CE": "CEL",
    "MX-OR": "ORI",
    "MX-PN": "PEN",
}
# Where the positive values of some elements, added up, come from and go to.
BORDERS = {
    "BZ->MX": ("MX", "BZ", ("PEN-BEL",)),
    "GT->MX": ("MX", "GT", ("ORI-GUA",)),
    "MX->US-CAL-CISO": ("MX", "US-CAL-CISO", ("USA-BCA",)),
    "MX->US-TEX-ERCO": ("MX", "US-TEX-ERCO", ("USA-NTE", "USA-NES")),
    "BZ->MX-PN": ("MX-PN", "BZ", ("PEN-BEL",)),
    "MX-BC->US-CAL-CISO": ("MX-BC", "US-CAL-CISO", ("USA-BCA",)),
    "MX-NE->US-TEX-ERCO": ("MX-NE", "US-TEX-ERCO", ("USA-NES",)),
    "MX-NO->US-TEX-ERCO": ("MX-NO", "US-TEX-ERCO", ("USA-NTE",)),
    "MX-NO->MX-NW": ("MX-NO", "MX-NW", ("NTE-NOR",)),
    "MX-NE->MX-NO": ("MX-NE", "MX-NO", ("NES-NTE",)),
    "MX-NE->MX-OR": ("MX-NE", "MX-OR", ("NES-ORI",)),
    "MX-OR->MX-PN": ("MX-OR", "MX-PN", ("ORI-PEN",)),
    "MX-CE->MX-OR": ("MX-OR", "MX-CE", ("ORI-CEL",)),
    "MX-OC->MX-OR": ("MX-OC", "MX-OR", ("OCC-ORI",)),
    "MX-CE->MX-OC": ("MX-OC", "MX-CE", ("OCC-CEL",)),
    "MX-NE->MX-OC": ("MX-NE", "MX-OC", ("NES-OCC",)),
    "MX-NO->MX-OC": ("MX-NO", "MX-OC", ("NTE-OCC",)),
    "MX-NW->MX-OC": ("MX-NW", "MX-OC", ("NOR-OCC",)),
}
NOW = {"resolution_min": 5, "window_h": 0.1, "delay_h": 0.1}


@source(
    resolution_min=HOUR_MIN, window_h=24 * WINDOW_DAYS, day_of=TIMEZONE, delay_h=24 * 62, history="2016-04",
    refetch_h=24 * 120)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    day = times.day(target_datetime, TIMEZONE)
    if day < FIRST_DAY:
        raise errors.NoHistory(f"CENACE has settled generation since {FIRST_DAY} only.")
    if target_datetime is None:
        months = [times.month_start(day, -back) for back in LATEST_MONTHS]
    else:
        first = times.day(target_datetime, TIMEZONE, 1 - WINDOW_DAYS)
        months = sorted({times.month_start(first), times.month_start(day)})
    page = http.body_html(http.get(session, GENERATION_URL, headers=http.AS_BROWSER).content)
    files = (text for month in months if (text := month_file(session, page, month)))
    found = [parse_production(text, zone_key) for text in (files if target_datetime else islice(files, 1))]
    if not found:
        raise errors.NoData(f"CENACE has published no generation of {', '.join(f'{one:%Y-%m}' for one in months)}.")
    return [event for events in found for event in events]


@source(resolution_min=HOUR_MIN, window_h=24, day_of=TIMEZONE, delay_h=0)
def fetch_generation_forecast(zone_key, session=None, target_datetime=None, logger=None):
    refuse_past(target_datetime)
    headers = {**http.AS_BROWSER, "Content-Type": "application/json; charset=utf-8"}
    answer = http.body_json(http.post(session, CURVE_URL, json={"gerencia": COUNTRY}, headers=headers))
    return parse_generation_forecast(answer, zone_key, times.day(None, TIMEZONE))


@source(**NOW)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return parse_exchange(areas(session, target_datetime), sorted_key(zone_key1, zone_key2), times.now())


@source(**NOW)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return parse_consumption(areas(session, target_datetime), zone_key, times.now())


def refuse_past(target):
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("CENACE's dashboards show the present only.")


def areas(session, target):
    """The page of the control areas."""
    refuse_past(target)
    return http.body_html(http.get(session, AREAS_URL, headers=http.AS_BROWSER).content)


def month_file(session, page, month):
    """The text of a month's file; None if it is not published."""
    date = f'{{"minDateStr":"{month:%m/%d/%Y} 0:0:0","maxDateStr":"{month:%m/%d/%Y} 0:0:0"}}'
    asked = press(session, {**form(page), DATE: date})
    if is_file(asked):
        return asked
    grid = http.body_html(asked)
    button = latest_button(grid)
    answer = press(session, {**form(grid), DATE: date, f"{button}.x": "0", f"{button}.y": "0"})
    if is_file(answer):
        return answer
    form(http.body_html(answer))  # the page again, and not an error's
    return None


def press(session, data):
    return http.post(session, GENERATION_URL, data=data, headers=http.AS_BROWSER).content.decode("utf-8-sig", "replace")


def is_file(text):
    return not text.lstrip().startswith("<")


def form(page):
    """The hidden fields of the page, without which its server does not listen."""
    found = {name: page.find("input", attrs={"name": name}) for name in FORM}
    require(found[FORM[0]], f"field {FORM[0]}")
    return {name: element.get("value", "") for name, element in found.items() if element}


def latest_button(grid):
    """The name of the button of the latest settlement run, or else of the first."""
    names = [element["name"] for element in grid.select("input[name$=gbccolumn]")]
    runs = {name: run_of(grid.find("input", attrs={"name": name}).find_parent("tr")) for name in names}
    return max(names, key=runs.get, default=BUTTON)


def run_of(row):
    said = RUN.search(row.get_text(" ")) if row else None
    return max(filter(None, said.groups())) if said else ""


def parse_production(text, zone_key):
    """One mix per hour of a month's file."""
    lines = [[cell.strip() for cell in cells] for cells in csv.reader(text.splitlines(), skipinitialspace=True)]
    at = next((at for at, cells in enumerate(lines) if cells[:1] == [SYSTEM]), None)
    heads = lines[require(at, f"row of headings that begins with {SYSTEM}")]
    if missing := {DAY, HOUR} - {*heads}:
        raise errors.SourceChanged(f"CENACE's file has no column {', '.join(sorted(missing))}.")
    modes = {head: mode_of(head, MODES) for head in heads if head not in ("", SYSTEM, DAY, HOUR)}
    rows = each((dict(zip(heads, cells, strict=False)) for cells in lines[at + 1 :] if any(cells)), numbered)
    last = {day: max(hour for when, hour, _ in rows if when == day) for day in {day for day, _, _ in rows}}
    found = [(start, row) for day, hour, row in rows if (start := start_of(day, hour, last[day]))]
    if not found:
        raise errors.NoData("CENACE's file holds no hour.")
    return [
        production(
            zone_key, start=start, end=times.shift(start, minutes=HOUR_MIN), source=SOURCE, modes=by_label(row, modes))
        for start, row in found
    ]


def numbered(row):
    """(day, number of the hour, row)."""
    hour = require(number(row[HOUR]), HOUR)
    return times.read_day(row[DAY], "DD/MM/YYYY"), round(hour), row


def start_of(day, hour, last):
    """Start of an hour, None if its day does not have it; a short day that counts to 24 goes by the clock's hours."""
    start, ends_at = (times.period(day, one, HOUR_MIN, TIMEZONE) for one in (hour, last))
    if last == HOURS and times.day(ends_at, TIMEZONE) != day:
        stamp = f"{day}T{hour - 1:02}:00"
        return None if times.is_skipped(stamp, TIMEZONE) else times.read(stamp, TIMEZONE)
    return start if times.day(start, TIMEZONE) == day else None


def parse_generation_forecast(answer, zone_key, day):
    """The planned total of each hour of a day, and of the hour before it if the list begins there."""
    rows = json_in(require(answer.get("d"), "d"))
    if not rows:
        raise errors.NoData("CENACE's curve of the day is empty.")
    hours = [number(field(row, "hora")) for row in rows]
    if 1 not in hours or any(later != earlier % HOURS + 1 for earlier, later in pairwise(hours)):
        raise errors.SourceChanged(f"CENACE numbers the hours of its curve {hours}.")
    first = hours.index(1)
    if all(number(field(row, "valorDemanda")) is not None for row in rows[first:]):
        raise errors.NoData("CENACE's curve is still that of yesterday, measured to its end.")
    found = [(at - first + 1, number(field(row, "valorPronostico"))) for at, row in enumerate(rows)]
    starts = {hour: times.period(day, hour, HOUR_MIN, TIMEZONE) for hour, _ in found}
    return [
        total_production(
            zone_key, start=starts[hour], end=times.shift(starts[hour], minutes=HOUR_MIN), source=SOURCE,
            value_mw=value_mw)
        for hour, value_mw in found if value_mw is not None
    ]


def parse_exchange(page, key, asked):
    """The flow of one border, if all its elements have one."""
    from_key, to_key, elements = BORDERS[key]
    flows_mw = [cell(page, f"Intercambio{element}") for element in elements]
    if None in flows_mw:
        raise errors.NoData(f"CENACE shows no flow for {key} at the moment.")
    return [exchange(from_key, to_key, start=asked, source=SOURCE, flow_mw=sum(flows_mw))]


def parse_consumption(page, zone_key, asked):
    """The load of one area; 0 is what the page shows where it knows none."""
    load_mw = cell(page, f"Demanda{AREAS[zone_key]}")
    return [consumption(zone_key, start=asked, source=SOURCE, load_mw=load_mw)] if load_mw else []


def cell(page, name):
    """The number in an element of the page."""
    return number(require(page.find(id=name), f"element {name}").get_text())
