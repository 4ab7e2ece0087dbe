"""Linear regression of least absolute errors, one for each few horizons: the features' spread is its scale."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.forecast.strong.hourly import AHEAD_H, FloatArray, IntArray

BLOCK_H, MARGIN_BLOCK_H = 6, 3
PENALTY, ROUNDS, LEAST_ERROR = 300.0, 3, 0.02
MOST_SPREADS = 4.0


@dataclass(frozen=True)
class Linear:
    """The scale of (features,) and a row of coefficients per block of horizons."""

    mean: FloatArray
    spread: FloatArray
    coefficients: FloatArray
    """(blocks, features + hours of day + days of week + 1)"""


def train_linear(matrix: FloatArray, target: FloatArray, calendar: IntArray, horizon_h: IntArray) -> Linear:
    """Of (rows, features) without NaN in target (rows,); calendar (rows, 2) has hour of day and day of week."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        mean, spread = np.nan_to_num(np.nanmean(matrix, axis=0)), np.nan_to_num(np.nanstd(matrix, axis=0)) + 1e-6
    bare = Linear(mean, spread, np.empty(0))
    used = _inputs(bare, matrix, calendar)
    blocks = [_least_absolute(used[rows], target[rows]) for rows in _blocks(horizon_h, MARGIN_BLOCK_H)]
    return Linear(mean, spread, np.array(blocks))


def say_linear(linear: Linear, matrix: FloatArray, calendar: IntArray, horizon_h: IntArray) -> FloatArray:
    """(rows,) what the regression of each row's horizon says."""
    used, found = _inputs(linear, matrix, calendar), np.empty(len(matrix))
    for rows, coefficients in zip(_blocks(horizon_h, 0), linear.coefficients, strict=True):
        found[rows] = used[rows] @ coefficients
    return found


def _blocks(horizon_h: IntArray, margin_h: int) -> Iterator[npt.NDArray[np.bool_]]:
    """Which rows each block of horizons takes, with those beside it."""
    for begin in range(0, AHEAD_H, BLOCK_H):
        yield (horizon_h >= begin - margin_h) & (horizon_h < begin + BLOCK_H + margin_h)


def _inputs(linear: Linear, matrix: FloatArray, calendar: IntArray) -> FloatArray:
    """The scaled features, the mean for NaN, with the hour, the day of week and a constant."""
    scaled = np.clip(np.nan_to_num((matrix - linear.mean) / linear.spread), -MOST_SPREADS, MOST_SPREADS)
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
