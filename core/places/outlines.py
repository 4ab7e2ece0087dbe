"""The outlines that people bring for zones: GeoJSON read and made valid, with what is wrong with them."""

from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, GeometryCollection, MultiPolygon, Polygon

from core.errors import ConfigError

EARTH_RADIUS_KM = 6371.0
GRID = 1e-4
DEGREES = shapely.box(-180, -90, 180, 90)


def read_outline(path: Path) -> tuple[MultiPolygon, str | None]:
    """The areas of a GeoJSON file, joined and valid, and why they were not; ConfigError if it holds none in degrees."""
    try:
        drawn = shapely.from_geojson(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, shapely.GEOSException) as err:
        raise ConfigError(f"The shape {path} cannot be read as GeoJSON: {err}.") from err
    fault = None if drawn.is_valid else shapely.is_valid_reason(drawn)
    shape = areas(shapely.union_all([shapely.make_valid(drawn)]))
    if shape.is_empty:
        raise ConfigError(f"The shape {path} holds no area: it must have a Polygon or a MultiPolygon.")
    if not DEGREES.covers(shape):
        raise ConfigError(f"The shape {path} is not in degrees of longitude and latitude (WGS 84): its bounds are "
                          f"{', '.join(f'{bound:g}' for bound in shape.bounds)}.")
    return shape, fault


def write_outline(path: Path, shape: Geometry) -> None:
    """Write a shape as GeoJSON, to the ten metres that scripts/geometry looks at; ConfigError if that is not possible.
    """
    try:
        path.write_text(shapely.to_geojson(shapely.set_precision(shape, GRID), indent=1) + "\n", encoding="utf-8")
    except OSError as err:
        raise ConfigError(f"The shape {path} cannot be written: {err.strerror}.") from err


def areas(geometry: Geometry) -> MultiPolygon:
    """Only what has an area of any geometry."""
    parts = shapely.get_parts(geometry)
    while any(isinstance(part, GeometryCollection | MultiPolygon) for part in parts):
        parts = shapely.get_parts(parts)
    return MultiPolygon([part for part in parts if isinstance(part, Polygon) and part.area > 0])


def area_km2(shape: Geometry) -> float:
    """The area of a shape in degrees, on a sphere."""
    return float(shapely.transform(shape, _on_cylinder).area)


def _on_cylinder(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lambert's cylindrical projection, which keeps areas."""
    lon, lat = np.radians(points).T
    return EARTH_RADIUS_KM * np.stack([lon, np.sin(lat)], axis=1)
