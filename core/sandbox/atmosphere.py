"""The sandbox's weather as a forecast model sees it: fields over the globe, wrong by more the further ahead they are.

It is the weather that makes the grid's wind and sun (core.sandbox.weather), so that power can be foreseen from it.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np

from core.flowtrace.arrays import FloatArray
from core.sandbox.weather import Climate, Field, Weather, unit_vectors

HOUR_S = 3600
BLOCK_H = 6
"""Hours of a run over which radiation is averaged before its mean begins anew."""
STEP_DEG = 3.0
LATITUDES, LONGITUDES = np.arange(90.0, -91.0, -STEP_DEG), np.arange(0.0, 361.0, STEP_DEG)
"""The weather is computed at these; it has no detail between them. 360° is 0° again."""
NEAR_GROUND = 0.65
"""Wind at 10 m as a part of that at the height of hubs."""
CLEAR_W_PER_M2, EXPONENT, COVERED = 1000.0, 1.15, 0.72
"""Radiation under a sun overhead, how it falls with the sun's height, what of it clouds take: as the grid's plants."""
KELVIN = 273.15
SAMPLES = 2
"""Moments an hour of which radiation is the mean."""
WRONG_AT_ONCE, WRONG_PER_H = 0.02, 0.003
"""Spread of the error of a forecast: as a part of the wind and of what is sunny, and ten times as much in kelvin."""
KEPT_BLOCKS = 6


@dataclass(frozen=True)
class Block:
    """Six hours of a run; (latitudes, longitudes, hours)."""

    east_m_per_s: FloatArray
    north_m_per_s: FloatArray
    temperature_k: FloatArray
    radiation_w_per_m2: FloatArray
    """The mean of each hour."""


class Atmosphere:
    """Forecasts of the weather of a seed; blocks are computed once and kept for a while."""

    def __init__(self, seed: int) -> None:
        lon, lat = (values.ravel() for values in np.meshgrid(LONGITUDES, LATITUDES))
        self._climate, self._points, self._seed = Climate(lon, lat, seed), unit_vectors(lon, lat), seed
        self._blocks: OrderedDict[tuple[int, int], Block] = OrderedDict()
        self._lock = Lock()

    def block(self, issued_s: int, number: int) -> Block:
        """Hours 6 n + 1 to 6 n + 6 of the run that began then."""
        with self._lock:
            if (issued_s, number) not in self._blocks:
                self._blocks[issued_s, number] = self._made(issued_s, number)
                while len(self._blocks) > KEPT_BLOCKS:
                    self._blocks.popitem(last=False)
            return self._blocks[issued_s, number]

    def _made(self, issued_s: int, number: int) -> Block:
        lead_h = BLOCK_H * number + np.arange(1.0, BLOCK_H + 1)
        moments_s = issued_s + HOUR_S * lead_h
        within_s = HOUR_S * ((np.arange(SAMPLES) + 0.5) / SAMPLES - 1)
        weather = self._climate.at(np.concatenate([moments_s, (moments_s[:, None] + within_s).ravel()]))
        spread = WRONG_AT_ONCE + WRONG_PER_H * lead_h
        wind, sunny, warm = (spread * Field(hash((self._seed, issued_s, i)) % 2**32).at(self._points, moments_s)
                             for i in range(3))
        speed = NEAR_GROUND * weather.wind_ms[:, :BLOCK_H] * np.maximum(1 + wind, 0)
        east, north = (Field(10 * self._seed + i).at(self._points, moments_s) for i in (3, 4))
        length = np.maximum(np.hypot(east, north), 1e-6)
        fields = (
            speed * east / length, speed * north / length, weather.temperature_c[:, :BLOCK_H] + KELVIN + 10 * warm,
            _means_of_hours(_radiation(weather)[:, BLOCK_H:]) * np.clip(1 + sunny, 0, 1.3))
        return Block(*(field.reshape(len(LATITUDES), len(LONGITUDES), BLOCK_H) for field in fields))


def _radiation(weather: Weather) -> FloatArray:
    """(points, moments) W/m² at the ground."""
    return np.asarray(CLEAR_W_PER_M2 * weather.sun**EXPONENT * (1 - COVERED * weather.cloud))


def _means_of_hours(values: FloatArray) -> FloatArray:
    """(points, hours) of (points, SAMPLES an hour)."""
    return np.asarray(values.reshape(len(values), -1, SAMPLES).mean(axis=2))


def refined(field: FloatArray, latitudes: FloatArray, longitudes: FloatArray) -> FloatArray:
    """A field on LATITUDES and LONGITUDES at other points between them, even from one to the next."""
    row, column = (LATITUDES[0] - latitudes) / STEP_DEG, longitudes % 360 / STEP_DEG
    north, west = np.minimum(row.astype(int), len(LATITUDES) - 2), column.astype(int)
    down, right = (row - north)[:, None], column - west
    above, below = field[north], field[north + 1]
    lines = (1 - down) * above + down * below
    return np.asarray((1 - right) * lines[:, west] + right * lines[:, west + 1])
