"""Gridtrace's own scheduling: core.decisions over HTTP.

`POST /schedule` says when and where a job should run among zones, regions of clouds or points; `GET /now` whether a
place is green at this moment.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from core.api import asking, bodies
from core.api.asking import Clock, Key, Moment
from core.api.dialects.locations import zone_of_name, zone_of_place
from core.api.dialects.origins import origin_of
from core.api.dialects.refusals import route
from core.api.durations import Duration
from core.api.electricity_maps.shapes import Shape
from core.api.errors import BadRequest, documented
from core.api.grid import Grid, grid_of
from core.config import Zone
from core.decisions import (
    METRICS,
    Job,
    Place,
    Wanted,
    best,
    decision_row,
    green_now,
    greenness_row,
    limit_of,
    read_daily,
)
from core.decisions.now import DAYS, OLDEST_S, PERCENTILE
from core.forecast import METHOD

Name = Literal[
    "carbon-intensity", "carbon-intensity-direct", "renewable-share", "carbon-free-share", "net-load", "price"]
NowName = Literal["carbon-intensity", "carbon-intensity-direct", "renewable-share", "carbon-free-share", "price"]
Point = tuple[float, float]
MOST_ZONES, MOST_PARTS, MOST_DAYS = 50, 24, 366
"""Each part of a profile adds as many starts as there are hours, in each zone."""
EXAMPLE = {
    "place": "FR", "zone": "FR", "start": "2026-03-10T14:00:00Z", "end": "2026-03-10T15:30:00Z", "value": 41.2,
    "low": None, "high": None}
SAVING = {"amount": 5.6, "low": None, "high": None, "percent": 12.0}
HOUR = {"start": "2026-03-10T14:00:00Z", "value": 41.2, "low": None, "high": None}
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]


class Region(BaseModel):
    """A region of a cloud."""

    provider: Key
    region: Key


AskedPlace = Annotated[str, Field(min_length=1, max_length=64)] | Region | Point


class Window(BaseModel):
    """Between which moments a job may begin, both included."""

    start: Moment
    end: Moment


class AskedJob(BaseModel):
    """A job, where it may run, when it may begin, and what counts."""

    zones: list[AskedPlace] = Field(
        min_length=1, max_length=MOST_ZONES, examples=[["FR", {"provider": "aws", "region": "eu-central-1"}]],
        description="Keys of zones, names or {provider, region} of cloud regions, or points [longitude, latitude].")
    duration: Duration = Field(description="ISO 8601, or seconds.")
    windows: list[Window] = Field(
        default_factory=list, max_length=50, description="Default: from now until the deadline, or a day ahead.")
    daily: list[Annotated[str, Field(max_length=20)]] = Field(
        default_factory=list, max_length=10, examples=[["22:00-06:00"]],
        description="Hours of the day within which the whole job must lie.")
    timezone: Clock | None = Field(None, description="The clock of `daily`; default: that of the first zone.")
    deadline: Moment | None = Field(None, description="When the job must have ended.")
    metric: Name = "carbon-intensity"
    num_options: Annotated[int, Field(ge=1, le=1000)] = 3
    is_interruptible: bool = Field(False, description="Name the best slots within the windows too.")
    power: list[Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        default=[1.0], min_length=1, max_length=MOST_PARTS, description="Relative power of equal parts of the job.")
    min_saving: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] = Field(
        0.0, description="Per cent that the ideal start must save on the first that is allowed to be worth waiting.")

    def job(self) -> Job:
        """What is asked for, in the words of core.decisions. Raises CannotSchedule."""
        windows = [(int(one.start.timestamp()), int(one.end.timestamp())) for one in self.windows]
        return Job(
            self.duration, None if self.deadline is None else int(self.deadline.timestamp()), windows,
            [read_daily(one) for one in self.daily], self.timezone, METRICS[self.metric], self.power,
            self.is_interruptible, self.min_saving, self.num_options)


class JobShape(Shape):
    metric: str = Field(examples=["carbon-intensity"])
    unit: str = Field(examples=["gCO2eq/kWh"])
    method: str | None = Field(description="How the hours were foreseen; null without a forecast.", examples=[METHOD])
    asked: str = Field(description="As of when it is decided.", examples=["2026-03-10T12:20:00Z"])
    issued: str | None = Field(
        description="When the forecast was made; null without one, and for prices, which are published.",
        examples=["2026-03-10T12:02:00Z"])
    timezone: str = Field(description="The clock of `daily` and of `advice`.", examples=["Europe/Paris"])
    advice: str = Field(
        description="What to do, in a sentence.", examples=["Start at 2026-03-10 15:00 CET in FR: 41.2 gCO2eq/kWh, "
                                                            "12.0 % less than at once (46.8 gCO2eq/kWh)."])
    reason: str | None = Field(description="Why there is no forecast; null if there is one.", examples=[None])
    left_out: dict[str, str] = Field(description="Places without a forecast, and why.", examples=[{}])
    place: str = Field(description="Where to run, as it was asked for.", examples=["FR"])
    zone: str = Field(examples=["FR"])
    start: str = Field(
        description="When to run: the ideal start; the first allowed one if waiting saves too little; without a "
        "forecast the latest that meets the deadline.", examples=["2026-03-10T14:00:00Z"])
    end: str = Field(examples=["2026-03-10T15:30:00Z"])
    is_worth_waiting: bool | None = Field(examples=[True])
    min_saving: float = Field(examples=[0.0])
    origin: str | None = Field(description="Of the data: live, simulated, replayed.", examples=["live"])
    ideal: dict[str, Any] | None = Field(description="Null without a forecast.", examples=[EXAMPLE])
    options: list[dict[str, Any]] = Field(description="Best first.", examples=[[EXAMPLE]])
    now: dict[str, Any] | None = Field(
        description="Starting at once in the first zone, be it allowed or not.", examples=[EXAMPLE])
    naive: dict[str, Any] | None = Field(description="The first allowed start in the first zone.", examples=[EXAMPLE])
    median: dict[str, Any] | None = Field(examples=[EXAMPLE])
    worst: dict[str, Any] | None = Field(examples=[EXAMPLE])
    savings: dict[str, float | None] | None = Field(
        description="Per cent.", examples=[{"vs_naive": 12.0, "vs_median": 18.8, "vs_worst": 31.2}])
    saving: dict[str, dict[str, float | None] | None] | None = Field(
        description="In the unit, with its band of 90 %.", examples=[{"vs_now": SAVING, "vs_median": SAVING}])
    slots: dict[str, Any] | None = Field(
        None, examples=[{"place": "FR", "zone": "FR", "value": 40.1, "vs_naive": 14.3, "slots": []}])
    hours: list[dict[str, Any]] = Field(description="What is foreseen of the ideal's place.", examples=[[HOUR]])


class NowQuery(asking.Place):
    """A place, and what counts as green."""

    metric: NowName = "carbon-intensity"
    below: Number | None = Field(None, description="Green is below this value, of an intensity or a price.")
    above: Number | None = Field(None, description="Green is above this value, of a share in per cent.")
    percentile: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] = Field(
        PERCENTILE, description="Without a value: green is among the best so many per cent of the hours of `days`.")
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS
    oldest: Duration = Field(OLDEST_S, description="How long ago the newest hour may have ended to count as now.")


class NowShape(Shape):
    place: str = Field(examples=["FR"])
    zone: str = Field(examples=["FR"])
    metric: str = Field(examples=["carbon-intensity"])
    unit: str = Field(examples=["gCO2eq/kWh"])
    is_green: bool | None = Field(description="Null: not known.", examples=[True])
    advice: str = Field(examples=["FR: green. 41.2 gCO2eq/kWh in the running hour; below 50 is asked for."])
    reason: str | None = Field(description="Why it is not known.", examples=[None])
    wanted: dict[str, float | None] = Field(examples=[{"below": 50.0}])
    value: float | None = Field(examples=[41.2])
    hour: str | None = Field(examples=["2026-03-10T12:00:00Z"])
    age_s: int | None = Field(description="Since that hour ended; 0 while it runs.", examples=[0])
    greener_percent: float | None = Field(
        description="How many per cent of the hours of `days` before were better.", examples=[11.4])
    hours_compared: int = Field(examples=[719])
    estimation: str | None = Field(description="How the hour was estimated, if it was.", examples=[None])
    origin: str | None = Field(description="Of the data: live, simulated, replayed.", examples=["live"])


def schedule(request: Request, asked: AskedJob) -> Response:
    """When and where to run a job, and what that saves."""
    grid = grid_of(request)
    places = [Place(_name(place), _zone(grid, place)) for place in asked.zones]
    headers = {"Cache-Control": "no-store", **origin_of(grid, [place.zone.key for place in places])}
    return bodies.reply(request, decision_row(best(grid.store, places, asked.job(), grid.now_s)), headers=headers)


def _zone(grid: Grid, place: AskedPlace) -> Zone:
    return grid.zone(zone_of_place(grid, place.model_dump() if isinstance(place, Region) else place))


def _name(place: AskedPlace) -> str:
    """How the answer names a place."""
    if isinstance(place, Region):
        return f"{place.provider}:{place.region}"
    return place if isinstance(place, str) else f"{place[0]:g},{place[1]:g}"


def now(request: Request, asked: Annotated[NowQuery, Query()]) -> Response:
    """Whether a place is green at this moment."""
    grid, metric = grid_of(request), METRICS[asked.metric]
    name = asked.must_key()
    zone = grid.zone(name if name.upper() in grid.config.zones else zone_of_name(grid, name))
    if asked.below is not None and asked.above is not None:
        raise BadRequest("Say one of `below` and `above`.")
    wanted = Wanted(limit_of(metric, asked.below, asked.above), asked.percentile, asked.days, asked.oldest)
    found = green_now(grid.store, Place(name, zone), metric, wanted, grid.now_s)
    return bodies.reply(request, greenness_row(found), headers=origin_of(grid, [zone.key]))


def router() -> APIRouter:
    """POST /schedule and GET /now."""
    made = APIRouter(tags=["Gridtrace"], route_class=route())
    made.add_api_route(
        "/schedule", schedule, methods=["POST"], summary="When and where a job runs best",
        responses=documented() | {200: {"model": JobShape}}, operation_id="schedule")
    made.add_api_route(
        "/now", now, summary="Whether a place is green at this moment",
        responses=documented() | {200: {"model": NowShape}}, operation_id="now")
    return made
