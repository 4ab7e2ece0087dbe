"""The Carbon Aware WebAPI of the Green Software Foundation, version 1.

Locations are cloud regions by name (Azure's as they are; others too, or as `aws:eu-west-1`) and zones by key. Ratings
are gCO2eq/kWh consumed, with the factors of whole lives. Values are those of hours; windows are judged to the second.
Forecasts of the past (`batch`) are the newest that had been issued by then; where none was kept, what the blend makes
of the results as they stand now. An empty answer is 204.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.asking import Key, Moment
from core.api.dialects.locations import zone_of_name
from core.api.dialects.origins import origin_of
from core.api.dialects.refusals import Refused, route
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.shapes import Shape
from core.api.errors import NAMES, BadRequest, documented
from core.api.grid import Grid, grid_of
from core.api.traced import HOUR_S, Ask, traced
from core.decisions import METRICS, regions, series_of
from core.scheduling import Series, minima_s, rolling_means

INTENSITY = METRICS["carbon-intensity"]
MOST_DAYS, MOST_LOCATIONS, MOST_ITEMS = 366, 100, 50
AHEAD_H = 24
"""How far a forecast goes whose end is not said."""
HOUR = "01:00:00"


class Locations(BaseModel):
    """Locations, repeated or with commas between; `locations` is the same."""

    location: list[Key] = Field(default_factory=list, description="A region or zone; repeat it.", examples=[["eastus"]])
    locations: list[Key] = Field(default_factory=list, description="The same as `location`.")

    def names(self) -> list[str]:
        """What is asked for. Raises BadRequest."""
        found = [name.strip() for one in (*self.location, *self.locations) for name in one.split(",") if name.strip()]
        if not 0 < len(found) <= MOST_LOCATIONS:
            raise BadRequest(f"Say `location`, at least once and at most {MOST_LOCATIONS} times.")
        return found


class Span(BaseModel):
    """When; without it the newest hour that is known."""

    time: Moment | None = Field(None, description="The first moment.")
    toTime: Moment | None = Field(None, description="The end; without it only the hour of `time`.")


class EmissionsQuery(Span):
    location: Key = Field(description="A region or zone.", examples=["eastus"])


class ManyEmissionsQuery(Span, Locations):
    """Several locations."""


class Window(BaseModel):
    """The part of a forecast that counts, and the length of what is compared."""

    dataStartAt: Moment | None = Field(None, description="From here on; default: the running hour.")
    dataEndAt: Moment | None = Field(None, description="To here; default: a day ahead.")
    windowSize: Annotated[int, Field(ge=1, le=168 * 60)] | None = Field(None, description="Minutes; default: an hour.")


class ForecastQuery(Window, Locations):
    """Forecasts as of now."""


class BatchItem(Window):
    """A forecast as of a moment of the past."""

    requestedAt: Moment = Field(description="The newest forecast of then counts.")
    location: Key = Field(description="A region or zone.", examples=["eastus"])


class AverageQuery(BaseModel):
    """A location and a span."""

    location: Key = Field(description="A region or zone.", examples=["eastus"])
    startTime: Moment = Field(description="The first moment.")
    endTime: Moment = Field(description="The end.")


class EmissionsShape(Shape):
    location: str = Field(examples=["eastus"])
    time: str = Field(examples=["2026-03-10T11:00:00+00:00"])
    rating: float = Field(description="gCO2eq/kWh.", examples=[70.0])
    duration: str = Field(examples=[HOUR])


POINT = {"location": "IE", "timestamp": "2026-03-10T12:00:00+00:00", "duration": 60, "value": 448.4}


class ForecastShape(Shape):
    generatedAt: str = Field(examples=["2026-03-10T12:20:00+00:00"])
    requestedAt: str = Field(examples=["2026-03-10T12:20:00+00:00"])
    location: str = Field(examples=["northeurope"])
    dataStartAt: str = Field(examples=["2026-03-10T12:00:00+00:00"])
    dataEndAt: str = Field(examples=["2026-03-11T13:00:00+00:00"])
    windowSize: int = Field(examples=[60])
    optimalDataPoints: list[dict[str, Any]] = Field(examples=[[POINT]])
    forecastData: list[dict[str, Any]] = Field(examples=[[POINT]])


class AverageShape(Shape):
    location: str = Field(examples=["eastus"])
    startTime: str = Field(examples=["2026-03-10T10:30:00+00:00"])
    endTime: str = Field(examples=["2026-03-10T12:00:00+00:00"])
    carbonIntensity: float = Field(examples=[345.43])


class LocationShape(BaseModel):
    latitude: float = Field(examples=[37.3719])
    longitude: float = Field(examples=[-79.8164])
    name: str = Field(examples=["eastus"])


class Problem(Shape):
    """A refusal of this dialect."""

    title: str = Field(examples=["ArgumentException"])
    status: int = Field(examples=[400])
    errors: dict[str, list[str]] = Field(examples=[{"location": ["Field required"]}])
    error: str = Field(examples=['Missing parameter "location"'])
    message: str = Field(examples=['Missing parameter "location"'])


def _told(refused: Refused) -> dict[str, Any]:
    errors = {str(one["loc"][-1]): [one["msg"]] for one in refused.invalid} or {"request": [refused.message]}
    title = "ArgumentException" if refused.status == 400 else NAMES[refused.status]
    return {"title": title, "errors": errors, **refused.whole}


def _many(request: Request, rows: Sequence[Row]) -> Response:
    if not rows:
        return Response(status_code=204)
    grid = grid_of(request)
    return bodies.reply(request, rows, rows, headers=_origin(grid, {row["location"] for row in rows}))


def _origin(grid: Grid, names: Iterable[str]) -> dict[str, str]:
    return origin_of(grid, [zone_of_name(grid, name) for name in names])


def _emissions(grid: Grid, name: str, asked: Span) -> list[Row]:
    """The known hours of a location that reach into a span."""
    zone = zone_of_name(grid, name)
    ask = Ask(zone, tuple(_edges_s(grid, zone, asked)))
    values = traced(grid, ask)[ask.intensity_column]
    return [
        {"location": name, "time": bodies.with_offset(hour_s), "rating": round(float(value), 2), "duration": HOUR}
        for hour_s, value in zip(ask.edges_s, values, strict=False) if not np.isnan(value)
    ]


def _edges_s(grid: Grid, zone: str, asked: Span) -> range:
    """Where the hours of a span meet. Raises BadRequest."""
    if asked.time is None:
        if asked.toTime is not None:
            raise BadRequest("`toTime` needs `time`.")
        start_s = grid.newest.with_estimates.get(zone, {"hour_s": grid.now_s})["hour_s"]
        return range(start_s, start_s + HOUR_S + 1, HOUR_S)
    start_s, end_s = int(asked.time.timestamp()), int((asked.toTime or asked.time).timestamp())
    return _whole_hours(start_s, max(end_s, start_s + 1) if end_s >= start_s else end_s)


def _whole_hours(start_s: int, end_s: int) -> range:
    """The edges of the hours that reach into a span. Raises BadRequest."""
    if end_s <= start_s:
        raise BadRequest("The end of a span must not be before its start.")
    if end_s - start_s > MOST_DAYS * 24 * HOUR_S:
        raise BadRequest(f"A span may have at most {MOST_DAYS} days.")
    return range(start_s - start_s % HOUR_S, end_s - end_s % -HOUR_S + 1, HOUR_S)


def by_location(request: Request, asked: Annotated[EmissionsQuery, Query()]) -> Response:
    """Hours of one location."""
    return _many(request, _emissions(grid_of(request), asked.location, asked))


def by_locations(request: Request, asked: Annotated[ManyEmissionsQuery, Query()]) -> Response:
    """Hours of several locations."""
    grid = grid_of(request)
    return _many(request, [row for name in asked.names() for row in _emissions(grid, name, asked)])


def best_of_locations(request: Request, asked: Annotated[ManyEmissionsQuery, Query()]) -> Response:
    """Every hour with the lowest rating of all."""
    grid = grid_of(request)
    rows = [row for name in asked.names() for row in _emissions(grid, name, asked)]
    lowest = min((row["rating"] for row in rows), default=None)
    return _many(request, [row for row in rows if row["rating"] == lowest])


def current_forecasts(request: Request, asked: Annotated[ForecastQuery, Query()]) -> Response:
    """What is foreseen of each location, and its best windows."""
    grid = grid_of(request)
    return _many(request, [_forecast(grid, name, asked, grid.now_s) for name in asked.names()])


def past_forecasts(request: Request, items: Annotated[list[BatchItem], Body(max_length=MOST_ITEMS)]) -> Response:
    """The same as it was foreseen at moments of the past."""
    grid = grid_of(request)
    found = []
    for item in items:
        issued_s = int(item.requestedAt.timestamp())
        if issued_s > grid.now_s:
            raise BadRequest("`requestedAt` must not be ahead of now.")
        found.append(_forecast(grid, item.location, item, issued_s))
    return _many(request, found)


def _forecast(grid: Grid, name: str, asked: Window, issued_s: int) -> Row:
    """A location's forecast as of a moment. Raises BadRequest, and CannotSchedule where it does not reach."""
    zone = zone_of_name(grid, name)
    running_s = issued_s - issued_s % HOUR_S
    start_s = running_s if asked.dataStartAt is None else int(asked.dataStartAt.timestamp())
    end_s = running_s + (AHEAD_H + 1) * HOUR_S if asked.dataEndAt is None else int(asked.dataEndAt.timestamp())
    minutes = asked.windowSize or 60
    found = series_of(grid.store, grid.zone(zone), INTENSITY, end_s, issued_s)
    means = rolling_means(found.series, 60 * minutes, start_s, end_s, name)
    return {
        "generatedAt": bodies.with_offset(found.issued_s or issued_s),
        "requestedAt": bodies.with_offset(issued_s), "location": name,
        "dataStartAt": bodies.with_offset(start_s), "dataEndAt": bodies.with_offset(end_s), "windowSize": minutes,
        "optimalDataPoints": _points(means, zone, minutes, set(minima_s(means).tolist())),
        "forecastData": _points(means, zone, minutes),
    }


