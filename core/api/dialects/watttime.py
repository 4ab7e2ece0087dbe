"""WattTime's API, version 3 (docs.watttime.org): average operating emissions, `co2_aoer`.

Marginal emissions (`co2_moer`, which is WattTime's default) and health damage are refused: there is no model of them
here. Regions are Gridtrace's zones. Values are pounds of CO2 equivalent per MWh consumed, traced through imports, with
the factors of direct emissions, which is what WattTime's rate counts; `emissionFactorType=lifecycle` gives the others.
Each point of five minutes has the value of its hour. Forecasts of the past are, for each full hour, the newest that had
been issued by then; where none was kept, what the blend makes of the results as they stand now.

`/login` takes an access token as password and any user, and answers with that token: it is what other requests take as
Bearer, on every worker and for as long as it is not revoked.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.asking import Key, Moment, zone_of_point
from core.api.dialects.refusals import route
from core.api.electricity_maps import forecasts
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.shapes import Shape
from core.api.errors import BadRequest, NotAllowed, NothingKnown, documented
from core.api.gate.tokens import credential_of
from core.api.grid import Grid, grid_of
from core.api.traced import HOUR_S, Array, Ask, traced
from core.config import Basis
from core.forecast import forecast_results
from core.store import LIVE
from core.store.spans import Columns

SIGNAL = "co2_aoer"
REFUSED = {
    "co2_moer": "Gridtrace has no model of marginal emissions",
    "health_damage": "Gridtrace has no model of damage to health",
}
LB_PER_MWH = 2.20462
"""In one gram per kWh."""
POINT_S = 300
MODEL = {"date": "2026-03-01", "type": "flow_traced_average"}
"""The date changes with the method: clients leave out what other models say."""
HISTORY_DAYS, FORECAST_DAYS, HORIZON_H = 32, 1, 72
INDEX_H = 24
ENDPOINTS = ("v3/forecast", "v3/forecast/historical", "v3/historical", "v3/signal-index")


class Signal(BaseModel):
    """Which signal; without a word the one there is."""

    signal_type: str = Field(SIGNAL, max_length=40, description="`co2_aoer`; others are refused.")

    def check(self) -> None:
        """Raise BadRequest for a signal that there is not."""
        if self.signal_type == SIGNAL:
            return
        reason = REFUSED.get(self.signal_type, f"There is no signal {self.signal_type!r}")
        raise BadRequest(
            f"Signal type {self.signal_type!r} is not available", f"{reason}: pass signal_type={SIGNAL} (average).")


class RegionQuery(Signal):
    """A region and its signal."""

    region: Key = Field(description="A zone's key, as /v3/my-access lists them.", examples=["FR"])
    model: str | None = Field(None, max_length=40, description="The date of the model; there is one.")
    emissionFactorType: Basis = Field("direct", description="Not in the original, which means direct.")

    def ask(self, grid: Grid) -> Ask:
        """What is asked for. Raises BadRequest or NothingKnown."""
        self.check()
        if self.model not in (None, MODEL["date"]):
            raise BadRequest(f"Model {self.model!r} is not available", f"Leave out `model`, or pass {MODEL['date']}.")
        return Ask(grid.zone(self.region).key, (), basis=self.emissionFactorType)


class SpanQuery(RegionQuery):
    """A span, both ends of which count."""

    start: Moment = Field(description="The first moment.")
    end: Moment = Field(description="The last moment.")

    def ends_s(self, days: int) -> tuple[int, int]:
        """Both ends in Unix seconds. Raises BadRequest."""
        start_s, end_s = int(self.start.timestamp()), int(self.end.timestamp())
        if end_s < start_s:
            raise BadRequest('Missing or invalid date parameter "end"', "`end` must not be before `start`.")
        if end_s - start_s > days * 24 * HOUR_S:
            raise BadRequest("The span is too long", f"Ask for at most {days} days at once.")
        return start_s, end_s


class HistoryQuery(SpanQuery):
    include_imputed_marker: bool = Field(False, description="Say of each point whether it is an estimate.")


class HorizonQuery(RegionQuery):
    horizon_hours: Annotated[int, Field(ge=0, le=HORIZON_H)] = Field(24, description="How far ahead; 0 is this hour.")


class PastForecastsQuery(SpanQuery, HorizonQuery):
    """The forecasts that there were at each full hour of a span."""


class PointQuery(Signal):
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north.", examples=[48.9])
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east.", examples=[2.4])


class TokenShape(Shape):
    token: str = Field(examples=["gt_9uWq"])


class RegionShape(Shape):
    region: str = Field(examples=["FR"])
    region_full_name: str = Field(examples=["France"])
    signal_type: str = Field(examples=[SIGNAL])


class PointsShape(Shape):
    data: list[dict[str, Any]] = Field(examples=[[{"point_time": "2026-03-10T11:00:00+00:00", "value": 870.1}]])
    meta: dict[str, Any] = Field(examples=[{
        "data_point_period_seconds": POINT_S, "region": "FR", "signal_type": SIGNAL, "model": MODEL,
        "units": "lbs_co2_per_mwh", "warnings": []}])


class AccessShape(Shape):
    signal_types: list[dict[str, Any]] = Field(examples=[[{"signal_type": SIGNAL, "regions": []}]])


def login(request: Request) -> Response:
    """The access token that is shown as password (or as user, without one), to be shown as Bearer afterwards."""
    token = credential_of(request.scope["headers"])
    if token is None:
        raise NotAllowed("Unauthorized", "Show an access token as the password of Basic authentication.")
    return bodies.reply(request, {"token": token}, headers={"Cache-Control": "no-store"})


def region_from_loc(request: Request, asked: Annotated[PointQuery, Query()]) -> Response:
    """The region at a point."""
    asked.check()
    try:
        zone = grid_of(request).zone(zone_of_point(asked.latitude, asked.longitude))
    except NothingKnown as err:
        # A client looks for the first words.
        raise NothingKnown("Coordinates not found", f"No coverage available: {err.message}") from err
    return bodies.reply(request, {"region": zone.key, "region_full_name": zone.name, "signal_type": SIGNAL})


def _meta(ask: Ask, origins: Sequence[str] = (), units: str = "lbs_co2_per_mwh", **more: Any) -> Row:
    """What is said of all points; the second period is for a client that misspells the first."""
    made_up = sorted(set(origins) - {LIVE})
    return {
        "data_point_period_seconds": POINT_S, "data_point_periods_second": POINT_S, "region": ask.zone,
        "warnings": [{"type": "NOT_LIVE", "message": f"The data are {origin}."} for origin in made_up],
        "signal_type": SIGNAL, "model": MODEL, "units": units, **more,
    }


def _points(first_s: int, values: Array, start_s: int, end_s: int) -> Iterator[Row]:
    """Every five minutes from start_s to end_s, both included, with the value of its hour where that is known."""
    for at_s in range(start_s - start_s % -POINT_S, end_s + 1, POINT_S):
        at = (at_s - first_s) // HOUR_S
        if at < len(values) and not np.isnan(values[at]):
            yield {"point_time": bodies.with_offset(at_s), "value": _pounds(values[at])}


def _pounds(g_per_kwh: float) -> float:
    return round(float(g_per_kwh) * LB_PER_MWH, 2)


def historical(request: Request, asked: Annotated[HistoryQuery, Query()]) -> Response:
    """What was traced; points of which nothing is known are left out."""
    grid = grid_of(request)
    ask, (start_s, end_s) = asked.ask(grid), asked.ends_s(HISTORY_DAYS)
    first_s, last_s = start_s - start_s % HOUR_S, min(end_s, grid.now_s)
    columns = traced(grid, _hours(ask, first_s, max(last_s, first_s)))
    rows = list(_points(first_s, columns[ask.intensity_column], start_s, last_s))
    if asked.include_imputed_marker:
        rows = list(_marked(rows, columns))
    origins = [origin for origin in columns["origin"] if origin is not None]
    body = {"data": rows, "meta": _meta(ask, origins)}
    return bodies.reply(request, body, rows, keep_s=bodies.keep_s(end_s, grid.now_s))


def _marked(rows: Sequence[Row], hours: Columns) -> Iterator[Row]:
    """The points, each saying whether its hour rests on an estimate."""
    estimated = {
        bodies.with_offset(int(start_s))
        for start_s, how in zip(hours["start_s"], hours["estimation"], strict=True) if how}
    for row in rows:
        yield {**row, "imputed_data_used": f"{row['point_time'][:13]}:00:00+00:00" in estimated}


def _hours(ask: Ask, first_s: int, last_s: int) -> Ask:
    """The hours from first_s to the one that holds last_s."""
    return Ask(ask.zone, tuple(range(first_s, last_s - last_s % HOUR_S + HOUR_S + 1, HOUR_S)), basis=ask.basis)


def forecast(request: Request, asked: Annotated[HorizonQuery, Query()]) -> Response:
    """The running hour and those ahead."""
    grid = grid_of(request)
    ask = asked.ask(grid)
    found = forecasts.foreseen(grid, ask, [ask.intensity_column], asked.horizon_hours)
    first_s = grid.now_s - grid.now_s % HOUR_S
    generated_s = grid.now_s - grid.now_s % POINT_S
    rows = list(_points(first_s, found.values[ask.intensity_column], generated_s, generated_s + _horizon_s(asked)))
    at = bodies.with_offset(generated_s)
    meta = _meta(ask, generated_at=at, generated_at_period_seconds=POINT_S, method=found.method)
    return bodies.reply(request, {"data": rows, "meta": meta}, rows)


def _horizon_s(asked: HorizonQuery) -> int:
    """How long after it is made a forecast has its last point; without a horizon it is the only one."""
    return asked.horizon_hours * HOUR_S - POINT_S if asked.horizon_hours else 0


def past_forecasts(request: Request, asked: Annotated[PastForecastsQuery, Query()]) -> Response:
    """The newest forecast that there was at each full hour in a span."""
    grid = grid_of(request)
    ask, (start_s, end_s) = asked.ask(grid), asked.ends_s(FORECAST_DAYS)
    made_s = range(start_s - start_s % -HOUR_S, min(end_s, grid.now_s) + 1, HOUR_S)
    made = [row for at_s in made_s for row in _past_forecast(grid, ask, at_s, asked)]
    body = {"data": made, "meta": _meta(ask, generated_at_period_seconds=HOUR_S)}
    return bodies.reply(request, body, keep_s=bodies.keep_s(end_s, grid.now_s))


def _past_forecast(grid: Grid, ask: Ask, at_s: int, asked: HorizonQuery) -> Iterator[Row]:
    """The forecast that there was at a moment, if it says anything."""
    found = forecast_results(grid.store, ask.zone, [ask.intensity_column], at_s, asked.horizon_hours)
    if found is None:
        return
    rows = list(_points(at_s, found.values[ask.intensity_column], at_s, at_s + _horizon_s(asked)))
    if rows:
        yield {"generated_at": bodies.with_offset(at_s), "method": found.method, "forecast": rows}


def signal_index(request: Request, asked: Annotated[RegionQuery, Query()]) -> Response:
    """How many per cent of the coming 24 hours are cleaner than now: 0 is the cleanest moment."""
    grid = grid_of(request)
    ask = asked.ask(grid)
    found = forecasts.foreseen(grid, ask, [ask.intensity_column], INDEX_H)
    values = found.values[ask.intensity_column]
    value = 100 * float(np.mean(values[1:] < values[0]))
    rows = [{"point_time": bodies.with_offset(grid.now_s - grid.now_s % POINT_S), "value": round(value, 1)}]
    return bodies.reply(request, {"data": rows, "meta": _meta(ask, units="percentile", method=found.method)}, rows)


def my_access(request: Request) -> Response:
    """All zones with a recent result, at every endpoint."""
    grid = grid_of(request)
    model = {"model": MODEL["date"], "type": MODEL["type"], "data_start": None, "train_start": None, "train_end": None}
    endpoints = [{"endpoint": endpoint, "models": [model]} for endpoint in ENDPOINTS]
    regions = [
        {
            "region": key, "region_full_name": grid.config.zones[key].name, "parent": grid.config.parent_of(key),
            "data_point_period_seconds": POINT_S, "endpoints": endpoints,
        }
        for key in sorted(grid.newest.with_estimates) if key in grid.config.zones
    ]
    return bodies.reply(request, {"signal_types": [{"signal_type": SIGNAL, "regions": regions}]})


def router() -> APIRouter:
    """`/login` and the paths below /v3."""
    made = APIRouter(tags=["WattTime"], route_class=route())
    paths: tuple[tuple[str, Any, type[BaseModel], str, bool], ...] = (
        ("/login", login, TokenShape, "An access token for Bearer", False),
        ("/v3/region-from-loc", region_from_loc, RegionShape, "The region at a point", False),
        ("/v3/forecast", forecast, PointsShape, "Average emissions of the coming hours", True),
        ("/v3/forecast/historical", past_forecasts, PointsShape, "Forecasts of the past", False),
        ("/v3/historical", historical, PointsShape, "Average emissions of the past", True),
        ("/v3/signal-index", signal_index, PointsShape, "How clean it is now, as a percentile", True),
        ("/v3/my-access", my_access, AccessShape, "Regions and endpoints", False),
    )
    for path, handler, model, summary, has_table in paths:
        told: dict[str, Any] = {"model": model} | ({"content": bodies.TABLES} if has_table else {})
        made.add_api_route(
            path, handler, summary=summary, responses=documented() | {200: told}, operation_id=f"watttime {path}")
    return made
