"""Every error as JSON with `error`, `message` and `status`: clients of all dialects read one of the three.

    ApiError            a refusal with its status
     ├─ BadRequest      400: what was asked makes no sense; the text says which parameter, and what it may be
     ├─ NotAllowed      401: no access token, or one that nobody gave
     └─ NothingKnown    404: a zone, or an hour of it, of which nothing is known
"""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from core.errors import GridtraceError, StoreError

log = logging.getLogger("gridtrace.api")
NAMES = {
    400: "Bad request", 401: "Unauthorized", 404: "Not found", 405: "Method not allowed", 406: "Not acceptable",
    408: "Request timeout", 413: "Body too large", 414: "URL too long", 422: "Unprocessable", 429: "Too many requests",
    431: "Request head too large", 500: "Internal error", 501: "Not implemented", 503: "The store is not available",
}


INVALID = "HTTPValidationError"
"""What FastAPI calls the body of a refusal that no operation here gives."""


class Refusal(BaseModel):
    """The body of every answer that is not a success."""

    error: str = Field(examples=['No recent data for zone "XX"'])
    message: str = Field(examples=["There is no result for the zone XX in the last three days."])
    status: int = Field(examples=[404])


class ApiError(GridtraceError):
    """A refusal. `error` is the short text that clients match on, `message` says what to do."""

    status = 400

    def __init__(self, error: str, message: str | None = None, status: int | None = None) -> None:
        super().__init__(message or error)
        self.error, self.message, self.status = error, message or error, status or self.status


class BadRequest(ApiError):
    status = 400


class NotAllowed(ApiError):
    status = 401


class NothingKnown(ApiError):
    status = 404


def no_recent_data(zone: str, message: str) -> NothingKnown:
    """What two clients match on word by word."""
    return NothingKnown(f'No recent data for zone "{zone}"', message)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals an endpoint may answer, for OpenAPI; those that any request may meet are added."""
    always = (400, 401, 404, 405, 406, 408, 413, 414, 429, 431, 503)
    return {status: {"model": Refusal, "description": NAMES[status]} for status in sorted({*always, *statuses})}


def forget_invalid(document: dict[str, Any]) -> None:
    """Take out of an OpenAPI document the 422 that FastAPI expects of wrong parameters: here they are a 400."""
    for path in document["paths"].values():
        for operation in path.values():
            if INVALID in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for name in (INVALID, "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def refuse(error: str, message: str, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer of a refusal."""
    return JSONResponse({"error": error, "message": message, "status": status}, status, headers)


def install(app: FastAPI) -> None:
    """Have the application answer every error this way."""
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StoreError, _store)
    app.add_exception_handler(Exception, _unexpected)


def _refused(_: Request, err: Exception) -> Response:
    assert isinstance(err, ApiError)
    return refuse(err.error, err.message, err.status)


def _http(_: Request, err: Exception) -> Response:
    assert isinstance(err, HTTPException)
    name = NAMES.get(err.status_code, "Error")
    messages = {404: "There is nothing at this path; /docs lists what there is."}
    message = messages.get(err.status_code, str(err.detail))
    return refuse(name, message, err.status_code, dict(err.headers or {}))


def _store(_: Request, err: Exception) -> Response:
    log.error("%s", err)
    return refuse(NAMES[503], "The store cannot be read now; try again in a minute.", 503, {"Retry-After": "60"})


def failure() -> JSONResponse:
    """The answer where the server itself failed, which says nothing of how."""
    return refuse(NAMES[500], "The server failed at this request; its log says why.", 500)


def _unexpected(_: Request, err: Exception) -> Response:
    return failure()


def _invalid(_: Request, err: Exception) -> Response:
    """What pydantic says of the first wrong parameter, in a sentence that names it."""
    assert isinstance(err, RequestValidationError)
    text = invalid_text(err.errors())
    return refuse(text, text, 400)


def invalid_text(errors: Sequence[Any]) -> str:
    """A sentence about the first of pydantic's errors."""
    first = errors[0]
    place = [str(part) for part in first["loc"][1:]]
    name = ".".join(place) or "body"
    if first["type"] == "missing":
        return f'Missing or invalid date parameter "{name}"' if name in DATES else f'Missing parameter "{name}"'
    if name in DATES:
        return f'Missing or invalid date parameter "{name}"'
    said = first["msg"].removeprefix("Value error, ")
    return f'Invalid parameter "{name}": {said[:1].lower()}{said[1:]}'


DATES = ("datetime", "start", "end", "since")
"""Parameters whose errors clients know in these words."""
