"""Refusals in the words of a dialect: its clients read errors in a shape of their own."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from core.api.errors import NAMES, ApiError, invalid_text
from core.errors import CannotSchedule


@dataclass(frozen=True)
class Refused:
    """Why a request is not answered."""

    error: str
    message: str
    status: int
    invalid: Sequence[Mapping[str, Any]] = ()
    """What pydantic says of each wrong parameter."""

    @property
    def whole(self) -> dict[str, Any]:
        """The body that every refusal of Gridtrace has."""
        return {"error": self.error, "message": self.message, "status": self.status}


Told = Callable[[Refused], dict[str, Any]]


def route(told: Told = lambda refused: refused.whole, invalid_status: int = 400) -> type[APIRoute]:
    """A class of routes that tell refusals this way; what cannot be scheduled is as invalid as a wrong parameter."""

    class DialectRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                try:
                    return await handle(request)
                except (ApiError, RequestValidationError, HTTPException, CannotSchedule) as err:
                    refused = _refused(err, invalid_status)
                    return JSONResponse(jsonable_encoder(told(refused)), refused.status)

            return answer

    return DialectRoute


def _refused(err: Exception, invalid_status: int) -> Refused:
    if isinstance(err, ApiError):
        return Refused(err.error, err.message, err.status)
    if isinstance(err, RequestValidationError):
        told = [{key: one[key] for key in ("loc", "msg", "type")} for one in err.errors()]
        return Refused(invalid_text(err.errors()), invalid_text(err.errors()), invalid_status, told)
    if isinstance(err, HTTPException):  # a body that is no text
        return Refused(NAMES.get(err.status_code, "Error"), str(err.detail), err.status_code)
    return Refused("Cannot schedule", str(err), invalid_status)
