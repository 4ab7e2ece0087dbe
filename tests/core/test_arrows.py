"""Where an arrow lies and how it is turned: on squares, by hand; and beside those of exchanges.json, set by people."""

import math
import statistics

import pytest
import shapely
from shapely import MultiPolygon, Point, box

from core.config import load
from core.places.arrows import STEPS, Arrow, arrow, border
from tests.test_exchanges import areas

BLOCK = box(0, 0, 1, 1)


def test_an_arrow_lies_amid_the_border_and_points_across_it() -> None:
    """From the block to the one east of it: 90° from north; back: -90°. A degree of a meridian is 111.2 km."""
    east, north = box(1, 0, 2, 1), box(0, 1, 1, 2)
    assert arrow(BLOCK, east) == ((1.0, 0.5), 90, pytest.approx(111.2, abs=0.1))
    assert arrow(east, BLOCK)[:2] == ((1.0, 0.5), -90)
    assert arrow(BLOCK, north)[:2] == ((0.5, 1.0), 0)
    assert abs(arrow(north, BLOCK).rotation) == 180


def test_only_the_common_border_counts() -> None:
    """The neighbour is taller: the border is from 0 to 1, and so its middle at 0.5."""
    assert arrow(BLOCK, box(1, 0, 2, 9)).lonlat == (1.0, 0.5)


def test_degrees_of_longitude_are_short_in_the_north() -> None:
    """Over sea at 60°, where 1.1° east are half as long as 1.1° north: atan(0.5) = 27°, not 45°."""
    found = arrow(box(0.9, 59.4, 1, 59.5), box(2, 60.5, 2.1, 60.6))
    assert found == ((1.5, 60.0), 27, 0)


@pytest.mark.parametrize(("shape", "is_border"), [
    (box(1.05, 0, 2, 1), True),
    (box(1.07, 0, 2, 1), False),
    (box(1, 1, 2, 2), False),
    (box(1.02, 1.02, 2, 2), False),
    (box(1, 0.8, 2, 2), True),
])
def test_shapes_from_two_maps_meet_across_a_seam_and_corners_do_not(shape: MultiPolygon, is_border: bool) -> None:
    assert border(BLOCK, shape).is_empty is not is_border


Found = dict[str, Arrow]


@pytest.fixture(scope="module")
def shapes() -> dict[str, shapely.Geometry]:
    return areas()


@pytest.fixture(scope="module")
def found(shapes: dict[str, shapely.Geometry]) -> Found:
    """What comes out for every exchange between two zones with shapes."""
    links = load().exchanges.items()
    return {key: arrow(*map(shapes.__getitem__, link.zones)) for key, link in links if shapes.keys() >= {*link.zones}}


def off(key: str, rotation: float) -> float:
    """Degrees between an arrow and the one in exchanges.json."""
    return abs((rotation - load().exchanges[key].rotation + 180) % 360 - 180)


def test_most_arrows_are_turned_as_people_have_turned_them(found: Found) -> None:
    """Theirs are set by eye, four of five to a multiple of 5°, so that a few degrees are as good as none."""
    on_land = {key: one for key, one in found.items() if one.border_km}
    plain = [off(key, one.rotation) for key, one in on_land.items() if not key.startswith(("US-", "CA-"))]
    at_sea = [off(key, one.rotation) for key, one in found.items() if not one.border_km]
    assert len(plain) > 150 and len(at_sea) > 80
    assert statistics.median(plain) <= 14 and statistics.median(at_sea) <= 14
    assert sum(degrees <= 30 for degrees in plain) > 0.75 * len(plain)
    everywhere = [off(key, one.rotation) for key, one in on_land.items()]
    assert statistics.median(everywhere) <= 17 and sum(degrees > 90 for degrees in everywhere) < 0.07 * len(everywhere)


@pytest.mark.parametrize("key", ["DE->FR", "ES->FR", "DE->DK-DK1", "AT->DE", "ES->PT", "BE->NL", "FI->SE-SE1"])
def test_well_known_borders(found: Found, key: str) -> None:
    assert off(key, found[key].rotation) <= 20


def test_every_arrow_leads_from_the_first_zone_to_the_second(
    found: Found, shapes: dict[str, shapely.Geometry]
) -> None:
    """As for those of exchanges.json; PSEI lies all around SCL, so that no arrow amid their border does."""
    backwards = []
    for key, one in found.items():
        first, second = (shapes[zone] for zone in load().exchanges[key].zones)
        (lon, lat), turn = one.lonlat, math.radians(one.rotation)
        gain = 0.0
        for step in STEPS:
            east, north = step * math.sin(turn) / math.cos(math.radians(lat)), step * math.cos(turn)
            ahead, behind = Point(lon + east, lat + north), Point(lon - east, lat - north)
            gain += second.distance(behind) - second.distance(ahead) + first.distance(ahead) - first.distance(behind)
        backwards += [key] if gain < 0 else []
    assert set(backwards) <= {"US-NW-PSEI->US-NW-SCL"} and len(found) > 350
