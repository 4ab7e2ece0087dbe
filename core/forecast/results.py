"""Forecasts of results: intensities, shares and powers of one zone, or of all zones at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.forecast.bands import READ_DAYS, blend_bands
from core.forecast.blend import DAY_S, DAYS, METHOD, FloatArray, blend
from core.store import Store
from core.store.spans import Columns, result_columns, results_of_hours

BoolArray = npt.NDArray[np.bool_]

HOUR_S = 3600
PER_DAY = DAY_S // HOUR_S


@dataclass(frozen=True)
class Forecast:
    """The running hour and those after it, in one zone."""

    zone_key: str
    hours_s: npt.NDArray[np.int64]
    values: Mapping[str, FloatArray]
    """Column of results → a number per hour, in its unit; all NaN for one that the zone never had."""
    known: BoolArray
    """Which hours are not foreseen: every column that the zone has is in its results."""
    issued_s: int
    made_from_s: int
    """The newest hour that was there to use."""
    method: str = METHOD
    low: Mapping[str, FloatArray] = field(default_factory=dict)
    """With `high` the band in which nine of ten values are expected, of the columns that have one; as `values`."""
    high: Mapping[str, FloatArray] = field(default_factory=dict)


def forecast_results(
    store: Store, zone_key: str, columns: Sequence[str], issued_s: int, hours: int
) -> Forecast | None:
    """Columns of `results` of a zone from the hour that holds issued_s on: hours + 1 of them, without a gap.

    None if no column was known in the seven days before. Where some of these hours rest on the zone's own data,
    estimates do not count.
    """
    return _forecasts(store, zone_key, columns, issued_s, hours).get(zone_key)


def forecast_all(store: Store, columns: Sequence[str], issued_s: int, hours: int) -> dict[str, Forecast]:
    """As `forecast_results`, of every zone and aggregate that has one, from one read."""
    return _forecasts(store, None, columns, issued_s, hours)


def _forecasts(
    store: Store, zone_key: str | None, columns: Sequence[str], issued_s: int, hours: int
) -> dict[str, Forecast]:
    first_s = issued_s - issued_s % HOUR_S
    begin_s = first_s - READ_DAYS * DAY_S
    names = ("zone_key", "hour_s", "estimation", *columns)
    if zone_key is None:
        rows = results_of_hours(store, names, begin_s, issued_s)
    else:
        rows = result_columns(store, zone_key, names, begin_s, issued_s)
    zones, past = _past(rows, columns, begin_s)
    week = past[..., -DAYS * PER_DAY - 1 :]
    numbers = [np.stack([blend(near, PER_DAY, hours + 1), *blend_bands(far, hours + 1)])
               for near, far in zip(week, past, strict=True)]
    hours_s = first_s + HOUR_S * np.arange(hours + 1, dtype=np.int64)
    found = {}
    for at in np.flatnonzero(np.any(~np.isnan(week), axis=(0, 2))):
        values, low, high = _by_column(columns, [one[:, at] for one in numbers])
        age = int(np.argmax(np.any(~np.isnan(week[:, at]), axis=0)[::-1]))
        found[zones[at]] = Forecast(
            zones[at], hours_s, values, _known(week[:, at], hours), issued_s, first_s - age * HOUR_S, low=low,
            high=high)
    return found


def _by_column(columns: Sequence[str], numbers: Sequence[FloatArray]) -> Iterator[dict[str, FloatArray]]:
    """The values, and the ends of those bands that know any hour after the running one, of (3, hours) per column."""
    has_band = [not np.isnan(one[1:, 1:]).all() for one in numbers]
    for at, is_wanted in enumerate([[True] * len(numbers), has_band, has_band]):
        yield {name: one[at] for name, one, wanted in zip(columns, numbers, is_wanted, strict=True) if wanted}


def _known(week: FloatArray, hours: int) -> BoolArray:
    """Which hours stand in the results: the running one, if each of (columns, past) that knows any hour knows it."""
    is_known = ~np.isnan(week)
    found = np.zeros(hours + 1, dtype=np.bool_)
    found[0] = np.all(is_known[:, -1] | ~np.any(is_known, axis=1))
    return found


def _past(rows: Columns, columns: Sequence[str], begin_s: int) -> tuple[npt.NDArray[Any], FloatArray]:
    """The zones, and (columns, zones, hours) of READ_DAYS and the running hour."""
    zone, zones = pd.factorize(rows["zone_key"])
    hour = ((rows["hour_s"] - begin_s) // HOUR_S).astype(np.intp)
    has_value = ~np.all([np.isnan(rows[name]) for name in columns], axis=0)
    is_own = has_value & ~rows["estimation"].astype(np.bool_)
    is_of_week = hour >= (READ_DAYS - DAYS) * PER_DAY
    counts = is_own | (np.bincount(zone, is_own & is_of_week, len(zones)) == 0)[zone]
    past = np.full((len(columns), len(zones), READ_DAYS * PER_DAY + 1), np.nan)
    for at, name in enumerate(columns):
        past[at, zone[counts], hour[counts]] = rows[name][counts]
    return zones, past
