"""Ajenti's dashboards of three Australian islands: SignalR 2 by long polling, a hub per island.

Traps it has: four steps before the first message, each with what the one before gave; capitals in names; a first
message that is empty, beside one of another method; kW; no stamp; loads among the technologies; biodiesel as a part of
diesel; what feeds the grid from a battery is +.
"""

import json
from typing import Any

from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

HOSTS = ("data.ajenti.com.au",)
PATH = "/live/signalr/"
HUBS = {
    "taghub": ("AU-TAS-KI", "TagHub", "Dashboard"), "flindershub": ("AU-TAS-FI", "FlindersHub", "SendDashboard"),
    "hogshub": ("AU-WA-RI", "HogsHub", "SendDashboard"),
}
KINGS = "AU-TAS-KI"
FLYWHEEL = 0.25
"""Its part of what the battery and it give together."""

TABLE = {
    **{mode: {mode: 1.0} for mode in ("biomass", "coal", "gas", "geothermal", "hydro", "nuclear", "unknown")},
    "oil": {"diesel": 1.0}, "solar": {"solar": 1.0}, "wind": {"wind": 1.0},
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET negotiate, connect, start, poll, and POST abort."""
    step, hub = asked.path.removeprefix(PATH), hub_of(asked)
    if not asked.path.startswith(PATH) or asked.one("clientProtocol") != "1.5" or hub is None:
        return NOT_FOUND
    if step == "negotiate":
        return json_reply({
            "Url": "/live/signalr", "ConnectionToken": token_of(hub), "ConnectionId": "3f0c1f5e",
            "KeepAliveTimeout": 20.0, "DisconnectTimeout": 30.0, "ConnectionTimeout": 110.0, "TryWebSockets": True,
            "ProtocolVersion": "1.5", "TransportConnectTimeout": 5.0, "LongPollDelay": 0.0,
        })
    if asked.one("connectionToken") != token_of(hub) or asked.one("transport") != "longPolling":
        return json_reply({"error": "The ConnectionId is in the incorrect format."}, 400)
    match step:
        case "connect":
            return json_reply({"C": "d-1,0", "S": 1, "M": []})
        case "start":
            return json_reply({"Response": "started"})
        case "poll":
            return json_reply(polled(readings, hub, asked.one("messageId")))
        case "abort":
            return text_reply("", "text/plain")
    return NOT_FOUND


def token_of(hub: str) -> str:
    """With signs that an address cannot hold as they are."""
    return f"{hub}==+/"


def hub_of(asked: Asked) -> str | None:
    """The hub that is listened to."""
    try:
        (one,) = json.loads(asked.one("connectionData") or "")
        return str(one["name"]) if one["name"] in HUBS else None
    except (ValueError, KeyError, TypeError):
        return None


def polled(readings: Readings, hub: str, cursor: str | None) -> dict[str, Any]:
    """Nothing at first, then the newest message."""
    zone, name, method = HUBS[hub]
    if cursor == "d-1,0":
        calls = [{"H": name, "M": "Greet", "A": [{"technologies": []}]}, {"H": name, "M": method, "A": [{}]}]
        return {"C": "d-1,1", "M": calls}
    return {"C": "d-1,2", "M": [{"H": name, "M": method, "A": [message(readings, zone)]}]}


def message(readings: Readings, zone: str) -> dict[str, Any]:
    steps = Steps(int(readings.now.timestamp()) // RASTER_S * RASTER_S, RASTER_S, 1)
    made = {label: 1000 * value.item() for label, value in readings.labelled(zone, steps, TABLE).items()}
    given = -1000 * sum(value.item() for value in readings.charge(zone, steps).values())
    more: dict[str, Any] = {}
    if zone == KINGS:
        bio = made.pop("biomass", 0.0)
        made["diesel"] = made.get("diesel", 0.0) + bio
        more["biodiesel"] = {"percent": 100 * bio / made["diesel"] if made["diesel"] else 0}
    made |= {"flywheel": FLYWHEEL * given, "battery": given - FLYWHEEL * given, "resistor": 12.0}
    technologies = [{"id": label, "value": value, "unit": "kW"} for label, value in made.items()]
    return {"technologies": technologies, "output": {"generation": sum(made.values())}, **more}
