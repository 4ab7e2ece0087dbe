"""Nord Pool's market data: prices, capacities, flows and intraday contracts of areas, by the day of Central Europe.

Traps it has: a login for a token; own names of areas, and of cables for capacities; plain Nordic areas answer
`Missing`; status 204 without a body for a day that is not out; British half hours in pounds; hours before October 2025;
what comes in is +.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

LOGIN_HOST, DATA_HOST = "sts.nordpoolgroup.com", "data-api.nordpoolgroup.com"
HOSTS = (LOGIN_HOST, DATA_HOST)
TOKEN = "simulated-hour"
CLOCK = "Europe/Oslo"
HOUR_S, HALF_S, QUARTER_S = 3600, 1800, 900
QUARTERS_SINCE = date(2025, 10, 1)
DELAY_MIN = 30
NO_BODY = Reply(b"", status=204)

ZONES = {
    "GER": "DE", "UK": "GB", "DK1": "DK-DK1", "DK2": "DK-DK2", **{f"NO{n}": f"NO-NO{n}" for n in range(1, 6)},
    **{f"SE{n}": f"SE-SE{n}" for n in range(1, 5)},
    **{code: code for code in ("AT", "BE", "EE", "FI", "FR", "LT", "LV", "NL", "PL")},
}
CABLES = (
    ("GER", "DK1_DE", "DE", "DK-DK1"), ("GER", "DK2_KO", "DE", "DK-DK2"), ("GER", "NO2_NK", "DE", "NO-NO2"),
    ("GER", "SE4_BC", "DE", "SE-SE4"), ("DK1_SB", "DK2_SB", "DK-DK1", "DK-DK2"), ("DK1_CO", "NL", "DK-DK1", "NL"),
    ("DK1_SK", "NO2_SK", "DK-DK1", "NO-NO2"), ("DK1_KS", "SE3_KS", "DK-DK1", "SE-SE3"), ("EE", "FI_EL", "EE", "FI"),
    ("EE", "LV", "EE", "LV"), ("FI_FS", "SE3_FS", "FI", "SE-SE3"), ("LT", "LV", "LT", "LV"), ("LT", "PL", "LT", "PL"),
    ("LT", "SE4_NB", "LT", "SE-SE4"), ("NL", "NO2_ND", "NL", "NO-NO2"), ("PL", "SE4_SP", "PL", "SE-SE4"),
    ("SE3_SWL", "SE4_SWL", "SE-SE3", "SE-SE4"),
)
"""The area at each end of a connection, and the zone behind it."""
INTRADAY = ("GER", "50Hz", "AMP", "TTG", "TBW")
PRICES_H, CAPACITIES_H, INTRADAY_H = 13, 10, 15
"""Hours in Oslo from which the next day's are there."""

Rows = list[dict[str, Any]]


def answer(asked: Asked, readings: Readings) -> Reply:
    """The login, or one day of one area."""
    if asked.host == LOGIN_HOST:
        return login(asked)
    make = MAKERS.get(asked.path)
    if make is None:
        return NOT_FOUND
    if asked.headers.get("authorization") != f"Bearer {TOKEN}":
        return json_reply({"message": "Unauthorized"}, 401)
    try:
        day = times.read_day(asked.one("date") or "")
    except SourceChanged:
        return json_reply({"message": "The date is not valid."}, 400)
    found = make(asked, readings, day)
    return NO_BODY if found is None else json_reply([found])


def login(asked: Asked) -> Reply:
    form = parse_qs(asked.body.decode())
    is_right = form.get("grant_type") == ["password"] and form.get("scope") == ["marketdata_api"]
    has_client = asked.headers.get("authorization", "").startswith("Basic ")
    if not (is_right and has_client and form.get("username") and form.get("password")):
        return json_reply({"error": "invalid_grant"}, 400)
    return json_reply({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})


def is_out(readings: Readings, day: date, hour: int) -> bool:
    known_days = 1 if times.local(readings.now, CLOCK).hour >= hour else 0
    return day <= times.day(readings.now, CLOCK, known_days)


def steps_of(day: date, step_s: int) -> Steps:
    """The steps of a day of Central Europe, 23 or 25 hours when the clock changes."""
    start, end = (times.midnight(date.fromordinal(day.toordinal() + i), CLOCK) for i in (0, 1))
    return steps_between(start, end, step_s)


def spans(steps: Steps) -> Iterator[dict[str, str]]:
    ends = steps.moved(steps.step_s).starts()
    for start, end in zip(steps.starts(), ends, strict=True):
        yield {"deliveryStart": f"{start:%Y-%m-%dT%H:%M:%SZ}", "deliveryEnd": f"{end:%Y-%m-%dT%H:%M:%SZ}"}


def head(readings: Readings, day: date, **more: Any) -> dict[str, Any]:
    updated = times.floor(readings.now, 60)
    return {**more, "deliveryDateCET": day.isoformat(), "updatedAt": f"{updated:%Y-%m-%dT%H:%M:%S}.5048807Z"}


