"""Answers kept in memory.

What an answer says is the same until the store changes, but for what hangs on the time of day, for which its `max-age`
is the bound. Kept are answers to GET with `Cache-Control: public`, as they go over the wire, the last used ones first.
"""

import asyncio
from collections import OrderedDict

from starlette.types import ASGIApp, Receive, Scope, Send

from core.api.gate.answers import Asked, Kept, Key, Recorder, accept_only, asked_of
from core.api.gate.visit import visit_of
from core.api.grid import Grid

OVERHEAD_BYTES = 1500
"""What an answer weighs beside its body."""


class Cache:
    """Answers from memory where it can; of several who ask for the same at a time the first has it made."""

    def __init__(self, app: ASGIApp, grid: Grid, *, largest_bytes: int) -> None:
        self._app, self._grid, self._largest_bytes = app, grid, largest_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._making: dict[Key, asyncio.Future[Kept | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        asked, visit = asked_of(scope), visit_of(scope)
        found, visit.cache = self._from_memory(asked.key), "hit"
        if found is None:
            found, visit.cache = await self._under_way(asked.key), "shared"
        if found is None:
            found = await self._make(asked, scope, receive, send)
            visit.cache = "miss" if found is not None and found.max_age_s else None
        if found is not None:
            visit.route = found.route
            await found.tell(asked, _now_s(), send)

    def _from_memory(self, key: Key) -> Kept | None:
        found = self._kept.get(key)
        if found is None or not found.is_good(self._grid.newest.generation, _now_s()):
            return None
        self._kept.move_to_end(key)
        return found

    async def _under_way(self, key: Key) -> Kept | None:
        """What another request is just having made; None if there is none, or nothing that can be shared."""
        future = self._making.get(key)
        return None if future is None else await future

    async def _make(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> Kept | None:
        """Have the application answer. None if it went straight through."""
        future: asyncio.Future[Kept | None] = asyncio.get_running_loop().create_future()
        first = self._making.setdefault(asked.key, future)
        generation, recorder, made = self._grid.newest.generation, Recorder(send), None
        accept_only(scope, asked.encoding)
        try:
            await self._app(scope, receive, recorder.send)
            made = recorder.kept(getattr(scope.get("route"), "path", None), generation, _now_s())
            if made is not None and made.max_age_s:
                self._keep(asked.key, made)
        finally:
            if first is future:  # a failure is nobody else's: those who wait ask for themselves
                del self._making[asked.key]
                future.set_result(made if made is not None and made.max_age_s else None)
        return made

    def _keep(self, key: Key, made: Kept) -> None:
        self._forget(key)
        self._kept[key] = made
        self._bytes += _weight(made)
        while self._bytes > self._largest_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        if (old := self._kept.pop(key, None)) is not None:
            self._bytes -= _weight(old)


def _weight(answer: Kept) -> int:
    return len(answer.body) + OVERHEAD_BYTES


def _now_s() -> float:
    return asyncio.get_running_loop().time()
