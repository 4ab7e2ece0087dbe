"""Open Electricity: version 4 of its API for the Australian markets NEM and WEM, and the public files of the last days.

Traps it has: stamps and questions on a market's own clock, which knows no summer time; fuel technologies in upper case
(NEM) or lower case (WEM); estimates of roofs that run ahead of the plants and of the clock, beside nulls (NEM) or
nothing (WEM); WEM's net battery, with gaps, beside the two series that say the same; exports and imports as series
beside what is made; files of one region whose exports and imports may both stand at one moment. Unlike the real one,
`pumps` is net: there, what pumped plants give stands under hydro, and no reader could tell it from the rivers'.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

API, FILES = "api.openelectricity.org.au", "data.openelectricity.org.au"
HOSTS = (API, FILES)
STEP_S, DAY_H, WEEK_S = 300, 24, 7 * 86_400
DELAY_MIN, AHEAD_MIN = 10, 30
MOST_DAYS = 8
VERSION = "4.5.8"


class Region(NamedTuple):
    """A region of a market: its zone and whom it trades with."""

    market: str
    zone: str
    neighbours: tuple[str, ...] = ()


REGIONS = {
    "NSW1": Region("NEM", "AU-NSW", ("AU-QLD", "AU-VIC")), "QLD1": Region("NEM", "AU-QLD", ("AU-NSW",)),
    "SA1": Region("NEM", "AU-SA", ("AU-VIC",)), "TAS1": Region("NEM", "AU-TAS", ("AU-VIC",)),
    "VIC1": Region("NEM", "AU-VIC", ("AU-NSW", "AU-SA", "AU-TAS")), "WEM": Region("WEM", "AU-WA"),
}
CLOCKS = {"NEM": ("Etc/GMT-10", "+10:00"), "WEM": ("Etc/GMT-8", "+08:00")}

TABLE: dict[str, dict[str, float]] = {
    "biomass": {"bioenergy_biogas": 0.3, "bioenergy_biomass": 0.7}, "coal": {"coal_black": 1.0},
    "gas": {"gas_ccgt": 0.5, "gas_ocgt": 0.2, "gas_steam": 0.2, "gas_recip": 0.06, "gas_wcmg": 0.04},
    "hydro": {"hydro": 1.0}, "oil": {"distillate": 1.0}, "solar": {"solar_rooftop": 0.6, "solar_utility": 0.4},
    "wind": {"wind": 1.0},
}
BROWN = {"coal": {"coal_brown": 1.0}}
"""Victoria's."""
ROOFS = "solar_rooftop"
UNITS = {"power": "MW", "demand": "MW", "price": "$/MWh"}
HISTORY_KINDS = {"emissions": "emissions", "price": "price"}
"""By the last part of a series' name; all others are power."""
HISTORY_UNITS = {"power": "MW", "emissions": "tCO2e", "price": "AUD/MWh"}
NET_GAP = 13
"""Every so many points WEM's net battery has no value."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """Both hosts; only the API asks for a token."""
    return file(asked, readings) if asked.host == FILES else data(asked, readings)


def data(asked: Asked, readings: Readings) -> Reply:
    """/v4/data/network/… (power) and /v4/market/network/… (demand, price)."""
    found = re.fullmatch(r"/v4/(data|market)/network/(NEM|WEM)", asked.path)
    if found is None:
        return NOT_FOUND
    if not asked.headers.get("authorization", "").startswith("Bearer "):
        return refusal("Not authenticated", 401)
    subject, market = found.groups()
    metric, code = asked.one("metrics") or "", asked.one("network_region") or ""
    if (metric == "power") != (subject == "data") or metric not in UNITS:
        return refusal(f"Invalid metric: {metric!r}", 422)
    if code not in REGIONS or REGIONS[code].market != market:
        return refusal(f"Invalid network region: {code!r}", 400)
    try:
        start, end = window(asked, market)
    except SourceChanged as err:
        return refusal(f"{err}", 422)
    if start < times.shift(end, days=-MOST_DAYS):
        return refusal(f"Date range too large for 5m interval: at most {MOST_DAYS} days", 400)
    by_fueltech = asked.one("secondary_grouping") == "fueltech"
    return json_reply(envelope(readings.now, block(readings, code, metric, start, end, by_fueltech)))


def refusal(reason: str, status: int) -> Reply:
    return json_reply({"version": VERSION, "success": False, "error": reason, "data": []}, status)


def window(asked: Asked, market: str) -> tuple[datetime, datetime]:
    """What was asked for, on the market's clock; the last day and what lies ahead where nothing was said."""
    clock, _ = CLOCKS[market]
    given = [asked.one(name) for name in ("date_start", "date_end")]
    end = times.read(given[1], clock) if given[1] else times.shift(asked.now, minutes=AHEAD_MIN)
    return times.read(given[0], clock) if given[0] else times.shift(end, hours=-DAY_H), end


