"""The zone at a point, in the shapes that come with the project and in small ones drawn here."""

import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from core.config import load
from core.errors import ConfigError, GridtraceError
from core.places import shapes, zone_at
from core.places.shapes import Shapes, read_shapes
from core.places.topojson import read_polygons, with_areas

ROOT = Path(__file__).parents[2]
DRAWN = read_shapes()

# Cities and points of which an atlas, or for bidding zones and balancing areas their operators' maps, say the zone.
POINTS = {
    "Paris": (48.857, 2.352, "FR"),
    "Ajaccio": (41.927, 8.737, "FR-COR"),
    "Copenhagen": (55.676, 12.568, "DK-DK2"),
    "Aarhus": (56.157, 10.210, "DK-DK1"),
    "Oslo": (59.913, 10.752, "NO-NO1"),
    "Ålesund": (62.472, 6.155, "NO-NO3"),
    "Tromsø": (69.649, 18.956, "NO-NO4"),
    "Malmö": (55.605, 13.003, "SE-SE4"),
    "Lisbon": (38.722, -9.139, "PT"),
    "London": (51.507, -0.128, "GB"),
    "Belfast": (54.597, -5.930, "GB-NIR"),
    "Lerwick": (60.155, -1.145, "GB-ZET"),
    "Monaco": (43.738, 7.422, "MC"),
    "Melilla": (35.292, -2.938, "ES-ML"),
    "Gibraltar": (36.140, -5.353, "GI"),
    "Palermo": (38.116, 13.361, "IT-SIC"),
    "Kaliningrad": (54.710, 20.511, "RU-KGD"),
    "Sydney": (-33.869, 151.209, "AU-NSW"),
    "Honolulu": (21.307, -157.858, "US-HI"),
    "San Francisco": (37.775, -122.419, "US-CAL-CISO"),
    "Austin": (30.267, -97.743, "US-TEX-ERCO"),
    "Seattle": (47.606, -122.332, "US-NW-SCL"),
    "New York": (40.713, -74.006, "US-NY-NYIS"),
    "Toronto": (43.653, -79.383, "CA-ON"),
    "Singapore": (1.290, 103.852, "SG"),
    "Hong Kong": (22.320, 114.170, "HK"),
    "Tokyo": (35.690, 139.692, "JP-TK"),
    "Osaka": (34.694, 135.502, "JP-KN"),
    "Taveuni, east of 180°": (-16.85, -179.97, "FJ"),
    "Taveuni, west of 180°": (-16.85, 179.97, "FJ"),
    "Chukotka at 180°": (68.0, 180.0, "RU-FE"),
    "Chukotka at -180°": (68.0, -180.0, "RU-FE"),
    "the middle of the Atlantic": (30.0, -40.0, None),
    "Lake Superior": (48.1, -87.5, None),
    "the North Pole": (90.0, 0.0, None),
    "the South Pole": (-90.0, 180.0, None),
}


@pytest.mark.parametrize("place", POINTS)
def test_points_lie_in_the_zone_that_a_map_says(place: str) -> None:
    lat, lon, zone = POINTS[place]
    assert zone_at(lat, lon) == zone


@given(zone=st.sampled_from(sorted(DRAWN)))
def test_a_point_within_a_shape_lies_in_its_zone(zone: str) -> None:
    point = shapely.MultiPolygon(DRAWN[zone]).representative_point()
    assert zone_at(point.y, point.x) == zone


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_every_point_on_earth_lies_in_a_solved_zone_or_in_none(lat: float, lon: float) -> None:
    assert zone_at(lat, lon) in {None, *load().solved_zones()}


@pytest.mark.parametrize("lat, lon", [(90.1, 0), (-91, 0), (0, 180.5), (0, -181), (float("nan"), 0), (0, float("inf"))])
def test_points_that_are_not_on_earth_are_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="Latitude is from -90 to 90") as caught:
        zone_at(lat, lon)
    assert isinstance(caught.value, GridtraceError)


def test_of_overlapping_zones_the_smaller_one_is_given() -> None:
    two = Shapes({"large": [box(0, 0, 10, 10)], "small": [box(4, 4, 6, 6)]})
    assert (two.zone_at(5, 5), two.zone_at(1, 1)) == ("small", "large")


def test_a_point_off_the_coast_belongs_to_the_nearest_zone_within_reach() -> None:
    two = Shapes({"west": [box(0, 0, 1, 1)], "east": [box(1.4, 0, 2, 1)]})
    # The gap is 0.4 degrees wide: 1.15 is 0.15 from the west and 0.25 from the east.
    assert (two.zone_at(0.5, 1.15), two.zone_at(0.5, 1.25)) == ("west", "east")
    assert (two.zone_at(1.29, 0.5), two.zone_at(1.31, 0.5)) == ("west", None)


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    one = Shapes({"north": [box(0, 60, 1, 61)]})
    # cos 60.5° = 0.4924: 0.6 degrees of longitude are 0.295 degrees of latitude, 0.62 are 0.305.
    assert (one.zone_at(60.5, 1.6), one.zone_at(60.5, 1.62)) == ("north", None)


