"""Means over whole hours of values that hold for any interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.flowtrace.arrays import BoolArray, FloatArray

HOUR_S = 3600
SNAPSHOT_S = 60.0
"""Weight of a value without an end: all of an hour's snapshots count alike."""
SHORT_S = 1.0
"""Sources that end their intervals a second early leave nothing out."""


@dataclass(frozen=True)
class Pieces:
    """The parts of rows' intervals that lie in the hours of some series."""

    row: npt.NDArray[np.intp]
    """Of each piece, which row it is a part of."""
    place: npt.NDArray[np.intp]
    """Which key and hour it belongs to: key × hours + hour."""
    weight: FloatArray
    """Seconds for which it holds there; SNAPSHOT_S for a value without an end."""
    is_snapshot: BoolArray
    shape: tuple[int, int]
    """(keys, hours)."""

    def means(self, values: FloatArray) -> FloatArray:
        """(quantities, keys, hours) means of (quantities, rows), weighted by how long each value held within the hour.

        NaN stands for missing: it counts in no mean, and is one where there is nothing else.
        """
        size = self.shape[0] * self.shape[1]
        found = np.empty((len(values), size))
        for quantity, each in enumerate(values):
            held = np.where(np.isnan(each[self.row]), 0.0, self.weight)
            amount = np.bincount(self.place, held * np.nan_to_num(each[self.row]), size)
            time = np.bincount(self.place, held, size)
            found[quantity] = np.divide(amount, time, out=np.full(size, np.nan), where=time > 0)
        return found.reshape(len(values), *self.shape)

    def is_partial(self) -> BoolArray:
        """(keys, hours) intervals hold for some of the hour and not for all; nobody knows that of snapshots."""
        size = self.shape[0] * self.shape[1]
        covered_s = np.bincount(self.place, np.where(self.is_snapshot, np.inf, self.weight), size)
        return np.asarray((covered_s > 0) & (covered_s < HOUR_S - SHORT_S)).reshape(self.shape)


def hourly_pieces(
    keys: Sequence[str], hours_s: Sequence[int], row_keys: npt.NDArray[Any], start_s: FloatArray, end_s: FloatArray
) -> Pieces:
    """Cut rows at the hours. end_s is NaN where the source gives none: then the value belongs to the hour it starts in.

    Rows of other keys and hours are passed over.
    """
    first = start_s - start_s % HOUR_S
    is_snapshot = np.isnan(end_s)
    end = np.where(is_snapshot, start_s + 1, end_s)
    count = np.maximum(1, np.ceil((end - first) / HOUR_S)).astype(np.intp)
    row = np.repeat(np.arange(len(start_s)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    hour_s = first[row] + nth * HOUR_S
    key_at = _places(np.array(keys, dtype=object), row_keys)[row]
    hour_at = _places(np.array(hours_s, dtype=np.float64), hour_s)
    is_wanted = (key_at >= 0) & (hour_at >= 0)
    row, hour_s = row[is_wanted], hour_s[is_wanted]
    held = np.minimum(end[row], hour_s + HOUR_S) - np.maximum(start_s[row], hour_s)
    place = key_at[is_wanted] * len(hours_s) + hour_at[is_wanted]
    weight = np.where(is_snapshot[row], SNAPSHOT_S, held)
    return Pieces(row, place, weight, is_snapshot[row], (len(keys), len(hours_s)))


def _places(known: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Where each wanted item stands among the known; −1 for none."""
    return np.asarray(pd.Index(known).get_indexer(pd.Index(wanted)))
