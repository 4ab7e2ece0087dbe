"""Writing of TopoJSON: borders that two zones share are written once, as steps on a grid."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon

Node = tuple[int, int]
Line = tuple[Node, ...]


class Topology:
    """The arcs of a coverage whose points lie on a grid, and the zones as lists of them."""

    def __init__(self, shapes: Mapping[str, MultiPolygon], origin: NDArray[np.float64], step: NDArray[np.float64]):
        self._origin, self._step = origin, step
        rings = {zone: [[self._nodes(ring.coords) for ring in (part.exterior, *part.interiors)] for part in shape.geoms]
                 for zone, shape in shapes.items()}
        self._junctions = _junctions(ring for parts in rings.values() for part in parts for ring in part)
        self._arcs: dict[Line, int] = {}
        self._zones = {zone: [[self._ring(ring) for ring in part] for part in parts] for zone, parts in rings.items()}

    def document(self, name: str, without_shape: Mapping[str, str], **about: str) -> dict[str, Any]:
        """The TopoJSON, with one object of that name; a zone without shape says why."""
        drawn = [{"type": "MultiPolygon", "id": zone, "arcs": arcs} for zone, arcs in self._zones.items()]
        others = [{"type": None, "id": zone, "properties": {"reason": why}} for zone, why in without_shape.items()]
        return {
            "type": "Topology",
            **about,
            "transform": {"scale": self._step.tolist(), "translate": self._origin.tolist()},
            "objects": {name: {"type": "GeometryCollection", "geometries": [*drawn, *others]}},
            "arcs": [_steps(line) for line in self._arcs],
        }

    def _nodes(self, points: Any) -> list[Node]:
        """A ring on the grid, without its last point and without points that fall on the one before."""
        on_grid = np.round((np.asarray(points) - self._origin) / self._step).astype(int)
        nodes: list[Node] = [(int(x), int(y)) for x, y in on_grid]
        return [node for node, before in zip(nodes[1:], nodes, strict=False) if node != before]

    def _ring(self, ring: list[Node]) -> list[int]:
        """A ring as arcs, each from one junction to the next."""
        cuts = [index for index, node in enumerate(ring) if node in self._junctions]
        # A ring without a junction may be another zone's too, begun elsewhere: both begin at its least point.
        cuts = cuts or [ring.index(min(ring))]
        around = [*ring, *ring]
        ends = [*cuts[1:], cuts[0] + len(ring)]
        return [self._arc(tuple(around[start : end + 1])) for start, end in zip(cuts, ends, strict=True)]

    def _arc(self, line: Line) -> int:
        """The number of an arc; of one that is there the other way round, its complement."""
        if line[::-1] in self._arcs:
            return ~self._arcs[line[::-1]]
        return self._arcs.setdefault(line, len(self._arcs))


def _junctions(rings: Iterable[list[Node]]) -> set[Node]:
    """Points at which more than two lines meet."""
    neighbours = defaultdict[Node, set[Node]](set)
    for ring in rings:
        for before, node, after in zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False):
            neighbours[node] |= {before, after}
    return {node for node, others in neighbours.items() if len(others) > 2}


def _steps(line: Line) -> list[list[int]]:
    """The first point, and from each to the next."""
    return np.diff(np.asarray(line), axis=0, prepend=[[0, 0]]).tolist()
