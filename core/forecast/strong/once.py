"""Forecasts of one grid's intensity with their bands, learnt where there is history enough, else the blend."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.forecast.bands import BACK_DAYS, READ_DAYS, blend_bands, edges
from core.forecast.blend import DAYS, blend
from core.forecast.blend import METHOD as BLEND
from core.forecast.strong.hourly import AHEAD_H, DAY_H, FloatArray, Hourly, IntArray, past_of
from core.forecast.strong.learning import foresee, learn, unseen

MOST_UNKNOWN = 0.1


class Issued(NamedTuple):
    """Forecasts of intensities; every array (origins, AHEAD_H) g/kWh."""

    values: FloatArray
    low: FloatArray
    """With `high` the band in which nine of ten values are expected; NaN where too little is known for one."""
    high: FloatArray
    method: str


def issue(hourly: Hourly, origins: IntArray, threads: int = 1, ahead_h: int = AHEAD_H) -> Issued:
    """Learn from all that was known at the first of origins a day apart, and foresee from each.

    The band is of how far off forecasts of the 28 days before each were; those before the first are by a model that
    knew nothing of these days. Weather counts only where it reaches ahead_h far.
    """
    hourly = without_short_weather(hourly, int(origins[-1]), ahead_h)
    learnt = learn(hourly, int(origins[0]), threads)
    if learnt is None:
        return issue_blend(hourly, origins)
    values = foresee(learnt, hourly, origins, threads).intensity_g_per_kwh
    before, said = unseen(hourly, int(origins[0]), threads)
    past = np.full((BACK_DAYS, AHEAD_H), np.nan) if said is None else said.intensity_g_per_kwh
    low, high = _bands(hourly, np.append(before, origins), np.vstack([past, values]))
    return Issued(values, np.minimum(low, values), np.maximum(high, values), learnt.method)


def _bands(hourly: Hourly, issued: IntArray, foreseen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(origins, AHEAD_H) low and high of all but the first BACK_DAYS forecasts, from those before each."""
    hours = issued[:, None] + np.arange(AHEAD_H)
    actual = np.append(hourly.intensity_g_per_kwh, np.full(AHEAD_H, np.nan))
    errors = np.log(actual[np.minimum(hours, len(actual) - 1)] / foreseen)
    ends = []
    for at in range(BACK_DAYS, len(issued)):
        recent = slice(at - BACK_DAYS, at)
        known = np.where(hours[recent] < issued[at], errors[recent], np.nan)
        ends.append(foreseen[at] * np.exp(edges(known[None])[:, 0]))
    low, high = np.stack(ends, axis=1)
    return low, high


def issue_blend(hourly: Hourly, origins: IntArray) -> Issued:
    """What needs no training."""
    past = past_of(hourly.intensity_g_per_kwh, origins, READ_DAYS * DAY_H)
    past = np.append(past, np.full((len(origins), 1), np.nan), axis=1)
    low, high = blend_bands(past, AHEAD_H)
    return Issued(blend(past[:, -DAYS * DAY_H - 1 :], DAY_H, AHEAD_H), low, high, BLEND)


def without_short_weather(hourly: Hourly, origin: int, ahead_h: int) -> Hourly:
    """Without weather where that of too many of the next hours is not known."""
    ahead = hourly.weather["wind_m_per_s"][origin:][:ahead_h] if hourly.weather else np.full(1, np.nan)
    return replace(hourly, weather={}) if np.isnan(ahead).mean() > MOST_UNKNOWN else hourly
