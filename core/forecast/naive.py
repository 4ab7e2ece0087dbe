"""The seasonal naive baseline, on arrays."""

import numpy as np
import numpy.typing as npt

from core.ingest.missing import known_mean

FloatArray = npt.NDArray[np.float64]

METHOD = "seasonal_naive"
DAYS = 7
DAY_S = 24 * 3600
FARTHEST_H = 24 * DAYS
"""A baseline made of the past week says nothing new beyond a week."""


def seasonal_naive(past: FloatArray, per_day: int, count: int) -> FloatArray:
    """(…, count) steps from the running one on, of `past` (…, DAYS × per_day + 1), which ends with the running one.

    A running step that is known stays as it is. NaN only where all of a series' past is.
    """
    days, running = past[..., :-1].reshape(*past.shape[:-1], DAYS, per_day), past[..., -1]
    profile = days[..., 0, :]
    for day in range(1, DAYS):
        profile = np.where(np.isnan(days[..., day, :]), profile, days[..., day, :])
    profile[..., 0] = np.where(np.isnan(running), profile[..., 0], running)
    profile = np.where(np.isnan(profile), known_mean(past)[..., None], profile)
    found: FloatArray = profile[..., np.arange(count) % per_day]
    return found
