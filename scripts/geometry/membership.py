"""Which units make up each zone, as zone_geography.json says; docs/geometry.md describes its fields."""

import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon, box, make_valid

from core.places.outlines import read_outline

from .packages import Units, polygons

Table = dict[str, Any]
At = tuple[float, float]
DISC_POINTS = 32
KM_PER_DEGREE = 111.32
BEYOND = 20
"""Degrees by which the cells of a split unit reach over its edge."""


class Membership:
    """The shapes of the zones, from the table and the units of the packages."""

    def __init__(self, table: Table, units: Units) -> None:
        self._zones: dict[str, list[Table]] = table["zones"]
        self._points: dict[str, dict[str, list[At]]] = table["split_points"]
        self._units = units
        self._cuts: dict[str, dict[str, list[Polygon]]] = {}
        self._water = {one["unit"]: _union(one["polygons"]) for one in table["water"]}
        self._claimed = defaultdict[str, set[int]](set)
        for entry in [*table["leave_out"], *(entry for entries in self._zones.values() for entry in entries)]:
            if "part_at" in entry:
                self._claimed[entry["unit"]].add(_nearest(units.polygons(entry["unit"]), entry["part_at"]))

    def shapes(self) -> dict[str, MultiPolygon]:
        """Zone → its valid shape in degrees; shapes of neighbours may overlap or leave gaps."""
        drawn = {}
        for zone, entries in self._zones.items():
            pieces = [piece for entry in entries if "unit" in entry for piece in self._entry(zone, entry)]
            if pieces:
                drawn[zone] = shapely.union_all(pieces)
        for zone, entries in self._zones.items():
            for entry in entries:
                if "disc" in entry:
                    _cut_out(drawn, zone, _disc(*entry["disc"]))
        return {zone: MultiPolygon(polygons(make_valid(shape))) for zone, shape in drawn.items()}

    def _entry(self, zone: str, entry: Table) -> list[Polygon]:
        unit = entry["unit"]
        pieces = self._units.polygons(unit)
        if "part_at" in entry:
            pieces = [pieces[_nearest(pieces, entry["part_at"])]]
        else:
            pieces = [piece for index, piece in enumerate(pieces) if index not in self._claimed[unit]]
        if "split" in entry:
            if unit not in self._cuts:
                self._cuts[unit] = (_shared_out if entry["split"] == "parts" else _cut)(pieces, self._points[unit])
            pieces = self._cuts[unit].get(zone, [])
        if unit in self._water:
            return [dry for piece in pieces for dry in polygons(piece.difference(self._water[unit]))]
        return pieces


def own_shapes(folder: Path) -> dict[str, MultiPolygon]:
    """Zone → the outline that somebody brought for it, as KEY.geojson; it counts instead of what the table says."""
    return {path.stem: read_outline(path)[0] for path in sorted(folder.glob("*.geojson"))}


def _union(rings: list[list[list[At]]]) -> shapely.Geometry:
    return shapely.union_all([make_valid(Polygon(shell, holes)) for shell, *holes in rings])


def _nearest(pieces: list[Polygon], at: At) -> int:
    """The polygon at a point, or nearest to it; the smallest of those at the same distance."""
    point = Point(at)
    return min(range(len(pieces)), key=lambda index: (pieces[index].distance(point), pieces[index].area))


def _shared_out(pieces: list[Polygon], points: dict[str, list[At]]) -> dict[str, list[Polygon]]:
    """Each polygon, whole, to the zone with the point nearest to its centroid."""
    shares = defaultdict[str, list[Polygon]](list)
    for piece in pieces:
        shares[_owner(points, piece.centroid)].append(piece)
    return shares


def _cut(pieces: list[Polygon], points: dict[str, list[At]]) -> dict[str, list[Polygon]]:
    """A unit cut along the lines that are as far from the points of one zone as from those of another."""
    whole = shapely.union_all(pieces)
    every = MultiPoint([at for of_zone in points.values() for at in of_zone])
    if len(points) == 1:
        return {zone: polygons(whole) for zone in points}
    cells = defaultdict[str, list[shapely.Geometry]](list)
    for cell in shapely.voronoi_polygons(every, extend_to=box(*whole.bounds).buffer(BEYOND)).geoms:
        cells[_owner(points, cell)].append(cell)
    return {zone: polygons(whole.intersection(shapely.union_all(own))) for zone, own in cells.items()}


def _owner(points: dict[str, list[At]], shape: shapely.Geometry) -> str:
    """The zone that has the point nearest to a shape, in degrees."""
    return min(points, key=lambda zone: min(shape.distance(Point(at)) for at in points[zone]))


def _disc(longitude: float, latitude: float, radius_km: float) -> Polygon:
    dy = radius_km / KM_PER_DEGREE
    dx = dy / math.cos(math.radians(latitude))
    turns = [2 * math.pi * step / DISC_POINTS for step in range(DISC_POINTS)]
    return Polygon([(longitude + dx * math.cos(turn), latitude + dy * math.sin(turn)) for turn in turns])


def _cut_out(drawn: dict[str, shapely.Geometry], zone: str, disc: Polygon) -> None:
    """Give a zone a disc, and take it from whatever zones lie there."""
    for other in drawn:
        if other != zone and drawn[other].intersects(disc):
            drawn[other] = drawn[other].difference(disc)
    drawn[zone] = drawn[zone].union(disc) if zone in drawn else disc