def prices(asked: Asked, readings: Readings, day: date) -> dict[str, Any] | None:
    area, market = asked.one("areas") or "", asked.one("market")
    is_british = area == "UK"
    if area not in ZONES or market != ("GbHalfHour_DayAhead" if is_british else "DayAhead"):
        return None
    if not is_out(readings, day, PRICES_H):
        return None
    steps = steps_of(day, HALF_S if is_british else QUARTER_S if day >= QUARTERS_SINCE else HOUR_S)
    values = np.round(readings.price(ZONES[area], steps), 2).tolist()
    currency = "GBP" if is_british else asked.one("currency")
    return head(
        readings, day, market=market, deliveryArea=area, status="Final", currency=currency, unit=f"{currency}/MWh",
        blockPrices=[{"blockName": "Peak", "averagePrice": 1.0}],
        prices=[{"price": value, **span} for value, span in zip(values, spans(steps), strict=True)])


def capacities(asked: Asked, readings: Readings, day: date) -> dict[str, Any]:
    """Every connection of an area of cables."""
    area, steps = asked.one("areas") or "", steps_of(day, HOUR_S)
    exports, imports = [], []
    for first, second, *zones in CABLES:
        if area in (first, second):
            other, ends = (second, zones) if area == first else (first, zones[::-1])
            there, back = readings.offered([ends[0]], [ends[1]], steps)
            exports.append((other, np.round(there).tolist()))
            imports.append((other, np.round(back).tolist()))
    is_there = exports and is_out(readings, day, CAPACITIES_H)
    rows = [
        {
            "exportsByConnection": connected(exports, i), "importsByConnection": connected(imports, i),
            "totalImport": None, "totalExport": None, **span,
        }
        for i, span in enumerate(spans(steps))
    ]
    return head(
        readings, day, market="DayAhead", deliveryArea=area, status="Available" if is_there else "Missing", unit="MW",
        maxNtcValues=[], capacities=rows if is_there else [])


def connected(sides: list[tuple[str, list[float]]], i: int) -> Rows:
    return [
        {"area": other, "capacity": values[i], "lossFactor": 0.03, "rampingRestriction": 600.0}
        for other, values in sides
    ]


def flows(asked: Asked, readings: Readings, day: date) -> dict[str, Any] | None:
    """The quarters of a day as far as they are out: what came in over each connection."""
    area = asked.one("areas") or ""
    if area not in ZONES:
        return None
    whole, out = steps_of(day, QUARTER_S), int(times.shift(readings.now, minutes=-DELAY_MIN).timestamp())
    steps = Steps(whole.start_s, QUARTER_S, max(0, min((out - whole.start_s) // QUARTER_S, whole.count)))
    into = {
        other: np.round(readings.flow([zone], [ZONES[area]], steps)).tolist() for other, zone in ZONES.items()
        if readings.is_linked([zone], [ZONES[area]])}
    rows = [
        {
            "byConnections": [
                {
                    "area": other, "import": max(values[i], 0.0), "export": max(-values[i], 0.0),
                    "netPosition": values[i],
                }
                for other, values in into.items()
            ],
            **span,
        }
        for i, span in enumerate(spans(steps))
    ]
    return head(readings, day, deliveryArea=area, status="Available", unit="MW", exchanges=rows)


def intraday(asked: Asked, readings: Readings, day: date) -> dict[str, Any] | None:
    """Contracts of an hour and of a quarter; those of Amprion's area were never traded."""
    area = asked.one("areas") or ""
    if area not in INTRADAY or not is_out(readings, day, INTRADAY_H):
        return None
    contracts = [
        contract for name, step_s in (("PH", HOUR_S), ("QH", QUARTER_S))
        for contract in contracts_of(readings, area, name, steps_of(day, step_s))]
    return head(readings, day, deliveryArea=area, priceUnit="EUR/MWh", volumeUnit="MW", contracts=contracts)


def contracts_of(readings: Readings, area: str, name: str, steps: Steps) -> Iterator[dict[str, Any]]:
    traded = area != "AMP"
    paid = np.round(readings.price("DE", steps), 2).tolist()
    for at, value, span in zip(steps.starts(), paid, spans(steps), strict=True):
        price, volume = (value, 1000.0) if traded else (None, None)
        yield {
            "contractId": f"NX_{name}{int(at.timestamp()) // QUARTER_S}", "contractName": f"{name}-{at:%Y%m%d-%H%M}",
            **span, "contractOpenTime": f"{times.shift(at, days=-1):%Y-%m-%dT%H:%M:%SZ}",
            "contractCloseTime": span["deliveryStart"], "isLocalContract": False,
            **dict.fromkeys(("openPrice", "closePrice", "highPrice", "lowPrice", "averagePrice"), price),
            **dict.fromkeys(("averagePriceLast1H", "averagePriceLast3H"), price),
            **dict.fromkeys(("openTradeTime", "closeTradeTime"), span["deliveryStart"] if traded else None),
            **dict.fromkeys(("volume", "buyVolume", "sellVolume"), volume),
        }


MAKERS: dict[str, Callable[[Asked, Readings, date], dict[str, Any] | None]] = {
    "/api/v2/Auction/Prices/ByAreas": prices,
    "/api/v2/Auction/Capacities/ByAreas": capacities,
    "/api/v2/PowerSystem/Exchanges/ByAreas": flows,
    "/api/v2/Intraday/ContractStatistics/ByAreas": intraday,
}
