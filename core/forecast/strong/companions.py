"""What is foreseen beside the intensity: the load, the shares of the mix. One regression, for each few horizons, of
what the blend of each column leaves unexplained, on the features of the intensity and the latest of all columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from core.forecast.strong.features import Given, Rows, blended
from core.forecast.strong.hourly import DAY_H, WEEK_H, FloatArray, Hourly, past_of
from core.forecast.strong.linear import MARGIN_BLOCK_H, Linear, blocks, inputs, say_linear, scale_of
from core.ingest.missing import known_mean

PENALTY = 300.0
LEAST_ROWS = 2_000
SUMS = ("renewable_share", "carbon_free_share")
FACTORS_H = 90 * DAY_H


@dataclass(frozen=True)
class Companions:
    """The columns, and the regression whose coefficients are (blocks, inputs, columns)."""

    columns: tuple[str, ...]
    linear: Linear


def train_companions(hourly: Hourly, given: Given) -> Companions | None:
    """Of the rows of a training; None where there is nothing to learn."""
    columns = tuple(name for name, one in hourly.others.items() if np.nanmax(np.abs(one), initial=0) > 0)
    if not columns:
        return None
    own, blends, scales = _own(hourly, columns, given.rows)
    target = np.column_stack([
        (hourly.others[name][given.rows.target] - blends[name]) / scales[name] for name in columns])
    good = np.isfinite(target).all(axis=1)
    if good.sum() < LEAST_ROWS:
        return None
    matrix, calendar = np.hstack([given.matrix, own])[good], given.calendar[good]
    scale, horizon_h = scale_of(matrix), given.rows.horizon_h[good]
    used = inputs(scale, matrix, calendar)
    found = [_least_squares(used[rows], target[good][rows]) for rows in blocks(horizon_h, MARGIN_BLOCK_H)]
    return Companions(columns, Linear(scale, np.array(found)))


def say_companions(companions: Companions, hourly: Hourly, given: Given) -> dict[str, FloatArray]:
    """Column → (rows,), in its unit, never below 0, shares never above 1; of columns that it knows nothing of too."""
    own, blends, scales = _own(hourly, companions.columns, given.rows)
    said = say_linear(companions.linear, np.hstack([given.matrix, own]), given.calendar, given.rows.horizon_h)
    found = {name: blends[name] + scales[name] * said[:, at] for at, name in enumerate(companions.columns)}
    return {name: np.clip(one, 0, 1 if is_share(name) else None) for name, one in found.items()}


def whole(others: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """With the shares of the mix together 1, as they are in results."""
    parts = parts_of_mix(others)
    total = np.sum([np.nan_to_num(others[name]) for name in parts], axis=0)
    return {name: one / np.where(total > 0, total, 1) if name in parts else one for name, one in others.items()}


def mix_factors(hourly: Hourly, end: int) -> dict[str, float]:
    """Share of the mix → g/kWh: the factors, none below 0, by which shares best gave the intensity before `end`.

    Empty where shares and intensity are not known together.
    """
    parts, recent = parts_of_mix(hourly.others), slice(max(0, end - FACTORS_H), end)
    if not parts:
        return {}
    shares = np.column_stack([hourly.others[name][recent] for name in parts])
    intensity = hourly.intensity_g_per_kwh[recent]
    good = np.isfinite(shares).all(axis=1) & np.isfinite(intensity)
    return dict(zip(parts, nnls(shares[good], intensity[good])[0].tolist(), strict=True)) if good.any() else {}


def parts_of_mix(others: Mapping[str, FloatArray]) -> list[str]:
    """The shares that are 1 together; those that are sums of others are left out."""
    return [name for name in others if is_share(name) and name not in SUMS]


def is_share(column: str) -> bool:
    """Whether it is a part of 1."""
    return column.endswith("_share")


def _own(
    hourly: Hourly, columns: tuple[str, ...], rows: Rows
) -> tuple[FloatArray, Mapping[str, FloatArray], Mapping[str, FloatArray]]:
    """(rows, 3 × columns) features, and of each column the blend and the scale of its features, (rows,) both."""
    features, blends, scales = [], {}, {}
    for name in columns:
        past = past_of(hourly.others[name], rows.origins, WEEK_H)
        day, week = known_mean(past[:, -DAY_H:], 1), known_mean(past, 1)
        scale = np.ones_like(week) if is_share(name) else np.maximum(np.nan_to_num(week), 1e-3)
        blends[name] = blended(hourly.others[name], rows.origins)[rows.which, rows.horizon_h]
        scales[name] = scale[rows.which]
        features += [((past[:, -1] - day) / scale)[rows.which], ((week - day) / scale)[rows.which],
                     (blends[name] - day[rows.which]) / scales[name]]
    return np.column_stack(features), blends, scales


def _least_squares(used: FloatArray, target: FloatArray) -> FloatArray:
    """(inputs, columns) of (rows, inputs) and (rows, columns); a penalty on all but the constant."""
    penalty = np.eye(used.shape[1]) * PENALTY
    penalty[-1, -1] = 0
    return np.asarray(np.linalg.solve(used.T @ used + penalty, used.T @ target), dtype=np.float64)
