"""Which zone a point lies in, by the shapes of web/zones.topo.json."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, STRtree

from core.config import shipped_root
from core.errors import ConfigError, InvalidPoint
from core.places.topojson import read_polygons

FILE = "web/zones.topo.json"
OBJECT = "zones"
COAST = 0.3
"""Degrees of latitude, 33 km: how far off a simplified coast a point still belongs to the nearest zone."""
HALF_TURN = 180


class Shapes:
    """The polygons of zones, indexed for points; it does not change."""

    def __init__(self, shapes: Mapping[str, Sequence[Polygon]]) -> None:
        """Zone → its polygons in degrees, valid."""
        # The smaller zone first: of several polygons at a point, the first is the one that is wanted.
        sizes = {zone: sum(part.area for part in parts) for zone, parts in shapes.items()}
        by_size = sorted(shapes, key=sizes.__getitem__)
        self._zones: list[str] = [zone for zone in by_size for _ in shapes[zone]]
        self._parts = [part for zone in by_size for part in shapes[zone]]
        shapely.prepare(self._parts)
        self._tree = STRtree(self._parts)
        self._coasts, self._coast_parts = _segments(self._parts)
        self._coast_tree = STRtree(shapely.linestrings(self._coasts))

    def zone_at(self, lat: float, lon: float) -> str | None:
        """The smallest zone at a point in degrees, the nearest one within COAST of it, or None in the open sea.

        Raises InvalidPoint if there is no such point.
        """
        if not (-90 <= lat <= 90 and -HALF_TURN <= lon <= HALF_TURN):
            raise InvalidPoint(lat, lon)
        candidates: list[int] = self._tree.query(shapely.points(lon, lat)).tolist()
        for index in sorted(candidates):
            if shapely.intersects_xy(self._parts[index], lon, lat):
                return self._zones[index]
        return self._nearest(lat, lon)

    def _nearest(self, lat: float, lon: float) -> str | None:
        """The zone whose coast is nearest, if it is near enough, also across the antimeridian."""
        shrink = math.cos(math.radians(lat))
        reach = min(COAST / shrink, HALF_TURN)
        found: list[tuple[float, int]] = []
        for x in (lon, lon + 2 * HALF_TURN, lon - 2 * HALF_TURN):
            if -HALF_TURN - reach <= x <= HALF_TURN + reach:
                near = self._coast_tree.query(shapely.box(x - reach, lat - COAST, x + reach, lat + COAST))
                distances = _distances(self._coasts[near], x, lat, shrink)
                found += zip(distances.tolist(), self._coast_parts[near].tolist(), strict=True)
        distance, index = min(found, default=(math.inf, 0))
        return self._zones[index] if distance <= COAST else None


def zone_at(lat: float, lon: float) -> str | None:
    """The zone at a point in degrees, never one that is an aggregate of others; None in the open sea.

    A point within 0.3 degrees of latitude (33 km) of a coast belongs to the nearest zone. Raises InvalidPoint if
    there is no such point, ConfigError if the shapes cannot be read.
    """
    return _shipped().zone_at(lat, lon)


@lru_cache(maxsize=1)
def _shipped() -> Shapes:
    return Shapes(read_shapes())


def read_shapes() -> dict[str, list[Polygon]]:
    """Zone → its polygons in degrees, valid; ConfigError if the file cannot be read."""
    path = shipped_root() / FILE
    try:
        topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise ConfigError(f"The zones' shapes cannot be read from {path}: {err}.") from err
    return {area["id"]: _valid(drawn) for area, drawn in read_polygons(topology, OBJECT)}


def read_areas() -> dict[str, MultiPolygon]:
    """Zone → its whole shape in degrees, valid; ConfigError if the file cannot be read."""
    return {zone: MultiPolygon(parts) for zone, parts in read_shapes().items()}


def _valid(drawn: list[Polygon]) -> list[Polygon]:
    """The polygons of what is drawn; a ring that touches itself or another on the grid becomes several or one."""
    whole = shapely.make_valid(MultiPolygon(drawn))
    # Nested: a line left over from a ring beside the polygons makes a collection of both.
    return [part for one in shapely.get_parts(whole) for part in shapely.get_parts(one) if isinstance(part, Polygon)]


def _segments(parts: Sequence[Polygon]) -> tuple[Any, Any]:
    """Every straight piece of every outline as [[lon, lat], [lon, lat]], and the place of its polygon in the list."""
    rings, owners = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    is_piece = of_ring[1:] == of_ring[:-1]
    return np.stack([points[:-1], points[1:]], axis=1)[is_piece], owners[of_ring[1:][is_piece]]


def _distances(segments: Any, lon: float, lat: float, shrink: float) -> Any:
    """From a point to each segment, in degrees of latitude; a degree of longitude is `shrink` of one."""
    start, end = np.moveaxis((segments - (lon, lat)) * (shrink, 1), 1, 0)
    along = end - start
    share = np.clip(-(start * along).sum(axis=1) / (along * along).sum(axis=1), 0, 1)
    return np.hypot(*(start + share[:, None] * along).T)
