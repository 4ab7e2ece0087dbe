"""GCCIA, the Gulf's interconnection authority: a home page with a map of loads.

Traps it has: no stamp; the page is for people, a number per state in an element named after it; codes that are not the
zones'; frequencies and the word MW in elements of like names; a dash where nothing is known.
"""

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("www.gccia.com.sa",)
STATES = {"kuw": "KW", "ksa": "SA", "bah": "BH", "qat": "QA", "uae": "AE", "omn": "OM"}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the home page."""
    if asked.path != "/":
        return NOT_FOUND
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    loads = {code: round(readings.load(zone, steps).item()) for code, zone in STATES.items()}
    states = "\n".join(
        f'<div class="state {code}"><h4>{code.upper()}</h4><span id="{code}-mw-val"> {load_mw or " - "}</span>'
        f'<small class="{code}-mw-unit">MW</small><span id="{code}-hz-val">50.01</span></div>'
        for code, load_mw in loads.items())
    return text_reply(
        '<!DOCTYPE html>\n<html lang="en"><head><title>GCCIA</title></head><body><h2>System Demand</h2>\n'
        f"{states}\n</body></html>", "text/html; charset=utf-8")
