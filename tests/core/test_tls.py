import ssl
from typing import Any

import pytest
import requests

from core import http, tls
from core.errors import SourceDown
from core.http import Patience
from tests.support_http import closed_port

URL = "https://www.example.org/en"


def context_of(url: str) -> Any:
    """What a session's adapter would shake hands with."""
    with http.session() as session:
        adapter = session.get_adapter(url)
        assert isinstance(adapter, tls.TlsAdapter)
        pool = adapter.get_connection_with_tls_context(requests.Request("GET", url).prepare(), verify=True)
        return pool.conn_kw.get("ssl_context")


def test_only_a_legacy_block_lets_old_servers_in() -> None:
    with tls.legacy():
        assert context_of(URL).options & tls.LEGACY_SERVER_CONNECT
    assert context_of(URL) is None, "the usual one, which OpenSSL makes"


def test_certificates_and_names_are_checked_all_the_same() -> None:
    with tls.legacy():
        found = context_of(URL)
    assert found.verify_mode == ssl.CERT_REQUIRED and found.check_hostname


def test_connections_are_used_again() -> None:
    with tls.legacy():
        assert context_of(URL) is context_of(URL)


def test_plain_http_has_no_handshake() -> None:
    with tls.legacy():
        assert context_of("http://www.example.org/en") is None


def test_the_block_reaches_the_request_and_ends_with_an_error() -> None:
    with (
        http.session(patience=Patience(retries=0)) as session, pytest.raises(SourceDown), tls.legacy()
    ):
        http.get(session, f"https://127.0.0.1:{closed_port()}/")
    assert context_of(URL) is None
