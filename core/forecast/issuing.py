"""Issuing: once an hour what is foreseen of every zone is made and kept, by what was learnt of it or by the blend."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from logging import getLogger
from typing import Any

import numpy as np

from core.config import Zone
from core.forecast.ahead import THEN
from core.forecast.blend import FloatArray
from core.forecast.kept import COLUMNS, REACH_H, Numbers, pack
from core.forecast.results import BANDED, HOUR_S, Forecast, Past, blend_past, read_past
from core.forecast.strong.companions import is_share
from core.forecast.strong.hourly import AHEAD_H, Hourly
from core.forecast.strong.learning import foresee
from core.forecast.strong.packing import Trained, unpack
from core.forecast.strong.stored import LONG, WEATHER_DAYS, Weather, grid_of, read_published, read_weather
from core.forecast.strong.trees import needs
from core.forecast.training import is_usable
from core.store import Store
from core.store.rows import Row

logger = getLogger(__name__)

DAY_S = 24 * HOUR_S
LEAST_WEATHER_H = 24
"""Of a forecast by weather this much must rest on it."""
INTENSITY = "lifecycle_g_per_kwh"


def issue_due(store: Store, zones: Mapping[str, Zone], now_s: int, origin: str) -> int:
    """Issue and keep what is foreseen of every zone, unless that was done in this hour; of how many zones."""
    newest_s = store.forecasts.newest_hour_s()
    if newest_s is not None and newest_s >= now_s - now_s % HOUR_S:
        return 0
    rows = issue(store, zones, now_s, origin)
    store.forecasts.write(rows)
    return len(rows)


def issue(store: Store, zones: Mapping[str, Zone], now_s: int, origin: str) -> list[Row]:
    """A row of tables.forecasts for every zone of which anything is known in the last seven days."""
    past = read_past(store, None, COLUMNS, now_s, long=LONG)
    blends = blend_past(past, now_s, REACH_H)
    models = {row["zone_key"] for row in store.forecasts.models() if is_usable(row, now_s)} & blends.keys()
    if models and (lacking := needs()):
        logger.warning("%d zones get the blend: %s", len(models), lacking)
        models = set()
    weather = read_weather(store, None, past.first_s - WEATHER_DAYS * DAY_S, now_s) if models else None

    def best(blend: Forecast) -> Row:
        key = blend.zone_key
        if weather is None or key not in models or key not in zones:
            return _row(blend, origin)
        return _row(_learnt(store, zones, key, past, weather, blend), origin)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # most of it is LightGBM's and NumPy's work
        return [*pool.map(best, blends.values())]


def _learnt(
    store: Store, zones: Mapping[str, Zone], key: str, past: Past, weather: Weather, blend: Forecast
) -> Forecast:
    """By what was learnt of a zone; the blend, with a word in the log, if that fails."""
    try:
        first_s, now_s = past.first_s, blend.issued_s
        begin_s = first_s - (past.values[INTENSITY].shape[1] - 1) * HOUR_S
        row = store.forecasts.model(key)
        if row is None:
            return blend
        trained = unpack(row["content"])
        published = read_published(
            store, zones[key], begin_s, now_s, from_s=first_s - DAY_S, names=trained.learnt.published)
        grid = grid_of(past, key, weather, published)
        found = None if grid is None else by_model(trained, grid, blend)
        return blend if found is None else found
    except Exception:
        logger.exception("the forecast of %s by what was learnt failed: the blend is issued", key)
    return blend


def by_model(trained: Trained, grid: Hourly, blend: Forecast) -> Forecast | None:
    """From the hour after the newest that is known; None if that is too long ago, or there is too little weather.

    The running hour is what is known of it; hours without weather, and what the model knows nothing of, are the blend.
    """
    learnt = trained.learnt
    lag = int(blend.hours_s[0] - grid.first_s) // HOUR_S - grid.hours
    count = len(blend.hours_s)
    if not 0 <= lag <= AHEAD_H - count:
        return None
    part = slice(lag, lag + count)
    has_weather = np.ones(count, dtype=np.bool_)
    if learnt.model.structure:
        if not grid.weather:
            return None
        has_weather = np.isfinite(grid.weather["wind_m_per_s"][grid.hours :][part])
        if has_weather.sum() < LEAST_WEATHER_H:
            return None
    said = foresee(learnt, grid, np.array([grid.hours]), is_tail=True)
    edges = trained.edges
    values = {INTENSITY: said.intensity_g_per_kwh[0, part]} | {name: one[0, part] for name, one in said.others.items()}
    log_low, log_high = edges.log_intensity[:, part]
    low, high = ({INTENSITY: values[INTENSITY] * np.exp(log)} for log in (log_low, log_high))
    for name in edges.others.keys() & {*BANDED}:
        least, most = edges.others[name][:, part]
        low[name], high[name] = values[name] + least, values[name] + most
    return _joined(blend, learnt.method, has_weather, values, low, high)


def _joined(
    blend: Forecast, method: str, counts: np.ndarray[Any, np.dtype[np.bool_]], values: Mapping[str, FloatArray],
    low: Mapping[str, FloatArray], high: Mapping[str, FloatArray],
) -> Forecast:
    """The model's numbers in the hours that count, and the blend's in the others."""
    counts, nothing = counts & ~blend.known, np.full(len(counts), np.nan)

    def chosen(name: str, own: Mapping[str, FloatArray], other: Mapping[str, FloatArray]) -> FloatArray:
        is_own = counts & np.isfinite(values.get(name, nothing))
        return np.where(is_own, own.get(name, nothing), other.get(name, nothing))

    names = [name for name in COLUMNS if name in blend.values]
    all_values = {name: chosen(name, values, blend.values) for name in names}
    least = {name: np.minimum(_within(name, chosen(name, low, blend.low)), all_values[name]) for name in BANDED}
    most = {name: np.maximum(_within(name, chosen(name, high, blend.high)), all_values[name]) for name in BANDED}
    whole = counts | blend.known
    return replace(blend, values=all_values, low=least, high=most, method=method if whole.all() else method + THEN)


def _within(column: str, values: FloatArray) -> FloatArray:
    """No less than nothing, and of shares no more than all."""
    return np.clip(values, 0, 1 if is_share(column) else None)


def _row(forecast: Forecast, origin: str) -> Row:
    return {
        "zone_key": forecast.zone_key, "hour_s": int(forecast.hours_s[0]), "issued_s": forecast.issued_s,
        "made_from_s": forecast.made_from_s, "method": forecast.method, "origin": origin,
        "content": pack(Numbers(forecast.values, forecast.low, forecast.high)),
    }
