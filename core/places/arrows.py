"""Where the map draws the arrow of an exchange and which way it points, worked out from the shapes of its two zones."""

import math
from typing import NamedTuple

import shapely
from shapely import Geometry, LineString, MultiLineString, Point
from shapely.ops import nearest_points

KM_PER_DEGREE = 111.2
"""Of latitude, on a sphere of 6,371 km."""
SEAM = 0.06
"""Degrees: shapes drawn from different maps that come this close meet; scripts/geometry closes such gaps."""
LEAST_CONTACT = 2.5 * SEAM
"""Degrees: where two shapes only come close, so much of a border must; a corner near a border is none."""
REACHES = (1, 0.5, 2)
"""Of the circle whose parts of both zones turn an arrow: the later ones where the one before turns it the wrong way."""
STEPS = (0.15, 0.4, 0.8, 1.5)
"""Degrees before and behind an arrow's middle, where it must lead out of one zone and into the other."""


class Arrow(NamedTuple):
    """As exchanges.json has it: the middle in degrees, and degrees clockwise from north for flow from first to second.
    """

    lonlat: tuple[float, float]
    rotation: int
    border_km: float
    """The length of the common border; 0 for a sea link, whose arrow lies between the nearest points."""


def border(first: Geometry, second: Geometry) -> MultiLineString:
    """The common border of two shapes in degrees that do not overlap, empty if they do not meet."""
    shared = _lines(second.boundary.intersection(first.boundary))
    if shared.length >= LEAST_CONTACT:
        return shared
    near = _lines(second.boundary.intersection(first.buffer(SEAM)))
    return near if near.length >= LEAST_CONTACT else shared


def arrow(first: Geometry, second: Geometry) -> Arrow:
    """The arrow from one shape to another that it does not overlap: amid their common border, or half-way between the
    nearest points of both."""
    shared = border(first, second)
    line = LineString(nearest_points(first, second)) if shared.is_empty else shared
    lat = line.centroid.y
    a, b, flat = (_flattened(shape, lat) for shape in (first, second, line))
    middle, _ = nearest_points(flat, flat.centroid)
    west, south, east, north = flat.bounds
    width = math.hypot(east - west, north - south)
    # Amid a border half its width shows both sides of it; from amid the sea it must be wider than the sea.
    reach = max(2 * width if shared.is_empty else width / 2, SEAM)
    turns = [_turn(a, b, middle.buffer(reach * times)) for times in REACHES]
    turn = next((one for one in turns if _leads(a, b, middle, one)), turns[0])
    lonlat = round(middle.x / math.cos(math.radians(lat)), 3), round(middle.y, 3)
    return Arrow(lonlat, round(math.degrees(turn)), 0 if shared.is_empty else flat.length * KM_PER_DEGREE)


def _lines(geometry: Geometry) -> MultiLineString:
    """Only the lines of any geometry, each as long as it goes."""
    lines = [part for part in shapely.get_parts(geometry) if isinstance(part, LineString) and part.length > 0]
    return MultiLineString(list(shapely.get_parts(shapely.line_merge(MultiLineString(lines)))))


def _flattened(shape: Geometry, lat: float) -> Geometry:
    """A shape whose degrees of longitude are as long as those of latitude, at one latitude."""
    return shapely.transform(shape, lambda points: points * (math.cos(math.radians(lat)), 1))


def _turn(first: Geometry, second: Geometry, around: Geometry) -> float:
    """Radians clockwise from north, from the part of the first shape in a circle to that of the second."""
    here, there = (shape.intersection(around).centroid for shape in (first, second))
    return math.atan2(there.x - here.x, there.y - here.y)


def _leads(first: Geometry, second: Geometry, middle: Point, turn: float) -> bool:
    """Whether the second shape comes nearer along an arrow, and the first one goes away."""
    gain = 0.0
    for step in STEPS:
        east, north = step * math.sin(turn), step * math.cos(turn)
        ahead, behind = (Point(middle.x + sign * east, middle.y + sign * north) for sign in (1, -1))
        gain += second.distance(behind) - second.distance(ahead) + first.distance(ahead) - first.distance(behind)
    return gain >= 0
