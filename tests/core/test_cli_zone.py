"""`gridtrace zone new` as people run it, and what it writes, in copies of the project's configuration."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from core import times
from core.config import load, shipped_root
from core.config.check import problems
from core.config.writing import write_zone
from core.errors import ConfigError
from core.places.newcomers import Asked, Newcomer, newcomer
from core.places.outlines import area_km2, read_outline
from scripts.geometry.membership import own_shapes
from tests.core.test_cli import gridtrace

FILES = ("zones.json", "exchanges.json", "emission_factors.csv")
ISLAND = box(-9, 49.5, -8, 50)
"""In the Celtic Sea, where no zone is."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder like a checkout's: a copy of the configuration, and the place for outlines."""
    for name in FILES:
        shutil.copy(shipped_root() / name, tmp_path)
    (tmp_path / "scripts" / "geometry" / "shapes").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def environment(root: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDTRACE")}
    return kept | {"GRIDTRACE_CONFIG": str(root), "COLUMNS": "160"}


def geojson(folder: Path, shape: shapely.Geometry) -> Path:
    path = folder / "outline.geojson"
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape.__geo_interface__}))
    return path


def added(root: Path, name: str) -> list[str]:
    """The lines that a file has got; it must have lost none."""
    old, new = ((folder / name).read_text().splitlines() for folder in (shipped_root(), root))
    assert not [line for line in old if line not in new]
    return [line for line in new if line not in old]


