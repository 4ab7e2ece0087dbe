"""Whether now is a good hour, as a word: a value against the mean of the ten days before it.

Below 0.85 of that mean is low, up to 1.15 of it moderate, above high.
"""

from dataclasses import replace

import numpy as np

from core.api.bodies import stamp
from core.api.electricity_maps.rows import Row, known
from core.api.grid import Grid
from core.api.traced import HOUR_S, Array, Ask, traced

COLUMNS = {
    "carbon-intensity-level": "lifecycle_g_per_kwh",
    "renewable-percentage-level": "renewable_share",
    "carbon-free-percentage-level": "carbon_free_share",
}
LOW, HIGH = 0.85, 1.15
MEAN_HOURS = 10 * 24


def level_rows(grid: Grid, ask: Ask, signal: str) -> list[Row]:
    """`level` of each hour whose value and mean are known."""
    first_s = ask.edges_s[0] - MEAN_HOURS * HOUR_S
    longer = replace(ask, edges_s=tuple(range(first_s, ask.edges_s[-1] + 1, HOUR_S)))
    columns = traced(grid, longer)
    values = columns[ask.intensity_column if signal == "carbon-intensity-level" else COLUMNS[signal]]
    ratio = values[MEAN_HOURS:] / _mean_before(values)
    return [
        {"level": word(ratio[at]), "datetime": stamp(float(columns["start_s"][MEAN_HOURS + at])),
         "origin": columns["origin"][MEAN_HOURS + at]}
        for at in known(ratio)
    ]


def _mean_before(values: Array) -> Array:
    """Of each hour from MEAN_HOURS on the mean of the MEAN_HOURS before it and itself that are known."""
    is_known = ~np.isnan(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(is_known, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(is_known)])
    begins = np.arange(len(values) - MEAN_HOURS)
    ends = begins + MEAN_HOURS + 1
    known = count[ends] - count[begins]
    mean = np.divide(total[ends] - total[begins], known, out=np.full(len(known), np.nan), where=known > 0)
    return np.where(mean > 0, mean, np.nan)


def word(ratio: float) -> str:
    """The level of a value that is so many times the mean."""
    if ratio < LOW:
        return "low"
    return "moderate" if ratio <= HIGH else "high"
