"""What the store says, read past the API: clients' numbers are held against it."""

import numpy as np

from core import times
from core.store import Store
from core.store.rows import Row
from core.store.spans import series_columns

HOUR_S = 3600


def latest(store: Store, zone: str) -> Row:
    """The newest result of a zone's own data."""
    return store.latest_results(with_estimates=False)[zone]


def day_until(store: Store, zone: str, hour_s: int) -> list[Row]:
    """The 24 results of a zone that end with an hour."""
    return store.results(zone, hour_s - 23 * HOUR_S, hour_s + HOUR_S)


def mean_mw(store: Store, kind: str, key: str, column: str, hour_s: int) -> float:
    """The mean of what was published of a series in an hour, whose intervals are of one length and fill it."""
    return float(np.mean(series_columns(store, kind, key, (column,), hour_s, hour_s + HOUR_S)[column]))


def begins(row: Row) -> object:
    """When the hour of a result begins."""
    return times.epoch(row["hour_s"])
