"""A stored hour, explained: the terms of a zone's balance, and every generator behind it."""

from datetime import datetime

from core.config import Config
from core.flowtrace import explain as room
from core.flowtrace.explain import Explained, Source
from core.ingest.solve import factors_of, network_of, read_inputs
from core.store import Store


def explain(
    config: Config, store: Store, zone_key: str, hour: datetime, *, basis: str = "lifecycle", depth: int = 0
) -> Explained:
    """The balance of a zone without sub-zones in the hour that starts at `hour`, unfolded `depth` borders upstream."""
    network, hour_s = network_of(config), int(hour.timestamp())
    balance = read_inputs(network, store, [hour_s]).balance
    return room.explain(network, balance, factors_of(config, network, [hour_s])[basis], zone_key, 0, depth=depth)


def sources(
    config: Config, store: Store, zone_key: str, hour: datetime, *, basis: str = "lifecycle"
) -> list[Source]:
    """What a zone consumed in that hour by where and how it was generated, the largest contribution first."""
    network, hour_s = network_of(config), int(hour.timestamp())
    balance = read_inputs(network, store, [hour_s]).balance
    return room.sources(network, balance, factors_of(config, network, [hour_s])[basis], zone_key, 0)
