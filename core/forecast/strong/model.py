"""The forecast of carbon intensity: the mean of linear regressions, trees on what these leave, and trees alone."""

from dataclasses import dataclass

import numpy as np

from core.forecast.strong.features import Given, Rows, all_rows
from core.forecast.strong.hourly import AHEAD_H, DAY_H, FloatArray, Hourly
from core.forecast.strong.linear import Linear, say_linear, train_linear
from core.forecast.strong.structure import Structure
from core.forecast.strong.trees import Trees, fit

FIRST_H = 35 * DAY_H
"""Hours before the first origin that is learnt from."""
EVERY_H, MOST_ROWS = 7, 40_000
"""Origins are this many hours apart, so that each hour of day has its turn."""
TREES_RISE_H = 24.0
"""Trees alone are worse in the first hours: their weight rises to a third."""
ROUNDS = 100
TREES = {"learning_rate": 0.08, "num_leaves": 31, "min_data_in_leaf": 300, "bagging_fraction": 0.5, "bagging_freq": 1,
         "feature_fraction": 0.3, "lambda_l2": 5.0}


@dataclass(frozen=True)
class Model:
    """What was learnt from one grid; without structure it is one that needs no weather."""

    structure: Structure | None
    linear: Linear
    trees_on_linear: Trees
    trees: Trees


def train(hourly: Hourly, given: Given, structure: Structure | None, threads: int) -> Model:
    """A model from what `given` has of the hours whose intensity is known."""
    target = np.log(hourly.intensity_g_per_kwh)[given.rows.target] - given.base
    good = np.isfinite(target)
    matrix, target, horizon_h = given.matrix[good], target[good], given.rows.horizon_h[good]
    linear = train_linear(matrix, target, given.calendar[good], horizon_h)
    left = target - say_linear(linear, matrix, given.calendar[good], horizon_h)
    return Model(structure, linear, *(fit(TREES, ROUNDS, matrix, one, threads) for one in (left, target)))


def training_rows(end: int) -> Rows:
    """Origins whose every horizon ends by `end`, thinned by horizon to about MOST_ROWS rows."""
    origins = np.arange(FIRST_H, end - AHEAD_H + 1, EVERY_H)
    steps = [step for step in (2, 3, 4, 6, 8, 12) if len(origins) * AHEAD_H / step <= MOST_ROWS]
    return all_rows(origins, step_h=steps[0] if steps else 12)


def predict(model: Model, given: Given, threads: int) -> FloatArray:
    """(rows,) g/kWh; NaN where four weeks before the origin nothing is known."""
    horizon_h = given.rows.horizon_h
    linear = say_linear(model.linear, given.matrix, given.calendar, horizon_h)
    on_linear = linear + model.trees_on_linear.say(given.matrix, threads)
    weight = (1 - np.exp(-horizon_h / TREES_RISE_H)) / 3
    mean = weight * model.trees.say(given.matrix, threads) + (1 - weight) * (linear + on_linear) / 2
    found: FloatArray = np.exp(given.base + mean)
    return found
