"""`/{version}/{signal}/forecast/historical`: forecasts as they were issued, never made anew. Ours."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from core.api import bodies
from core.api.asking import IssuedBetween
from core.api.electricity_maps.forecasts import ALONE, how_made, rows_of
from core.api.electricity_maps.routes import VERSIONS
from core.api.electricity_maps.rows import PERCENT_COLUMNS
from core.api.electricity_maps.shapes import IssuedForecasts
from core.api.errors import BadRequest, documented
from core.api.grid import grid_of
from core.api.traced import HOUR_S
from core.forecast.ahead import as_issued

MOST_DAYS = 7


def _historical(signal: str) -> Callable[..., Response]:
    def historical(request: Request, asked: Annotated[IssuedBetween, Query()]) -> Response:
        grid, (start_s, end_s) = grid_of(request), _ends_s(asked)
        zone_key = grid.zone(asked.must_key()).key
        column = PERCENT_COLUMNS.get(signal, f"{asked.emissionFactorType}_g_per_kwh")
        kept = [row for row in grid.store.forecasts.of_zone(zone_key, start_s - start_s % HOUR_S, end_s)
                if start_s <= row["issued_s"] < end_s]
        issued = (as_issued(row, [column], 0, asked.horizonHours) for row in kept)
        found = [one for one in issued if not np.isnan(one.values[column]).all()]
        data = [how_made(one) | {"forecast": rows_of(one, column)} for one in found]
        body = {"zone": zone_key, "data": data, "temporalGranularity": "hourly"}
        hours = [how_made(one) | row for one in found for row in rows_of(one, column)]
        return bodies.reply(request, body, hours, keep_s=bodies.keep_s(end_s, grid.now_s))

    return historical


def _ends_s(asked: IssuedBetween) -> tuple[int, int]:
    """Both ends in Unix seconds. Raises BadRequest."""
    start_s, end_s = int(asked.start.timestamp()), int(-(-asked.end.timestamp() // 1))
    if start_s >= end_s:
        raise BadRequest('Missing or invalid date parameter "end"', "`end` must be later than `start`.")
    if end_s - start_s > MOST_DAYS * 24 * HOUR_S:
        raise BadRequest("The span is too long", f"Ask for forecasts that were issued within {MOST_DAYS} days at most.")
    return start_s, end_s


def router() -> APIRouter:
    """What was issued of each signal, under both versions."""
    made = APIRouter()
    for version in VERSIONS:
        tags: list[Any] = [f"Electricity Maps {version}"]
        for signal in ALONE:
            made.add_api_route(
                f"/{version}/{signal}/forecast/historical", _historical(signal), tags=tags,
                summary=f"Forecasts of {signal} as they were issued",
                responses=documented() | {200: {"model": IssuedForecasts, "content": bodies.TABLES}},
                operation_id=f"{version} {signal}/forecast/historical")
    return made
