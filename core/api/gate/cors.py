"""Scripts of any web page may ask: what the API says is no secret, and tokens are sent only on purpose."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from core.api.errors import NAMES, refuse

EXPOSED = ("ETag", "Age", "Link", "Retry-After")


class Cors(CORSMiddleware):
    """Any origin, method and header; a question before the request that asks for more is refused in JSON."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allow_origins="*", allow_methods="*", allow_headers="*", expose_headers=EXPOSED)

    def preflight_response(self, request_headers: Headers) -> Response:
        found = super().preflight_response(request_headers)
        if found.status_code == 200:
            return found
        return refuse(NAMES[400], bytes(found.body).decode(), found.status_code)
