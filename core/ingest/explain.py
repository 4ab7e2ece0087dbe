"""A stored hour, explained: the terms of a zone's balance, and every generator behind it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from core.config import Config
from core.flowtrace import Balance, Factors, Network
from core.flowtrace import explain as room
from core.flowtrace.explain import Explained, Source
from core.flowtrace.storage import discharge_factors
from core.ingest.hourly import HOUR_S
from core.ingest.inputs import read_inputs
from core.ingest.solve import factors_of, network_of, runs_of_hours, solve_run
from core.ingest.storage import METHODS, WARM_UP_HOURS, Storage
from core.store import Store


def explain(
    config: Config, store: Store, zone_key: str, hour: datetime, *, basis: str = "lifecycle", depth: int = 0,
    known_at_s: int | None = None,
) -> Explained:
    """The balance of a zone without sub-zones in the hour that starts at `hour`, unfolded `depth` borders upstream.

    Discharge carries what the method the hour was solved with says; a reservoir's content is that of the past week.
    With known_at_s (Unix seconds) it is the balance as the store knew it at that moment.
    """
    network, balance, factors = _inputs(config, store, zone_key, int(hour.timestamp()), basis, known_at_s)
    return room.explain(network, balance, factors, zone_key, 0, depth=depth)


def sources(
    config: Config, store: Store, zone_key: str, hour: datetime, *, basis: str = "lifecycle",
    known_at_s: int | None = None,
) -> list[Source]:
    """What a zone consumed in that hour by where and how it was generated, the largest contribution first."""
    network, balance, factors = _inputs(config, store, zone_key, int(hour.timestamp()), basis, known_at_s)
    return room.sources(network, balance, factors, zone_key, 0)


def results_known(config: Config, store: Store, hours_s: Sequence[int], known_at_s: int) -> pa.Table:
    """The results of hours without gaps as they follow from what the store knew at a moment, all Unix seconds.

    Storage is priced with `static`, as cycles do.
    """
    network = network_of(config)
    runs = runs_of_hours(hours_s)
    return pa.concat_tables([solve_run(config, network, store, run, Storage("static"), known_at_s) for run in runs])


def _inputs(
    config: Config, store: Store, zone_key: str, hour_s: int, basis: str, known_at_s: int | None
) -> tuple[Network, Balance, Factors]:
    """Network, balance and factors of one hour."""
    network = network_of(config)
    inputs = read_inputs(config, network, store, [hour_s], known_at_s)
    factors = factors_of(config, network, inputs)[basis]
    stored = store.results(zone_key, hour_s, hour_s + 1)
    method = next((one for one in METHODS.values() if stored and one == stored[0]["storage_method"]), None)
    if method is not None and method != "static":
        hours = range(hour_s - WARM_UP_HOURS * HOUR_S, hour_s + 1, HOUR_S)
        week = read_inputs(config, network, store, hours, known_at_s)
        priced = discharge_factors(method, network, week.balance, factors_of(config, network, week)[basis]).factors
        factors = replace(factors, discharge_g_per_kwh=priced.discharge_g_per_kwh[..., -1:])
    return network, inputs.balance, factors
