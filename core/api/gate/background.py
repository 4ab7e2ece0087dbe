"""What goes on beside the requests for as long as the application does."""

import asyncio
from collections.abc import Callable, Coroutine

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Background:
    """Runs something beside an application, and lets it finish before that says that it has ended."""

    def __init__(self, app: ASGIApp, run: Callable[[], Coroutine[None, None, None]]) -> None:
        self._app, self._run = app, run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        task = asyncio.create_task(self._run())

        async def last(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown"):
                await _end(task)
            await send(message)

        try:
            await self._app(scope, receive, last)
        finally:
            await _end(task)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