def run(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    name = ("--name", "Lyonesse", "--timezone", "Europe/London", "--currency", "GBP")
    return gridtrace("zone", "new", "GB-LYO", *name, *words, env=environment)


def test_nothing_is_written_unless_asked_for(root: Path, environment: dict[str, str]) -> None:
    """The box is the outline's to a hundredth of a degree, outwards; the centre is the middle of a rectangle."""
    done = run(environment, "--shape", str(geojson(root, ISLAND)), "--neighbour", "GB", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["zone"] == {
        "name": "Lyonesse", "country": "GB", "region": "Europe", "timezone": "Europe/London", "currency": "GBP",
        "center": [-8.5, 49.75], "bbox": [-9, 49.5, -8, 50]}
    assert list(said["exchanges"]) == ["GB->GB-LYO"] and said["border_km"] == {"GB->GB-LYO": 0}
    assert (said["problems"], said["is_written"]) == ([], False)
    assert all((root / name).read_bytes() == (shipped_root() / name).read_bytes() for name in FILES)
    assert not list((root / "scripts").rglob("*.geojson"))


def test_what_is_written_holds_and_is_all_that_changes(root: Path, environment: dict[str, str]) -> None:
    done = run(environment, "--shape", str(geojson(root, ISLAND)), "--neighbour", "GB", "--neighbour", "IE", "--write")
    assert done.returncode == 0, done.stderr
    assert "build_geometry.py" in done.stderr
    assert [line.strip() for line in added(root, "zones.json")][:3] == [
        '"GB-LYO": {', '"name": "Lyonesse",', '"center": [-8.5, 49.75],'], "the others are as in other entries"
    assert len(added(root, "exchanges.json")) == 2 * 3, "a key, a place and a rotation each"
    assert not problems(root)
    config = load(root)
    assert config.zones["GB-LYO"].bbox == (-9, 49.5, -8, 50)
    assert list(config.zones) == sorted(config.zones) and list(config.exchanges) == sorted(config.exchanges)
    # Cornwall lies to the east, Ireland to the north.
    assert config.exchanges["GB->GB-LYO"].rotation == pytest.approx(-90, abs=30)
    assert config.exchanges["GB-LYO->IE"].rotation == pytest.approx(0, abs=30)
    check = gridtrace("check", env=environment)
    assert check.returncode == 0, check.stderr
    assert f"{len(load().zones) + 1} zones, {len(load().exchanges) + 2} exchanges" in check.stdout
    drawn = own_shapes(root / "scripts" / "geometry" / "shapes")
    assert list(drawn) == ["GB-LYO"] and drawn["GB-LYO"].equals(ISLAND)


def test_what_is_wrong_keeps_it_from_being_written(root: Path, environment: dict[str, str]) -> None:
    """Half of the outline lies in Cornwall's England, and the clock of Tokyo is nine hours off."""
    outline = str(geojson(root, box(-5, 50.45, -4, 51)))
    words = ("--shape", outline, "--timezone", "Asia/Tokyo", "--write")
    done = run(environment, *words)
    assert done.returncode == 1
    assert "of the shape lies in GB" in done.stderr and "The clock Asia/Tokyo is at +9 h of UTC" in done.stderr
    assert (root / "zones.json").read_bytes() == (shipped_root() / "zones.json").read_bytes()
    done = run(environment, *words, "--anyway")
    assert done.returncode == 1 and "GB-LYO" in load(root).zones and not problems(root)


@pytest.mark.parametrize(("words", "says"), [
    (("--box", "1,2,3"), "is not four numbers"),
    (("--box", "3,2,1,4"), "in the order west,south,east,north"),
    (("--box", "0,0,1,1", "--shape", "x"), "exclude each other"),
    ((), "has no shape of GB-LYO"),
    (("--box", "0,0,1,1", "--timezone", "Europe/Lyonesse"), "is not an IANA timezone"),
    (("--box", "0,0,1,1", "--currency", "XXX"), "is not a known currency"),
    (("--box", "0,0,1,1", "--neighbour", "XX-NO"), "There is no zone XX-NO"),
    (("--box", "0,0,1,1", "--parent", "XX-NO"), "There is no zone XX-NO"),
    (("--box", "0,0,1,1", "--country", "XQ"), "give it with --region"),
    (("--shape", "zones.json"), "cannot be read as GeoJSON"),
])
def test_what_cannot_be_is_refused_with_a_sentence(
    environment: dict[str, str], words: tuple[str, ...], says: str
) -> None:
    done = run(environment, *words)
    assert done.returncode == 2 and says in " ".join(done.stderr.replace("│", "").split()) and not done.stdout


def test_a_box_is_no_outline(environment: dict[str, str]) -> None:
    """A box in France touches whatever its corners reach: only who is named is a neighbour."""
    done = run(environment, "--box=0,46,1,47", "--json")
    said = json.loads(done.stdout)
    assert said["exchanges"] == {} and said["problems"] == []
    assert "without_shape" in said["next"][0]


# What is worked out


SQUARES: dict[str, MultiPolygon] = {
    "FR": MultiPolygon([box(0, 40, 4, 44)]), "ES": MultiPolygon([box(0, 38, 4, 40)]),
    "IE": MultiPolygon([box(9, 40, 10, 41)]),
}


FACTS = {"name": "New", "country": "FR", "region": None, "timezone": "Europe/Paris", "currency": None}


def made(key: str = "FR-NEW", outline: Polygon | None = None, **more: Any) -> Newcomer:
    """A newcomer beside three squares that stand for FR, ES and IE."""
    shape = MultiPolygon([outline or box(4, 40, 5, 44)])
    return newcomer(load(), SQUARES, Asked(key, FACTS, **{"outline": shape, **more}))


def test_who_touches_is_a_neighbour() -> None:
    """FR has the whole west side, ES a corner, IE is far."""
    found = made()
    assert found.exchanges == {"FR->FR-NEW": {"lonlat": [4.0, 42.0], "rotation": 90}}
    assert (found.zone["region"], found.zone["currency"]) == ("Europe", "EUR"), "as FR and FR-COR have them"
    assert found.problems == ()


def test_a_zone_that_the_map_has_already_needs_no_outline() -> None:
    drawn = SQUARES | {"FR-NEW": MultiPolygon([box(4, 40, 5, 44)])}
    assert newcomer(load(), drawn, Asked("FR-NEW", FACTS, None)) == made()


def test_the_smaller_zone_keeps_what_two_claim() -> None:
    """A quarter of the new one lies in FR: its western edge, at 3.75, is the border, and the share is told."""
    found = made(outline=box(3.75, 40, 4.75, 44))
    assert found.exchanges["FR->FR-NEW"] == {"lonlat": [3.75, 42.0], "rotation": 90}
    (problem,) = found.problems
    assert problem.startswith("25% of the shape lies in FR, of which that is 6.2%")


def test_an_outline_drawn_from_another_map_may_overlap_a_little() -> None:
    assert made(outline=box(3.96, 40, 4.96, 44)).problems == ()


def test_a_part_of_a_zone() -> None:
    """FR is traced itself today; and half of this one lies outside its box, which ends at 9.56 E."""
    box_of_fr = load().zones["FR"].bbox
    outline = box(box_of_fr[2] - 1, 44, box_of_fr[2] + 1, 45)
    within, aggregate = made(outline=outline, parent="FR").problems
    assert within.startswith("50% of the shape lies in the box of FR")
    assert aggregate.startswith("FR has no sub-zones yet")
    assert "FR->FR-NEW" not in made(parent="FR").exchanges
    assert any("begins with ES-" in one for one in made(parent="ES").problems)


def test_what_is_too_small_to_be_drawn() -> None:
    """At 60°, 0.01 degrees by 0.01 are 1.11 by 0.56 km."""
    (problem,) = made(outline=box(8, 60, 8.01, 60.01)).problems
    assert problem == "The shape has 0.62 km²: less than 1 km² cannot be drawn."


def test_areas_on_the_sphere() -> None:
    """Half of a sphere of 6,371 km has 2π·6371² km²."""
    assert area_km2(box(-180, 0, 180, 90)) == pytest.approx(2 * 3.14159265 * 6371**2)


def test_the_centre_lies_in_the_largest_part() -> None:
    """The centroid of a hook is not on it."""
    hook = box(4, 40, 5, 44) | box(5, 40, 8, 40.2) | box(8, 40, 8.1, 44)
    assert hook.covers(shapely.Point(made(outline=hook).zone["center"]))
    assert not hook.covers(hook.centroid)


def test_the_sun_and_the_clock() -> None:
    """Standard time, whatever the season."""
    assert times.standard_offset_h("Europe/Paris") == 1
    assert times.standard_offset_h("America/St_Johns") == -3.5
    with times.frozen(times.read("2026-07-01T12:00Z")):
        assert times.standard_offset_h("Europe/Paris") == 1


@pytest.mark.parametrize(("shape", "says"), [
    ({"type": "Point", "coordinates": [1, 2]}, "holds no area"),
    ({"type": "Polygon", "coordinates": [[[500000, 0], [600000, 0], [600000, 9], [500000, 0]]]}, "not in degrees"),
    ({"type": "Triangle"}, "cannot be read as GeoJSON"),
])
def test_what_is_no_outline(tmp_path: Path, shape: dict[str, Any], says: str) -> None:
    (tmp_path / "x.geojson").write_text(json.dumps(shape))
    with pytest.raises(ConfigError, match=says):
        read_outline(tmp_path / "x.geojson")


def test_an_outline_that_crosses_itself_is_mended_and_told(tmp_path: Path) -> None:
    """A bow tie of two triangles, each of 0.25; and features that lie side by side become one."""
    tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    (tmp_path / "x.geojson").write_text(json.dumps(tie))
    shape, fault = read_outline(tmp_path / "x.geojson")
    assert shape.area == pytest.approx(0.5) and fault is not None and fault.startswith("Self-intersection")
    assert any("was not valid" in one for one in made(outline=ISLAND, fault=fault).problems)
    two = box(0, 0, 1, 1), box(1, 0, 2, 1)
    both = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": one.__geo_interface__} for one in two]}
    (tmp_path / "x.geojson").write_text(json.dumps(both))
    assert read_outline(tmp_path / "x.geojson")[0].equals(box(0, 0, 2, 1))


# What is written


def test_an_entry_that_went_comes_back_to_the_letter(root: Path) -> None:
    """AD, the first zone, is cut out of both files by hand, and written again."""
    for name, keys in (("zones.json", ("AD",)), ("exchanges.json", ("AD->FR",))):
        lines = (root / name).read_text().splitlines(keepends=True)
        for key in keys:
            first = next(at for at, line in enumerate(lines) if line.strip() == f'"{key}": {{')
            indent = lines[first][: -len(lines[first].lstrip())]
            last = next(at for at in range(first, len(lines)) if lines[at].rstrip() == f"{indent}}},")
            del lines[first : last + 1]
        (root / name).write_text("".join(lines))
    zone = json.loads((shipped_root() / "zones.json").read_text())["zones"]["AD"]
    link = json.loads((shipped_root() / "exchanges.json").read_text())["AD->FR"]
    write_zone(root, "AD", zone, {"AD->FR": link}, None)
    assert all((root / name).read_bytes() == (shipped_root() / name).read_bytes() for name in FILES)


def test_the_last_key_and_the_parent(root: Path) -> None:
    """ZZ comes after all others, whose last one gets a comma; a first sub-zone stands behind the box."""
    zone = dict(made().zone, country=None)
    write_zone(root, "ZZ-A", zone, {"ZA->ZZ-A": {"lonlat": [0, 0], "rotation": 0}}, "ZA")
    write_zone(root, "ZZ-B", zone, {}, "ZA")
    assert not problems(root)
    config = load(root)
    assert list(config.zones)[-2:] == ["ZZ-A", "ZZ-B"] and config.zones["ZA"].sub_zones == ("ZZ-A", "ZZ-B")
    assert '],\n      "sub_zones": [\n        "ZZ-A",\n        "ZZ-B"\n      ],' in (root / "zones.json").read_text()
    assert config.zones["FR"] == load().zones["FR"]


def test_files_written_in_another_way_stay_so(root: Path) -> None:
    (root / "zones.json").write_text('{"retired":[],\t"zones":{"XA":{"bbox":[0,0,1,1]},"XC":{}}}')
    (root / "exchanges.json").write_text("{}\n")
    write_zone(root, "XB", {"name": "B"}, {"XA->XB": {"rotation": 1}, "XB->XC": {"rotation": 2}}, "XA")
    assert json.loads((root / "zones.json").read_text()) == {
        "retired": [], "zones": {"XA": {"bbox": [0, 0, 1, 1], "sub_zones": ["XB"]}, "XB": {"name": "B"}, "XC": {}}}
    assert json.loads((root / "exchanges.json").read_text()) == {"XA->XB": {"rotation": 1}, "XB->XC": {"rotation": 2}}
