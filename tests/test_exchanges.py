"""Arrows of exchanges.json, compared with the zones' shapes."""

import json
import math

import shapely
from shapely import Geometry, Point

from core.config import load, shipped_root
from core.places.topojson import read_polygons

STEPS = (0.15, 0.4, 0.8, 1.5)
"""Degrees before and behind the middle of an arrow."""


def areas() -> dict[str, Geometry]:
    """The shape of every zone that has one; of an aggregate the union of its sub-zones."""
    topology = json.loads((shipped_root() / "web" / "zones.topo.json").read_text(encoding="utf-8"))
    found = {
        area["id"]: shapely.union_all([shapely.make_valid(part) for part in parts])
        for area, parts in read_polygons(topology, "zones") if parts}
    for key, zone in load().zones.items():
        if parts := [found[one] for one in zone.sub_zones if one in found]:
            found[key] = shapely.union_all(parts)
    return found


def test_every_arrow_points_from_the_first_zone_to_the_second() -> None:
    """Along an arrow the second zone comes nearer and the first one goes away, or what is drawn is the wrong way round.
    """
    shapes, backwards, seen = areas(), [], 0
    for key, link in load().exchanges.items():
        if not shapes.keys() >= set(link.zones):
            continue
        first, second = (shapes[zone] for zone in link.zones)
        (lon, lat), turn = link.lonlat, math.radians(link.rotation)
        gain = 0.0
        for step in STEPS:
            east, north = step * math.sin(turn) / math.cos(math.radians(lat)), step * math.cos(turn)
            ahead, behind = Point(lon + east, lat + north), Point(lon - east, lat - north)
            gain += second.distance(behind) - second.distance(ahead) + first.distance(ahead) - first.distance(behind)
        seen += 1
        if gain < 0:
            backwards.append(key)
    assert seen > 300 and not backwards
