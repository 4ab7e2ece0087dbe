"""`/forecast/skill`: how far off what was issued of a zone's intensity was, and what it is foreseen by."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from core.api import bodies
from core.api.asking import Place
from core.api.bodies import stamp
from core.api.electricity_maps.rows import Row, number
from core.api.electricity_maps.shapes import Shape
from core.api.errors import documented
from core.api.grid import Grid, grid_of
from core.forecast.skill import DAYS, Last, Skill, last, skill

DIGITS = 2


class SkillShape(Shape):
    zone: str = Field(examples=["FR"])
    days: int = Field(description="Forecasts count that were issued within so many days.", examples=[DAYS])
    forecasts: list[dict[str, Any]] = Field(
        description="By how far ahead they looked; errors in gCO2eq/kWh. Empty where nothing can be compared yet.",
        examples=[[{"fromHours": 1, "toHours": 6, "hours": 2016, "errorPercent": 3.1, "error": 1.7, "bias": -0.2,
                    "inBandPercent": 91.2}]])
    lastDay: dict[str, Any] | None = Field(
        description="The forecast of a day ago, against the hours since.",
        examples=[{"issued": "2026-03-09T12:02:00.000Z", "method": "boosting_with_weather", "errorPercent": 6.1}])
    model: dict[str, Any] | None = Field(
        description="What was learnt of the zone: when, and from hours until when.",
        examples=[{"method": "boosting_with_weather", "trained": "2026-03-08T02:10:00.000Z",
                   "until": "2026-03-08T02:00:00.000Z"}])


def skill_answer(request: Request, asked: Annotated[Place, Query()]) -> Response:
    """How far off the forecasts of a zone's intensity were."""
    grid = grid_of(request)
    return bodies.reply(request, skill_of(grid, grid.zone(asked.must_key()).key))


def skill_of(grid: Grid, key: str) -> Row:
    """As /forecast/skill and the static export give it."""
    model = next((row for row in grid.store.forecasts.models() if row["zone_key"] == key), None)
    day = last(grid.store, key, grid.now_s)
    return {
        "zone": key, "days": DAYS, "forecasts": [_span(one) for one in skill(grid.store, key, grid.now_s)],
        "lastDay": day and _last(day), "model": model and _model(model)}


def _span(one: Skill) -> Row:
    return {
        "fromHours": one.from_h, "toHours": one.to_h, "hours": one.hours,
        "errorPercent": number(one.error_percent, DIGITS), "error": number(one.error_g_per_kwh, DIGITS),
        "bias": number(one.bias_g_per_kwh, DIGITS), "inBandPercent": number(one.in_band_percent, DIGITS)}


def _last(day: Last) -> Row:
    return {
        "issued": stamp(day.issued_s), "method": day.method, "errorPercent": number(day.error_percent, DIGITS)}


def _model(row: Row) -> Row:
    return {"method": row["method"], "trained": stamp(row["trained_s"]), "until": stamp(row["until_s"])}


def router() -> APIRouter:
    """What is said of forecasts themselves."""
    made = APIRouter(tags=["Gridtrace"])
    made.add_api_route(
        "/forecast/skill", skill_answer, summary="How far off a zone's forecasts were", operation_id="forecast-skill",
        responses=documented() | {200: {"model": SkillShape}})
    return made
