"""The application: every room's routes on one origin."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI

from core.api import details, errors, explain, schedule, skill, state, weather, web
from core.api.dialects import carbon_aware, scheduler, uk_carbon_intensity, watttime
from core.api.electricity_maps import forecasts, home_assistant, issued, optimizer, routes, zones
from core.api.gate.meters import Meters
from core.api.grid import Grid
from core.api.operation import routes as operation
from core.plugins import Manager

DESCRIPTION = """
How much CO2 a consumed kilowatt-hour carries, now and in the past. The paths are those that existing clients ask for;
docs/api.md says which client asks for which. Every series is also given as CSV and Parquet, by `Accept` or `format=`.
"""


class Application(FastAPI):
    """FastAPI that documents the refusals which are given."""

    def openapi(self) -> dict[str, Any]:
        is_made = self.openapi_schema is not None
        document = super().openapi()
        if not is_made:
            errors.forget_invalid(document)
        return document


def create_app(grid: Grid, plugins: Manager | None = None) -> FastAPI:
    """The application that answers from a grid, with the routes that plugins add."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(grid.watch())
        yield
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch

    app = Application(
        title="Gridtrace", version=version("gridtrace"), description=DESCRIPTION, lifespan=lifespan,
        docs_url="/docs", redoc_url=None)
    plugins = plugins or Manager()
    app.state.grid, app.state.meters, app.state.plugins = grid, Meters(), plugins
    errors.install(app)
    rooms = (
        routes, forecasts, issued, zones, home_assistant, optimizer, explain, state, details, schedule, skill,
        uk_carbon_intensity, watttime, carbon_aware, scheduler, operation, weather, web)
    for room in rooms:
        app.include_router(room.router())
    for name, router in plugins.gather("gridtrace_api_router", config=grid.config).items():
        _add_routes(app, plugins, name, router)
    return app


def _add_routes(app: FastAPI, plugins: Manager, name: str, router: object) -> None:
    """Add a plugin's routes; one that offers something else is rejected, the rest count."""
    if isinstance(router, APIRouter):
        app.include_router(router)
    elif router is not None:
        plugins.reject(name, f"gives {type(router).__name__} as routes, not a fastapi.APIRouter.")
