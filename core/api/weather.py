"""The weather as it is foreseen: fields over the world for maps, means of a zone for everybody."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.asking import Key, Moment
from core.api.bodies import stamp
from core.api.electricity_maps.rows import Row, number
from core.api.electricity_maps.shapes import Shape, Stamp
from core.api.errors import NothingKnown, documented
from core.api.grid import Grid, grid_of
from core.weather import QUANTITIES, THIN, at_moment, hours_around

HOUR_S = 3600
BEFORE_H, AHEAD_H, MOST_H = 24, 72, 24 * 31
SOURCE = "NOAA/NWS GFS, public domain"
WIND_STEP, RADIATION_STEP = 0.5, 5
"""m/s and W/m²: as fine as a map can show."""
NAMES = dict(zip(QUANTITIES, ("windSpeed", "windSpeedCubic", "temperature", "radiation"), strict=True))
UNITS = {"windSpeed": "m/s", "windSpeedCubic": "m/s", "temperature": "K", "radiation": "W/m²"}


class FieldsQuery(BaseModel):
    """A moment."""

    at: Moment | None = Field(None, description="Default: now.")


class SeriesQuery(BaseModel):
    """A zone and a span of hours."""

    zone: Key = Field(description="A zone's key, as /v4/zones lists them.", examples=["FR"])
    start: Moment | None = Field(None, description="Default: a day ago.")
    end: Moment | None = Field(None, description=f"Default: {AHEAD_H} hours ahead.")
    issuedBy: Moment | None = Field(None, description="Only runs that began by then; default: the newest of each hour.")


class FieldsShape(Shape):
    datetime: Stamp
    issued: Stamp
    origin: str = Field(examples=["live"])
    source: str = Field(examples=[SOURCE])
    grid: dict[str, float] = Field(
        examples=[{"north": 85, "west": 0, "step": 1, "rows": 146, "columns": 360}])
    windEast: dict[str, Any] = Field(examples=[{"unit": "m/s", "step": 0.5, "values": [3, 4]}])
    windNorth: dict[str, Any] = Field(examples=[{"unit": "m/s", "step": 0.5, "values": [-7, -7]}])
    radiation: dict[str, Any] = Field(examples=[{"unit": "W/m²", "step": 5, "values": [0, 20]}])


class SeriesShape(Shape):
    zone: str = Field(examples=["FR"])
    source: str = Field(examples=[SOURCE])
    units: dict[str, str] = Field(examples=[UNITS])
    data: list[dict[str, Any]] = Field(examples=[[{
        "datetime": "2026-03-10T12:00:00.000Z", "issued": "2026-03-10T06:00:00.000Z", "windSpeed": 5.2,
        "windSpeedCubic": 5.9, "temperature": 283.1, "radiation": 412.0, "origin": "live"}]])


def fields(request: Request, asked: Annotated[FieldsQuery, Query()]) -> Response:
    """Wind and sun over the world at a moment."""
    grid = grid_of(request)
    return bodies.reply(request, fields_at(grid, grid.now_s if asked.at is None else int(asked.at.timestamp())))


def fields_at(grid: Grid, moment_s: int) -> Row:
    """Wind and sun at a moment between two hours, in whole steps. Raises NothingKnown."""
    told = grid.store.weather.frames(hours_around(moment_s))
    found = at_moment({hour_s: frame for hour_s, (frame, _, _) in told.items()}, moment_s, THIN)
    if found is None:
        raise NothingKnown("No weather", f"There is no forecast of the weather at {stamp(moment_s)}.")
    _, issued_s, origin = told[hours_around(moment_s)[1]]
    return {
        "datetime": stamp(moment_s), "issued": stamp(issued_s), "origin": origin, "source": SOURCE,
        "grid": THIN._asdict(),
        "windEast": _in_steps(found.wind_east_m_per_s, "m/s", WIND_STEP),
        "windNorth": _in_steps(found.wind_north_m_per_s, "m/s", WIND_STEP),
        "radiation": _in_steps(found.radiation_w_per_m2, "W/m²", RADIATION_STEP)}


def _in_steps(values: np.ndarray[Any, Any], unit: str, step: float) -> Row:
    return {"unit": unit, "step": step, "values": np.round(values / step).astype(int).ravel().tolist()}


def series(request: Request, asked: Annotated[SeriesQuery, Query()]) -> Response:
    """The weather of a zone, hour by hour."""
    grid = grid_of(request)
    key = grid.zone(asked.zone).key
    start_s = int(asked.start.timestamp()) if asked.start else grid.now_s - BEFORE_H * HOUR_S
    end_s = int(asked.end.timestamp()) if asked.end else grid.now_s + AHEAD_H * HOUR_S
    by_s = int(asked.issuedBy.timestamp()) if asked.issuedBy else 2**40
    end_s = min(end_s, start_s + MOST_H * HOUR_S)
    found = grid.store.weather.series(key, start_s, end_s, issued_by_s=by_s)
    if not found:
        raise NothingKnown("No weather", f"There is no forecast of the weather of the zone {key} for these hours.")
    rows = _rows(found)
    return bodies.reply(request, {"zone": key, "source": SOURCE, "units": UNITS, "data": rows}, rows)


def _rows(found: Sequence[Row]) -> list[Row]:
    """`datetime` is the moment of wind and temperature, and the end of the hour of radiation."""
    return [
        {"datetime": stamp(row["hour_s"]), "issued": stamp(row["issued_s"]),
         **{name: number(row[column], 2) for column, name in NAMES.items()}, "origin": row["origin"]}
        for row in found]


def router() -> APIRouter:
    """The weather."""
    made = APIRouter(tags=["Gridtrace"])
    made.add_api_route(
        "/weather/fields", fields, summary="Wind and sun over the world", operation_id="weather_fields",
        responses=documented() | {200: {"model": FieldsShape}})
    made.add_api_route(
        "/weather/series", series, summary="The weather of a zone", operation_id="weather_series",
        responses=documented() | {200: {"model": SeriesShape, "content": bodies.TABLES}})
    return made
