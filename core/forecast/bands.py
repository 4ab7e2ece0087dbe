"""Bands around the blend, by how far it was off at the same hour of each of the past four weeks' days."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.forecast.blend import DAY_H, DAYS, FloatArray, blend

BACK_DAYS = 28
READ_DAYS = BACK_DAYS + DAYS
"""What the oldest of these forecasts was made from is needed too."""
COVERAGE = 0.91
"""Of the errors of the past, so that nine of ten of those to come are between: neighbouring hours err alike, so that
four weeks have fewer errors than numbers, and too few rare ones."""
REACH_H = 3
"""Errors of horizons so far away count with those of a horizon."""
LEAST_FORECASTS = 10


def blend_bands(values: FloatArray, count: int) -> FloatArray:
    """(2, zones, count) the least and the most that is expected of `blend`, of (zones, READ_DAYS × 24 + 1) hours.

    What is measured late now is taken for as late then. NaN where fewer than LEAST_FORECASTS can be compared.
    """
    size, last = DAYS * DAY_H + 1, values.shape[-1] - 1
    origins = last - DAY_H * np.arange(1, BACK_DAYS + 1)
    past = sliding_window_view(values, size, axis=-1)[:, origins - size + 1].copy()
    is_late = np.logical_and.accumulate(np.isnan(values[:, ::-1]), axis=-1)[:, :size][:, ::-1]
    past[np.broadcast_to(is_late[:, None], past.shape)] = np.nan
    ahead = np.concatenate([values, np.full((len(values), count), np.nan)], axis=-1)
    errors = ahead[:, origins[:, None] + np.arange(count)] - blend(past, DAY_H, count)
    is_known = ~is_late[:, -1]
    errors[is_known, :, 0] = np.nan  # what is known then is not foreseen
    now = blend(values[:, -size:], DAY_H, count)
    least, most = now + edges(errors)
    least[is_known, 0] = most[is_known, 0] = now[is_known, 0]
    floor = np.minimum(0, np.fmin.reduce(values, axis=-1))[:, None]
    return np.stack([np.clip(least, floor, now), np.maximum(most, now)])


def edges(errors: FloatArray) -> FloatArray:
    """(2, zones, count) between which COVERAGE of (zones, forecasts, count) errors of near horizons are."""
    padded = np.pad(errors, ((0, 0), (0, 0), (REACH_H, REACH_H)), constant_values=np.nan)
    near = sliding_window_view(padded, 2 * REACH_H + 1, axis=-1).swapaxes(1, 2)
    ordered = np.sort(near.reshape(*near.shape[:2], near.shape[2] * near.shape[3]), axis=-1)
    known = (~np.isnan(ordered)).sum(axis=-1)
    forecasts = (~np.isnan(errors)).sum(axis=1)
    reach = COVERAGE / 2 * (1 + 1 / np.maximum(forecasts, 1))
    found = np.stack([_at(ordered, known, part) for part in (0.5 - reach, 0.5 + reach)])
    return np.where(forecasts >= LEAST_FORECASTS, found, np.nan)


def _at(ordered: FloatArray, known: FloatArray, part: FloatArray) -> FloatArray:
    """(…,) the value below which a part of the known ones, the first of (…, values), is."""
    place = np.clip(part, 0, 1) * np.maximum(known - 1, 0)
    below = place.astype(np.intp)
    above = np.minimum(below + 1, np.maximum(known - 1, 0))
    least, most = (np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (below, above))
    return least + (most - least) * (place - below)
