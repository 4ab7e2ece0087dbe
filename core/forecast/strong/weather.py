"""Weather as features of the hour that it describes: itself, its neighbours, its day."""

import numpy as np
import pandas as pd

from core.forecast.strong.hourly import FloatArray, Hourly

SHORT = {"wind_m_per_s": "wind", "wind_cube_m_per_s": "wind_cube", "sun_w_per_m2": "sun",
         "temperature_k": "temperature", "dew_point_k": "dew_point", "precipitation": "precipitation"}
"""What may be known of it; of the wind its mean, and the third root of the mean of its cube."""
DECIMALS = 6
NEIGHBOURS_H = (-6, -3, 3, 6)
COMPARED = ("wind", "wind_cubed", "sun", "temperature", "dew_point", "precipitation")


def smoothed_weather(hourly: Hourly) -> dict[str, FloatArray]:
    """Name → (hours + ahead,): means of 5 and 25 hours around each hour and its neighbours; empty without weather."""
    if not hourly.weather:
        return {}
    raw = {SHORT[name]: values for name, values in hourly.weather.items()}
    raw["wind_cubed"] = raw.pop("wind_cube", raw["wind"]) ** 3
    found = {name: around(values, 2) for name, values in raw.items()}
    found |= {f"{name}_day": around(values, 12) for name, values in raw.items()}
    found |= {f"{name}{step:+d}h": moved(raw[name], step) for name in ("wind", "sun") for step in NEIGHBOURS_H}
    return found


def around(values: FloatArray, reach: int) -> FloatArray:
    """The mean of what is known from `reach` hours before to `reach` hours after.

    Rounded, as the sum that moves along keeps errors of what it has passed: trees would tell nights apart by them.
    """
    return np.round(pd.Series(values).rolling(2 * reach + 1, center=True, min_periods=1).mean().to_numpy(), DECIMALS)


def moved(values: FloatArray, step: int) -> FloatArray:
    """At t the value of t + step; NaN beyond the ends."""
    return pd.Series(values).shift(-step).to_numpy()
