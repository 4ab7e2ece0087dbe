"""A ridge regression of each grid on hour, weekend and weather whose past fades: it follows a grid that changes."""

from dataclasses import dataclass

import numpy as np

from core.forecast.strong.hourly import AHEAD_H, DAY_H, MARGIN_H, FloatArray, Hourly, IntArray

DAYS = 120
HALF_LIVES_DAYS = (20.0, 90.0)
PROFILE_PENALTY, PENALTY = 0.3, 3.0
SCALE = {"wind": (4.0, 2.0), "wind_cubed": (120.0, 150.0), "wind_day": (4.0, 1.7), "temperature_day": (285.0, 8.0),
         "temperature": (285.0, 9.0), "dew_point_day": (279.0, 8.0), "sun": (150.0, 220.0), "sun_day": (150.0, 90.0)}
"""Usual mean and spread of each smoothed variable: fixed, so that no hour of the future is in them."""


@dataclass(frozen=True)
class Adaptive:
    """Coefficients as known at the begin of some days of a series."""

    regressors: FloatArray
    """(hours + ahead, regressors)"""
    coefficients: FloatArray
    """(days + 1, regressors): in row d what is known before hour 24 d, NaN for days that nobody asked for; or (1,
    regressors) what is known for good."""

    def at(self, hours: IntArray, origins: IntArray) -> FloatArray:
        """log g/kWh of hours with the coefficients of origins, arrays of one shape."""
        days = np.minimum(origins // DAY_H, len(self.coefficients) - 1)
        found: FloatArray = np.einsum("...i,...i", self.regressors[hours], self.coefficients[days])
        return found


def regressors(hourly: Hourly, smoothed: dict[str, FloatArray]) -> FloatArray:
    """(hours + ahead, regressors): the hour of day, the weekend, the weather and its effect by hour of day."""
    hours = hourly.first_s // 3600 + np.arange(hourly.hours + AHEAD_H + MARGIN_H)
    hour, weekday = hours % DAY_H, (hours // DAY_H + 3) % 7
    calendar = [hour == one for one in range(DAY_H)] + [weekday == 5, weekday == 6, (weekday == 0) & (hour < 12)]
    if not smoothed:
        return np.column_stack(calendar).astype(float)
    scaled = {name: np.clip(np.nan_to_num((smoothed[name] - mean) / spread), -3, 4)
              for name, (mean, spread) in SCALE.items() if name in smoothed}
    turn = 2 * np.pi * hour / DAY_H
    waves = [wave(turn) * scaled[name] for name in ("wind", "sun_day", "temperature_day") for wave in (np.sin, np.cos)]
    waves += [wave(2 * turn) * scaled["sun_day"] for wave in (np.sin, np.cos)]
    return np.column_stack([*calendar, *scaled.values(), scaled["temperature_day"] ** 2, *waves])


def adapt(matrix: FloatArray, log_intensity: FloatArray, origins: IntArray, half_life_days: float) -> Adaptive:
    """The coefficients at the origins from the DAYS before each, the newest weighing most."""
    days = len(log_intensity) // DAY_H
    used, target = matrix[: days * DAY_H], log_intensity[: days * DAY_H]
    known = np.isfinite(target)
    used = np.where(known[:, None], used, 0.0).reshape(days, DAY_H, -1)
    target = np.where(known, target, 0.0).reshape(days, DAY_H)
    squares, products = np.einsum("dhi,dhj->dij", used, used, optimize=True), np.einsum("dhi,dh->di", used, target)
    found = np.full((days + 1, matrix.shape[1]), np.nan)
    for day in np.unique(origins // DAY_H):
        begin = max(0, day - DAYS)
        weights = 0.5 ** ((day - 1 - np.arange(begin, day)) / half_life_days)
        found[day] = _solve(np.tensordot(weights, squares[begin:day], 1), weights @ products[begin:day])
    return Adaptive(matrix, found)


def _solve(squares: FloatArray, products: FloatArray) -> FloatArray:
    """The regression, its profile drawn to its mean and its other coefficients to 0; zeros without any data."""
    penalty = np.diag(np.r_[np.full(DAY_H, PROFILE_PENALTY), np.full(len(products) - DAY_H, PENALTY)])
    mean = products[:DAY_H].sum() / max(1e-9, np.trace(squares[:DAY_H, :DAY_H]))
    found: FloatArray = np.linalg.solve(squares + penalty, products - mean * squares[:, :DAY_H].sum(axis=1))
    found[:DAY_H] += mean
    return found
