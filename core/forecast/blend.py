"""The forecast without training: yesterday, giving way to the mean of seven days, corrected by the newest hour."""

import numpy as np
import numpy.typing as npt

from core.ingest.missing import known_mean

FloatArray = npt.NDArray[np.float64]

METHOD = "blend"
DAYS = 7
DAY_H, DAY_S = 24, 24 * 3600
FADE_H, CORRECTION_FADE_H = 36.0, 12.0
"""After so many hours yesterday, and what the newest hour differs by, count by 1 / e."""
FARTHEST_H = DAY_H * DAYS
"""What is made of the past week says nothing new beyond a week."""


def blend(past: FloatArray, per_day: int, count: int) -> FloatArray:
    """(…, count) steps from the running one on, of `past` (…, DAYS × per_day + 1), which ends with the running one.

    A running step that is known stays as it is. Nothing leaves the range of the week, and an hour of day of which the
    week knows one value alone (no sun at night) is not corrected. NaN only where all of a series' past is.
    """
    days = np.concatenate([past, np.full((*past.shape[:-1], per_day - 1), np.nan)], axis=-1)
    days = days.reshape(*past.shape[:-1], DAYS + 1, per_day)
    mean, same = known_mean(past)[..., None], np.arange(count) % per_day
    parts = (newest_day(days), known_mean(days, axis=-2))
    yesterday, profile = (np.where(np.isnan(part), mean, part)[..., same] for part in parts)
    age_h, change = _newest_change(past, per_day)
    lead_h = age_h + np.arange(count) * DAY_H / per_day
    weight = np.exp(-lead_h / FADE_H)
    varies = np.fmax.reduce(days, axis=-2) > np.fmin.reduce(days, axis=-2)
    correction = varies[..., same] * change * np.exp(-lead_h / CORRECTION_FADE_H)
    found: FloatArray = weight * yesterday + (1 - weight) * profile + correction
    found = np.clip(found, np.fmin.reduce(past, axis=-1)[..., None], np.fmax.reduce(past, axis=-1)[..., None])
    found[..., 0] = np.where(np.isnan(past[..., -1]), found[..., 0], past[..., -1])
    return found


def newest_day(days: FloatArray) -> FloatArray:
    """(…, per_day) of (…, days, per_day): of each step of the day the newest value that is known."""
    found = days[..., 0, :]
    for day in range(1, days.shape[-2]):
        found = np.where(np.isnan(days[..., day, :]), found, days[..., day, :])
    return found


def _newest_change(past: FloatArray, per_day: int) -> tuple[FloatArray, FloatArray]:
    """(…, 1) how many hours the newest known step is before the running one, and its change from the day before."""
    back = np.argmax(~np.isnan(past[..., ::-1]), axis=-1)[..., None]
    newest = past.shape[-1] - 1 - back
    before = np.take_along_axis(past, np.maximum(newest - per_day, 0), axis=-1)
    change = np.take_along_axis(past, newest, axis=-1) - np.where(newest >= per_day, before, np.nan)
    return back * DAY_H / per_day, np.nan_to_num(change)
