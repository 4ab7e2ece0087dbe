"""How sessions shake hands: as everybody does, but for servers that have not moved on since 2010.

OpenSSL 3 leaves a server that cannot renegotiate safely (RFC 5746), unless told not to mind. Certificates and names of
hosts are checked all the same.
"""

import contextlib
import ssl
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on."""

_is_legacy: ContextVar[bool] = ContextVar("gridtrace_legacy_tls", default=False)


@contextlib.contextmanager
def legacy() -> Iterator[None]:
    """Within the block, servers need not be able to renegotiate safely."""
    mark = _is_legacy.set(True)
    try:
        yield
    finally:
        _is_legacy.reset(mark)


class TlsAdapter(HTTPAdapter):
    """Keeps the connections of `legacy` blocks apart from all others."""

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, settings = super().build_connection_pool_key_attributes(request, verify, cert)
        if _is_legacy.get() and urlsplit(request.url or "").scheme == "https":
            settings = {**settings, "ssl_context": _legacy_context()}
        return host, settings


@lru_cache(maxsize=1)
def _legacy_context() -> ssl.SSLContext:
    """One for all requests: connections with another context are never used again."""
    context = create_urllib3_context()
    context.options |= LEGACY_SERVER_CONNECT
    return context
