"""How far off the forecasts of a zone's intensity were that have been issued, by how far ahead they looked."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from core.forecast.blend import DAY_S, FloatArray
from core.forecast.kept import REACH_H, unpack
from core.forecast.results import HOUR_S
from core.store import Store
from core.store.rows import Row
from core.store.spans import Columns, result_columns, results_of_hours

COLUMN = "lifecycle_g_per_kwh"
SPANS_H = ((1, 6), (7, 24), (25, 48), (49, 72))
"""Hours after that of issue, both ends counted."""
DAYS = 14
LEAST = 12
"""Hours to compare; of fewer nothing is said."""


class Skill(NamedTuple):
    """Errors of forecasts of hours so far ahead, against the zone's own data."""

    from_h: int
    to_h: int
    hours: int
    """How many hours of all forecasts were compared."""
    error_percent: float
    """Mean of |foreseen − actual| / actual."""
    error_g_per_kwh: float
    """Mean of |foreseen − actual|."""
    bias_g_per_kwh: float
    """Mean of foreseen − actual."""
    in_band_percent: float
    """How many were in the band of nine in ten, of those that have one; NaN without."""


class Last(NamedTuple):
    """The forecast of a day ago, compared with the day that followed."""

    issued_s: int
    method: str
    error_percent: float


def skill(store: Store, zone_key: str, now_s: int, days: int = DAYS) -> list[Skill]:
    """Of the forecasts issued in the last days, those of SPANS_H that can be compared; empty if none can."""
    end_s = now_s - now_s % HOUR_S
    start_s = end_s - days * DAY_S
    rows = store.forecasts.of_zone(zone_key, start_s, end_s)
    columns = result_columns(store, zone_key, ("hour_s", "estimation", COLUMN), start_s, end_s)
    return _by_span(rows, _actual(columns, start_s, end_s), start_s)


def skill_of_all(store: Store, now_s: int, days: int = DAYS) -> dict[str, list[Skill]]:
    """The same of every zone, from one forecast a day."""
    end_s = now_s - now_s % HOUR_S
    start_s = end_s - days * DAY_S
    columns = results_of_hours(store, ("zone_key", "hour_s", "estimation", COLUMN), start_s, end_s)
    by_zone: dict[str, list[Row]] = {}
    for row in store.forecasts.of_hours(range(start_s, end_s, DAY_S)):
        by_zone.setdefault(row["zone_key"], []).append(row)
    found = {}
    for key, rows in by_zone.items():
        first, last = np.searchsorted(columns["zone_key"], [key, f"{key}\0"])
        part = slice(int(first), int(last))
        own = {name: one[part] for name, one in columns.items()}
        if spans := _by_span(rows, _actual(own, start_s, end_s), start_s):
            found[key] = spans
    return found


def last(store: Store, zone_key: str, now_s: int) -> Last | None:
    """How far off the forecast of a day ago was in the hours since; None if there is none, or too few are known."""
    end_s = now_s - now_s % HOUR_S
    rows = store.forecasts.of_zone(zone_key, end_s - DAY_S, end_s - DAY_S + HOUR_S)
    columns = result_columns(store, zone_key, ("hour_s", "estimation", COLUMN), end_s - DAY_S, end_s)
    actual = _actual(columns, end_s - DAY_S, end_s)
    foreseen = unpack(rows[0]["content"]).values.get(COLUMN) if rows else None
    if foreseen is None:
        return None
    errors = np.abs(foreseen[1 : len(actual)] - actual[1:]) / actual[1:]
    if np.isfinite(errors).sum() < LEAST:
        return None
    return Last(rows[0]["issued_s"], rows[0]["method"], 100 * float(np.nanmean(errors)))


def _actual(columns: Columns, start_s: int, end_s: int) -> FloatArray:
    """(hours,) what the zone's own data say; NaN for the rest."""
    found, values = np.full((end_s - start_s) // HOUR_S, np.nan), columns[COLUMN]
    at = ((columns["hour_s"] - start_s) // HOUR_S).astype(np.intp)
    counts = (at >= 0) & (values > 0) & ~columns["estimation"].astype(np.bool_)
    found[at[counts]] = values[counts]
    return found


def _by_span(rows: Iterable[Row], actual: FloatArray, start_s: int) -> list[Skill]:
    padded = np.append(actual, np.full(REACH_H + 1, np.nan))
    foreseen, low, high, truth = [], [], [], []
    nothing = np.full(REACH_H + 1, np.nan)
    for row in rows:
        numbers, at = unpack(row["content"]), (row["hour_s"] - start_s) // HOUR_S
        foreseen.append(numbers.values.get(COLUMN, nothing))
        low.append(numbers.low.get(COLUMN, nothing))
        high.append(numbers.high.get(COLUMN, nothing))
        truth.append(padded[at : at + REACH_H + 1])
    if not truth:
        return []
    stacked = [np.array(part) for part in (foreseen, low, high, truth)]
    found = (_of_span(span, [one[:, span[0] : span[1] + 1] for one in stacked]) for span in SPANS_H)
    return [one for one in found if one is not None]


def _of_span(span: tuple[int, int], parts: Sequence[FloatArray]) -> Skill | None:
    foreseen, low, high, truth = parts
    error = foreseen - truth
    is_known, has_band = np.isfinite(error), np.isfinite(high) & np.isfinite(truth)
    if is_known.sum() < LEAST:
        return None
    inside = (low <= truth) & (truth <= high)
    return Skill(
        *span, int(is_known.sum()), 100 * float(np.nanmean(np.abs(error) / truth)), float(np.nanmean(np.abs(error))),
        float(np.nanmean(error)), 100 * float(inside[has_band].mean()) if has_band.any() else float("nan"))