def envelope(now: datetime, found: Mapping[str, Any]) -> dict[str, Any]:
    created = times.text(now, "YYYY-MM-DDTHH:mm:ssZZ", "Australia/Sydney")
    told = {"version": VERSION, "created_at": created, "success": True, "error": None}
    return {**told, "data": [found], "total_records": None}


def block(
    readings: Readings, code: str, metric: str, start: datetime, end: datetime, by_fueltech: bool
) -> dict[str, Any]:
    """One metric of a region: its series under their names, each with stamps of its own."""
    market = REGIONS[code].market
    steps = steps_between(start, end, STEP_S)
    stamps = [written(at, market) for at in steps.starts()]
    bounds = {"date_start": stamps[0], "date_end": stamps[-1]} if stamps else {"date_start": None, "date_end": None}
    results = []
    for fueltech, column in series(readings, code, metric, steps, by_fueltech):
        name = f"{metric}_{code}|{fueltech}" if fueltech else f"{metric}_{code}"
        columns = {"region": code, "fueltech": fueltech} if fueltech else {"region": code}
        pairs = [pair for pair in zip(stamps, column, strict=True) if pair[1] is not None or market == "NEM"]
        results.append({"name": name, **bounds, "columns": columns, "data": pairs})
    return {
        "network_code": market, "metric": metric, "unit": UNITS[metric], "interval": "5m", **bounds,
        "groupings": ["network_region", "fueltech"] if by_fueltech else [], "results": results if stamps else [],
        "network_timezone_offset": CLOCKS[market][1],
    }


def written(at: datetime, market: str) -> str:
    clock, offset = CLOCKS[market]
    return f"{times.local(at, clock):%Y-%m-%dT%H:%M:%S}{offset}"


def series(
    readings: Readings, code: str, metric: str, steps: Steps, by_fueltech: bool
) -> Iterator[tuple[str, list[float | None]]]:
    """(fuel technology or nothing, values) of a metric; None for what is not out yet."""
    region = REGIONS[code]
    if metric != "power":
        read = readings.load if metric == "demand" else readings.price
        yield "", known(readings, steps, read(region.zone, steps), 2 if metric == "demand" else 5)
        return
    found = output(readings, code, steps)
    if not by_fueltech:
        yield "", known(readings, steps, np.sum([*found.values()], axis=0))
        return
    found |= stored(readings, region, steps) | traded(readings, region, steps)
    for label, column in found.items():
        name = label.upper() if region.market == "NEM" else label
        yield name, known(readings, steps, column, late_min=-AHEAD_MIN if label == ROOFS else DELAY_MIN)


