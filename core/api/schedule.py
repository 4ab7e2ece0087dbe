"""Gridtrace's own scheduling: zones, regions of clouds or points, several windows, and what is saved by whichever
measure.

The answer compares the best starts with running at once, the median and the worst of all starts, and for jobs that may
be interrupted names the best slots.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.asking import Key, Moment
from core.api.dialects.locations import zone_of_place
from core.api.dialects.origins import origin_of
from core.api.dialects.refusals import route
from core.api.durations import Duration
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.shapes import Shape
from core.api.errors import BadRequest, documented
from core.api.foreseen import METRICS, Metric, series_of_places
from core.api.grid import Grid, grid_of
from core.forecast import METHOD
from core.scheduling import Choice, Series, Slots, best_slots, best_windows

Name = Literal[
    "carbon-intensity", "carbon-intensity-direct", "renewable-share", "carbon-free-share", "net-load", "price"]
Point = tuple[float, float]
DEFAULT_H = 24
MOST_ZONES, MOST_PARTS = 50, 24
"""Each part of a profile adds as many starts as there are hours, in each zone."""
EXAMPLE = {"zone": "FR", "start": "2026-03-10T14:00:00Z", "end": "2026-03-10T15:30:00Z", "value": 41.2}


class Region(BaseModel):
    """A region of a cloud."""

    provider: Key
    region: Key


Place = Annotated[str, Field(min_length=1, max_length=64)] | Region | Point


class Window(BaseModel):
    """Between which moments a job may begin, both included."""

    start: Moment
    end: Moment


class Job(BaseModel):
    """A job, where it may run, when it may begin, and what counts."""

    zones: list[Place] = Field(
        min_length=1, max_length=MOST_ZONES, examples=[["FR", {"provider": "aws", "region": "eu-central-1"}]],
        description="Keys of zones, names or {provider, region} of cloud regions, or points [longitude, latitude].")
    duration: Duration = Field(description="ISO 8601, or seconds.")
    windows: list[Window] = Field(
        default_factory=list, max_length=50, description="Default: from now until the deadline, or a day ahead.")
    deadline: Moment | None = Field(None, description="When the job must have ended.")
    metric: Name = "carbon-intensity"
    num_options: Annotated[int, Field(ge=1, le=1000)] = 3
    is_interruptible: bool = Field(False, description="Name the best slots within the windows' whole span too.")
    power: list[Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        default=[1.0], min_length=1, max_length=MOST_PARTS, description="Relative power of equal parts of the job.")

    def windows_s(self, now_s: int) -> list[tuple[int, int]]:
        """Allowed starts from now on. Raises BadRequest."""
        deadline_s = now_s + DEFAULT_H * 3600 if self.deadline is None else int(self.deadline.timestamp())
        if not self.windows:
            return [(now_s, max(now_s, deadline_s if self.deadline is None else deadline_s - self.duration))]
        found = [(int(one.start.timestamp()), int(one.end.timestamp())) for one in self.windows]
        if any(start_s > end_s for start_s, end_s in found):
            raise BadRequest("A window ends before it begins")
        ahead = [(max(start_s, now_s), end_s) for start_s, end_s in found if end_s >= now_s]
        if not ahead:
            raise BadRequest("Every window has passed")
        return ahead


class JobShape(Shape):
    metric: str = Field(examples=["carbon-intensity"])
    unit: str = Field(examples=["gCO2eq/kWh"])
    method: str = Field(examples=[METHOD])
    ideal: dict[str, Any] = Field(examples=[EXAMPLE])
    options: list[dict[str, Any]] = Field(description="Best first.", examples=[[EXAMPLE]])
    naive: dict[str, Any] = Field(description="The first allowed start in the first zone.", examples=[EXAMPLE])
    median: dict[str, Any] = Field(examples=[EXAMPLE])
    worst: dict[str, Any] = Field(examples=[EXAMPLE])
    savings: dict[str, float | None] = Field(
        description="Per cent.", examples=[{"vs_naive": 12.0, "vs_median": 18.8, "vs_worst": 31.2}])
    slots: dict[str, Any] | None = Field(None, examples=[{"zone": "FR", "value": 40.1, "vs_naive": 14.3, "slots": []}])


def schedule(request: Request, asked: Job) -> Response:
    """The best starts of a job, and what they save."""
    grid = grid_of(request)
    zones = {_name(place): zone_of_place(grid, _plain(place)) for place in asked.zones}
    headers = {"Cache-Control": "no-store", **origin_of(grid, zones.values())}
    return bodies.reply(request, _schedule(grid, asked, zones), headers=headers)


def _schedule(grid: Grid, job: Job, zones: Mapping[str, str]) -> Row:
    metric, windows_s = METRICS[job.metric], job.windows_s(grid.now_s)
    deadline_s = None if job.deadline is None else int(job.deadline.timestamp())
    until_s = max(end_s for _, end_s in windows_s) + job.duration
    series, unit = series_of_places(grid, zones, metric, until_s if deadline_s is None else min(until_s, deadline_s))
    found = best_windows(
        series, job.duration, windows_s, deadline_s=deadline_s, count=job.num_options,
        metric_is_better=metric.better, power=job.power)

    def told(choice: Choice) -> Row:
        times = _times(choice.start_s, choice.end_s, choice.value)
        return {"place": choice.place, "zone": zones[choice.place], **times}

    return {
        "metric": metric.name, "unit": unit, "better": metric.better, "method": METHOD,
        "ideal": told(found.ideal), "options": [told(one) for one in found.options], "naive": told(found.naive),
        "median": told(found.median), "worst": told(found.worst),
        "savings": {name: _rounded(percent) for name, percent in found.savings._asdict().items()},
        "slots": _slots(series, zones, job, metric, windows_s, deadline_s) if job.is_interruptible else None,
    }


def _plain(place: Place) -> str | Point | dict[str, str]:
    return place.model_dump() if isinstance(place, Region) else place


def _name(place: Place) -> str:
    """How the answer names a place."""
    if isinstance(place, Region):
        return f"{place.provider}:{place.region}"
    return place if isinstance(place, str) else f"{place[0]:g},{place[1]:g}"


def _times(start_s: int, end_s: int, value: float) -> Row:
    return {"start": bodies.second(start_s), "end": bodies.second(end_s), "value": round(value, 3)}


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 3)


def _slots(
    series: Mapping[str, Series], zones: Mapping[str, str], job: Job, metric: Metric, windows_s: list[tuple[int, int]],
    deadline_s: int | None,
) -> Row:
    """The best slots of the place that has the best ones, from the first allowed start to the last allowed end."""
    start_s, last_s = min(one[0] for one in windows_s), max(one[1] for one in windows_s) + job.duration
    end_s = last_s if deadline_s is None else min(last_s, deadline_s)

    def slots(place: str) -> Slots:
        return best_slots(
            series[place], job.duration, start_s, end_s, metric_is_better=metric.better, place=place)

    found = {place: slots(place) for place in series}
    best = (min if metric.better == "lower" else max)(found, key=lambda place: found[place].value)
    return {
        "place": best, "zone": zones[best], "value": round(found[best].value, 3),
        "vs_naive": _rounded(found[best].vs_naive),
        "slots": [_times(*slot) for slot in found[best].slots],
    }


def router() -> APIRouter:
    """POST /schedule."""
    made = APIRouter(tags=["Gridtrace"], route_class=route())
    made.add_api_route(
        "/schedule", schedule, methods=["POST"], summary="When and where a job runs best",
        responses=documented() | {200: {"model": JobShape}}, operation_id="schedule")
    return made
