"""The map: the files of web/, and a badge of a zone for other people's pages."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import shapely
from fastapi import APIRouter, Request, Response
from fastapi import Path as PathOf
from fastapi.responses import PlainTextResponse

from core.api import bodies
from core.api.badge import badge
from core.api.errors import NothingKnown, documented
from core.api.grid import grid_of
from core.config import Config, shipped_root
from core.places.shapes import FILE, OBJECT
from core.places.topojson import with_areas

ZoneKey = Annotated[str, PathOf(max_length=64, description="A zone's key.", examples=["FR"])]
FOLDERS = ("src", "text", "vendor")
KINDS = {
    ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json",
    ".mjs": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain",
}
"""What is given away; anything else that lies there is not."""
FOR_BUILDERS = ("package.json", "package-lock.json", "tsconfig.json")
PAGE = "index.html"
CHANGES_RARELY_S = 24 * 3600
SHAPES = Path(FILE).name
RARELY = ("vendor/", SHAPES)
POLICY = "; ".join((
    "default-src 'self'", "img-src 'self' data: blob:", "worker-src 'self' blob:", "object-src 'none'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors *"))
"""Nothing from elsewhere and nothing inline; any site may embed the page."""
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
WITHOUT_LIBRARIES = (
    "The map's libraries are not here. `make setup`, or `python scripts/fetch_web.py`, fetches them; the API works "
    "without them, and /docs says what it answers.\n")


def web_root() -> Path:
    """The folder of the page."""
    return shipped_root() / "web"


def web_files(root: Path) -> Iterator[str]:
    """What the page consists of, as paths below its folder."""
    places = (root, *(root / name for name in FOLDERS))
    for place in places:
        found = place.iterdir() if place == root else place.rglob("*")
        for path in found:
            if path.is_file() and path.suffix in KINDS and path.name not in FOR_BUILDERS:
                yield path.relative_to(root).as_posix()


@lru_cache(maxsize=2)
def shapes(config: Config) -> bytes:
    """The file of all shapes, with those that zones bring themselves, as a plugin's do."""
    content = (web_root() / SHAPES).read_bytes()
    own = {key: shapely.from_geojson(json.dumps(zone.shape)) for key, zone in config.zones.items() if zone.shape}
    if not own:
        return content
    return json.dumps(with_areas(json.loads(content), OBJECT, own), ensure_ascii=False, separators=(",", ":")).encode()


def content(config: Config, root: Path, name: str) -> bytes:
    """What is in a file of the page."""
    return shapes(config) if name == SHAPES else (root / name).read_bytes()


def _answer(config: Config, root: Path, name: str) -> Response:
    kept_s = CHANGES_RARELY_S if name.startswith(RARELY) else bodies.NOW_S
    headers = {**HEADERS, "Cache-Control": f"public, max-age={kept_s}"}
    return Response(content(config, root, name), media_type=KINDS[Path(name).suffix], headers=headers)


def zone_badge(request: Request, zone: ZoneKey) -> Response:
    """The newest intensity of a zone as a picture, in the colour it has on the map."""
    grid = grid_of(request)
    intensity = grid.latest(zone)["lifecycle_g_per_kwh"]
    if intensity is None:
        raise grid.nothing_recent(zone)
    picture = badge(zone, intensity, web_root())
    return Response(picture, media_type=KINDS[".svg"], headers={
        **HEADERS, "Content-Security-Policy": "default-src 'none'", "Cache-Control": f"public, max-age={bodies.NOW_S}"})


def router() -> APIRouter:
    """The page at `/`, what it loads below `/web`, and badges."""
    root = web_root()
    names = frozenset(web_files(root))

    def page(request: Request) -> Response:
        if not any(name.startswith("vendor/") for name in names):
            return PlainTextResponse(WITHOUT_LIBRARIES, 503)
        return _answer(grid_of(request).config, root, PAGE)

    def file(request: Request, path: str) -> Response:
        if path not in names:  # a name that was listed cannot lead out of the folder
            raise NothingKnown("Not found", "There is nothing at this path.")
        return _answer(grid_of(request).config, root, path)

    made = APIRouter()
    made.add_api_route("/", page, include_in_schema=False)
    made.add_api_route("/web/{path:path}", file, include_in_schema=False)
    made.add_api_route(
        "/badge/{zone}.svg", zone_badge, tags=["Gridtrace"], summary="A zone's intensity as a picture",
        operation_id="badge", response_class=Response,
        responses=documented() | {200: {"content": {KINDS[".svg"]: {"schema": {"type": "string"}}}}})
    return made
