"""One line of JSON per request, the counts for Prometheus, and an answer where a handler failed."""

import logging
import os
import re
import time
from typing import Any
from urllib.parse import unquote_plus

from pydantic_core import to_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import times
from core.api import bodies
from core.api.errors import failure
from core.api.gate.meters import Meters
from core.api.gate.visit import Visit, begin

log = logging.getLogger("gridtrace.access")
failures = logging.getLogger("gridtrace.api")
SECRETS = frozenset((
    "auth-token", "auth_token", "authtoken", "token", "access_token", "api_key", "api-key", "apikey", "key",
    "x-api-key", "x-blobr-key", "authorization", "password", "secret",
))
"""Parameters of which the log tells no value."""
TOKEN = re.compile(r"gt_[\w-]{8,}")
"""One of our own tokens, wherever it stands."""
HIDDEN = "***"
NO_ROUTE = "none"
"""Of a path where there is nothing: paths that callers make up would be endless labels."""


class Answer:
    """Sends an answer on, and notes what it was. A HEAD is answered as a GET without its body."""

    def __init__(self, send: Send, is_head: bool) -> None:
        self._send, self._is_head = send, is_head
        self.status, self.bytes, self.is_complete = 0, 0, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            if self._is_head:
                message = {**message, "body": b""}
            self.bytes += len(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)
        await self._send(message)


class Access:
    """Outermost: sees every request and its answer."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app, self._meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, visit, is_head = time.perf_counter(), begin(scope), scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if is_head else scope
        answer = Answer(send, is_head)
        self._meters.begin()
        try:
            await self._app(inner, receive, answer.send)
        except Exception:  # noqa: BLE001  whatever a handler raises, its caller is answered
            await _failed(inner, receive, answer)
        finally:
            self._note(scope, inner, visit, answer, time.perf_counter() - began)

    def _note(self, scope: Scope, inner: Scope, visit: Visit, answer: Answer, seconds: float) -> None:
        route = visit.route or str(getattr(inner.get("route"), "path", NO_ROUTE))
        self._meters.end(scope["method"], route, answer.status, seconds, visit.cache)
        if log.isEnabledFor(logging.INFO):
            log.info("%s", to_json(line(scope, visit, answer, seconds)).decode())


async def _failed(scope: Scope, receive: Receive, answer: Answer) -> None:
    """Say what was raised in the log only. What has begun cannot be mended: the server closes the connection."""
    failures.exception("%s %s failed", scope["method"], shown_path(scope))
    if not answer.status:
        await failure()(scope, receive, answer.send)
    elif not answer.is_complete:
        raise


def line(scope: Scope, visit: Visit, answer: Answer, seconds: float) -> dict[str, Any]:
    """What the log says of a request; no credential is in it."""
    client = scope.get("client")
    return {
        "time": bodies.moment(times.now()), "method": scope["method"], "path": shown_path(scope),
        "query": shown_query(scope["query_string"]), "status": answer.status, "ms": round(1000 * seconds, 2),
        "bytes": answer.bytes, "client": client[0] if client else None,
        "token": visit.caller.name if visit.caller else None, "cache": visit.cache,
        "pid": os.getpid(),
    }


def shown_path(scope: Scope) -> str:
    """The path without tokens."""
    return TOKEN.sub(HIDDEN, scope["path"])


def shown_query(query: bytes) -> str:
    """The query with its credentials hidden, under whichever of the usual names they came."""
    return "&".join(_shown(part) for part in query.decode("latin-1").split("&")) if query else ""


def _shown(part: str) -> str:
    name, equals, value = unquote_plus(part).partition("=")
    if name.strip().lower() in SECRETS and equals:
        return f"{name}={HIDDEN}"
    return TOKEN.sub(HIDDEN, f"{name}{equals}{value}")
