"""NB Power, New Brunswick: a page with one table of the present, which says no time.

Traps it has: columns of demand and reserves beside the flows; three columns for Maine, some against the others; a table
of links before the right one; + is out of New Brunswick.
"""

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("tso.nbpower.com",)
ZONE = "CA-NB"
PATH = "/Public/en/SystemInformation_realtime.asp"
COLUMNS = {
    "EMEC": ("US-NE-ISNE", 0.1), "ISO-NE": ("US-NE-ISNE", 1.2), "MPS": ("US-NE-ISNE", -0.3),
    "NOVA SCOTIA": ("CA-NS", 1.0), "PEI": ("CA-PE", 1.0), "QUEBEC": ("CA-QC", 1.0),
}
"""Column → neighbour, with the part of its flow that it holds."""
RESERVES = {"10 Minute Reserve Margin": 210, "30 Minute Reserve Margin": 540}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the page."""
    if asked.path != PATH:
        return NOT_FOUND
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % RASTER_S, RASTER_S, 1)
    flows = {
        name: part * readings.flow((ZONE,), (zone,), steps).item() for name, (zone, part) in COLUMNS.items()}
    values = {"NB Demand": readings.load(ZONE, steps).item(), **flows, **RESERVES}
    head, row = ("".join(f'<td align="center"><b>{cell}</b></td>' for cell in cells) for cells in (
        values, (f"{round(value):d}" for value in values.values())))
    return text_reply(
        "<html><body><table><tr><td>Simulated</td></tr></table>"
        f'<table border="1" bordercolor="#191970"><tr><td colspan="{len(values)}">System Information</td></tr>'
        f"<tr>{head}</tr>\r\n<tr>{row}</tr></table></body></html>", "text/html")
