"""IEC, Israel: a page with the state of supply, behind a guard against robots.

Traps it has: a cookie that one must come back with; no stamp; numbers with a comma between thousands, of which only
the first is the load.
"""

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.iec.co.il",)
PATH = "/_layouts/iec/applicationpages/lackmanagment.aspx"
ZONE = "IL"
COOKIE = "visitor=1"


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the page; a cookie and nothing else for who has none."""
    if asked.path != PATH:
        return NOT_FOUND
    if COOKIE not in asked.headers.get("cookie", ""):
        wall = "<html><head><script>location.reload();</script></head><body></body></html>"
        return text_reply(wall, "text/html")._replace(headers=(("Set-Cookie", f"{COOKIE}; path=/"),))
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    load_mw = round(readings.load(ZONE, steps).item())
    shown = (f"{load_mw:,}", "normal", f"{round(sum(readings.installed(ZONE).values())) - load_mw:,}", "18")
    spans = "\n".join(f'<span class="statusVal">{value}</span>' for value in shown)
    return text_reply(
        f'<!DOCTYPE html>\n<html dir="rtl"><body><div class="dashboard">\n{spans}\n</div></body></html>', "text/html")
