"""Means of a grid's fields over zones, each point weighted by the area of the zone that is nearest to it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from shapely import Polygon

from core.weather.fields import Forecast, Grid
from core.weather.sun import FloatArray

QUANTITIES = ("wind_m_per_s", "wind_cube_m_per_s", "temperature_k", "radiation_w_per_m2")
"""Of a zone: the mean speed of the wind; the third root of the mean of its cube, which power follows; and the rest."""
SAMPLES = 300
"""Points in a zone by which its area is shared among the grid's, about."""
FINEST = 16
"""At most so many of them beside each other in a step of the grid."""


@dataclass(frozen=True)
class Weights:
    """Which points of a grid make a zone's mean."""

    zones: tuple[str, ...]
    matrix: csr_array
    """(zones, points), each row together 1."""


def weights_of(shapes: Mapping[str, Sequence[Polygon]], grid: Grid) -> Weights:
    """The weights of zones with these polygons (degrees, longitude from -180 to 180) on a grid around the globe.

    A zone that is too small to hold a sample is its middle; one beyond the grid's rows is left out.
    """
    zones, rows, points, areas = [], list[int](), list[int](), list[float]()
    for key, parts in sorted(shapes.items()):
        lon, lat = _samples(parts, grid.step)
        row = np.round((grid.north - lat) / grid.step).astype(int)
        is_there = (row >= 0) & (row < grid.rows)
        if not is_there.any():
            continue
        column = np.round((lon - grid.west) / grid.step).astype(int) % grid.columns
        zones.append(key)
        size = np.cos(np.radians(lat[is_there]))
        points += (row * grid.columns + column)[is_there].tolist()
        areas += (size / size.sum()).tolist()
        rows += [len(zones) - 1] * int(is_there.sum())
    shape = (len(zones), grid.rows * grid.columns)
    return Weights(tuple(zones), csr_array((areas, (rows, points)), shape=shape))


def _samples(parts: Sequence[Polygon], step: float) -> tuple[FloatArray, FloatArray]:
    """Longitudes and latitudes of points spread evenly over polygons; their middle if none lies in them."""
    area = sum(part.area for part in parts)
    finer = min(FINEST, max(1, math.ceil(step * math.sqrt(SAMPLES / area))))
    found = [_inside(part, step, step / finer) for part in parts]
    lon, lat = (np.concatenate(values) for values in zip(*found, strict=True))
    if lon.size:
        return lon, lat
    middle = max(parts, key=lambda part: part.area).representative_point()
    return np.array([middle.x]), np.array([middle.y])


def _inside(part: Polygon, step: float, finer: float) -> tuple[FloatArray, FloatArray]:
    """Samples `finer` degrees apart in a polygon, as many around each point of the grid, whose squares they fill."""
    west, south, east, north = part.bounds
    lon, lat = (
        (np.arange(math.floor((low + step / 2) / finer), math.ceil((high + step / 2) / finer)) + 0.5) * finer - step / 2
        for low, high in ((west, east), (south, north)))
    lon, lat = (values.ravel() for values in np.meshgrid(lon, lat))
    shapely.prepare(part)
    is_in = shapely.contains_xy(part, lon, lat)
    return lon[is_in], lat[is_in]


def zone_means(weights: Weights, forecast: Forecast) -> FloatArray:
    """(zones, QUANTITIES) of an hour."""
    speed = np.hypot(forecast.wind_east_m_per_s, forecast.wind_north_m_per_s)
    fields = (speed, speed**3, forecast.temperature_k, np.maximum(forecast.radiation_w_per_m2, 0))
    found = weights.matrix @ np.stack([field.ravel().astype(float) for field in fields], axis=1)
    found[:, 1] = np.cbrt(found[:, 1])
    return np.asarray(found)
