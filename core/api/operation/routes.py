"""`/health`, `/status`, `/metrics`, and each parser's log."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.electricity_maps.rows import number
from core.api.errors import documented
from core.api.gate.meters import Meters
from core.api.grid import Grid, grid_of
from core.api.operation import logs
from core.api.operation.exposition import StoreCollector
from core.api.operation.foreseeing import Foreseeing
from core.api.operation.observed import CycleSeen, Observed, Observer
from core.errors import StoreError
from core.health.parsers import ParserHealth

WELL: dict[str, Any] = {"monitors": {"state": "ok"}, "status": "ok"}
"""Clients compare it word by word."""
FRESH = {"Cache-Control": "no-store"}


class Monitors(BaseModel):
    state: str = Field(examples=["ok"])


class Health(BaseModel):
    """An instance that is well."""

    monitors: Monitors
    status: str = Field(examples=["ok"])


class Status(BaseModel):
    """What an operator asks first."""

    version: str = Field(examples=["0.1.0"])
    store: dict[str, Any] = Field(examples=[{"isReachable": True, "generation": 12}])
    cycles: list[dict[str, Any]]
    parsers: list[dict[str, Any]]
    quarantine: dict[str, int] = Field(examples=[{"ENTSOE.fetch_production": 3}])
    zones: dict[str, Any]
    forecasts: dict[str, Any] = Field(examples=[{
        "issued": "2026-03-10T12:02:00.000Z", "methods": {"boosting_with_weather": 210, "blend": 96},
        "oldestModelUntil": "2026-03-03T02:00:00.000Z",
        "skill": [{"fromHours": 1, "toHours": 6, "zones": 298, "errorPercent": 4.2, "inBandPercent": 89.9}]}])


def health(request: Request) -> Response:
    """Whether the store answers."""
    if not grid_of(request).is_reachable:
        raise StoreError("The store does not answer.")
    return bodies.reply(request, WELL, headers=FRESH)


def _status(observer: Observer) -> Callable[[Request], Response]:
    def status(request: Request) -> Response:
        """The last cycles, each parser's health, which zones have a result and why others have none; the forecasts."""
        grid = grid_of(request)
        seen, is_reachable = observer.look(grid, request.app.state.plugins)
        return bodies.reply(request, status_body(grid, seen, is_reachable=is_reachable), headers=FRESH)

    return status


def status_body(grid: Grid, seen: Observed, *, is_reachable: bool) -> dict[str, Any]:
    """In the shape that /status and the static export give."""
    return {
        "version": version("gridtrace"),
        "store": {"isReachable": is_reachable, "generation": grid.newest.generation},
        "cycles": [_cycle(one) for one in seen.cycles],
        "parsers": [_parser(one, grid.now_s) for one in seen.parsers],
        "quarantine": seen.waiting, "zones": _zones(grid, seen), "forecasts": _forecasts(seen.foreseeing),
    }


def _metrics(observer: Observer) -> Callable[[Request], Response]:
    def metrics(request: Request) -> Response:
        """Counts and gauges for Prometheus."""
        grid, meters = grid_of(request), request.app.state.meters
        assert isinstance(meters, Meters)
        text = meters.exposition(StoreCollector(grid, *observer.look(grid, request.app.state.plugins)))
        return Response(text, media_type=CONTENT_TYPE_LATEST, headers=FRESH)

    return metrics


def _cycle(one: CycleSeen) -> dict[str, Any]:
    seconds = None if one.ended_s is None else one.ended_s - one.started_s
    return {
        "startedAt": logs.stamp(one.started_s), "endedAt": logs.stamp(one.ended_s), "seconds": seconds,
        "origin": one.origin, "jobs": one.jobs, "summary": one.line,
    }


def _parser(one: ParserHealth, now_s: int) -> dict[str, Any]:
    problem = one.problem and {
        "kind": one.problem.kind, "key": one.problem.key, "message": one.problem.reason or one.problem.warning,
        "at": logs.stamp(one.problem.asked_s)}
    return {
        "parser": one.parser, "state": one.state, "states": one.states, "series": len(one.series), "good": one.good,
        "bad": one.troubled, "skipped": one.skipped, "outcomes": one.outcomes, "newestData": logs.stamp(one.newest_s),
        "newestDataAgeSeconds": None if one.newest_s is None else now_s - one.newest_s,
        "overdueSeconds": one.overdue_s(now_s), "errorStreak": one.streak, "lastSuccess": logs.stamp(one.good_s),
        "lastError": problem,
    }


def _zones(grid: Grid, seen: Observed) -> dict[str, Any]:
    estimated = {
        key: row["estimation"] for key, row in grid.newest.with_estimates.items() if row["estimation"] is not None}
    own = sorted(grid.newest.with_estimates.keys() - estimated.keys())
    return {"own": own, "estimated": estimated, "without": seen.without}


def _forecasts(seen: Foreseeing) -> dict[str, Any]:
    """When the newest were issued and by what, and medians over zones of how far off those of the last days were."""
    return {
        "issued": logs.stamp(seen.issued_s), "methods": seen.methods,
        "oldestModelUntil": logs.stamp(seen.oldest_until_s),
        "skill": [
            {"fromHours": one.from_h, "toHours": one.to_h, "zones": one.zones,
             "errorPercent": number(one.error_percent, 2), "inBandPercent": number(one.in_band_percent, 2)}
            for one in seen.spans],
    }


def router() -> APIRouter:
    """What watches an instance."""
    observer, made = Observer(), APIRouter(tags=["Operation"])
    made.add_api_route(
        "/health", health, summary="Whether all is well", operation_id="health",
        responses=documented() | {200: {"model": Health}})
    made.add_api_route(
        "/status", _status(observer), summary="How the sources are doing", operation_id="status",
        responses=documented() | {200: {"model": Status}})
    made.add_api_route(
        "/status/{parser}", logs.log_answer(observer), summary="How one parser is doing", operation_id="parserStatus",
        responses=documented() | {200: {"model": logs.ParserLog}})
    made.add_api_route(
        "/status/{parser}/feed", logs.feed_answer(observer), summary="A parser's incidents as a feed",
        operation_id="parserFeed", response_class=Response,
        responses=documented() | {200: {"content": {logs.ATOM: {"schema": {"type": "string"}}}}})
    made.add_api_route(
        "/metrics", _metrics(observer), summary="For Prometheus", operation_id="metrics", response_class=Response,
        responses=documented() | {200: {"content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}}}})
    return made
