"""SaskPower: the load of Saskatchewan as one number in text, which says no time.

Traps it has: it refuses who does not call itself a browser; the number is a JSON string; it is the mean of the five
minutes before the last full ones.
"""

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("www.saskpower.com",)
ZONE = "CA-SK"


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the number."""
    if asked.path != "/ignitionapi/Content/GetNetLoad":
        return NOT_FOUND
    if not asked.headers.get("user-agent", "").startswith("Mozilla/"):
        return text_reply("<html><body>403 Forbidden</body></html>", "text/html", 403)
    end_s = int(readings.now.timestamp()) // RASTER_S * RASTER_S
    return json_reply(f"{readings.load(ZONE, Steps(end_s - RASTER_S, RASTER_S, 1)).item():.0f}")
