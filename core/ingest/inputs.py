"""What flow tracing takes of a run of hours, read from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.config import Config
from core.flowtrace import Balance, Network
from core.flowtrace.arrays import BoolArray, FloatArray
from core.ingest.hourly import HOUR_S, hourly_pieces
from core.ingest.missing import Fallback, complete, fallback_of
from core.kinds import MODES, split_key
from core.store import LIVE, Store
from core.store.tables import MIX_COLUMNS

EVENT_COLUMNS = ("key", "start_s", "end_s", "source_type", "origin")


@dataclass(frozen=True)
class Inputs:
    """One run of hours, averaged: what flow tracing takes, and how much of it is estimated."""

    hours_s: Sequence[int]
    balance: Balance
    estimated: FloatArray
    """(zones, hours) part of the hour's production that its source or we estimated; NaN without production."""
    estimated_flow: FloatArray
    """(links, hours) the same of the hour's flow."""
    origins: Sequence[str]
    """Of each hour: live, or the names of what else is among its events and those behind its means."""
    is_mean: BoolArray
    """(zones, hours) production is the mean of the same hour of past days."""
    is_partial: BoolArray
    """(zones, hours) the intervals of its production leave a part of the hour out."""
    fallback: Fallback
    """What zones without production are priced at."""
    is_suspect: BoolArray
    """(zones, hours) something that a source said of its production or of a flow of its waits in the quarantine."""


def read_inputs(
    config: Config, network: Network, store: Store, hours_s: Sequence[int], known_at_s: int | None = None
) -> Inputs:
    """The hourly means of production, storage and flows for a run of hours, and what stands in for missing ones.

    With known_at_s (Unix seconds) of what the store knew at that moment.
    """
    span = hours_s[0], hours_s[-1] + HOUR_S
    mixes = store.columns("production", (*EVENT_COLUMNS, *MIX_COLUMNS), *span, known_at_s=known_at_s)
    values = np.vstack([*(mixes[name] for name in MIX_COLUMNS), _is_estimated(mixes)])
    pieces = hourly_pieces(network.zones, hours_s, mixes["key"], mixes["start_s"], mixes["end_s"])
    found = pieces.means(values)
    flows = store.columns("exchange", (*EVENT_COLUMNS, "value"), *span, known_at_s=known_at_s)
    values = np.vstack([flows["value"], _is_estimated(flows)])
    flow = hourly_pieces(network.links, hours_s, flows["key"], flows["start_s"], flows["end_s"]).means(values)
    whole = complete(config, network, store, hours_s, found[:-1], known_at_s)
    estimated = np.where(whole.is_mean, 1.0, found[-1])
    storage = whole.mix_mw[len(MODES) :]
    balance = Balance(
        production_mw=whole.mix_mw[: len(MODES)],
        discharge_mw=np.maximum(-storage, 0.0),
        charge_mw=np.maximum(storage, 0.0),
        flow_mw=flow[0],
        has_production=~np.isnan(estimated),
    )
    origins = _origins(hours_s, whole.origins, mixes, flows)
    return Inputs(
        hours_s, balance, estimated, flow[1], origins, whole.is_mean, pieces.is_partial(),
        fallback_of(config, network, hours_s), _is_suspect(network, store, hours_s, known_at_s))


def _is_suspect(network: Network, store: Store, hours_s: Sequence[int], known_at_s: int | None) -> BoolArray:
    found = np.zeros((len(network.zones), len(hours_s)), dtype=np.bool_)
    place = {key: at for at, key in enumerate(network.zones)}
    for row in store.quarantine.waiting(hours_s[0], hours_s[-1] + HOUR_S):
        if known_at_s is not None and row["first_s"] > known_at_s:
            continue
        keys = {"production": (row["key"],), "exchange": split_key(row["key"]) or ()}.get(row["kind"], ())
        for key in keys:
            if key in place:
                found[place[key], (row["start_s"] - hours_s[0]) // HOUR_S] = True
    return found


def _is_estimated(columns: Mapping[str, npt.NDArray[Any]]) -> FloatArray:
    return np.asarray(columns["source_type"] == "estimated", dtype=np.float64)


def _origins(
    hours_s: Sequence[int], of_means: Sequence[set[str]], *columns: Mapping[str, npt.NDArray[Any]]
) -> list[str]:
    """Of each hour the origins of its means and of the events that start in it, live left unsaid beside others."""
    found = {hour_s: {*names} for hour_s, names in zip(hours_s, of_means, strict=True)}
    for one in columns:
        for name in sorted(set(one["origin"]) - {LIVE}):
            starts_s = one["start_s"][one["origin"] == name]
            for hour_s in np.unique(starts_s - starts_s % HOUR_S).tolist():
                found.get(hour_s, set()).add(name)
    return ["+".join(sorted(names)) or LIVE for names in found.values()]
