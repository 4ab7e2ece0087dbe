"""What of an hour is kept for maps: every fourth point of the grid, wind and radiation in steps that compress well."""

import zlib

import numpy as np

from core.weather.fields import WORLD, Field, Forecast, Grid
from core.weather.interpolation import Frame

EVERY = 4
THIN = Grid(WORLD.north, WORLD.west, EVERY * WORLD.step, WORLD.rows // EVERY + 1, WORLD.columns // EVERY)
STEPS = np.array([0.1, 0.1, 1.0])
"""In which wind to the east, wind to the north (m/s) and radiation (W/m²) are kept."""


def pack(forecast: Forecast) -> bytes:
    """An hour on WORLD as the compressed 16-bit numbers of its points on THIN."""
    fields = (forecast.wind_east_m_per_s, forecast.wind_north_m_per_s, np.maximum(forecast.radiation_w_per_m2, 0))
    values = np.stack([_thin(field) for field in fields]) / STEPS[:, None, None]
    whole = np.round(values).astype("<i2")
    return zlib.compress(np.diff(whole, axis=2, prepend=np.zeros_like(whole[..., :1])).tobytes(), 6)


def _thin(field: Field) -> Field:
    return field[::EVERY, ::EVERY]


def unpack(content: bytes, hour_s: int) -> Frame:
    """What `pack` made of the hour that ends at a Unix second."""
    whole = np.frombuffer(zlib.decompress(content), "<i2").reshape(3, THIN.rows, THIN.columns)
    east, north, radiation = np.cumsum(whole, axis=2, dtype="<i2") * STEPS[:, None, None]
    return Frame(hour_s, east, north, radiation)
