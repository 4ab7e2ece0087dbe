"""Routes of plugins, beside the project's own."""

from typing import Any

from fastapi import APIRouter
from fastapi.testclient import TestClient

from core.api.app import create_app
from core.api.grid import Grid
from core.plugins import impl
from tests import fakes


def with_hook(answer: Any) -> Any:
    @impl
    def gridtrace_api_router(config: Any) -> Any:
        return answer(config)

    return fakes.module("more", gridtrace_api_router=gridtrace_api_router)


def test_a_plugin_adds_paths(grid: Grid) -> None:
    def routes(config: Any) -> APIRouter:
        made = APIRouter()
        made.add_api_route("/moon", lambda: {"zones": len(config.zones)})
        return made

    client = TestClient(create_app(grid, fakes.manager(more=with_hook(routes))))
    assert client.get("/moon").json() == {"zones": len(grid.config.zones)}
    assert client.get("/v4/zones").status_code == 200


def test_a_plugin_that_gives_nonsense_is_rejected_and_the_rest_served(grid: Grid) -> None:
    for answer in (lambda config: {"/moon": 1}, lambda config: 1 / 0):
        plugins = fakes.manager(more=with_hook(answer))
        client = TestClient(create_app(grid, plugins))
        assert client.get("/v4/zones").status_code == 200
        assert "more" in plugins.broken
