"""A weather that is continuous in space and time: wind, cloud, temperature and sun anywhere, at any moment.

Wind, cloud and warmth are sums of plane waves in the space around the globe, which has no edge at the antimeridian and
none at the poles. A wave is cos(k·p − ωt + φ) = cos(k·p + φ) cos ωt + sin(k·p + φ) sin ωt, so that many points and
moments are one product of two matrices.
"""

from dataclasses import dataclass

import numpy as np

from core.flowtrace.arrays import FloatArray

DAY_S = 86_400
YEAR_S = 365.2425 * DAY_S
JUNE_SOLSTICE_S = 15_034_000
"""Seconds into 1970 at which the sun stood highest in the north: 24 June, less what a mean year is early since."""
WAVES = 24
EARTH_KM = 6371.0
WAVELENGTH_KM = (1500.0, 5000.0)
PERIOD_DAYS = (1.5, 9.0)
AXIS_TILT = np.radians(23.44)


@dataclass(frozen=True)
class Weather:
    """(points, moments) of each quantity."""

    wind_ms: FloatArray
    """Wind speed at hub height, m/s, > 0."""
    cloud: FloatArray
    """The part of the sky that is covered, in (0, 1)."""
    sun: FloatArray
    """Sine of the sun's height over the horizon, 0 at night."""
    temperature_c: FloatArray


class Field:
    """One random field of mean 0 and spread 1 over the globe and time, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        made = np.random.default_rng(seed)
        direction = made.normal(size=(WAVES, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        wavelength_km = made.uniform(*WAVELENGTH_KM, size=(WAVES, 1))
        self._wave = direction * (2 * np.pi * EARTH_KM / wavelength_km)
        self._phase = made.uniform(0, 2 * np.pi, WAVES)
        self._speed = 2 * np.pi / (made.uniform(*PERIOD_DAYS, WAVES) * DAY_S)

    def at(self, points: FloatArray, moments_s: FloatArray) -> FloatArray:
        """(points, moments) of the field; points are unit vectors (points, 3)."""
        place = points @ self._wave.T + self._phase
        time = np.outer(self._speed, moments_s)
        waves = np.hstack([np.cos(place), np.sin(place)]) @ np.vstack([np.cos(time), np.sin(time)])
        return np.asarray(waves * np.sqrt(2 / WAVES))


def unit_vectors(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """(points, 3) places on a globe of radius 1, of degrees."""
    x, y = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)


class Climate:
    """The weather of some places: longitudes and latitudes in degrees."""

    def __init__(self, lon: FloatArray, lat: FloatArray, seed: int) -> None:
        self._points, self._lon, self._lat = unit_vectors(lon, lat), np.radians(lon), np.radians(lat)
        self._wind, self._cloud, self._warmth = (Field(10 * seed + i) for i in range(3))

    def at(self, moments_s: FloatArray) -> Weather:
        """The weather of every place at each Unix second."""
        season = np.cos(2 * np.pi * (moments_s - JUNE_SOLSTICE_S) / YEAR_S)
        sun = self._sun(moments_s, season)
        north = np.sin(self._lat)[:, None]
        warmth = 29 - 42 * np.abs(north) ** 1.5 + 13 * north * season + 6 * (sun - 0.3)
        return Weather(
            wind_ms=np.logaddexp(0, 7.2 + 2.8 * self._wind.at(self._points, moments_s)),
            cloud=1 / (1 + np.exp(-1.4 * self._cloud.at(self._points, moments_s))),
            sun=sun,
            temperature_c=warmth + 3.5 * self._warmth.at(self._points, moments_s),
        )

    def _sun(self, moments_s: FloatArray, season: FloatArray) -> FloatArray:
        declination = AXIS_TILT * season
        turn = 2 * np.pi * (moments_s % DAY_S) / DAY_S - np.pi
        hour_angle = np.outer(np.cos(self._lon), np.cos(turn)) - np.outer(np.sin(self._lon), np.sin(turn))
        height = np.sin(self._lat)[:, None] * np.sin(declination)
        height = height + np.cos(self._lat)[:, None] * np.cos(declination) * hour_angle
        return np.asarray(np.maximum(height, 0.0))
