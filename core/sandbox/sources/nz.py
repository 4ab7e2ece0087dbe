"""New Zealand: Transpower's page of the present, whose numbers are in a script's settings, and em6's prices by zone.

Traps it has: Drupal's JSON with escaped slashes among other settings; a total beside the fuels; a battery that is
generation; biomass inside Co-Gen; no entry for nuclear; a price for each of 14 grid zones, in no order; half hours
that are numbered on the clock on the wall and stamped in UTC.
"""

import json
from typing import Any

import numpy as np

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("www.transpower.co.nz", "api.em6.co.nz")
ZONE, TIMEZONE = "NZ", "Pacific/Auckland"
PAGE = "/system-operator/live-system-and-market-data/consolidated-live-data"
PRICES = "/ords/em6/data_api/region/price"
SNAPSHOT_S, PERIOD_S = 300, 1800

FUELS = {
    "biomass": {"Co-Gen": 1.0}, "coal": {"Coal": 1.0}, "gas": {"Gas": 1.0}, "geothermal": {"Geothermal": 1.0},
    "hydro": {"Hydro": 1.0}, "oil": {"Diesel/Oil": 1.0}, "solar": {"Solar": 1.0}, "unknown": {"Co-Gen": 1.0},
    "wind": {"Wind": 1.0},
}
ALL = {**FUELS, "battery storage": {"Battery": 1.0}}
SHOWN = ("Battery", "Co-Gen", "Coal", "Gas", "Geothermal", "Hydro", "Diesel/Oil", "Solar", "Wind")
GRID_ZONES = {
    2: "Auckland", 7: "Bunnythorpe", 11: "Canterbury", 10: "Christchurch", 4: "Edgecumbe", 3: "Hamilton",
    5: "Hawkes Bay", 9: "Nelson", 1: "Northland", 13: "Otago", 14: "Southland", 6: "Taranaki", 8: "Wellington",
    12: "West Coast",
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of the page or of the prices."""
    if asked.path == PAGE:
        return text_reply(page(readings), "text/html; charset=UTF-8")
    if asked.path.rstrip("/") == PRICES:
        return json_reply({"items": prices(readings), "hasMore": False})
    return NOT_FOUND


def page(readings: Readings) -> str:
    settings = {"path": {"baseUrl": "/", "currentPath": "node/15435"}, "soPgenGraph": graph(readings)}
    text = json.dumps(settings, separators=(",", ":")).replace("/", "\\/")
    return (
        "<!DOCTYPE html><html lang=\"en\"><head><title>Consolidated live data (simulated)</title>"
        '<script type="application/ld+json">{"name":"simulated"}</script></head><body><h1>Live data</h1>'
        f'<script type="application/json" data-drupal-selector="drupal-settings-json">{text}</script></body></html>'
    )


def graph(readings: Readings) -> dict[str, Any]:
    """Generation and capacity by fuel, at the last full five minutes."""
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % SNAPSHOT_S, SNAPSHOT_S, 1)
    made = {label: values.item() for label, values in readings.labelled(ZONE, steps, FUELS).items()}
    made["Battery"] = -float(np.sum(readings.charge(ZONE, steps).get("battery", 0.0)))
    able = capacities(readings)
    labels = dict.fromkeys((*SHOWN, *made))
    fuels: dict[str, Any] = {
        label: {"generation": round(made.get(label, 0.0)), "capacity": round(able.get(label, 0.0))} for label in labels
    }
    fuels["total"] = sum(fuel["generation"] for fuel in fuels.values())
    date = f"{times.local(readings.now, TIMEZONE):%d %b %Y %H:%M}"
    return {"data": {"New Zealand": fuels}, "date": date, "timestamp": steps.start_s, "update": True}


def capacities(readings: Readings) -> dict[str, float]:
    found: dict[str, float] = {}
    for mode, installed_mw in readings.installed(ZONE).items():
        for label in ALL.get(mode, ()):
            found[label] = found.get(label, 0.0) + installed_mw
    return found


def prices(readings: Readings) -> list[dict[str, Any]]:
    """The half hour that is running; the zones' prices lie around their mean."""
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % PERIOD_S, PERIOD_S, 1)
    (start,) = steps.starts()
    midnight = times.midnight(times.day(start, TIMEZONE), TIMEZONE)
    number = int((start - midnight).total_seconds()) // PERIOD_S + 1
    mean = readings.price(ZONE, steps).item()
    middle = (len(GRID_ZONES) + 1) / 2
    return [
        {
            "timestamp": f"{start:%Y-%m-%dT%H:%M:%SZ}", "trading_period": number, "grid_zone_id": zone,
            "grid_zone_name": name, "price": round(mean + 0.7 * (zone - middle), 2),
        }
        for zone, name in GRID_ZONES.items()
    ]
