"""Means over whole hours of values that hold for any interval.

Intervals of several lengths may stand side by side in a series. Where they overlap, the shortest counts alone, of
equally long ones the one that starts last: quarters take the place of their hour, which counts where one is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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
    key_at = _places(np.array(keys, dtype=object), row_keys)
    held = _held(key_at, start_s, end_s)
    is_snapshot = np.isnan(end_s)[held.row]
    end = np.where(is_snapshot, held.start_s + 1, held.end_s)
    first = held.start_s - held.start_s % HOUR_S
    part, nth = spread(np.maximum(1, np.ceil((end - first) / HOUR_S)).astype(np.intp))
    hour_s = first[part] + nth * HOUR_S
    hour_at = _places(np.array(hours_s, dtype=np.float64), hour_s)
    row = held.row[part]
    is_wanted = (key_at[row] >= 0) & (hour_at >= 0)
    row, part, hour_s = row[is_wanted], part[is_wanted], hour_s[is_wanted]
    within_s = np.minimum(end[part], hour_s + HOUR_S) - np.maximum(held.start_s[part], hour_s)
    weight = np.where(is_snapshot[part], SNAPSHOT_S, within_s)
    place = key_at[row] * len(hours_s) + hour_at[is_wanted]
    return Pieces(row, place, weight, is_snapshot[part], (len(keys), len(hours_s)))


class Held(NamedTuple):
    """When which row's value counts."""

    row: npt.NDArray[np.intp]
    start_s: FloatArray
    end_s: FloatArray


def exclusive(start_s: FloatArray, end_s: FloatArray) -> Held:
    """When each of a series' intervals counts, nowhere two at once."""
    order = np.lexsort((start_s, start_s - end_s))  # the longest first: what comes later in it counts
    marks = np.unique(np.concatenate([start_s, end_s]))
    first = np.searchsorted(marks, start_s)
    row, nth = spread(np.searchsorted(marks, end_s) - first)
    counts = np.full(max(len(marks) - 1, 0), -1)
    np.maximum.at(counts, first[row] + nth, np.argsort(order)[row])
    taken = np.flatnonzero(counts >= 0)
    return Held(order[counts[taken]], marks[taken], marks[taken + 1])


def spread(count: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """(item, number from 0) for as many of each item as `count` says."""
    item = np.repeat(np.arange(len(count)), count)
    return item, np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count)


def _held(key_at: npt.NDArray[np.intp], start_s: FloatArray, end_s: FloatArray) -> Held:
    """The intervals as they are, but for those of series in which some overlap."""
    order = np.lexsort((start_s, key_at))
    following = order[1:]
    overlaps = (key_at[following] == key_at[order[:-1]]) & (start_s[following] < end_s[order[:-1]])
    mixed = np.unique(key_at[following[overlaps]])
    is_plain = ~np.isin(key_at, mixed) | np.isnan(end_s)
    parts = [Held(np.flatnonzero(is_plain), start_s[is_plain], end_s[is_plain])]
    for key in mixed:
        rows = np.flatnonzero((key_at == key) & ~is_plain)
        found = exclusive(start_s[rows], end_s[rows])
        parts.append(found._replace(row=rows[found.row]))
    return Held(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _places(known: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Where each wanted item stands among the known; −1 for none."""
    return np.asarray(pd.Index(known).get_indexer(pd.Index(wanted)))