def _points(means: Series, zone: str, minutes: int, only_s: set[int] | None = None) -> list[Row]:
    """The windows of which the mean is known; only those that begin at certain moments."""
    return [
        {"location": zone, "timestamp": bodies.with_offset(at_s), "duration": minutes, "value": round(float(value), 2)}
        for at_s, value in zip(means.edges_s().tolist(), means.values, strict=False)
        if not np.isnan(value) and (only_s is None or at_s in only_s)
    ]


def average(request: Request, asked: Annotated[AverageQuery, Query()]) -> Response:
    """The mean of what is known of a span, by time."""
    grid = grid_of(request)
    found = _average(grid, asked)
    if found is None:
        return Response(status_code=204)
    return bodies.reply(request, found, headers=_origin(grid, [asked.location]))


def averages(request: Request, items: Annotated[list[AverageQuery], Body(max_length=MOST_ITEMS)]) -> Response:
    """The same of several spans; those of which nothing is known are left out."""
    found = [_average(grid_of(request), item) for item in items]
    return _many(request, [one for one in found if one is not None])


def _average(grid: Grid, asked: AverageQuery) -> Row | None:
    start_s, end_s = int(asked.startTime.timestamp()), int(asked.endTime.timestamp())
    ask = Ask(zone_of_name(grid, asked.location), tuple(_whole_hours(start_s, end_s)))
    values = traced(grid, ask)[ask.intensity_column]
    edges_s = np.clip(ask.edges_s, start_s, end_s)
    is_known = ~np.isnan(values)
    if not is_known.any():
        return None
    mean = float(np.average(values[is_known], weights=np.diff(edges_s)[is_known]))
    return {
        "location": asked.location, "startTime": bodies.with_offset(start_s), "endTime": bodies.with_offset(end_s),
        "carbonIntensity": round(mean, 3),
    }


