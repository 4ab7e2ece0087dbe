"""JAO's auction service: explicit daily auctions of one corridor, a cable in one direction.

Traps it has: a key in a header; status 400 for nothing; market days of Central Europe with 23 or 25 hours, their
results in any order under labels of the wall clock; days that are announced without results; several cables at one
border; one code for both ends of Italy.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("api.jao.eu",)
PATH = "/OWSMP/getauctions"
CLOCK = "Europe/Brussels"
HOUR_S = 3600
RESULTS_H = 10
"""The hour of the day before at which an auction's results are out."""
ANNOUNCED_DAYS = 4
MOST_DAYS = 31

CABLES = {
    frozenset({"BE", "GB"}): {"NLL": 1.0}, frozenset({"D1", "GB"}): {"VKL": 1.0},
    frozenset({"FR", "GB"}): {"IF1": 0.4, "IF2": 0.3, "EL1": 0.3},
}
"""By the ends of a corridor: what its names begin with, and what part of the border's capacity each has."""
PLAIN = "AT-CH BG-MK BG-RS CH-DE CH-FR CH-IT HR-RS HU-RS HU-UA IT-ME ME-RS MK-RS PL-UA SK-UA"
ZONES = {"D1": ("DK-DK1",), "IT": ("IT-CNO", "IT-CSO", "IT-NO", "IT-SAR", "IT-SIC", "IT-SO")}

Ends: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]


def answer(asked: Asked, readings: Readings) -> Reply:
    """The auctions of a corridor whose market day starts within the period."""
    if asked.path != PATH:
        return NOT_FOUND
    if not asked.headers.get("auth_api_key"):
        return json_reply({"status": 401, "message": "Unauthorized"}, 401)
    try:
        first, last = (
            times.read(asked.one(name) or "", "UTC", "YYYY-MM-DD-HH:mm:ss") for name in ("fromdate", "todate"))
    except SourceChanged:
        return refused("Invalid date format")
    if (last - first).days > MOST_DAYS:
        return refused("The period is longer than 31 days")
    corridor = (asked.one("corridor") or "").upper()
    found = [*auctions(readings, corridor, first, last)] if asked.one("horizon") == "Daily" else []
    return json_reply(found) if found else refused("No Data found")


def refused(reason: str) -> Reply:
    return json_reply({"status": 400, "message": reason}, 400)


def share_of(corridor: str) -> tuple[str, str, float]:
    """The ends of a corridor, and its part of what the border offers; 0 if there is no such corridor."""
    cable, _, ends = corridor.partition("-") if corridor.count("-") == 2 else ("", "", corridor)
    first, _, second = ends.partition("-")
    shares = CABLES.get(frozenset({first, second}), {})
    is_plain = not cable and {f"{first}-{second}", f"{second}-{first}"} & {*PLAIN.split()}
    return first, second, 1.0 if is_plain else shares.get(cable, 0.0)


def auctions(readings: Readings, corridor: str, first: datetime, last: datetime) -> Iterator[dict[str, Any]]:
    from_code, to_code, share = share_of(corridor)
    ends = ZONES.get(from_code, (from_code,)), ZONES.get(to_code, (to_code,))
    if not share or not readings.is_linked(*ends):
        return
    day, final = times.day(first, CLOCK), times.day(readings.now, CLOCK, ANNOUNCED_DAYS)
    while day <= final and times.midnight(day, CLOCK) <= last:
        if times.midnight(day, CLOCK) >= first:
            yield auction(readings, corridor, ends, share, day)
        day = following(day)


def following(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def auction(
    readings: Readings, corridor: str, ends: Ends, share: float, day: date
) -> dict[str, Any]:
    start, stop = times.midnight(day, CLOCK), times.midnight(following(day), CLOCK)
    known_days = 1 if times.local(readings.now, CLOCK).hour >= RESULTS_H else 0
    is_held = day <= times.day(readings.now, CLOCK, known_days)
    steps = Steps(int(start.timestamp()), HOUR_S, int((stop - start).total_seconds()) // HOUR_S)
    return {
        "identification": f"{corridor}-D-DAILY--{day:%y%m%d}-01", "corridorCode": corridor, "horizonName": "Daily",
        "cancelled": False, "xnRule": "1/1", "marketPeriodStart": f"{start:%Y-%m-%dT%H:%M:%S}.000+00:00",
        "marketPeriodStop": f"{stop:%Y-%m-%dT%H:%M:%S}.000+00:00",
        "results": results(readings, ends, share, steps) if is_held else [],
    }


def results(
    readings: Readings, ends: Ends, share: float, steps: Steps
) -> list[dict[str, Any]]:
    """Every hour of the market day, the last first."""
    there, _ = readings.offered(*ends, steps)
    seen: set[str] = set()
    found = []
    for at, value in zip(steps.starts(), np.round(share * there).tolist(), strict=True):
        hour = times.local(at, CLOCK).hour
        label = f"{hour:02}:00-{hour + 1:02}:00"
        label += "*" if label in seen else ""
        seen.add(label)
        product = "B03DST----" if label.endswith("*") else f"B{hour + 1:02}-------"
        found.append({
            "productHour": label, "productIdentification": product, "offeredCapacity": value,
            "requestedCapacity": 2 * value, "allocatedCapacity": value, "auctionPrice": 1.5,
        })
    return found[::-1]
