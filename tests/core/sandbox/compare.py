"""Events beside the grid they were measured in."""

from collections.abc import Mapping

import numpy as np

from core.flowtrace.arrays import FloatArray
from core.kinds import split_key
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.schemas import (
    AvailableTransferCapacity,
    Consumption,
    Event,
    Exchange,
    ExchangeCapacity,
    Price,
    Production,
    ScheduledExchange,
    TotalProduction,
    TransferCapacity,
)
from tests.core.sandbox.truths import Truth

PRICES = ("price", "dayaheadLocationalMarginalPrice", "realtimeLocationalMarginalPrice")
HELD = "exchangeCapacity"
"""Kinds whose value holds for days on end, however long the interval is."""


def differences(readings: Readings, truth: Truth, kind: str, key: str, events: list[Event]) -> list[str]:
    """What in the events is not what the grid did, in words; empty when all is right."""
    if not events:
        return []
    step_s, found = truth.step_s(kind, key), []
    seconds = [int(event.start.timestamp()) for event in events]
    steps = Steps(min(seconds), step_s, (max(seconds) - min(seconds)) // step_s + 1)
    did = happened(readings, truth, kind, key, steps)
    tolerance = 1.001 * (truth.price_unit if kind == "price" else 0.5 * truth.unit * truth.parts)
    pairs = []
    for event, at_s in zip(events, seconds, strict=True):
        place, rest = divmod(at_s - steps.start_s, step_s)
        if rest or (event.end and not kind.startswith(HELD) and (event.end - event.start).total_seconds() != step_s):
            found.append(f"{event.start:%m-%d %H:%M} until {event.end} is not one of the source's steps of {step_s} s")
        pairs.append((told(event, truth), {name: float(values[place]) for name, values in did.items()}))
    if truth.only_mean(kind, key):
        pairs, events = [(mean([said for said, _ in pairs]), mean([there for _, there in pairs]))], events[:1]
    for event, (said, there) in zip(events, pairs, strict=True):
        for name in sorted(said.keys() | there.keys()):
            wanted = there.get(name, 0.0)
            if abs(said.get(name, 0.0) - wanted) > tolerance:
                found.append(f"{event.start:%m-%d %H:%M} {name}: {said.get(name)} where the grid has {wanted:.3f}")
    return found


def mean(parts: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each name; what is not there is 0."""
    names = {name for part in parts for name in part}
    return {name: sum(part.get(name, 0.0) for part in parts) / len(parts) for name in names}


def happened(readings: Readings, truth: Truth, kind: str, key: str, steps: Steps) -> dict[str, FloatArray]:
    """What the grid did in each step, by name, as the source publishes it."""
    factor = truth.factor.get(kind, 1.0)
    found = _happened(readings, truth, kind, key, steps)
    return {name: factor * values for name, values in found.items() if name in truth.only.get(kind, found)}


def _happened(readings: Readings, truth: Truth, kind: str, key: str, steps: Steps) -> dict[str, FloatArray]:
    if kind in truth.in_one:
        return {"unknown": truth.in_one[kind](readings, key, steps)}
    if kind == "production":
        stored = {f"{mode} storage": values for mode, values in readings.charge(key, steps).items()}
        return _seen(readings.production(key, steps) | stored, truth)
    if kind.startswith("productionPerMode"):
        return _seen(readings.wind_solar_forecast(key, steps), truth)
    first, second = (parts_of(readings, end) for end in split_key(key) or ("", ""))
    if kind.startswith(HELD):
        there, back = readings.limits(first, second)
        return {"export": np.full(steps.count, there), "import": np.full(steps.count, back)}
    match kind:
        case "consumption":
            return {"value": readings.load(key, steps)}
        case "consumptionForecast":
            return {"value": readings.load_forecast(key, steps)}
        case "generationForecast" if kind in truth.actual:
            return {"value": np.sum([*readings.production(key, steps).values()], axis=0)}
        case "generationForecast":
            return {"value": readings.generation_forecast(key, steps)}
        case "price" | "dayaheadLocationalMarginalPrice" | "realtimeLocationalMarginalPrice":
            return {"value": readings.price(truth.priced_as.get(key, key), steps)}
        case "exchange":
            return {"value": readings.flow(first, second, steps)}
        case "atcDayAhead" | "maxBexDayAhead" | "maxBflowDayAhead":
            there, back = readings.offered(first, second, steps)
            return {"export": there, "import": back}
        case "exchangeForecast" | "scheduledExchangesTotal" | "scheduledExchangesDayAhead":
            return {"value": readings.schedule(first, second, steps)}
    raise ValueError(f"nothing is known of {kind}")


def parts_of(readings: Readings, zone_key: str) -> tuple[str, ...]:
    """The zones of an aggregate, or the zone itself."""
    zone = readings.world.grid.config.zones.get(zone_key)
    return (zone.sub_zones if zone else ()) or (zone_key,)


def told(event: Event, truth: Truth) -> dict[str, float]:
    """What an event says, by the same names."""
    match event:
        case Production():
            said = event.production | {f"{mode} storage": value for mode, value in event.storage.items()}
            modes = {mode: np.array([value or 0.0]) for mode, value in said.items()}
            return {name: values.item() for name, values in _seen(modes, truth).items()}
        case TransferCapacity() | AvailableTransferCapacity() | ExchangeCapacity():
            return {"export": event.capacity_export or 0.0, "import": event.capacity_import or 0.0}
        case Consumption():
            return {"value": event.consumption}
        case TotalProduction():
            return {"value": event.value}
        case Price():
            return {"value": event.price}
        case Exchange() | ScheduledExchange():
            return {"value": event.net_flow}
    raise TypeError(f"nothing is known of {type(event).__name__}")


def _seen(by_mode: Mapping[str, FloatArray], truth: Truth) -> dict[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    for mode, values in by_mode.items():
        if name := truth.seen_as.get(mode, mode):
            found[name] = found.get(name, 0.0) + values
    return found
