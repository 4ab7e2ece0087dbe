"""From shapes that overlap and leave gaps to simplified ones that share their borders."""

from collections import Counter, defaultdict

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, STRtree
from shapely.geometry.polygon import orient

from .packages import polygons

Shapes = dict[str, MultiPolygon]

NODE_GRID = 1e-4
"""Degrees to which outlines are rounded before they are cut at each other."""
SEAM = 0.06
"""Degrees: an enclosed gap between zones that is narrower is no water but the difference of two maps."""
SLIVER = 1e-3
"""Square degrees: a gap this small is filled even if only one zone touches it."""
ROUNDS = 5
"""Gaps that touch no zone may touch one when their neighbours are filled."""
ISLET = 0.002
"""Square degrees: smaller islands are left out, unless they are a fiftieth of their zone."""
ISLET_SHARE = 0.02
TOLERANCE = 0.05
"""The square root of the area, in square degrees, of a corner that is cut off."""
SMALL_ZONE = 0.5
"""Square degrees: a zone of islands smaller than this is simplified a fifth as much."""
TINY_ZONE = 0.1
"""Square degrees: a zone smaller than this keeps its outline, of which a triangle might be left."""


def cover(shapes: Shapes) -> Shapes:
    """The same without overlaps, which go to the smaller zone, and without seams, which go to the longest neighbour."""
    lines = shapely.union_all([shape.boundary for shape in shapes.values()], grid_size=NODE_GRID)
    faces = list(shapely.get_parts(shapely.polygonize([lines])))
    owners = _owners(shapes, faces)
    _fill(faces, owners)
    owned = defaultdict[str, list[Polygon]](list)
    for face, owner in zip(faces, owners, strict=True):
        if owner is not None:
            owned[owner].append(face)
    return {zone: MultiPolygon(polygons(shapely.coverage_union_all(parts))) for zone, parts in owned.items()}


def _owners(shapes: Shapes, faces: list[Polygon]) -> list[str | None]:
    """For each face the smallest zone there; None is sea or a gap."""
    by_size = sorted(shapes, key=lambda zone: -shapes[zone].area)
    points = shapely.point_on_surface(faces)
    owners: list[str | None] = [None] * len(faces)
    found = STRtree([shapes[zone] for zone in by_size]).query(points, predicate="intersects")
    for face, zone in sorted(found.T.tolist()):
        owners[face] = by_size[zone]
    return owners


def _fill(faces: list[Polygon], owners: list[str | None]) -> None:
    """Give narrow gaps to the zone they touch longest, in rounds."""
    tree = STRtree(faces)
    for _ in range(ROUNDS):
        for index, face in enumerate(faces):
            if owners[index] is None and face.buffer(-SEAM / 2).is_empty:
                owners[index] = _longest_neighbour(tree, faces, owners, face)


def _longest_neighbour(tree: STRtree, faces: list[Polygon], owners: list[str | None], face: Polygon) -> str | None:
    lengths = Counter[str]()
    for other in tree.query(face, predicate="touches"):
        if (owner := owners[other]) is not None:
            lengths[owner] += face.boundary.intersection(faces[other].boundary).length
    touching = [zone for zone, length in lengths.most_common() if length > 0]
    is_seam = len(touching) > 1 or (touching and face.area < SLIVER)
    return touching[0] if is_seam else None


def simplify(shapes: Shapes) -> Shapes:
    """A coverage without its islets and with fewer corners; what is shared stays shared."""
    shapes = _without_islets(shapes)
    zones = list(shapes)
    simple = dict(zip(zones, shapely.coverage_simplify([shapes[zone] for zone in zones], TOLERANCE), strict=True))
    tree = STRtree([shapes[zone] for zone in zones])
    for zone in zones:
        is_alone = len(tree.query(shapes[zone], predicate="intersects")) == 1
        if shapes[zone].area < TINY_ZONE:
            freed = simple[zone].difference(shapes[zone])
            for other in tree.query(freed, predicate="intersects"):
                simple[zones[other]] = simple[zones[other]].union(freed.intersection(shapes[zones[other]]))
            simple[zone] = shapes[zone]
        elif is_alone and shapes[zone].area < SMALL_ZONE:
            (simple[zone],) = shapely.coverage_simplify([shapes[zone]], TOLERANCE / 5)
    # A tiny zone now overlaps its simplified neighbours: the smaller zone keeps what both claim.
    return cover(simple)


def _without_islets(shapes: Shapes) -> Shapes:
    parts = [(zone, part) for zone, shape in shapes.items() for part in shape.geoms]
    tree = STRtree([part for _, part in parts])
    kept = defaultdict[str, list[Polygon]](list)
    for zone, part in parts:
        limit = min(ISLET, ISLET_SHARE * shapes[zone].area)
        if part.area >= limit or len(tree.query(part, predicate="intersects")) > 1:
            kept[zone].append(part)
    # A zone that is nothing but islets keeps the largest of them.
    return {zone: MultiPolygon(kept[zone] or [max(shape.geoms, key=lambda part: part.area)])
            for zone, shape in shapes.items()}


def snap(shapes: Shapes, origin: NDArray[np.float64], step: NDArray[np.float64]) -> Shapes:
    """The shapes on a grid, shells clockwise as d3-geo draws them; rings that collapse there are gone."""
    least = step.prod() / 4
    snapped = {}
    for zone, shape in shapes.items():
        moved = shapely.transform(shape, lambda points: np.round((points - origin) / step) * step + origin)
        snapped[zone] = MultiPolygon([orient(part, -1) for part in polygons(moved) if part.area > least])
    return snapped
