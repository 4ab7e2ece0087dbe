"""What is foreseen of results: the newest forecast that was issued and kept, or, where there is none, the blend."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.forecast.blend import FloatArray
from core.forecast.kept import COLUMNS, REACH_H, unpack
from core.forecast.results import HOUR_S, Forecast, blend_results
from core.store import Store
from core.store.rows import Row
from core.store.spans import result_columns

FRESH_S = 3 * HOUR_S
"""How long before the running hour a kept forecast may have been issued: what is older is made anew."""
THEN = "+blend"
"""Ends the name of a method whose last hours are the blend's."""


def forecast_results(
    store: Store, zone_key: str, columns: Sequence[str], issued_s: int, hours: int
) -> Forecast | None:
    """Columns of `results` of a zone from the hour that holds issued_s on: hours + 1 of them, without a gap.

    What was issued by then counts. Beyond its reach, and where there is none, it is the blend; None if nothing is
    known of the zone in the seven days before. The running hour is what stood in the results by then, where it did.
    """
    running_s = issued_s - issued_s % HOUR_S
    row = store.forecasts.newest(zone_key, running_s - FRESH_S, issued_s) if set(columns) <= {*COLUMNS} else None
    if row is None:
        return blend_results(store, zone_key, columns, issued_s, hours)
    found = as_issued(row, columns, (running_s - row["hour_s"]) // HOUR_S, hours)
    if len(found.hours_s) <= hours:
        found = _longer(found, blend_results(store, zone_key, columns, issued_s, hours), hours + 1)
    return _with_running_hour(store, found, columns, issued_s)


def as_issued(row: Row, columns: Sequence[str], skipped: int, hours: int) -> Forecast:
    """What was kept (a row of tables.forecasts), `skipped` hours left out, as far as it reaches; NaN for nothing."""
    count = min(hours, REACH_H - skipped) + 1
    part = slice(skipped, skipped + count)
    values, low, high = (
        {name: one[name][part] for name in columns if name in one} for one in unpack(row["content"]))
    nothing = {name: np.full(count, np.nan) for name in columns}
    hours_s = row["hour_s"] + HOUR_S * np.arange(part.start, part.stop, dtype=np.int64)
    return Forecast(
        row["zone_key"], hours_s, nothing | values, np.zeros(count, dtype=np.bool_), row["issued_s"],
        row["made_from_s"], row["method"], low, high)


def _longer(found: Forecast, blend: Forecast | None, count: int) -> Forecast:
    """With the blend's hours after its last one, as many as are asked for in all; NaN where it knows nothing."""
    before, nothing = len(found.hours_s), np.full(count, np.nan)
    others = [blend.values, blend.low, blend.high] if blend else 3 * [dict[str, FloatArray]()]
    values, low, high = (
        {name: np.append(one, other.get(name, nothing)[before:]) for name, one in mine.items()}
        for mine, other in zip((found.values, found.low, found.high), others, strict=True))
    is_blend = blend is None or found.method.endswith(blend.method)
    return replace(
        found, hours_s=found.hours_s[0] + HOUR_S * np.arange(count, dtype=np.int64), values=values, low=low, high=high,
        method=found.method if is_blend else found.method + THEN,
        known=np.append(found.known, np.zeros(count - before, dtype=np.bool_)))


def _with_running_hour(store: Store, found: Forecast, columns: Sequence[str], issued_s: int) -> Forecast:
    """With what stood in the results of the running hour by then, if it is the zone's own."""
    first_s = int(found.hours_s[0])
    names = ("hour_s", "estimation", "updated_s", *columns)
    rows = result_columns(store, found.zone_key, names, first_s, first_s + HOUR_S)
    is_own = (rows["hour_s"] == first_s) & ~rows["estimation"].astype(np.bool_)
    at = np.flatnonzero(is_own & (rows["updated_s"] <= issued_s))
    if not len(at):
        return found
    actual = {name: rows[name][at[0]] for name in columns}

    def begun(one: FloatArray, name: str) -> FloatArray:
        return one if np.isnan(actual[name]) else np.append(actual[name], one[1:])

    values, low, high = ({name: begun(one, name) for name, one in part.items()}
                         for part in (found.values, found.low, found.high))
    known = found.known.copy()
    known[0] = all(np.isnan(one).all() or not np.isnan(actual[name]) for name, one in found.values.items())
    return replace(found, values=values, low=low, high=high, known=known)
