"""Which zones and data centres there are, and which hours of a zone changed since a moment."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.asking import Moment, Place
from core.api.bodies import stamp
from core.api.electricity_maps.routes import VERSIONS
from core.api.electricity_maps.shapes import Shape
from core.api.errors import BadRequest, documented
from core.api.gate.tokens import credential_of
from core.api.grid import Grid, grid_of
from core.config import Zone
from core.places import data_centers

COUNTRIES = {"CL": "Chile"}
"""Names of countries whose code is no zone's key."""
MOST_UPDATES = 1000
THRESHOLDS_H = {"P1D": 24, "P2D": 48, "P7D": 168, "P30D": 720}


class ZoneShape(Shape):
    zoneName: str = Field(examples=["East Denmark"])
    countryName: str | None = Field(None, examples=["Denmark"])
    displayName: str | None = Field(None, examples=["East Denmark"])
    access: list[str] | None = Field(None, description="Only for callers who show a token.", examples=[["*"]])


class ResolvedShape(Shape):
    zone: str = Field(examples=["DK-DK2"])
    zoneKey: str = Field(examples=["DK-DK2"])


class DataCenterShape(Shape):
    provider: str = Field(examples=["aws"])
    region: str = Field(examples=["eu-north-1"])
    zoneKey: str = Field(examples=["SE-SE3"])
    lonlat: list[float] = Field(examples=[[18.07, 59.33]])


class UpdatesShape(Shape):
    zone: str = Field(examples=["DK-DK1"])
    updates: list[dict[str, str]] = Field(
        examples=[[{"updatedAt": "2026-03-10T12:05:09.000Z", "datetime": "2026-03-10T11:00:00.000Z"}]])
    threshold: str = Field(examples=["P1D"])
    limit: int = Field(examples=[100])
    limitReached: bool = Field(examples=[False])


class DataCentersQuery(BaseModel):
    """Which data centres, and which page of them."""

    zone: str | None = Field(None, max_length=64, description="Only those in this zone.")
    dataCenterProvider: str | None = Field(None, max_length=64, description="Only aws, azure, gcp or ovh.")
    page: Annotated[int, Field(ge=1, le=10_000)] = Field(1, description="From 1.")
    limit: Annotated[int, Field(ge=1, le=1000)] = Field(1000, description="Of a page.")


class UpdatesQuery(Place):
    """Which hours of a zone, and since when they changed."""

    since: Moment = Field(description="Changes from this moment on.")
    start: Moment | None = Field(None, description="Only hours from this moment on.")
    end: Moment | None = Field(None, description="Only hours before this moment.")
    limit: Annotated[int, Field(ge=1, le=MOST_UPDATES)] = Field(100, description="At most so many, the oldest changes.")
    threshold: str = Field(
        "P1D", description="Only changes of hours that had begun so long before.",
        json_schema_extra={"enum": list(THRESHOLDS_H)})


def country_name(grid: Grid, zone: Zone) -> str | None:
    """The name of the country a zone is in; None for a zone of no country."""
    if zone.country is None:
        return None
    found = grid.config.zones.get(zone.country)
    return found.name if found else COUNTRIES.get(zone.country)


def _short(grid: Grid, zone: Zone) -> dict[str, Any]:
    country = country_name(grid, zone)
    is_country = zone.country == zone.key
    more = {} if is_country or country is None else {"countryName": country}
    return {"zoneName": zone.name, **more, "displayName": zone.short_name or zone.name}


def _long(grid: Grid, zone: Zone) -> dict[str, Any]:
    return {
        "zoneName": zone.name, "displayName": zone.short_name or zone.name, "countryName": country_name(grid, zone),
        "zoneKey": zone.key, "countryCode": zone.country, "zoneParentKey": grid.config.parent_of(zone.key),
        "subZoneKeys": list(zone.sub_zones), "isCommerciallyAvailable": True, "tier": _tier(grid, zone.key),
    }


def _tier(grid: Grid, key: str) -> str:
    """A: the zone's own data of the last three days; B: estimates; C: nothing."""
    if key in grid.newest.own:
        return "TIER_A"
    return "TIER_B" if key in grid.newest.with_estimates else "TIER_C"


def zone_list(grid: Grid, version: str) -> dict[str, Any]:
    """Every zone by its key, as a version describes it."""
    describe = _short if version == "v3" else _long
    return {key: describe(grid, zone) for key, zone in grid.config.zones.items()}


def _zones(version: str) -> Any:
    def zones(request: Request) -> Response:
        access = {"access": ["*"]} if credential_of(request.scope["headers"]) else {}
        body = {key: {**zone, **access} for key, zone in zone_list(grid_of(request), version).items()}
        headers = {"Cache-Control": "private, max-age=60"} if access else {}
        return bodies.reply(request, body, headers=headers)

    return zones


def zone(request: Request, asked: Annotated[Place, Query()]) -> Response:
    """The zone at a point or of a data centre, with what there is to say of it."""
    grid = grid_of(request)
    found = grid.zone(asked.must_key())
    return bodies.reply(request, {"zone": found.key, **_long(grid, found)})


def centers(request: Request, asked: Annotated[DataCentersQuery, Query()]) -> Response:
    """Public cloud regions with the zone they draw from."""
    found = [
        one for one in data_centers()
        if asked.zone in (None, one.zone) and (asked.dataCenterProvider or one.provider).lower() == one.provider]
    page = found[(asked.page - 1) * asked.limit : asked.page * asked.limit]
    rows = [
        {"provider": one.provider, "lonlat": [one.lon, one.lat], "displayName": one.display_name, "region": one.region,
         "zoneKey": one.zone, "status": one.status, "source": one.source, "operationalSince": one.operational_since}
        for one in page
    ]
    return bodies.reply(request, rows, rows, keep_s=bodies.SETTLED_S)


def updated_since(request: Request, asked: Annotated[UpdatesQuery, Query()]) -> Response:
    """Hours of a zone whose result changed from a moment on, the oldest change first."""
    grid = grid_of(request)
    key = grid.zone(asked.must_key()).key
    if asked.threshold not in THRESHOLDS_H:
        raise BadRequest(f"threshold is one of {', '.join(THRESHOLDS_H)}")
    start_s = 0 if asked.start is None else int(asked.start.timestamp())
    end_s = grid.now_s if asked.end is None else int(asked.end.timestamp())
    late_s = THRESHOLDS_H[asked.threshold] * 3600
    found = grid.store.results_updated(
        key, int(asked.since.timestamp()), grid.now_s + 1, start_s, end_s, asked.limit + 1, late_s=late_s)
    rows = [
        {"updatedAt": stamp(row["updated_s"]), "datetime": stamp(row["hour_s"])} for row in found[: asked.limit]]
    body = {
        "zone": key, "updates": rows, "threshold": asked.threshold, "limit": asked.limit,
        "limitReached": len(found) > asked.limit}
    return bodies.reply(request, body, rows)


def router() -> APIRouter:
    """Zones, data centres and updates under both versions."""
    made = APIRouter()
    for version in VERSIONS:
        tags: list[Any] = [f"Electricity Maps {version}"]
        for path, handler, summary, model in (
            ("zones", _zones(version), "All zones", dict[str, ZoneShape]),
            ("zone", zone, "The zone at a point", ResolvedShape),
            ("data-centers", centers, "Cloud regions and their zones", list[DataCenterShape]),
            ("updated-since", updated_since, "Hours that changed", UpdatesShape),
        ):
            made.add_api_route(
                f"/{version}/{path}", handler, tags=tags, summary=summary, operation_id=f"{version} {path}",
                responses=documented() | {200: {"model": model}})
    return made

