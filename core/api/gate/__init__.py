"""The way in: what a request passes before a handler sees it, and its answer on the way out."""

from fastapi import FastAPI
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware

from core.api.gate.access import Access
from core.api.gate.background import Background
from core.api.gate.bounds import PATIENCE_S, Bounds
from core.api.gate.cache import Cache
from core.api.gate.cors import Cors
from core.api.gate.quotas import Quotas
from core.api.gate.tokens import Keeper, Tokens
from core.api.grid import Grid
from core.api.settings import Settings

SMALLEST_COMPRESSED = 500


def gate(app: FastAPI, grid: Grid, settings: Settings, *, patience_s: float = PATIENCE_S) -> ASGIApp:
    """An application behind its gate: from the outside in the log, bounds, other origins, tokens, memory, compression.
    """
    keeper, quotas = Keeper(grid.store), Quotas(settings.per_minute, settings.workers)
    inner: ASGIApp = CompressMiddleware(app, minimum_size=SMALLEST_COMPRESSED)
    if settings.cache_bytes:
        inner = Cache(inner, grid, largest_bytes=settings.cache_bytes)
    inner = Cors(Tokens(inner, keeper, quotas, needs_token=settings.needs_token))
    guarded = Access(Bounds(inner, patience_s=patience_s), app.state.meters)
    return Background(guarded, keeper.note_for_ever)
