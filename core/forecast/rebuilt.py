"""What would have been foreseen of the past."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.forecast.blend import DAYS, FloatArray, blend
from core.forecast.results import HOUR_S, PER_DAY
from core.store import Store
from core.store.spans import result_columns


def rebuilt(store: Store, zone_key: str, column: str, start_s: int, end_s: int) -> FloatArray:
    """What the blend would have said of each hour from `start_s` to `end_s` when it began; NaN for none.

    From the results as they stand now: what came late, or was revised since, is in it.
    """
    count, before = (end_s - start_s) // HOUR_S, DAYS * PER_DAY
    if count <= 0:
        return np.empty(0)
    first_s = start_s - before * HOUR_S
    found = result_columns(store, zone_key, ("hour_s", column), first_s, end_s)
    values = np.full(before + count, np.nan)
    values[((found["hour_s"] - first_s) // HOUR_S).astype(np.intp)] = found[column]
    past = sliding_window_view(values, before + 1)[:count].copy()
    past[:, -1] = np.nan  # the hour itself was not known
    return blend(past, PER_DAY, 1)[:, 0]
