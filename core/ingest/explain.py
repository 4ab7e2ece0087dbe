"""Every term of one zone's balance in one hour, from what is stored."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from core.config import Config
from core.ingest.hourly import HOUR_S
from core.ingest.solve import network_of, read_inputs
from core.kinds import MODES, STORAGE_MODES
from core.store import Store


@dataclass(frozen=True)
class Term:
    """One line of a balance: power in MW (negative leaves the zone) at an intensity in g/kWh (lifecycle)."""

    name: str
    power_mw: float | None
    g_per_kwh: float | None
    note: str = ""


@dataclass
class Explained:
    """A balance: its terms in order, and the result in words."""

    terms: list[Term] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def explain(config: Config, store: Store, zone_key: str, hour: datetime) -> Explained:
    """The balance of a zone (one without sub-zones) in the hour that starts at `hour`."""
    network, hour_s = network_of(config), int(hour.timestamp())
    if zone_key not in network.zones:
        return Explained(lines=[f"{zone_key} is an aggregate of sub-zones, which are traced by themselves."])
    balance = read_inputs(network, store, [hour_s]).balance
    results = {row["zone_key"]: row for row in store.results(start_s=hour_s, end_s=hour_s + HOUR_S)}
    at = network.zones.index(zone_key)
    found = Explained(lines=_verdict(results.get(zone_key)))
    found.terms += _production(config, zone_key, hour, balance.production_mw[:, at, 0])
    storage = balance.charge_mw[:, at, 0] - balance.discharge_mw[:, at, 0]
    found.terms += _storage(config, zone_key, hour, storage, results.get(zone_key))
    flows = {link: balance.flow_mw[i, 0] for i, link in enumerate(network.links) if zone_key in link.split("->")}
    found.terms += _exchanges(config, zone_key, flows, results)
    return found


def _production(config: Config, zone_key: str, hour: datetime, power_mw: Any) -> Iterator[Term]:
    for mode, power in zip(MODES, power_mw, strict=True):
        if not np.isnan(power):
            factor = config.factors.at(zone_key, "lifecycle", mode, hour)
            yield Term(mode, float(power), factor.value_g_per_kwh, f"{factor.source} ({factor.scope})")


def _storage(config: Config, zone_key: str, hour: datetime, net_mw: Any, result: Any) -> Iterator[Term]:
    """Charging takes the zone's own mix with it; discharge brings its factor."""
    for mode, power in zip(STORAGE_MODES, net_mw, strict=True):
        if power < 0:
            factor = config.factors.at(zone_key, "lifecycle", f"{mode} discharge", hour)
            yield Term(f"{mode} storage, discharging", -float(power), factor.value_g_per_kwh, factor.source)
        elif power > 0:
            yield Term(f"{mode} storage, charging", -float(power), _intensity(result))


def _exchanges(config: Config, zone_key: str, flows: dict[str, Any], results: dict[str, Any]) -> Iterator[Term]:
    """Imports at the neighbour's intensity, or at its fallback where it has none; exports at the zone's own."""
    for link, flow in flows.items():
        first, second = link.split("->")
        other, inward_mw = (first, float(flow)) if zone_key == second else (second, -float(flow))
        if np.isnan(inward_mw):
            yield Term(f"{other}", None, None, "no data")
        elif inward_mw < 0:
            yield Term(f"to {other}", inward_mw, _intensity(results.get(zone_key)))
        else:
            known = _intensity(results.get(other))
            fallback = config.factors.fallback_intensity("lifecycle")
            note = "" if known is not None else "fallback: the world's mix"
            yield Term(f"from {other}", inward_mw, fallback if known is None else known, note)


def _intensity(result: Any) -> float | None:
    return result["lifecycle_g_per_kwh"] if result else None


def _verdict(result: Any) -> list[str]:
    if not result or result["lifecycle_g_per_kwh"] is None:
        flags = result["flags"].replace("_", " ").replace(",", ", ") if result else "nothing is stored for this hour"
        return [f"No intensity: {flags}."]
    lines = [
        f"Consumption {result['consumption_mw']:.0f} MW carries {result['lifecycle_g_per_kwh']:.1f} g/kWh "
        f"(lifecycle), {result['direct_g_per_kwh']:.1f} g/kWh (direct); "
        f"carbon-free {result['carbon_free_share']:.1%}, renewable {result['renewable_share']:.1%}.",
    ]
    if result["production_lifecycle_g_per_kwh"] is not None:
        lines.append(f"What it produces carries {result['production_lifecycle_g_per_kwh']:.1f} g/kWh (lifecycle).")
    if result["fallback_share"] or result["estimated_share"]:
        lines.append(f"Of the supply {result['fallback_share']:.1%} is priced at a fallback, "
                     f"{result['estimated_share']:.1%} estimated by the source.")
    if result["flags"]:
        lines.append(f"Notes: {result['flags'].replace('_', ' ').replace(',', ', ')}.")
    if result["origin"] != "live":
        lines.append(f"{result['origin'].upper()}: not live data.")
    return lines
