"""One hour of a run, as the model's service publishes it, and whether its numbers can be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]
"""(rows, columns) of a grid."""


class Grid(NamedTuple):
    """Points of equal steps of latitude and longitude; rows go from north to south, columns from west to east."""

    north: float
    west: float
    step: float
    rows: int
    columns: int

    @property
    def latitudes(self) -> npt.NDArray[np.float64]:
        """(rows) degrees."""
        return np.asarray(self.north - self.step * np.arange(self.rows), dtype=np.float64)

    @property
    def longitudes(self) -> npt.NDArray[np.float64]:
        """(columns) degrees, rising from `west`."""
        return np.asarray(self.west + self.step * np.arange(self.columns), dtype=np.float64)


WORLD = Grid(north=85.0, west=0.0, step=0.25, rows=581, columns=1440)
"""What is asked of models: all zones and all of the map, without most of the ice."""

RANGES = {
    "wind_east_m_per_s": (-120.0, 120.0), "wind_north_m_per_s": (-120.0, 120.0), "temperature_k": (180.0, 340.0),
    "radiation_w_per_m2": (-20.0, 1500.0),
}
"""Least and greatest value that is believed. Radiation is a difference of rounded means: a little below zero is 0."""


@dataclass(frozen=True)
class Forecast:
    """The weather of one hour, as a run of a model foresaw it."""

    issued: datetime
    """The moment at which the run begins."""
    at: datetime
    """The moment of wind and temperature, and the end of the hour of radiation."""
    grid: Grid
    wind_east_m_per_s: Field
    """10 m over the ground; + blows towards the east."""
    wind_north_m_per_s: Field
    """+ blows towards the north."""
    temperature_k: Field
    """2 m over the ground."""
    radiation_w_per_m2: Field
    """Downward short-wave radiation at the ground, the mean of the hour before `at`."""


def faults(forecast: Forecast) -> Iterator[str]:
    """Why an hour cannot be used, in words; nothing for one that can."""
    if forecast.grid != WORLD:
        yield f"it is on the grid {tuple(forecast.grid)}, not on {tuple(WORLD)} as asked"
    for name, (low, high) in RANGES.items():
        values = getattr(forecast, name)
        wrong = values[~((values >= low) & (values <= high))]
        if wrong.size:
            yield f"{name} is {wrong[0]:g} at {wrong.size} points, not from {low:g} to {high:g}"
