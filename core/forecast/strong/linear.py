"""Linear regression of least absolute errors, one for each few horizons: the features' spread is its scale."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.forecast.strong.hourly import AHEAD_H, FloatArray, IntArray

BLOCK_H, MARGIN_BLOCK_H = 6, 3
PENALTY, ROUNDS, LEAST_ERROR = 300.0, 3, 0.02
MOST_SPREADS = 4.0


class Scale(NamedTuple):
    """The mean and the spread of (features,)."""

    mean: FloatArray
    spread: FloatArray


@dataclass(frozen=True)
class Linear:
    """A row of coefficients per block of horizons."""

    scale: Scale
    coefficients: FloatArray
    """(blocks, features + hours of day + days of week + 1)"""


def train_linear(matrix: FloatArray, target: FloatArray, calendar: IntArray, horizon_h: IntArray) -> Linear:
    """Of (rows, features) without NaN in target (rows,); calendar (rows, 2) has hour of day and day of week."""
    scale = scale_of(matrix)
    used = inputs(scale, matrix, calendar)
    found = [_least_absolute(used[rows], target[rows]) for rows in blocks(horizon_h, MARGIN_BLOCK_H)]
    return Linear(scale, np.array(found))


def say_linear(linear: Linear, matrix: FloatArray, calendar: IntArray, horizon_h: IntArray) -> FloatArray:
    """(rows, …) what the regression of each row's horizon says."""
    used = inputs(linear.scale, matrix, calendar)
    found = np.empty((len(matrix), *linear.coefficients.shape[2:]))
    for rows, coefficients in zip(blocks(horizon_h), linear.coefficients, strict=True):
        found[rows] = used[rows] @ coefficients
    return found


def scale_of(matrix: FloatArray) -> Scale:
    """Of (rows, features), of which some may not be known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return Scale(np.nan_to_num(np.nanmean(matrix, axis=0)), np.nan_to_num(np.nanstd(matrix, axis=0)) + 1e-6)


def blocks(horizon_h: IntArray, margin_h: int = 0) -> Iterator[npt.NDArray[np.bool_]]:
    """Which rows each block of horizons takes, with those beside it."""
    for begin in range(0, AHEAD_H, BLOCK_H):
        yield (horizon_h >= begin - margin_h) & (horizon_h < begin + BLOCK_H + margin_h)


def inputs(scale: Scale, matrix: FloatArray, calendar: IntArray) -> FloatArray:
    """The scaled features, the mean for NaN, with the hour, the day of week and a constant."""
    scaled = np.clip(np.nan_to_num((matrix - scale.mean) / scale.spread), -MOST_SPREADS, MOST_SPREADS)
    hour, weekday = calendar[:, :1] == np.arange(24), calendar[:, 1:] == np.arange(7)
    return np.hstack([scaled, hour, weekday, np.ones((len(matrix), 1))])


def _least_absolute(used: FloatArray, target: FloatArray) -> FloatArray:
    """Coefficients of the least sum of absolute errors, by weighing squares; a penalty on all but the constant."""
    found: FloatArray
    penalty, weight = np.eye(used.shape[1]) * PENALTY, np.ones(len(used))
    penalty[-1, -1] = 0
    for _ in range(ROUNDS + 1):
        weighed = used * weight[:, None]
        found = np.asarray(np.linalg.solve(weighed.T @ used + penalty, weighed.T @ target), dtype=np.float64)
        weight = 1 / np.maximum(np.abs(target - used @ found), LEAST_ERROR)
        weight /= max(weight.mean(), 1e-9)
    return found
