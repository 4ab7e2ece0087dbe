"""Rolling means, as the Carbon Aware WebAPI compares windows."""

import numpy as np

from core.errors import CannotSchedule
from core.scheduling.series import IntArray, Series, check_reach, moment, ranks


def rolling_means(series: Series, window_s: int, start_s: int, end_s: int, place: str = "this place") -> Series:
    """The means over windows of window_s seconds that lie wholly in [start_s, end_s]: one begins every data point, from
    start_s on; NaN where a part is not known.

    Raises NoForecast if the series does not cover that time, CannotSchedule if no window fits into it.
    """
    if window_s <= 0 or start_s + window_s > end_s:
        raise CannotSchedule(f"No window of {window_s} s fits between {moment(start_s)} and {moment(end_s)}.")
    check_reach(place, series, start_s, end_s)
    starts_s = np.arange(start_s, end_s - window_s + 1, series.step_s, dtype=np.int64)
    return Series(start_s, series.step_s, series.means(starts_s, window_s))


def minima_s(series: Series) -> IntArray:
    """The starts of all data points that have the lowest value, rising."""
    known = np.flatnonzero(~np.isnan(series.values))
    found: IntArray = series.edges_s()[known[ranks(series.values[known], "lower") == 0]]
    return found
