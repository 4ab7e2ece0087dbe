"""Events beside the grid they were measured in."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.kinds import split_key
from core.sandbox.readings import Readings, Steps
from core.schemas import Consumption, Event, Exchange, Price, Production, ScheduledExchange, TotalProduction, TransferCapacity
from tests.core.sandbox.truths import Truth

CURRENCY_UNIT = 0.01


def differences(readings: Readings, truth: Truth, kind: str, key: str, events: list[Event]) -> list[str]:
    """What in the events is not what the grid did, in words; empty when all is right."""
    step_s, factor = truth.step_s(kind, key), truth.factor.get(kind, 1.0)
    tolerance = 0.5 * truth.unit * truth.parts * 1.001
    found = []
    for event in events:
        if event.end is not None and not kind.startswith("exchangeCapacity"):
            if (event.end - event.start).total_seconds() != step_s:
                found.append(f"{event.start} lasts until {event.end}, not {step_s} s")
        steps = Steps(int(event.start.timestamp()), step_s, 1)
        said, did = _both(readings, truth, kind, key, event, steps)
        for name in sorted(said.keys() | did.keys()):
            wanted = factor * did.get(name, 0.0)
            allowed = CURRENCY_UNIT if kind == "price" else tolerance
            if abs(said.get(name, 0.0) - wanted) > allowed:
                found.append(f"{event.start:%m-%d %H:%M} {name}: {said.get(name)} where the grid has {wanted:.3f}")
    return found


def _both(
    readings: Readings, truth: Truth, kind: str, key: str, event: Event, steps: Steps
) -> tuple[dict[str, float], dict[str, float]]:
    """(what the event says, what the grid did), by name."""
    match event:
        case Production():
            is_forecast = kind != "production"
            made = (readings.wind_solar_forecast if is_forecast else readings.production)(key, steps)
            stored = {} if is_forecast else readings.charge(key, steps)
            return (
                _seen(event.production, truth) | {f"{m} storage": v or 0.0 for m, v in event.storage.items()},
                _seen(made, truth) | {f"{m} storage": v.item() for m, v in stored.items()},
            )
        case Consumption():
            read = readings.load_forecast if "Forecast" in kind else readings.load
            return {"load": event.consumption}, {"load": read(key, steps).item()}
        case TotalProduction():
            return {"total": event.value}, {"total": readings.generation_forecast(key, steps).item()}
        case Price():
            return {"price": event.price}, {"price": readings.price(key, steps).item()}
        case Exchange() | ScheduledExchange():
            first, second = split_key(key) or ("", "")
            is_agreed = kind != "exchange"
            read_flow = readings.schedule if is_agreed else readings.flow
            return {"flow": event.net_flow}, {"flow": read_flow([first], [second], steps).item()}
        case TransferCapacity():
            first, second = split_key(key) or ("", "")
            there, back = readings.limits([first], [second])
            said = {"export": event.capacity_export or 0.0, "import": event.capacity_import or 0.0}
            return said, {"export": there, "import": back}
    raise TypeError(f"nothing is known of {type(event).__name__}")


def _seen(by_mode: Mapping[str, Any], truth: Truth) -> dict[str, float]:
    found: dict[str, float] = {}
    for mode, value in by_mode.items():
        name = truth.seen_as.get(mode, mode)
        found[name] = found.get(name, 0.0) + (0.0 if value is None else float(np.asarray(value).item()))
    return found