def locations(request: Request) -> Response:
    """Every region and zone by the name it is asked for, with where it lies."""
    found = {
        name: {"latitude": one.lat, "longitude": one.lon, "name": name}
        for name, one in regions().items() if ":" not in name
    }
    for key, zone in grid_of(request).config.zones.items():
        if zone.center is not None:
            found[key] = {"latitude": zone.center[1], "longitude": zone.center[0], "name": key}
    return bodies.reply(request, found)


def router() -> APIRouter:
    """`/emissions/…` and `/locations`."""
    made = APIRouter(tags=["Carbon Aware WebAPI"], route_class=route(_told))
    refusals: Any = documented() | {
        204: {"description": "Nothing is known."}, 400: {"model": Problem, "description": NAMES[400]},
        404: {"model": Problem, "description": NAMES[404]}}
    paths: tuple[tuple[str, str, Any, Any, str], ...] = (
        ("GET", "/emissions/bylocation", by_location, list[EmissionsShape], "Hours of a location"),
        ("GET", "/emissions/bylocations", by_locations, list[EmissionsShape], "Hours of locations"),
        ("GET", "/emissions/bylocations/best", best_of_locations, list[EmissionsShape], "The cleanest hours"),
        ("GET", "/emissions/forecasts/current", current_forecasts, list[ForecastShape], "Forecasts and best windows"),
        ("POST", "/emissions/forecasts/batch", past_forecasts, list[ForecastShape], "Forecasts of the past"),
        ("GET", "/emissions/average-carbon-intensity", average, AverageShape, "Mean of a span"),
        ("POST", "/emissions/average-carbon-intensity/batch", averages, list[AverageShape], "Means of spans"),
        ("GET", "/locations", locations, dict[str, LocationShape], "All locations"),
    )
    for method, path, handler, model, summary in paths:
        made.add_api_route(
            path, handler, methods=[method], summary=summary, responses=refusals | {200: {"model": model}},
            operation_id=f"carbon-aware {method} {path}")
    return made
