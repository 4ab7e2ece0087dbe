"""What stands where in the simulated grid: installed MW, usual load, what a link can carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.config import Config, Zone
from core.flowtrace.arrays import BoolArray, FloatArray
from core.flowtrace.network import Network
from core.kinds import MODES, STORAGE_MODES

ASSUMED_MW = {
    "CA-AB": {
        "biomass": 430, "gas": 13500, "hydro": 890, "solar": 1800, "wind": 5600, "battery storage": 190},
    "ES-CN-FV": {"oil": 190, "wind": 30, "solar": 15},
    "ES-CN-GC": {"oil": 1000, "wind": 190, "solar": 45},
    "ES-CN-LP": {"oil": 110, "wind": 10, "solar": 5},
    "ES-CN-LZ": {"oil": 230, "wind": 25, "solar": 10},
    "ES-CN-TE": {"oil": 1050, "wind": 200, "solar": 115},
    "ES-IB-FO": {"oil": 15, "solar": 2},
    "ES-IB-IZ": {"gas": 340, "solar": 15},
    "ES-IB-MA": {"coal": 250, "gas": 1250, "biomass": 70, "solar": 110, "battery storage": 20},
    "US-AK-SEAPA": {"hydro": 57, "oil": 25},
}
"""Zones with a source of production for which the configuration has no capacities: made up, in a plausible size."""

OWNED_TOGETHER = {"US-CAR-SC": ("US-CAR-SCEG", "nuclear", 1 / 3)}
"""Zone → a zone under which the configuration books a plant of both, its mode, and the first one's part of it."""

USUAL_LOAD = {
    "biomass": 0.5, "coal": 0.45, "gas": 0.32, "geothermal": 0.65, "hydro": 0.36, "nuclear": 0.7, "oil": 0.15,
    "solar": 0.12, "unknown": 0.32, "wind": 0.23,
}
"""Part of its installed MW that a mode gives over a year, about; a little less, so that there is some to spare."""
STATION_USE = 0.03
"""Load of a zone that only generates, as a part of what it usually makes."""
MOST_TRADED = 0.3
"""All links of a zone together carry at most this part of its usual load, so that it can always balance itself."""
MOST_STORED = 0.12
CONSUMER_SHARE = 0.5
"""A zone without plants draws about this part of what its links can carry."""
UNKNOWN_LINK = 0.1
"""What a link without a configured capacity carries, as a part of the usual load of the smaller zone …"""
CONSUMER_LINK_MW = 150.0
"""… and at most that into a zone without plants."""


@dataclass(frozen=True)
class Plants:
    """Static facts, in the order of the network's zones and links."""

    network: Network
    installed_mw: FloatArray
    """(10 modes, zones)."""
    stores_mw: FloatArray
    """(2 storage modes, zones) the most that is charged or discharged."""
    load_mw: FloatArray
    """(zones) usual load."""
    low_mw: FloatArray
    """(links) the least net flow, ≤ 0."""
    high_mw: FloatArray
    """(links) the greatest net flow, ≥ 0."""
    has_plants: BoolArray
    """(zones) false for zones that only consume."""


def plants_of(config: Config, moment: datetime) -> Plants:
    """The plants, loads and links of the configuration on a day."""
    zones = config.solved_zones()
    network = Network(zones, tuple(key for key in sorted(config.exchanges) if _is_inside(config, key)))
    capacities = [_capacity(config.zones[key], moment) for key in zones]
    installed = np.array([[one.get(mode, 0.0) for one in capacities] for mode in MODES])
    stores = np.array([[one.get(f"{mode} storage", 0.0) for one in capacities] for mode in STORAGE_MODES])
    for mode, zone, owner, part in owned_together(zones):
        row = installed[MODES.index(mode)]
        row[[zone, owner]] = part * row[owner], (1 - part) * row[owner]
    usual = np.array(list(map(USUAL_LOAD.__getitem__, MODES))) @ installed
    has_plants = usual > 0
    low, high = _limits(config, network, usual)
    usual = np.where(has_plants, usual, _drawn(network, has_plants, low, high))
    generates_only = np.array([config.zones[key].generation_only for key in zones])
    return Plants(
        network=network, installed_mw=installed, stores_mw=np.minimum(stores, MOST_STORED * usual),
        load_mw=np.where(generates_only, STATION_USE * usual, usual), low_mw=low, high_mw=high, has_plants=has_plants,
    )


def owned_together(zones: Sequence[str]) -> list[tuple[str, int, int, float]]:
    """(mode, place of a zone, place of the zone that shares a plant with it, the first one's part) for these zones."""
    return [
        (mode, zones.index(zone), zones.index(owner), part)
        for zone, (owner, mode, part) in OWNED_TOGETHER.items() if zone in zones and owner in zones
    ]


def _is_inside(config: Config, key: str) -> bool:
    ends = config.exchanges[key].zones
    return all(zone in config.zones and not config.zones[zone].sub_zones for zone in ends)


def _capacity(zone: Zone, moment: datetime) -> Mapping[str, float]:
    found = zone.capacity_at(moment)
    return found if any(found.values()) else ASSUMED_MW.get(zone.key, {})


def _limits(config: Config, network: Network, usual: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What every link can carry each way: what is configured, and no more than its two zones can take."""
    smaller = np.minimum(*(np.where(usual > 0, usual, np.inf)[ends] for ends in (network.first, network.second)))
    is_to_consumer = np.minimum(usual[network.first], usual[network.second]) == 0
    guessed = np.where(np.isfinite(smaller), UNKNOWN_LINK * smaller, 0.0)
    guessed = np.where(is_to_consumer, np.minimum(guessed, CONSUMER_LINK_MW), guessed)
    pairs = [config.exchanges[key].capacity for key in network.links]
    low = np.array([-guess if pair is None else pair[0] for pair, guess in zip(pairs, guessed, strict=True)])
    high = np.array([guess if pair is None else pair[1] for pair, guess in zip(pairs, guessed, strict=True)])
    is_dead = ~np.isfinite(smaller)  # between two zones without plants nothing flows
    widest = np.where(is_dead, 0.0, np.maximum(-low, high))
    held = np.zeros(len(network.zones))
    for ends in (network.first, network.second):
        np.add.at(held, ends, widest)
    spare = np.where(usual > 0, MOST_TRADED * usual / np.maximum(held, 1e-9), 1.0)
    factor = np.where(is_dead, 0.0, np.minimum(1.0, np.minimum(spare[network.first], spare[network.second])))
    return low * factor, high * factor


def _drawn(network: Network, has_plants: BoolArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """(zones) what a zone without plants draws through links from zones with plants."""
    into = np.zeros(len(has_plants))
    for ends, others, most in ((network.second, network.first, high), (network.first, network.second, -low)):
        np.add.at(into, ends, np.where(has_plants[others], most, 0.0))
    return np.where(has_plants, 0.0, CONSUMER_SHARE * into)
