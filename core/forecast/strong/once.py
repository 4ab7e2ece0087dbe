"""A forecast of one grid's intensity with its band, learnt where there is history enough, else the blend."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.forecast.bands import READ_DAYS, blend_bands
from core.forecast.blend import DAYS, blend
from core.forecast.blend import METHOD as BLEND
from core.forecast.strong.hourly import AHEAD_H, DAY_H, FloatArray, Hourly, past_of
from core.forecast.strong.learning import backtest, foresee, learn

MOST_UNKNOWN = 0.1


class Issued(NamedTuple):
    """A forecast of intensities from the end of a grid's past on; every array (AHEAD_H,) g/kWh."""

    values: FloatArray
    low: FloatArray
    """With `high` the band in which nine of ten values are expected; NaN where too little is known for one."""
    high: FloatArray
    method: str


def issue(hourly: Hourly, threads: int = 1, ahead_h: int = AHEAD_H) -> Issued:
    """Learn from all of the past and foresee; the band is from a model that knew nothing of the past four weeks.

    Weather counts only where it reaches ahead_h far.
    """
    hourly = without_short_weather(hourly, ahead_h)
    learnt = learn(hourly, hourly.hours, threads)
    if learnt is None:
        return issue_blend(hourly)
    values = foresee(learnt, hourly, np.array([hourly.hours]), threads).intensity_g_per_kwh[0]
    low, high = values * np.exp(backtest(hourly, threads).log_intensity)
    return Issued(values, np.minimum(low, values), np.maximum(high, values), learnt.method)


def issue_blend(hourly: Hourly) -> Issued:
    """What needs no training."""
    past = past_of(hourly.intensity_g_per_kwh, np.array([hourly.hours]), READ_DAYS * DAY_H)
    past = np.append(past, [[np.nan]], axis=1)
    low, high = blend_bands(past, AHEAD_H)[:, 0]
    return Issued(blend(past[0, -DAYS * DAY_H - 1 :], DAY_H, AHEAD_H), low, high, BLEND)


def without_short_weather(hourly: Hourly, ahead_h: int) -> Hourly:
    """Without weather where that of too many of the next hours is not known."""
    ahead = hourly.weather["wind_m_per_s"][hourly.hours :][:ahead_h] if hourly.weather else np.full(1, np.nan)
    return replace(hourly, weather={}) if np.isnan(ahead).mean() > MOST_UNKNOWN else hourly
