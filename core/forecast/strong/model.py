"""The forecast of carbon intensity: the mean of linear regressions, trees on what these leave, and trees alone."""

from dataclasses import dataclass

import numpy as np

from core.forecast.strong.features import Rows, all_rows, columns_of
from core.forecast.strong.hourly import AHEAD_H, DAY_H, FloatArray, Hourly, IntArray
from core.forecast.strong.linear import Linear, say_linear, train_linear
from core.forecast.strong.structure import Structure, train_structure
from core.forecast.strong.trees import Trees, fit
from core.forecast.strong.weather import smoothed_weather

FIRST_H, LEAST_H = 35 * DAY_H, 90 * DAY_H
"""Hours before the first origin that is learnt from, and those that training needs in all."""
EVERY_H, MOST_ROWS = 7, 40_000
"""Origins are this many hours apart, so that each hour of day has its turn."""
TREES_RISE_H = 24.0
"""Trees alone are worse in the first hours: their weight rises to a third."""
ROUNDS = 200
TREES = {"learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": 300, "bagging_fraction": 0.5, "bagging_freq": 1,
         "feature_fraction": 0.3, "lambda_l2": 5.0}


@dataclass(frozen=True)
class Model:
    """What was learnt from one grid; without structure it is one that needs no weather."""

    structure: Structure | None
    linear: Linear
    trees_on_linear: Trees
    trees: Trees


def train(hourly: Hourly, end: int, threads: int = 1) -> Model | None:
    """A model from the hours before `end` alone, with the weather that the grid has; None if there are too few.

    Raises CannotForecast where LightGBM is not installed.
    """
    if np.isfinite(hourly.intensity_g_per_kwh[: max(end, 0)]).sum() < LEAST_H:
        return None
    structure = train_structure(hourly, smoothed_weather(hourly), end, threads) if hourly.weather else None
    rows = training_rows(end)
    matrix, base = _matrix(hourly, rows, structure, threads)
    target = np.log(hourly.intensity_g_per_kwh)[rows.target] - base
    good = np.isfinite(target)
    matrix, target, horizon_h = matrix[good], target[good], rows.horizon_h[good]
    calendar = _calendar(hourly, rows)[good]
    linear = train_linear(matrix, target, calendar, horizon_h)
    left = target - say_linear(linear, matrix, calendar, horizon_h)
    return Model(structure, linear, *(fit(TREES, ROUNDS, matrix, one, threads) for one in (left, target)))


def training_rows(end: int) -> Rows:
    """Origins whose every horizon ends by `end`, thinned by horizon to about MOST_ROWS rows."""
    origins = np.arange(FIRST_H, end - AHEAD_H + 1, EVERY_H)
    steps = [step for step in (2, 3, 4, 6, 8, 12) if len(origins) * AHEAD_H / step <= MOST_ROWS]
    return all_rows(origins, step_h=steps[0] if steps else 12)


def predict(model: Model, hourly: Hourly, origins: IntArray, threads: int = 1) -> FloatArray:
    """(origins, AHEAD_H) g/kWh from hours before each origin; NaN where four weeks before it nothing is known."""
    rows = all_rows(origins)
    matrix, base = _matrix(hourly, rows, model.structure, threads)
    linear = say_linear(model.linear, matrix, _calendar(hourly, rows), rows.horizon_h)
    on_linear = linear + model.trees_on_linear.say(matrix, threads)
    weight = (1 - np.exp(-rows.horizon_h / TREES_RISE_H)) / 3
    mean = weight * model.trees.say(matrix, threads) + (1 - weight) * (linear + on_linear) / 2
    found: FloatArray = np.exp(base + mean).reshape(len(origins), AHEAD_H)
    return found


def _matrix(
    hourly: Hourly, rows: Rows, structure: Structure | None, threads: int
) -> tuple[FloatArray, FloatArray]:
    columns, base = columns_of(hourly, rows, structure, threads)
    return np.column_stack(list(columns.values())), base


def _calendar(hourly: Hourly, rows: Rows) -> IntArray:
    """(rows, 2) hour of day and day of week of the target."""
    hour = hourly.first_s // 3600 + rows.target
    return np.column_stack([hour % DAY_H, (hour // DAY_H + 3) % 7])
