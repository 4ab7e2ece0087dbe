"""ADME, Uruguay: a page whose buttons lead to spreadsheets of ten minutes or of hours, made for the days it was asked.

Traps it has: an address in the page that is relative to the host; days without leading zeros, the last of which is not
in the file; titles above the headings; dates whose cells show less than they hold; headings with blanks; sheets by
plant with a column twice; imports and exports in columns of their own; sensors that show some sun at night.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from xml.sax.saxutils import quoteattr

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("pronos.adme.com.uy",)
PAGE = "/gpf.php"
FILE = re.compile(r"/cache/gpf_(\d+)_(\d+)_(diezminutal|horario)\.ods")
CLOCK = "America/Montevideo"
ZONE = "UY"
STEP_S = {"diezminutal": 600, "horario": 3600}
DELAY_MIN, MOST_DAYS = 80, 31

THERMAL = {"Térmica": 1.0}
TABLE = {
    "biomass": {"Biomasa": 1.0}, "coal": THERMAL, "gas": THERMAL, "geothermal": THERMAL,
    "hydro": {"Salto Grande": 0.5, "Bonete": 0.2, "Baygorria": 0.1, "Palmar": 0.2}, "nuclear": THERMAL, "oil": THERMAL,
    "solar": {"Solar": 1.0}, "unknown": THERMAL, "wind": {"Eólica": 1.0},
}
PLANTS = ("Salto Grande", "Bonete", "Baygorria", "Palmar", "Eólica", "Solar", "Térmica", "Biomasa")
TIES = {
    "Exp_Intercon_BR_MELO": ("BR-S", -1.0, 1.0), "Exp_Intercon_BR_RIVERA": ("BR-S", -1.0, 0.0),
    "Exp_Intercon_ARG": ("AR", -1.0, 1.0), "Imp_Intercon_BR_MELO": ("BR-S", 1.0, 0.7),
    "Imp_Intercon_BR_RIVERA": ("BR-S", 1.0, 0.3), "Imp_Intercon_AG_Imp": ("AR", 1.0, 1.0),
}
"""Neighbour, direction, and the part of what goes that way."""
Columns = Mapping[str, FloatArray]


MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def answer(asked: Asked, readings: Readings) -> Reply:
    """The page, or one of the files it leads to."""
    if asked.path == PAGE:
        return page(asked)
    found = FILE.fullmatch(asked.path)
    return spreadsheet(readings, int(found[1]), int(found[2]), STEP_S[found[3]]) if found else NOT_FOUND


def page(asked: Asked) -> Reply:
    """Buttons for the days asked for; none where they cannot be read."""
    try:
        first, last = (
            int(times.midnight(times.read_day(asked.one(name) or "", "D/M/YYYY"), CLOCK).timestamp())
            for name in ("fecha_ini", "fecha_fin"))
        name = f"/cache/gpf_{first // 600}_{min(last, first + MOST_DAYS * 86400) // 600}"
        buttons = (
            f'<a href="{name}_diezminutal.ods"><button>Archivo Scada Detalle 10minutal</button></a>'
            f'<a href="{name}_horario.ods"><button>Archivo Scada Detalle Horario</button></a>')
    except SourceChanged:
        buttons = ""
    return text_reply(
        '<!DOCTYPE html><html lang="es"><head><title>Generación por fuente.</title></head><body>'
        f'<a href="https://www.adme.com.uy/">ADME</a><form><input name="fecha_ini"></form>{buttons}</body></html>',
        "text/html; charset=utf-8")


def spreadsheet(readings: Readings, first: int, last: int, step_s: int) -> Reply:
    """The rows from one number of ten minutes to another, as far as they are out."""
    out = times.shift(readings.now, minutes=-DELAY_MIN)
    steps = steps_between(times.epoch(first * 600), min(times.epoch(last * 600), out), step_s)
    made = dict.fromkeys(PLANTS, np.zeros(steps.count)) | readings.labelled(ZONE, steps, TABLE)
    made["Solar"] = np.maximum(made["Solar"], 0.0004)
    flows = {name: sign * readings.flow([other], [ZONE], steps) for name, (other, sign, _) in TIES.items()}
    ties = {name: TIES[name][2] * np.maximum(values, 0.0) for name, values in flows.items()}
    imports = {"Imp.Arg": "Imp_Intercon_AG_Imp", "Imp.Br.Riv": "Imp_Intercon_BR_RIVERA",
               "Imp.Br.Mel": "Imp_Intercon_BR_MELO"}
    summary = {
        **{f" {name} ": made[name] for name in PLANTS}, **{name: ties[tie] for name, tie in imports.items()},
        "Demanda": readings.load(ZONE, steps)}
    stamps = [times.local(at, CLOCK) for at in steps.starts()]
    title = f"Valores aproximados a partir de información del SCADA @ {times.local(readings.now, CLOCK):%Y-%m-%d %H:%M}"
    sheets = "".join((
        sheet("GPF", (title, "Datos generación e intercambios. Resumen"), stamps, summary.items()),
        sheet("Eólica", (title, "Datos Eólica."), stamps, [("Caracoles", 0.6 * made["Eólica"]), ("Caracoles",
              0.4 * made["Eólica"])]),
        sheet("Intercambios.", (title, "Datos Intercambios."), stamps, ties.items())))
    return Reply(zipped(sheets), "application/vnd.oasis.opendocument.spreadsheet")


def sheet(
    name: str, titles: Iterable[str], stamps: Iterable[datetime], columns: Iterable[tuple[str, FloatArray]]
) -> str:
    named = list(columns)
    heads = [[text(title), '<table:table-cell table:number-columns-repeated="11" />'] for title in titles]
    heads.append([text("Fecha"), *(text(heading) for heading, _ in named)])
    values = [column.tolist() for _, column in named]
    lines = [[date(stamp), *(number(value) for value in row)] for stamp, *row in zip(stamps, *values, strict=True)]
    rows = "".join(f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in (*heads, *lines))
    return f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"


def text(value: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def date(at: datetime) -> str:
    return (f'<table:table-cell office:value-type="date" office:date-value="{at:%Y-%m-%dT%H:%M:%S}">'
            f"<text:p>{at:%Y-%m-%d %H}</text:p> </table:table-cell>")


def number(value: float) -> str:
    shown = f"{round(value, 6):g}" if value < 1 else f"{value:.6f}"
    return (f'<table:table-cell office:value-type="float" office:value="{shown}" ><text:p>{shown}</text:p>'
            "</table:table-cell>")


def zipped(sheets: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", (
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
            'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f"{sheets}</office:spreadsheet></office:body></office:document-content>"))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return content.getvalue()
