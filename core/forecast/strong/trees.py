"""Boosted trees by LightGBM: the only place that knows the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import CannotForecast
from core.forecast.strong.hourly import FloatArray

if TYPE_CHECKING:
    from lightgbm import Booster

ALWAYS = {"objective": "l1", "deterministic": True, "force_row_wise": True, "seed": 1, "verbose": -1}
"""The median, and the same trees from the same rows whatever the number of threads."""


@dataclass(frozen=True)
class Trees:
    """What was fitted to (rows, features)."""

    booster: Booster

    def say(self, matrix: FloatArray, threads: int) -> FloatArray:
        """(rows,) of (rows, features)."""
        return np.asarray(self.booster.predict(matrix, num_threads=threads), dtype=np.float64)


def fit(settings: Mapping[str, float], rounds: int, matrix: FloatArray, target: FloatArray, threads: int) -> Trees:
    """Trees of the rows whose target is known; raises CannotForecast where LightGBM is not installed."""
    lightgbm, known = _library(), np.isfinite(target)
    rows = lightgbm.Dataset(matrix[known], target[known], free_raw_data=False)
    return Trees(lightgbm.train({**ALWAYS, **settings, "num_threads": threads}, rows, rounds))


def read_trees(text: str) -> Trees:
    """What LightGBM wrote; raises CannotForecast where it is not installed."""
    return Trees(_library().Booster(model_str=text))


def needs() -> str | None:
    """What to do where LightGBM is not installed."""
    try:
        _library()
    except CannotForecast as err:
        return str(err)
    return None


def _library() -> Any:
    try:
        import lightgbm
    except ImportError as err:
        raise CannotForecast(
            "Forecasts that are learnt need an optional dependency: pip install 'gridtrace[forecast]'.") from err
    except OSError as err:  # its wheel leaves the OpenMP library to the system
        raise CannotForecast(
            f"LightGBM cannot be used: {err}. Install the OpenMP library (on Debian: apt install libgomp1).") from err
    return lightgbm
