"""What is known of a zone without any hour: name, installed power, links, emission factors, and who publishes what."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from core import times
from core.api import bodies
from core.api.asking import Place
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.shapes import Shape
from core.api.electricity_maps.zones import country_name
from core.api.errors import documented
from core.api.grid import Grid, grid_of
from core.api.state import reasons
from core.config import BASES, FACTOR_MODES, Link
from core.headers import read_header
from core.plugins import Manager

TOLD_KINDS = ("production", "consumption", "price", "exchange")
"""Kinds whose sources are named: those that the answers of a zone rest on."""


class DetailsShape(Shape):
    zone: str = Field(examples=["FR"])
    name: str = Field(examples=["France"])
    country: str | None = Field(examples=["France"])
    timezone: str = Field(examples=["Europe/Paris"])
    center: list[float] | None = Field(description="Degrees east and north.", examples=[[2.4, 46.6]])
    bbox: list[float] = Field(description="West, south, east, north.", min_length=4, max_length=4)
    subZones: list[str]
    capacityMw: dict[str, float] = Field(
        description="Installed today, by mode; a mode that nobody gave a figure for is absent.",
        examples=[{"nuclear": 61370, "hydro storage": 5050}])
    links: list[dict[str, Any]] = Field(
        examples=[[{"zone": "BE", "name": "Belgium", "importMw": 4300, "exportMw": 4300, "hasSource": True}]])
    factors: dict[str, dict[str, Any]] = Field(
        description="Of today, by basis and mode; none for an aggregate, whose sub-zones have their own.",
        examples=[{"lifecycle": {"nuclear": {"gPerKwh": 5.13, "source": "UNECE 2022", "scope": "default"}}}])
    sources: list[dict[str, Any]] = Field(
        examples=[[{"kind": "production", "zones": ["FR"], "parser": "FR", "title": "RTE, the French operator",
                    "addresses": ["https://odre.opendatasoft.com"], "licence": "Licence Ouverte 2.0"}]])
    reason: str | None = Field(description="Why there is no recent result; null where there is one.")


def details(request: Request, asked: Annotated[Place, Query()]) -> Response:
    """What is known of a zone apart from its hours."""
    grid = grid_of(request)
    body = details_of(grid, request.app.state.plugins, grid.zone(asked.must_key()).key)
    return bodies.reply(request, body)


def details_of(grid: Grid, plugins: Manager, key: str) -> Row:
    """The details of a zone that there is, as /zone-details and the static export give them."""
    zone, told = grid.config.zones[key], grid.newest.with_estimates
    return {
        "zone": key, "name": zone.name, "country": country_name(grid, zone), "timezone": zone.timezone,
        "center": zone.center, "bbox": zone.bbox, "subZones": list(zone.sub_zones),
        "capacityMw": capacity_mw(grid, key), "links": list(_links(grid, key)), "factors": _factors(grid, key),
        "sources": list(_sources(grid, plugins, key)),
        "reason": None if key in told else reasons(grid, [key], told)[key],
    }


def capacity_mw(grid: Grid, key: str) -> dict[str, float]:
    """Installed MW by mode, today; of an aggregate the sum of its sub-zones, or its own figure where they have none."""
    total: dict[str, float] = {}
    for part in grid.config.zones[key].parts:
        for mode, power_mw in grid.config.zones[part].capacity_at(times.now()).items():
            total[mode] = total.get(mode, 0.0) + power_mw
    return grid.config.zones[key].capacity_at(times.now()) | total


def _links(grid: Grid, key: str) -> Iterator[Row]:
    """Each neighbour of a zone with what its links can carry either way; null where a link has no figure."""
    inside, solved = set(grid.config.zones[key].parts), set(grid.config.solved_zones())
    found: dict[str, list[Link]] = {}
    for link in grid.config.exchanges.values():
        outside = [end for end in link.zones if end not in inside]
        if len(outside) == 1 and outside[0] in solved:
            found.setdefault(outside[0], []).append(link)
    for neighbour, links in sorted(found.items()):
        yield {
            "zone": neighbour, "name": grid.config.zones[neighbour].name, **_limits(links, neighbour),
            "hasSource": any("exchange" in link.parsers for link in links)}


def _limits(links: list[Link], neighbour: str) -> Row:
    """MW that links to a neighbour can carry in and out."""
    into, out = [], []
    for link in links:
        if link.capacity is None:
            return {"importMw": None, "exportMw": None}
        low_mw, high_mw = link.capacity
        is_from = link.zones[0] == neighbour
        into.append(high_mw if is_from else -low_mw)
        out.append(-low_mw if is_from else high_mw)
    return {"importMw": sum(into), "exportMw": sum(out)}


def _factors(grid: Grid, key: str) -> dict[str, Row]:
    if grid.config.zones[key].sub_zones:
        return {}
    found: dict[str, Row] = {basis: {} for basis in BASES}
    for basis in BASES:
        for mode in FACTOR_MODES:
            factor = grid.config.factors.at(key, basis, mode, times.now())
            found[basis][mode] = {
                "gPerKwh": factor.value_g_per_kwh, "source": factor.source, "scope": factor.scope}
    return found


def _sources(grid: Grid, plugins: Manager, key: str) -> Iterator[Row]:
    """Each kind's parsers, in order of preference, with the places that each serves."""
    served: dict[tuple[str, str], list[str]] = {}
    for kind, place, reference in _references(grid, key):
        served.setdefault((kind, reference.partition(".")[0]), []).append(place)
    for (kind, parser), places in served.items():
        header = read_header(plugins.docstring(parser))
        yield {
            "kind": kind, "zones": list(dict.fromkeys(places)), "parser": parser, "title": header.title,
            "addresses": list(header.addresses), "licence": header.fields.get("Licence")}


def _references(grid: Grid, key: str) -> Iterator[tuple[str, str, str]]:
    """Kind, zone or exchange, and parser of all that a zone's answers rest on."""
    config, parts = grid.config, grid.config.zones[key].parts
    links = {link: None for part in parts for link in config.links_of.get(part, ())}
    places = [*((part, config.zones[part].parsers) for part in parts),
              *((link, config.exchanges[link].parsers) for link in links)]
    for kind in TOLD_KINDS:
        for place, parsers in places:
            yield from ((kind, place, reference) for reference in parsers.get(kind, ()))


def router() -> APIRouter:
    """Zones without their hours."""
    made = APIRouter(tags=["Gridtrace"])
    made.add_api_route(
        "/zone-details", details, summary="A zone's capacity, links, factors and sources", operation_id="zone-details",
        responses=documented() | {200: {"model": DetailsShape}})
    return made
