"""EDT, Tahiti's utility: the page with the pie chart of now.

Traps it has: kW; the numbers within a script, beside another with brackets; accents; no stamp; one number for all
thermal plants.
"""

import json

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.edt.pf",)
PATH = "/transition-energetique-innovation"
ZONE = "PF"

THERMAL = {"Thermique": 1.0}
TABLE = {
    "biomass": THERMAL, "coal": THERMAL, "gas": THERMAL, "hydro": {"Hydro électricité": 1.0}, "oil": THERMAL,
    "solar": {"Solaire": 1.0}, "unknown": THERMAL,
}
COLUMNS = [{"label": "Titre", "type": "string"}, {"label": "Valeur", "type": "number"}]


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the page."""
    if asked.path != PATH:
        return NOT_FOUND
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    made = {label: round(1000 * values.item()) for label, values in readings.labelled(ZONE, steps, TABLE).items()}
    rows = [{"c": [{"v": label}, {"v": power_kw}]} for label, power_kw in made.items()]
    table = json.dumps({"cols": COLUMNS, "rows": rows}, ensure_ascii=False, separators=(",", ":"))
    return text_reply(
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="UTF-8" /><title>Transition énergétique</title>'
        "<script>var themeDisplay = {rows: [(1)]};</script></head><body>"
        '<script type="text/javascript" id="id1____detailMesurePortlet__WAR__EDTAEL2018__Script">\n/*<![CDATA[*/\n'
        "google.charts.load('current', {\"language\":\"fr\"});\nfunction drawpieChart() {\n"
        f"var data = new google.visualization.DataTable({table})\n\nvar options = {{\"height\":500}};\n}}\n/*]]>*/\n"
        "</script><h4>Puissance instantanée (en kW)</h4></body></html>", "text/html; charset=UTF-8")
