"""Means over whole hours of values that hold for any interval."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.flowtrace.arrays import FloatArray

HOUR_S = 3600
SNAPSHOT_S = 60.0
"""Weight of a value without an end: all of an hour's snapshots count alike."""


def hourly_means(
    keys: Sequence[str], hours_s: Sequence[int], row_keys: npt.NDArray[Any], start_s: FloatArray, end_s: FloatArray,
    values: FloatArray,
) -> FloatArray:
    """(quantities, keys, hours) means weighted by how long each value held within the hour; NaN where there is none.

    values is (quantities, rows), NaN for missing; end_s is NaN where the source gives none: then the value belongs to
    the hour it starts in. Rows of other keys and hours are passed over.
    """
    row, hour_s, weight = _pieces(start_s, end_s)
    key_at, hour_at = _positions(keys, row_keys)[row], _positions(hours_s, hour_s)
    is_wanted = (key_at >= 0) & (hour_at >= 0)
    row, weight = row[is_wanted], weight[is_wanted]
    place = key_at[is_wanted] * len(hours_s) + hour_at[is_wanted]
    found = np.empty((len(values), len(keys) * len(hours_s)))
    for quantity, each in enumerate(values):
        held = np.where(np.isnan(each[row]), 0.0, weight)
        amount = np.bincount(place, held * np.nan_to_num(each[row]), found.shape[1])
        time = np.bincount(place, held, found.shape[1])
        found[quantity] = np.divide(amount, time, out=np.full(found.shape[1], np.nan), where=time > 0)
    return found.reshape(len(values), len(keys), len(hours_s))


def _pieces(start_s: FloatArray, end_s: FloatArray) -> tuple[npt.NDArray[np.intp], FloatArray, FloatArray]:
    """(row, hour_s, seconds within it) for every hour that every row reaches into."""
    first = start_s - start_s % HOUR_S
    is_snapshot = np.isnan(end_s)
    end = np.where(is_snapshot, start_s + 1, end_s)
    count = np.maximum(1, np.ceil((end - first) / HOUR_S)).astype(np.intp)
    row = np.repeat(np.arange(len(start_s)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    hour_s = first[row] + nth * HOUR_S
    held = np.minimum(end[row], hour_s + HOUR_S) - np.maximum(start_s[row], hour_s)
    return row, hour_s, np.where(is_snapshot[row], SNAPSHOT_S, held)


def _positions(known: Sequence[Any], wanted: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Where each wanted item stands in `known`; −1 for none."""
    place = {item: at for at, item in enumerate(known)}
    return np.array([place.get(item, -1) for item in wanted], dtype=np.intp)
