"""Coordinador Eléctrico Nacional, Chile's system operator: what is installed by technology and year; no key.

Docs     https://www.coordinador.cl/reportes-y-estadisticas/#Estadisticas (Capacidad instalada por tecnología)
Serves   productionCapacity CL-SEN
Time     years, dated 1 January, America/Santiago
Unit     MW
Sign     none: capacities only
History  every year of the workbook, one for all
Licence  no stated terms

Coal, diesel, gas and the rest are `unknown`, since production comes as one number for them, too. The workbook's address
changes with every edition, so it is looked for on the page.
"""

from urllib.parse import urljoin

from core import by_label, errors, http, installed, number, require, source, times
from core.platforms import spreadsheets

SOURCE = "coordinador.cl"
URL = "https://www.coordinador.cl/reportes-y-estadisticas/"
TIMEZONE = "America/Santiago"
LINK, SHEET, YEAR = "hist_cap_inst_por_tecnologia", "Capacidad por Tecnología", "Año"
MODES = {
    "Hídrico": "hydro",
    "Eólico": "wind",
    "Solar": "solar",
    "Termosolar": "solar",
    "Geotérmico": "geothermal",
    "Carbón": "unknown",
    "Diésel": "unknown",
    "Gas Natural": "unknown",
    "Otros": "unknown",
}
NOT_TECHNOLOGIES = (YEAR, "TOTAL", "")


@source(resolution_min=None, window_h=8784, delay_h=24 * 60, history="any", extra="spreadsheets")
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    workbook = http.get(session, parse_link(http.get(session, URL).content)).content
    return parse_production_capacity(workbook, times.day(target_datetime, TIMEZONE).year if target_datetime else None)


def parse_link(page):
    """The address of the workbook."""
    links = [link["href"] for link in http.body_html(page).find_all("a", href=True)]
    return urljoin(URL, require(next((one for one in links if LINK in one.lower()), None), f"link to {LINK}"))


def parse_production_capacity(workbook, asked=None):
    """MW per mode in a year, the newest if none is asked for; below the years stand notes."""
    rows = spreadsheets.rows(workbook, SHEET)
    at = next((i for i, row in enumerate(rows) if YEAR in map(label, row)), None)
    head = list(map(label, rows[require(at, f"column {YEAR}")]))
    column = head.index(YEAR)
    years = {number(row[column]): row for row in rows[at + 1 :] if is_year(row[column])}
    year = asked or max(years, default=None)
    if year not in years:
        raise errors.NoData(f"The workbook has no row {asked or 'of any year'}.")
    modes = by_label(zip(head, years[year], strict=True), MODES, known=NOT_TECHNOLOGIES)
    return installed(times.read_day(f"{year:.0f}-01-01"), require(modes or None, "technology"), source=SOURCE)


def label(cell):
    """A column's name without line breaks and the star of a footnote."""
    return " ".join(str(cell or "").split()).rstrip("* ")


def is_year(cell):
    return label(cell).removesuffix(".0").isdecimal()
