"""carbon-aware/scheduler, version 0: when and in which cloud region a job runs cleanest.

Windows bound the start of a job. Values are gCO2eq/kWh consumed on average, with the factors of whole lives; the
original's are marginal. What cannot be scheduled is 422, also where no forecast covers a window.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.asking import Key, Moment
from core.api.dialects.locations import foreseen_of, zone_of_place
from core.api.dialects.origins import origin_of
from core.api.dialects.refusals import Refused, route
from core.api.durations import Duration
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.shapes import Shape
from core.api.errors import ApiError, documented
from core.api.grid import Grid, grid_of
from core.decisions import METRICS
from core.places import data_centers
from core.scheduling import Choice, best_windows

TOO_LATE_S = 300
"""A window may have begun so long before."""
INTENSITY = METRICS["carbon-intensity"]
MOST_WINDOWS, MOST_ZONES, OPTIONS = 50, 200, 3


class CloudZone(BaseModel):
    """A region of a cloud."""

    provider: Key = Field(examples=["gcp"])
    region: Key = Field(examples=["europe-west3"])


class TimeRange(BaseModel):
    """Between which moments a job may begin."""

    start: Moment
    end: Moment


class ScheduleAsked(BaseModel):
    """A job, when it may begin, and where it may run."""

    windows: list[TimeRange] = Field(min_length=1, max_length=MOST_WINDOWS)
    duration: Duration
    zones: list[CloudZone] = Field(min_length=1, max_length=MOST_ZONES)
    num_options: Annotated[int, Field(ge=1, le=1000)] | None = OPTIONS

    def windows_s(self, now_s: int) -> list[tuple[int, int]]:
        """Allowed starts from now on. Raises ApiError."""
        found = [(int(one.start.timestamp()), int(one.end.timestamp())) for one in self.windows]
        for start_s, end_s in found:
            if start_s < now_s - TOO_LATE_S:
                raise ApiError("Unprocessable", "Start time must be in the future.", 422)
            if start_s >= end_s:
                raise ApiError("Unprocessable", "Start time must be before end time.", 422)
        return [(max(start_s, now_s), max(end_s, now_s)) for start_s, end_s in found]


REGION = {"provider": "gcp", "region": "europe-west3"}
EXAMPLE = {"time": "2026-03-10T14:00:00Z", "zone": REGION, "co2_intensity": 312.4}


class ScheduleShape(Shape):
    ideal: dict[str, Any] = Field(examples=[EXAMPLE])
    options: list[dict[str, Any]] = Field(examples=[[EXAMPLE]])
    worst_case: dict[str, Any] = Field(examples=[EXAMPLE])
    naive_case: dict[str, Any] = Field(examples=[EXAMPLE])
    median_case: dict[str, Any] = Field(examples=[EXAMPLE])
    carbon_savings: dict[str, float | None] = Field(
        description="Per cent.", examples=[{"vs_worst_case": 31.2, "vs_naive_case": 12.0, "vs_median_case": 18.8}])


class RegionsShape(BaseModel):
    regions: list[CloudZone]


class Unprocessable(Shape):
    """A refusal of this dialect."""

    detail: list[dict[str, Any]] = Field(
        examples=[[{"loc": ["body", "windows"], "msg": "Start time must be in the future.", "type": "value_error"}]])
    error: str
    message: str
    status: int


def _told(refused: Refused) -> dict[str, Any]:
    detail = refused.invalid or [{"loc": ["body"], "msg": refused.message, "type": "value_error"}]
    return {"detail": detail, **refused.whole}


def schedule(request: Request, asked: ScheduleAsked) -> Response:
    """The best starts, and what they save."""
    grid = grid_of(request)
    zones = {f"{one.provider}:{one.region}": _zone(grid, one) for one in asked.zones}
    headers = {"Cache-Control": "no-store", **origin_of(grid, zones.values())}
    return bodies.reply(request, _schedule(grid, asked, zones), headers=headers)


def _schedule(grid: Grid, asked: ScheduleAsked, zones: Mapping[str, str]) -> Row:
    windows_s = asked.windows_s(grid.now_s)
    until_s = max(end_s for _, end_s in windows_s) + asked.duration
    series = {name: one.series for name, one in foreseen_of(grid, zones, INTENSITY, until_s).items()}
    found = best_windows(series, asked.duration, windows_s, count=asked.num_options or OPTIONS)

    def told(choice: Choice) -> Row:
        at = bodies.second(choice.start_s)
        provider, _, region = choice.place.partition(":")
        zone = {"provider": provider, "region": region}
        return {"time": at, "zone": zone, "co2_intensity": round(choice.value, 3)}

    return {
        "ideal": told(found.ideal), "options": [told(one) for one in found.options],
        "worst_case": told(found.worst), "naive_case": told(found.naive), "median_case": told(found.median),
        "carbon_savings": {
            f"{name}_case": None if percent is None else round(percent, 3)
            for name, percent in found.savings._asdict().items()},
    }


def _zone(grid: Grid, one: CloudZone) -> str:
    try:
        return zone_of_place(grid, one.model_dump())
    except ApiError as err:
        raise ApiError(err.error, err.message, 422) from err


def regions(request: Request) -> Response:
    """Every region of every cloud."""
    found = [{"provider": one.provider, "region": one.region} for one in data_centers()]
    return bodies.reply(request, {"regions": found}, found)


def router() -> APIRouter:
    """Both paths, which end with a slash."""
    made = APIRouter(tags=["carbon-aware/scheduler"], route_class=route(_told, 422))
    refusals: Any = documented(422) | {422: {"model": Unprocessable, "description": "It cannot be scheduled."}}
    made.add_api_route(
        "/v0/schedule/", schedule, methods=["POST"], summary="When and where a job runs cleanest",
        responses=refusals | {200: {"model": ScheduleShape}}, operation_id="scheduler schedule")
    made.add_api_route(
        "/v0/regions/", regions, summary="Regions of clouds",
        responses=documented() | {200: {"model": RegionsShape, "content": bodies.TABLES}},
        operation_id="scheduler regions")
    return made
