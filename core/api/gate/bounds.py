"""How large a request may be, and how long its body may keep us waiting."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.api.errors import NAMES, ApiError, refuse

LONGEST_URL = 8 * 1024
LARGEST_BODY = 1024 * 1024
PATIENCE_S = 10.0
"""How long to wait for the next byte of a request."""


class Bounds:
    """Reads a body whole before anybody further in sees the request; refuses what is too large or too slow."""

    def __init__(self, app: ASGIApp, *, patience_s: float = PATIENCE_S) -> None:
        self._app, self._patience_s = app, patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_URL:
                raise ApiError(NAMES[414], f"A URL may have {LONGEST_URL} bytes.", 414)
            inner = await self._with_body(Headers(scope=scope), receive)
        except ApiError as err:
            headers = {"Connection": "close"} if err.status == 408 else None  # nothing can follow half a request
            await refuse(err.error, err.message, err.status, headers)(scope, receive, send)
            return
        await self._app(scope, inner, send)

    async def _with_body(self, headers: Headers, receive: Receive) -> Receive:
        """What gives the body in one piece, then what comes after it. Raises ApiError."""
        declared = headers.get("content-length", "0")
        if "transfer-encoding" not in headers and declared == "0":
            return receive
        if int(declared) > LARGEST_BODY:
            raise too_large()
        body = [await self._read(receive)]

        async def replay() -> Message:
            return body.pop() if body else await receive()

        return replay

    async def _read(self, receive: Receive) -> Message:
        """The whole body as one message, or the news that the caller is gone."""
        parts = bytearray()
        while True:
            try:
                async with asyncio.timeout(self._patience_s):
                    message = await receive()
            except TimeoutError as err:
                raise ApiError(NAMES[408], f"No more of the body came within {self._patience_s:g} s.", 408) from err
            if message["type"] == "http.disconnect":
                return message
            parts += message.get("body", b"")
            if len(parts) > LARGEST_BODY:
                raise too_large()
            if not message.get("more_body", False):
                return {"type": "http.request", "body": bytes(parts), "more_body": False}


def too_large() -> ApiError:
    """The refusal of a body, whether it says its size or shows it."""
    return ApiError(NAMES[413], f"A body may have {LARGEST_BODY} bytes.", 413)
