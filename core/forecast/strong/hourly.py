"""What a forecast is made from: hourly intensity, generation and weather of one grid, on one time line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

DAY_H, WEEK_H = 24, 168
AHEAD_H = 96
MARGIN_H = 12
"""Weather up to this many hours after the last hour that is foreseen counts: features look at its neighbours."""
PUBLISHED = ("wind", "solar", "load")
"""What operators foresee themselves."""
VARIABLE = ("wind", "solar")


class Published(NamedTuple):
    """What an operator foresaw of the hours of a grid: (hours + AHEAD_H,) each."""

    value_mw: FloatArray
    known_hour: FloatArray
    """The hour, counted from the grid's first, by whose begin it was known; NaN where there is nothing."""


@dataclass(frozen=True)
class Hourly:
    """One grid from hour 0 on; NaN where a value is not known."""

    first_s: int
    """The start of hour 0, a full UTC hour, in seconds since 1970."""
    intensity_g_per_kwh: FloatArray
    """(hours,)"""
    generation_mw: Mapping[str, FloatArray]
    """Source → (hours,)"""
    weather: Mapping[str, FloatArray]
    """A name of `weather.SHORT` → (hours + AHEAD_H + MARGIN_H,): at t what describes hour t; empty for none."""
    others: Mapping[str, FloatArray] = field(default_factory=dict)
    """Column of results → (hours,), what else is to be foreseen; see `companions`."""
    published: Mapping[str, Published] = field(default_factory=dict)
    """By PUBLISHED."""

    @property
    def hours(self) -> int:
        """How many have passed."""
        return len(self.intensity_g_per_kwh)


def share(hourly: Hourly, *sources: str) -> FloatArray:
    """(hours,) part of the generation that comes from the sources; 0 for what the grid does not have."""
    total = generation(hourly)
    part = sum((hourly.generation_mw.get(one, np.zeros_like(total)) for one in sources), np.zeros_like(total))
    return np.where(total > 0, part / np.where(total > 0, total, 1), np.nan)


def generation(hourly: Hourly) -> FloatArray:
    """(hours,) MW of all sources; NaN in an hour in which any is not known, or there are none."""
    return sum(hourly.generation_mw.values(), np.full(hourly.hours, 0.0 if hourly.generation_mw else np.nan))


def past_of(values: FloatArray, origins: IntArray, hours: int) -> FloatArray:
    """(origins, hours) the values before each origin, the newest last; NaN before the first."""
    padded = np.concatenate([np.full(hours, np.nan), values])
    found: FloatArray = np.lib.stride_tricks.sliding_window_view(padded, hours)[origins]
    return found
