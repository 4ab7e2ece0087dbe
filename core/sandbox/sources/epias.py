"""EPİAŞ's Transparency Platform (Türkiye): hours of generation by type, of load and of day-ahead prices, after a login.

Traps it has: a ticket as plain text, without which nothing is told; times are cut to whole days of Istanbul; the hour
that runs grows until it is over; pages that hold fewer rows than there are, and loads that ignore which page is asked
for; `nucklear`; null for a type that never ran; totals beside the rows.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, text_reply

LOGIN_HOST = "giris.epias.com.tr"
HOSTS = (LOGIN_HOST, "seffaflik.epias.com.tr")
PATH = "/electricity-service/v1/"
FORM = b"username=simulated&password=simulated"
TICKET = "TGT-1-simulated-cas"
CLOCK = "Europe/Istanbul"
ZONE = "TR"
HOUR_S = 3600
AUCTION_H = 14
"""The hour in Istanbul from which the next day's prices are out."""

TABLE = {
    "biomass": {"biomass": 1.0},
    "coal": {"lignite": 0.35, "importCoal": 0.55, "blackCoal": 0.07, "asphaltiteCoal": 0.03},
    "gas": {"naturalGas": 0.98, "lng": 0.02}, "geothermal": {"geothermal": 1.0},
    "hydro": {"dammedHydro": 0.7, "river": 0.3}, "nuclear": {"nucklear": 1.0},
    "oil": {"fueloil": 0.8, "gasOil": 0.1, "naphta": 0.1}, "solar": {"sun": 1.0}, "unknown": {"wasteheat": 1.0},
    "wind": {"wind": 1.0},
}

Row = dict[str, Any]


def answer(asked: Asked, readings: Readings) -> Reply:
    """A ticket, or a page of the rows of some days."""
    if asked.host == LOGIN_HOST:
        return text_reply(TICKET, "text/plain") if asked.body == FORM else text_reply("", "text/plain", 401)
    make, takes_pages = MAKERS.get(asked.path.removeprefix(PATH), (None, True))
    if make is None:
        return NOT_FOUND
    if asked.headers.get("tgt") != TICKET:
        return json_reply({"status": 401, "errors": [{"errorCode": "AUTH", "errorMessage": "TGT"}]}, 401)
    try:
        query = json.loads(asked.body)
        first, last = (times.day(times.read(query[name]), CLOCK) for name in ("startDate", "endDate"))
        number, size = query["page"]["number"], query["page"]["size"]
    except (ValueError, KeyError, TypeError, SourceChanged):
        return json_reply({"status": 400, "errors": [{"errorCode": "BAD", "errorMessage": "Bad Request"}]}, 400)
    start_s = int(times.midnight(first, CLOCK).timestamp())
    end_s = int(times.midnight(last, CLOCK).timestamp()) + 24 * HOUR_S
    rows = make(readings, Steps(start_s, HOUR_S, (end_s - start_s) // HOUR_S))
    shown = rows[size * (number - 1) : size * number] if takes_pages else rows
    page = query["page"] | {"total": len(rows)}
    return json_reply({"items": shown, "page": page, "totals": {}})


def generation(readings: Readings, steps: Steps) -> list[Row]:
    """MWh by type."""
    steps = begun(readings, steps)
    made = readings.labelled(ZONE, steps, TABLE)
    never = {label: None for labels in TABLE.values() for label in labels if label not in made}
    total = np.sum([*made.values()], axis=0)
    return hours(readings, steps, {**made, **never, "importExport": np.zeros(steps.count), "total": total})


def load(readings: Readings, steps: Steps) -> list[Row]:
    steps = begun(readings, steps)
    return hours(readings, steps, {"consumption": readings.load(ZONE, steps)})


def prices(readings: Readings, steps: Steps) -> list[Row]:
    """TRY per MWh, and what that is elsewhere; out for tomorrow after the auction."""
    known_days = 2 if times.local(readings.now, CLOCK).hour >= AUCTION_H else 1
    out_s = int(times.midnight(times.day(readings.now, CLOCK, known_days), CLOCK).timestamp())
    count = max(0, min(steps.count, (out_s - steps.start_s) // HOUR_S))
    steps = Steps(steps.start_s, HOUR_S, count)
    values = readings.price(ZONE, steps)
    return rows(steps, {"price": values, "priceUsd": values / 40, "priceEur": values / 45})


def begun(readings: Readings, steps: Steps) -> Steps:
    """The hours that have begun by now."""
    count = -(-(int(readings.now.timestamp()) - steps.start_s) // HOUR_S)
    return Steps(steps.start_s, HOUR_S, max(0, min(steps.count, count)))


def hours(readings: Readings, steps: Steps, columns: Mapping[str, FloatArray | None]) -> list[Row]:
    """Rows of which the running hour holds what there is of it so far."""
    passed_s = readings.now.timestamp() - steps.start_s - HOUR_S * np.arange(steps.count)
    part = np.clip(passed_s / HOUR_S, 0.0, 1.0)
    return rows(steps, {name: None if values is None else part * values for name, values in columns.items()})


def rows(steps: Steps, columns: Mapping[str, FloatArray | None]) -> list[Row]:
    return [
        {
            "date": times.text(at, "YYYY-MM-DDTHH:mm:ssZZ", CLOCK), "hour": times.text(at, "HH:mm", CLOCK),
            **{name: None if values is None else round(float(values[i]), 2) for name, values in columns.items()},
        }
        for i, at in enumerate(steps.starts())
    ]


Make = Callable[[Readings, Steps], list[Row]]
MAKERS: dict[str, tuple[Make, bool]] = {
    "generation/data/realtime-generation": (generation, True),
    "consumption/data/realtime-consumption": (load, False),
    "markets/dam/data/mcp": (prices, True),
}
"""Who answers, and whether the page that is asked for counts."""
