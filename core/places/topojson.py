"""Reading of TopoJSON, and adding to it: arcs that several shapes share, as steps on a grid (https://github.com/topojson/topojson-specification)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, Polygon
from shapely.geometry.polygon import orient

Arc = NDArray[np.float64]
Ring = Sequence[int]
LEAST_POINTS = 4
"""Of a ring, whose last point is its first."""


def read_polygons(topology: Mapping[str, Any], name: str) -> Iterator[tuple[Mapping[str, Any], list[Polygon]]]:
    """Every area of one object of a topology, and its polygons in degrees as they are drawn, valid or not."""
    arcs = _arcs(topology)
    for area in topology["objects"][name]["geometries"]:
        if area["type"] == "Polygon":
            yield area, _polygons(arcs, [area["arcs"]])
        elif area["type"] == "MultiPolygon":
            yield area, _polygons(arcs, area["arcs"])


def _arcs(topology: Mapping[str, Any]) -> list[Arc]:
    """Every arc's points, longitude and latitude."""
    arcs = [np.asarray(arc, dtype=float)[:, :2] for arc in topology["arcs"]]
    if transform := topology.get("transform"):
        return [arc.cumsum(axis=0) * transform["scale"] + transform["translate"] for arc in arcs]
    return arcs


def _polygons(arcs: list[Arc], areas: Sequence[Sequence[Ring]]) -> list[Polygon]:
    found = []
    for area in areas:
        shell, *holes = (_points(arcs, ring) for ring in area)
        if len(shell) >= LEAST_POINTS:
            found.append(Polygon(shell, [hole for hole in holes if len(hole) >= LEAST_POINTS]))
    return found


def _points(arcs: list[Arc], ring: Ring) -> Arc:
    """A ring's points; of each arc but the first, the first point is the last of the one before."""
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in ring]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def with_areas(topology: Mapping[str, Any], name: str, shapes: Mapping[str, Geometry]) -> dict[str, Any]:
    """A topology on a grid with more areas in one of its objects, drawn above those that it has; an area takes the
    place of one without a geometry."""
    drawn, arcs = [], list(topology["arcs"])
    for key, shape in shapes.items():
        parts = []
        for part in shapely.get_parts(shape):
            rings = list(_rings(topology["transform"], part))
            parts.append([[len(arcs) + at] for at in range(len(rings))])
            arcs += rings
        drawn.append({"type": "MultiPolygon", "id": key, "arcs": parts})
    areas = [area for area in topology["objects"][name]["geometries"] if area["type"] or area["id"] not in shapes]
    objects = {**topology["objects"], name: {**topology["objects"][name], "geometries": [*areas, *drawn]}}
    return {**topology, "arcs": arcs, "objects": objects}


def _rings(transform: Mapping[str, Any], part: Polygon) -> Iterator[list[list[int]]]:
    """The outline of a polygon and its holes as steps on the grid; the outline runs clockwise, as d3-geo wants it."""
    whole = orient(part, -1)
    for ring in (whole.exterior, *whole.interiors):
        nodes = np.round((np.asarray(ring.coords)[:, :2] - transform["translate"]) / transform["scale"]).astype(int)
        yield np.diff(nodes, axis=0, prepend=[[0, 0]]).tolist()
