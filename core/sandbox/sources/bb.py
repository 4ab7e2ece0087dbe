"""Barbados' operational data at Acelerex: one upload per local day, for who has fetched a token.

Traps it has: a token that anybody gets by POST; tables of text within two members of one name; a remark above the names
of the columns; columns of demand and of curtailment beside the output; a day that comes the evening after, and only
the newest one before the day that is asked for; charging below 0. The real one has had nothing since January 2025.
"""

import json
from datetime import date
from typing import Any

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("dataservices.acelerex.com",)
LOGIN, UPLOADS = "/api/authentication", "/api/barbados/uploads"
CREDENTIALS = {"dashboardId": "barbados", "strategy": "jwt-public"}
TOKEN = "anonymous"
CLOCK = "America/Barbados"
ZONE = "BB"
HOUR_S = 3600
UPLOADED_H = 40
"""After the first instant of its day."""

SUN, WIND, FOSSIL = "monitored solar production", "monitored wind production", "fossil production"
BURNT = {FOSSIL: 1.0}
TABLE = {
    "biomass": BURNT, "coal": BURNT, "gas": BURNT, "hydro": BURNT, "oil": BURNT, "solar": {SUN: 1.0}, "unknown": BURNT,
    "wind": {WIND: 1.0},
}
COLUMNS = (
    "Gross demand", "Net demand", SUN, WIND, "storage charging", "storage discharging", FOSSIL, "Curtailment")


def answer(asked: Asked, readings: Readings) -> Reply:
    """A token, or the newest upload that was made before a day."""
    if asked.path == LOGIN:
        return log_in(asked.body)
    if asked.path != UPLOADS or asked.one("name") != "operational-data":
        return NOT_FOUND
    if asked.headers.get("authorization") != f"Bearer {TOKEN}":
        return json_reply({"name": "NotAuthenticated", "code": 401}, 401)
    before = readings.now
    try:
        if limit := asked.one("created_at[$lt]"):
            before = min(before, times.midnight(times.read_day(limit), "UTC"))
    except SourceChanged:
        return json_reply({"name": "BadRequest", "code": 400}, 400)
    day = times.day(times.shift(before, hours=-UPLOADED_H), CLOCK)
    return json_reply({"total": 812, "limit": 1, "skip": 0, "data": [upload(readings, day)]})


def log_in(body: bytes) -> Reply:
    try:
        is_known = json.loads(body) == CREDENTIALS
    except ValueError:
        is_known = False
    return json_reply({"accessToken": TOKEN}) if is_known else json_reply({"name": "NotAuthenticated"}, 401)


def upload(readings: Readings, day: date) -> dict[str, Any]:
    """The hours of a day."""
    start = times.midnight(day, CLOCK)
    steps = Steps(int(start.timestamp()), HOUR_S, 24)
    battery, load = readings.charge(ZONE, steps).get("battery"), readings.load(ZONE, steps)
    columns = {"Gross demand": load + 2.5, "Net demand": load, **readings.labelled(ZONE, steps, TABLE)}
    if battery is not None:
        columns |= {"storage charging": -battery.clip(min=0), "storage discharging": (-battery).clip(min=0)}
    rows = [
        [times.text(at, "YYYY-MM-DDTHH:mm:ssZZ", CLOCK),
         *(f"{columns[name][i]:.3f}" if name in columns else "0" for name in COLUMNS)]
        for i, at in enumerate(steps.starts())
    ]
    names = ["datetime", *(f"24 hr {name}" for name in COLUMNS)]
    created = f"{times.shift(start, hours=UPLOADED_H):%Y-%m-%dT%H:%M:%S.000Z}"
    return {
        "_id": f"{day}", "name": "operational-data", "created_at": created,
        "data": {"data": [["Operational data"], names, *rows]},
    }