def known(
    readings: Readings, steps: Steps, column: FloatArray, decimals: int = 4, late_min: int = DELAY_MIN
) -> list[float | None]:
    """The values that are out by now, rounded; None for the others and for NaN."""
    out_s = times.shift(readings.now, minutes=-late_min).timestamp()
    count = min(steps.count, max(0, int(out_s - steps.start_s) // STEP_S + 1))
    values = np.round(column[:count], decimals).tolist()
    return [None if value != value else value for value in values] + [None] * (steps.count - count)


def output(readings: Readings, code: str, steps: Steps) -> dict[str, FloatArray]:
    return readings.labelled(REGIONS[code].zone, steps, TABLE | BROWN if code == "VIC1" else TABLE)


def stored(readings: Readings, region: Region, steps: Steps) -> dict[str, FloatArray]:
    """Batteries in two series of numbers ≥ 0, in the WEM as their difference too; pumps net, + pumping."""
    charge = readings.charge(region.zone, steps)
    found = {"pumps": charge["hydro"]} if "hydro" in charge else {}
    if "battery" in charge:
        found["battery_charging"] = np.maximum(charge["battery"], 0.0)
        found["battery_discharging"] = np.maximum(-charge["battery"], 0.0)
        if region.market == "WEM":
            is_given = np.arange(steps.start_s // STEP_S, steps.end_s // STEP_S) % NET_GAP > 0
            found = {"battery": np.where(is_given, -charge["battery"], np.nan)} | found
    return found


def traded(readings: Readings, region: Region, steps: Steps) -> dict[str, FloatArray]:
    """What leaves and enters over each border, summed apart."""
    leaving = [readings.flow([region.zone], [other], steps) for other in region.neighbours]
    if not leaving:
        return {}
    return {
        "exports": np.sum(np.maximum(leaving, 0.0), axis=0),
        "imports": np.sum(np.maximum(np.negative(leaving), 0.0), axis=0),
    }


def file(asked: Asked, readings: Readings) -> Reply:
    """/v4/stats/au/NEM/<region>/power/7d.json (or 30d); the WEM's has no region in its address."""
    found = re.fullmatch(r"/v4/stats/au/(?:NEM/([A-Z]+1)|(WEM))/power/(7|30)d\.json", asked.path)
    code = found and (found[1] or found[2])
    if found is None or code not in REGIONS:
        return NOT_FOUND
    market, end = REGIONS[code].market, times.shift(readings.now, minutes=-DELAY_MIN)
    steps = steps_between(times.shift(end, days=-int(found[3])), end, STEP_S)
    return json_reply({
        "type": "power", "version": "4.0.14", "network": market.lower(), "code": code, "region": code,
        "created_at": written(readings.now, market),
        "messages": ["OpenNEM API has migrated to require authentication."],
        "data": [history(code, name, steps, column) for name, column in histories(readings, code, steps).items()],
    })


def histories(readings: Readings, code: str, steps: Steps) -> dict[str, FloatArray]:
    """All series of a region; read week by week, since the grid keeps no month in mind."""
    starts = range(steps.start_s, steps.end_s, WEEK_S)
    weeks = [Steps(start_s, STEP_S, (min(steps.end_s, start_s + WEEK_S) - start_s) // STEP_S) for start_s in starts]
    parts = [columns(readings, code, week) for week in weeks]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def columns(readings: Readings, code: str, steps: Steps) -> dict[str, FloatArray]:
    """Load, price, and per fuel technology the power and, for trade, the emissions."""
    region = REGIONS[code]
    flows = traded(readings, region, steps)
    power = output(readings, code, steps) | flows
    return {
        "demand": readings.load(region.zone, steps),
        **{f"fuel_tech.{label}.emissions": column / 20 for label, column in flows.items()},
        **{f"fuel_tech.{label}.power": column for label, column in power.items()},
        "price": readings.price(region.zone, steps),
    }


def history(code: str, name: str, steps: Steps, column: FloatArray) -> dict[str, Any]:
    """One series: value i belongs to its start and i times five minutes."""
    market, kind = REGIONS[code].market, HISTORY_KINDS.get(name.rpartition(".")[2], "power")
    first, last = (written(at, market) for at in (times.epoch(steps.start_s), times.epoch(steps.end_s - STEP_S)))
    values = {"start": first, "last": last, "interval": "5m", "data": np.round(column, 4).tolist()}
    return {
        "id": f"au.{market}.{code}.{name}".lower(), "type": kind, "network": market.lower(), "region": code,
        "data_type": kind, "units": HISTORY_UNITS[kind], "history": values,
        **({"forecast": values} if ROOFS in name else {}),
    }
