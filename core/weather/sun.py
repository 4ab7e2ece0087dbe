"""Where the sun stands: J. W. Spencer's Fourier series of 1971, exact to about half a degree."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

DAY_S = 86_400
YEAR_DAYS = 365.2425
MINUTES_PER_RADIAN = 229.18


def height(moment_s: float, latitudes: FloatArray, longitudes: FloatArray) -> FloatArray:
    """(latitudes, longitudes) the sine of the sun's height over the horizon at a Unix second, below zero at night."""
    year = 2 * np.pi * (moment_s / DAY_S % YEAR_DAYS) / YEAR_DAYS  # 1970 began on 1 January
    declination = (
        0.006918 - 0.399912 * np.cos(year) + 0.070257 * np.sin(year) - 0.006758 * np.cos(2 * year)
        + 0.000907 * np.sin(2 * year) - 0.002697 * np.cos(3 * year) + 0.00148 * np.sin(3 * year))
    late_min = MINUTES_PER_RADIAN * (
        0.000075 + 0.001868 * np.cos(year) - 0.032077 * np.sin(year)
        - 0.014615 * np.cos(2 * year) - 0.040849 * np.sin(2 * year))
    noon = (moment_s % DAY_S + 60 * late_min) / DAY_S * 2 * np.pi - np.pi
    north = np.radians(latitudes)[:, None]
    turned = np.cos(np.radians(longitudes)[None] + noon)
    return np.asarray(np.sin(north) * np.sin(declination) + np.cos(north) * np.cos(declination) * turned)


def mean_height(end_s: float, latitudes: FloatArray, longitudes: FloatArray, samples: int = 6) -> FloatArray:
    """(latitudes, longitudes) the mean of what is above zero of `height` over the hour before a Unix second."""
    moments_s = end_s - 3600 * (np.arange(samples) + 0.5) / samples
    heights = [np.maximum(height(one, latitudes, longitudes), 0) for one in moments_s]
    return np.asarray(np.mean(heights, axis=0))
