"""`gridtrace zone`: zones of the configuration, and how a new one comes into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely import MultiPolygon

    from core.places.newcomers import Asked, Newcomer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Zones of the configuration: adding one.")

SHAPES = "scripts/geometry/shapes"
"""Below the configuration's folder; scripts/build_geometry.py draws what lies there."""


@app.command(
    "new", short_help="What to write for a new zone, its exchanges and their arrows.",
    epilog='Example: gridtrace zone new ES-XX --name "Somewhere" --timezone Europe/Madrid --shape somewhere.geojson')
def new(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Of the new zone: FR, DK-DK1, US-CAL-CISO.")],
    name: Annotated[str, typer.Option(help="What people call it, in English.")],
    timezone: Annotated[str, typer.Option(metavar="NAME", help="Its clock in the IANA database: Europe/Paris.")],
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="Two letters; default the beginning of the key.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Africa, Americas, Asia, Europe or Oceania; default as its country's zones.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of its prices: EUR; default as its country's zones.")
    ] = None,
    shape: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its outline, as GeoJSON; default what the map has of the key.")
    ] = None,
    box: Annotated[
        str | None, typer.Option(metavar="W,S,E,N", help="Instead of an outline: degrees west, south, east, north.")
    ] = None,
    neighbour: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="An exchange with this zone, also over sea; default all that it touches."),
    ] = None,
    parent: Annotated[
        str | None, typer.Option(metavar="KEY", help="The zone that it is a part of, which is or becomes an aggregate.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write it, if nothing is wrong with it.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="With --write: even if something is.")] = False,
    as_json: common.JsonOption = False,
) -> None:
    """Work out the entries of a new zone: box and centre from its shape, an exchange with every zone it touches, the
    place and direction of each arrow. Say what is wrong with it, and write it into zones.json and exchanges.json.

    Exit code 0: nothing is wrong with it; 1: something is, so that it was only written with --anyway; 2: a wrong
    argument or file, or a rule of the configuration that it would break.
    """
    from core.config import default_root, load
    from core.places.newcomers import Asked, newcomer
    from core.places.shapes import read_areas

    facts = {
        "name": name, "country": country or key[:2], "region": region, "timezone": timezone, "currency": currency}
    outline, fault = _outline(shape, box)
    asked = Asked(key, facts, outline, fault, box is not None, tuple(neighbour or ()), parent)
    found = newcomer(load(), read_areas(), asked)
    is_written = write and (anyway or not found.problems)
    kept = default_root() / SHAPES / f"{key}.geojson" if shape and (default_root() / SHAPES).is_dir() else None
    if is_written:
        _write(default_root(), found, kept)
    said = _said(found, is_written, kept, list(_next(asked, shape, kept)))
    if as_json:
        common.print_json(said)
    else:
        _print(found, said)
    raise typer.Exit(1 if found.problems else 0)


def _outline(shape: Path | None, box: str | None) -> tuple[MultiPolygon | None, str | None]:
    """The outline that was given, and why it was not valid."""
    from shapely import MultiPolygon
    from shapely import box as rectangle

    from core.places.outlines import read_outline

    if shape is not None and box is not None:
        raise typer.BadParameter("--shape and --box exclude each other.")
    if shape is not None:
        return read_outline(shape)
    if box is None:
        return None, None
    try:
        west, south, east, north = map(float, box.split(","))
    except ValueError as err:
        raise typer.BadParameter(f"--box: {box!r} is not four numbers, west,south,east,north.") from err
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise typer.BadParameter(f"--box: {box!r} is not in degrees in the order west,south,east,north.")
    return MultiPolygon([rectangle(west, south, east, north)]), None


def _write(root: Path, found: Newcomer, kept: Path | None) -> None:
    from core.config.writing import write_zone
    from core.places.outlines import write_outline

    if kept is not None:
        write_outline(kept, found.shape)
    write_zone(root, found.key, found.zone, found.exchanges, found.parent)


def _next(asked: Asked, shape: Path | None, kept: Path | None) -> Iterator[str]:
    """What is left for a person to do."""
    if asked.is_box:
        yield (f"The map will list {asked.key} but not draw it. Say why under `without_shape` in "
               "scripts/geometry/zone_geography.json, or give its outline with --shape.")
    if shape is not None and kept is None:
        yield (f"Where zones.json lies there is no {SHAPES}, so {shape} is kept nowhere and the map will not draw it: "
               "run this in a checkout of Gridtrace, or let a plugin bring the zone (docs/plugins.md).")
    if kept is not None:
        yield (f"Run `python scripts/build_geometry.py` (npm, network, a quarter of a minute): it draws {kept} into "
               "web/zones.topo.json. Write down where the outline is from in web/zones.licences.txt.")
    yield "Name the parsers of the zone and its exchanges under `parsers`: CONTRIBUTING.md says how to write one."
    yield "Run `gridtrace check`."


def _said(found: Newcomer, is_written: bool, kept: Path | None, steps: list[str]) -> dict[str, Any]:
    from core.places.outlines import area_km2

    return {
        "key": found.key, "zone": found.zone, "exchanges": found.exchanges,
        "border_km": {key: round(one.border_km) for key, one in found.arrows.items()}, "parent": found.parent,
        "area_km2": round(area_km2(found.shape), 1), "shape": None if kept is None else str(kept),
        "problems": list(found.problems), "is_written": is_written, "next": steps}


def _print(found: Newcomer, said: dict[str, Any]) -> None:
    """The entries as they are or would be written; what is wrong and what is next on stderr."""
    import json

    from core.config.writing import rendered_entry

    typer.echo(f'zones.json: "{found.key}": {rendered_entry(found.zone, "")}')
    if found.parent is not None:
        typer.echo(f'zones.json: "{found.parent}": "sub_zones": one more, "{found.key}"')
    for key, entry in found.exchanges.items():
        km = said["border_km"][key]
        where = f"on a border of {common.number(km)} km" if km else "between the nearest points"
        typer.echo(f'exchanges.json: "{key}": {json.dumps(entry)}, {where}')
    typer.echo(f"Area: {common.number(said['area_km2'])} km². Exchanges: {len(found.exchanges)}.")
    for problem in found.problems:
        typer.echo(f"! {problem}", err=True)
    if not said["is_written"]:
        typer.echo("Nothing is written; --write does it" + (", with --anyway." if found.problems else "."), err=True)
        return
    for number, step in enumerate(said["next"], 1):
        typer.echo(f"{number}. {step}", err=True)