def test_the_nearest_coast_may_lie_beyond_the_antimeridian() -> None:
    one = Shapes({"far": [box(-180, 0, -179, 1)], "near": [box(179, 0, 179.7, 1)]})
    # 179.9 is 0.1 from -180 and 0.2 from 179.7.
    assert (one.zone_at(0.5, 179.9), one.zone_at(0.5, 179.8)) == ("far", "near")
    assert Shapes({"near": [box(179, 0, 180, 1)]}).zone_at(0.5, -179.8) == "near"


def test_shapes_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shapes, "shipped_root", lambda: tmp_path)
    with pytest.raises(ConfigError, match=r"zones\.topo\.json"):
        read_shapes()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "zones.topo.json").write_text("{")
    with pytest.raises(ConfigError, match=r"zones\.topo\.json"):
        read_shapes()


def test_topojson_is_read_as_its_specification_says() -> None:
    """A step is 0.5 by 2 degrees: the first arc goes from (10, 20) one step east, north and west; ~0 is it reversed."""
    topology = {
        "transform": {"scale": [0.5, 2], "translate": [10, 20]},
        "arcs": [[[0, 0], [1, 0], [0, 1], [-1, 0]], [[0, 1], [0, -1]]],
        "objects": {"zones": {"geometries": [
            {"type": "Polygon", "id": "A", "arcs": [[0, 1]]},
            {"type": "MultiPolygon", "id": "B", "arcs": [[[~1, ~0]]]},
            {"type": None, "id": "C"},
        ]}},
    }
    read = {area["id"]: drawn for area, drawn in read_polygons(topology, "zones")}
    square = [(10, 20), (10.5, 20), (10.5, 22), (10, 22), (10, 20)]
    assert read == {"A": [Polygon(square)], "B": [Polygon(square[::-1])]}


def test_an_area_is_added_on_the_grid_of_the_others_and_takes_the_place_of_none() -> None:
    """A step is 0.5 by 2 degrees from (10, 20): a corner at (11.1, 23.5) goes to (11, 24), two steps each way."""
    topology = {
        "transform": {"scale": [0.5, 2], "translate": [10, 20]}, "arcs": [[[0, 0], [1, 0], [0, 1], [-1, -1]]],
        "objects": {"zones": {"geometries": [
            {"type": "Polygon", "id": "A", "arcs": [[0]]}, {"type": None, "id": "B"}]}},
    }
    more = with_areas(topology, "zones", {"B": Polygon([(10, 20), (11.1, 20), (11.1, 23.5)])})
    read = {area["id"]: drawn for area, drawn in read_polygons(more, "zones")}
    assert read["A"] == [Polygon([(10, 20), (10.5, 20), (10.5, 22), (10, 20)])]
    assert [part.normalize() for part in read["B"]] == [Polygon([(10, 20), (11, 24), (11, 20), (10, 20)]).normalize()]
    assert len(topology["arcs"]) == 1 and len(more["objects"]["zones"]["geometries"]) == 2


def test_every_zone_has_a_shape_or_is_an_aggregate_or_says_why_not() -> None:
    zones = load().zones
    document = json.loads((ROOT / shapes.FILE).read_text())
    areas = document["objects"]["zones"]["geometries"]
    reasons = {area["id"]: area["properties"]["reason"] for area in areas if area["type"] is None}
    aggregates = {key for key, zone in zones.items() if zone.sub_zones}
    assert sorted([*DRAWN, *aggregates, *reasons]) == sorted(zones)
    assert reasons.keys() == {"US-CAR-YAD", "US-NW-GRID", "US-SE-SEPA"}
    assert all(reason.endswith("serves no area.") for reason in reasons.values())


def test_shapes_are_valid_and_share_no_area() -> None:
    whole = {zone: shapely.MultiPolygon(parts) for zone, parts in DRAWN.items()}
    assert [zone for zone, shape in whole.items() if shape.area == 0 or not shape.is_valid] == []
    zones, drawn = list(whole), list(whole.values())
    overlaps = {
        (zones[a], zones[b]): drawn[a].intersection(drawn[b]).area
        for a, b in shapely.STRtree(drawn).query(drawn, predicate="intersects").T.tolist() if a < b
    }
    assert len(overlaps) > 400
    # A sliver of 1e-3 square degrees is about 10 km².
    assert {pair: area for pair, area in overlaps.items() if area > 1e-3} == {}


def test_no_shape_is_drawn_across_the_antimeridian() -> None:
    widths = [part.bounds[2] - part.bounds[0] for parts in DRAWN.values() for part in parts]
    assert max(widths) < 180
    assert all(part.bounds[0] >= -180 and part.bounds[2] <= 180 for parts in DRAWN.values() for part in parts)


def test_shells_are_clockwise_as_d3_draws_them() -> None:
    document = json.loads((ROOT / shapes.FILE).read_text())
    rings = [part.exterior for _, parts in read_polygons(document, "zones") for part in parts]
    assert len(rings) > 1000
    assert [ring for ring in rings if ring.is_ccw] == []


def test_the_file_stays_small() -> None:
    assert (ROOT / shapes.FILE).stat().st_size < 700_000
