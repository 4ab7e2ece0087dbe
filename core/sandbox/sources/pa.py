"""CND (Panama): the pages of its real-time system, generation by type and unit, and demand.

Traps it has: months in Spanish; a chart in a script, whose thermal sum is a little older than the units beside it;
units of one plant that burn different fuels, draw power or come without telemetry; a demand without a time.
"""

from collections.abc import Iterable

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("sitr.cnd.com.pa",)
PATH = "/m/pub/"
CLOCK = "America/Panama"
ZONE = "PA"
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)
TABLE = {
    "biomass": {"Biogás": 0.9, "CADASA 2": 0.1}, "coal": {"BLM 2": 0.2, "Cobre Panamá 1": 0.8},
    "gas": {"Costa Norte 1": 0.5, "Proyecto Gatún 2": 0.5}, "geothermal": {"Planta Nueva 1": 1.0},
    "hydro": {"Hídrica": 1.0}, "nuclear": {"Planta Nueva 1": 1.0}, "oil": {"BLM 9": 0.1, "PanAm 4": 0.9},
    "solar": {"Solar": 1.0}, "unknown": {"ACP Miraflores 9": 1.0}, "wind": {"Eólica": 1.0},
}
TYPES, THERMAL = ("Hídrica", "Solar", "Eólica", "Biogás"), "Térmica"
DRAWING, SILENT = ("Sparkle Power 3", -0.12), ("Planta Sin Señal 1", 12.5)
NORMAL, NO_TELEMETRY = "#222", "ORCHID"


def answer(asked: Asked, readings: Readings) -> Reply:
    """One of two pages."""
    make = {f"{PATH}gen.html": generation, f"{PATH}sin.html": demand}.get(asked.path)
    return text_reply(make(readings), "text/html") if make else NOT_FOUND


def snapshot(readings: Readings) -> Steps:
    return Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)


def generation(readings: Readings) -> str:
    steps = snapshot(readings)
    made = {label: values.item() for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    units = {label: value for label, value in made.items() if label not in TYPES}
    chart = {label: made.get(label, 0.0) for label in TYPES} | {THERMAL: 0.99 * sum(units.values())}
    rows = [row(*DRAWING), row(*SILENT, NO_TELEMETRY), *(row(*one) for one in units.items())]
    there = times.local(times.epoch(steps.start_s), CLOCK)
    return page(
        f'<h3 class="app-breadcrumb breadcrumb sitr-update">{there.day}-{MONTHS[there.month - 1]}-{there.year} '
        f"{there.hour}:{there:%M:%S}</h3>\n{tile('Hidroeléctricas (MW)', [row('Bayano 1', 61.2)])}"
        f"{tile('Térmicas (MW)', rows)}<script>\n    var localPie = [{slices(chart)}];\n</script>")


def slices(chart: dict[str, float]) -> str:
    whole = sum(chart.values()) or 1.0
    return ",".join(
        f'{{name:"{label} {value:.2f} ({100 * value / whole:.2f}%)",value:{value:.2f},color:"#99ccee"}}'
        for label, value in chart.items())


def tile(title: str, rows: Iterable[str]) -> str:
    return (
        f'<div class="tile"><h3 class="tile-title">\n  {title}\n</h3><table class="table sitr-table-gen"><tr><td>'
        f'<table class="table sitr-gen-group">{"".join(rows)}</table></td></tr></table></div>\n')


def row(unit: str, power_mw: float, colour: str = NORMAL) -> str:
    value = f'<span style="color:{colour}" ;="">{power_mw:.2f}</span>'
    return f"<tr><td><span>{unit}</span></td><td>{value}</td></tr>"


def demand(readings: Readings) -> str:
    load_mw = readings.load(ZONE, snapshot(readings)).item()
    return page(f"<h5>Generación Total</h5><p>{load_mw + 10:.2f} MW</p><h5>Demanda Total</h5><p>{load_mw:,.2f} MW</p>")


def page(body: str) -> str:
    return f'<!DOCTYPE html>\n<html lang="es"><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'
