"""A forecast with its band: by a model where there is history enough, by the blend where there is not."""

from typing import NamedTuple

import numpy as np

from core.forecast.bands import BACK_DAYS, READ_DAYS, blend_bands, edges
from core.forecast.blend import DAYS, blend
from core.forecast.blend import METHOD as BLEND
from core.forecast.strong.hourly import AHEAD_H, DAY_H, FloatArray, Hourly, past_of
from core.forecast.strong.model import Model, predict, train

METHOD, METHOD_WITHOUT_WEATHER = "boosting_with_weather", "boosting"
MOST_UNKNOWN = 0.1


class Issued(NamedTuple):
    """A forecast of intensities from the end of a grid's past on; every array (AHEAD_H,) g/kWh."""

    values: FloatArray
    low: FloatArray
    """With `high` the band in which nine of ten values are expected; NaN where too little is known for one."""
    high: FloatArray
    method: str


def issue(hourly: Hourly, threads: int = 1) -> Issued:
    """Train on all of the past and foresee; the band is from a model that knew nothing of the past four weeks."""
    hourly = without_short_weather(hourly)
    model = train(hourly, hourly.hours, threads)
    if model is None:
        return issue_blend(hourly)
    values = predict(model, hourly, np.array([hourly.hours]), threads)[0]
    low, high = values * np.exp(backtest_edges(hourly, threads))
    return Issued(values, np.minimum(low, values), np.maximum(high, values),
                  METHOD if hourly.weather else METHOD_WITHOUT_WEATHER)


def issue_blend(hourly: Hourly) -> Issued:
    """What needs no training."""
    past = past_of(hourly.intensity_g_per_kwh, np.array([hourly.hours]), READ_DAYS * DAY_H)
    past = np.append(past, [[np.nan]], axis=1)
    low, high = blend_bands(past, AHEAD_H)[:, 0]
    return Issued(blend(past[0, -DAYS * DAY_H - 1 :], DAY_H, AHEAD_H), low, high, BLEND)


def without_short_weather(hourly: Hourly) -> Hourly:
    """Without weather where that of too many of the hours to foresee is not known."""
    ahead = hourly.weather["wind_m_per_s"][hourly.hours :][:AHEAD_H] if hourly.weather else np.full(1, np.nan)
    is_short = np.isnan(ahead).mean() > MOST_UNKNOWN
    return Hourly(hourly.first_s, hourly.intensity_g_per_kwh, hourly.generation_mw, {}) if is_short else hourly


def backtest_edges(hourly: Hourly, threads: int) -> FloatArray:
    """(2, AHEAD_H) logs of what forecasts of the past four weeks must be multiplied by to hold nine of ten values."""
    origins = hourly.hours - DAY_H * np.arange(BACK_DAYS, 0, -1)
    model: Model | None = train(hourly, int(origins[0]), threads)
    if model is None:
        return np.full((2, AHEAD_H), np.nan)
    actual = np.append(hourly.intensity_g_per_kwh, np.full(AHEAD_H, np.nan))[origins[:, None] + np.arange(AHEAD_H)]
    return edges(np.log(actual / predict(model, hourly, origins, threads))[None])[:, 0]
