"""Results as the blend foresees them: intensities, shares and powers of one zone, or of all zones at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.forecast.bands import READ_DAYS, blend_bands
from core.forecast.blend import DAY_S, DAYS, METHOD, FloatArray, blend
from core.store import Store
from core.store.spans import Columns, result_columns, results_of_hours

BoolArray = npt.NDArray[np.bool_]

HOUR_S = 3600
PER_DAY = DAY_S // HOUR_S
BANDED = ("lifecycle_g_per_kwh", "direct_g_per_kwh", "renewable_share", "carbon_free_share", "consumption_mw")
"""Columns of results whose forecasts have a band."""


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


class Past(NamedTuple):
    """Results of the last weeks and the running hour."""

    first_s: int
    """The running hour's begin."""
    zones: list[str]
    values: Mapping[str, FloatArray]
    """Column → (zones, hours), the running hour last: weeks of those that need them, DAYS of the others."""


def blend_results(store: Store, zone_key: str, columns: Sequence[str], issued_s: int, hours: int) -> Forecast | None:
    """Columns of `results` of a zone from the hour that holds issued_s on: hours + 1 of them, without a gap.

    None if no column was known in the seven days before. Where some of these hours rest on the zone's own data,
    estimates do not count.
    """
    return blend_past(read_past(store, zone_key, columns, issued_s), issued_s, hours).get(zone_key)


def read_past(
    store: Store, zone_key: str | None, columns: Sequence[str], issued_s: int, *, days: int = READ_DAYS,
    long: Collection[str] = BANDED,
) -> Past:
    """Columns of a zone, or of every zone and aggregate; `days` of those of `long`."""
    first_s = issued_s - issued_s % HOUR_S
    read = []
    for reach, is_long in ((days, True), (DAYS, False)):
        names = [name for name in columns if (name in long) == is_long]
        asked = ("zone_key", "hour_s", "estimation", *names), first_s - reach * DAY_S, issued_s
        if names:
            rows = results_of_hours(store, *asked) if zone_key is None else result_columns(store, zone_key, *asked)
            read.append((names, reach, rows))
    zones = sorted(set().union(*(rows["zone_key"].tolist() for _, _, rows in read)))
    found: dict[str, FloatArray] = {}
    for names, reach, rows in read:
        found |= dict(zip(names, _on_hours(zones, rows, names, first_s, reach), strict=True))
    return Past(first_s, zones, {name: found[name] for name in columns})


def blend_past(past: Past, issued_s: int, hours: int) -> dict[str, Forecast]:
    """Zone → what the blend makes of its past, of those of which anything is known in the last DAYS."""
    week = np.stack([one[:, -DAYS * PER_DAY - 1 :] for one in past.values.values()])
    values = dict(zip(past.values, blend(week, PER_DAY, hours + 1), strict=True))
    bands = {
        name: blend_bands(one[:, -READ_DAYS * PER_DAY - 1 :], hours + 1) for name, one in past.values.items()
        if name in BANDED}
    hours_s = past.first_s + HOUR_S * np.arange(hours + 1, dtype=np.int64)
    found = {}
    for at in np.flatnonzero(np.any(~np.isnan(week), axis=(0, 2))):
        low, high = ({name: band[end, at] for name, band in bands.items() if not np.isnan(band[end, at, 1:]).all()}
                     for end in (0, 1))
        age = int(np.argmax(np.any(~np.isnan(week[:, at]), axis=0)[::-1]))
        found[past.zones[at]] = Forecast(
            past.zones[at], hours_s, {name: one[at] for name, one in values.items()}, _known(week[:, at], hours),
            issued_s, past.first_s - age * HOUR_S, low=low, high=high)
    return found


def _known(week: FloatArray, hours: int) -> BoolArray:
    """Which hours stand in the results: the running one, if each of (columns, past) that knows any hour knows it."""
    is_known = ~np.isnan(week)
    found = np.zeros(hours + 1, dtype=np.bool_)
    found[0] = np.all(is_known[:, -1] | ~np.any(is_known, axis=1))
    return found


def _on_hours(
    zones: Sequence[str], rows: Columns, columns: Sequence[str], first_s: int, days: int
) -> npt.NDArray[np.float64]:
    """(columns, zones, hours) of `days` and the running hour; without estimates where the zone has any other hours."""
    zone = np.searchsorted(np.array(zones, dtype=object), rows["zone_key"])
    hour = ((rows["hour_s"] - first_s) // HOUR_S).astype(np.intp) + days * PER_DAY
    has_value = ~np.all([np.isnan(rows[name]) for name in columns], axis=0)
    is_own = has_value & ~rows["estimation"].astype(np.bool_)
    is_of_week = hour >= (days - DAYS) * PER_DAY
    counts = is_own | (np.bincount(zone, is_own & is_of_week, len(zones)) == 0)[zone]
    found = np.full((len(columns), len(zones), days * PER_DAY + 1), np.nan)
    for at, name in enumerate(columns):
        found[at, zone[counts], hour[counts]] = rows[name][counts]
    return found
