"""The weather between the hours of a forecast.

Wind changes evenly from one hour to the next. Radiation is known as means of whole hours, and follows the sun within
them: what is interpolated is the part of the sun's height that arrives, between the middles of two hours, so that it
rises and sets when the sun does.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from core.weather import sun
from core.weather.fields import Grid
from core.weather.sun import FloatArray

HOUR_S = 3600
LOW = 0.02
"""A sine of the sun's mean height, one degree: below it an hour says nothing of how clear the sky is."""


class Frame(NamedTuple):
    """(rows, columns) of wind at a Unix second, and of radiation then, or of a forecast's hour, in the hour before."""

    at_s: int
    wind_east_m_per_s: FloatArray
    wind_north_m_per_s: FloatArray
    radiation_w_per_m2: FloatArray


def hours_around(moment_s: int) -> tuple[int, int, int]:
    """The ends of the hours that say something of a moment: before it, of its own hour, and of the next."""
    before_s = moment_s - moment_s % HOUR_S
    return before_s, before_s + HOUR_S, before_s + 2 * HOUR_S


def at_moment(frames: Mapping[int, Frame], moment_s: int, grid: Grid) -> Frame | None:
    """The weather of a moment from the hours of `hours_around`, by their ends; None without its own or that before."""
    before_s, end_s, _ = hours_around(moment_s)
    part = (moment_s - before_s) / HOUR_S
    first, own = frames.get(before_s), frames.get(end_s)
    if first is None or own is None:
        return None
    east = (1 - part) * first.wind_east_m_per_s + part * own.wind_east_m_per_s
    north = (1 - part) * first.wind_north_m_per_s + part * own.wind_north_m_per_s
    other = frames.get(end_s + HOUR_S) if part >= 0.5 else first
    return Frame(moment_s, east, north, _radiation(own, other, moment_s, grid))


def _radiation(own: Frame, other: Frame | None, moment_s: int, grid: Grid) -> FloatArray:
    """(rows, columns) W/m² at a moment of `own`'s hour; `other` is the hour before or after it."""
    frames = [own] if other is None else [own, other]
    weights = [1 - abs(moment_s - (frame.at_s - HOUR_S / 2)) / HOUR_S for frame in frames]
    total, clear = np.zeros((grid.rows, grid.columns)), np.zeros((grid.rows, grid.columns))
    for frame, weight in zip(frames, weights, strict=True):
        height = sun.mean_height(frame.at_s, grid.latitudes, grid.longitudes)
        is_told = height > LOW
        total += weight * is_told
        clear += weight * np.divide(frame.radiation_w_per_m2, height, out=np.zeros_like(total), where=is_told)
    now = np.maximum(sun.height(moment_s, grid.latitudes, grid.longitudes), 0)
    return np.asarray(now * np.divide(clear, total, out=np.zeros_like(total), where=total > 0))
