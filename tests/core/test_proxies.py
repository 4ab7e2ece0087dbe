"""GRIDTRACE_PROXY_<SOURCE>: a source's requests, and no others, go by a real proxy on loopback."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from core import http, proxies, schemas, times
from core.errors import Blocked, ConfigError, SourceDown
from core.http import Patience
from core.ingest import jobs as room
from core.recording import Case, record_into, scrub
from tests.fakes import manager, module
from tests.support_http import Answer, Source, closed_port, source

__all__ = ["source"]

SECRET = "pa%2Fss-w0rd"
PLAIN = "pa/ss-w0rd"
HEADER = "Basic " + base64.b64encode(f"ferry:{PLAIN}".encode()).decode()


class Proxy(ThreadingHTTPServer):
    """Passes requests for whole addresses on to where they go, if they bring the right credentials."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.passed: list[str] = []
        self.tunnel_status = 502
        self.url = f"http://ferry:{SECRET}@127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        self.server.passed.append(self.path)
        if self.headers.get("Proxy-Authorization") != HEADER:
            self.reply(407, b"who are you, ferry?")
            return
        with requests.Session() as plain:
            plain.trust_env = False
            answer = plain.get(self.path)
        self.reply(answer.status_code, answer.content + b" by proxy, for ferry with pa/ss-w0rd")

    def do_CONNECT(self) -> None:
        self.server.passed.append(f"CONNECT {self.path}")
        self.reply(self.server.tunnel_status, b"")

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("GRIDTRACE_PROXY_MOON", server.url)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def session() -> Iterator[http.Session]:
    with http.session(patience=Patience(retries=0)) as made:
        yield made


def test_only_its_sources_requests_take_it(source: Source, proxy: Proxy, session: http.Session) -> None:
    url = source.script("/power", Answer(b"12 MW"))
    with http.asking("moon"):
        assert http.get(session, url).content.startswith(b"12 MW by proxy")
    with http.asking("SUN"):
        assert http.get(session, url).content == b"12 MW"
    assert http.get(session, url).content == b"12 MW"
    assert proxy.passed == [url]


def test_a_cycle_does_not_share_answers_that_came_on_different_ways(source: Source, proxy: Proxy) -> None:
    url = source.script("/power", Answer(b"12 MW"))
    with http.session(is_cycle=True, patience=Patience(retries=0)) as cycle:
        for name in ("MOON", "SUN", "MOON", "MARS"):
            with http.asking(name):
                http.get(cycle, url)
    assert (len(proxy.passed), len(source.asked)) == (1, 2)


def test_tls_goes_through_a_tunnel(proxy: Proxy, session: http.Session) -> None:
    with http.asking("MOON"), pytest.raises(SourceDown) as caught:
        http.get(session, "https://moon.example/power")
    assert proxy.passed == ["CONNECT moon.example:443"]
    assert "GRIDTRACE_PROXY_MOON" in str(caught.value) and "status 502" in str(caught.value)
    assert not leaks(str(caught.value))


def test_certificates_stay_checked(
    source: Source, proxy: Proxy, session: http.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    real = requests.adapters.HTTPAdapter.send

    def send(self: Any, request: Any, **kwargs: Any) -> Any:
        seen.append(kwargs["verify"])
        return real(self, request, **kwargs)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    with http.asking("MOON"):
        http.get(session, source.url)
    assert seen[0], "True, or the file of authorities that the environment names"


def test_a_proxy_that_refuses_is_named_by_its_variable(
    source: Source, proxy: Proxy, session: http.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDTRACE_PROXY_MOON", proxy.url.replace(SECRET, "wr0ng-w0rd"))
    with http.asking("MOON"), pytest.raises(Blocked, match="GRIDTRACE_PROXY_MOON") as caught:
        http.get(session, source.url)
    assert "wr0ng" not in str(caught.value) and source.asked == []


def test_a_proxy_that_is_down_closes_no_door_to_the_others(
    source: Source, session: http.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDTRACE_PROXY_MOON", closed_port().replace("//", f"//ferry:{SECRET}@"))
    with http.asking("MOON"):
        for _ in range(http.FAILURES + 1):
            with pytest.raises(SourceDown) as caught:
                http.get(session, source.url)
            assert not leaks(str(caught.value))
    assert http.get(session, source.url).ok


@pytest.mark.parametrize("written", [
    "proxy.example:3128", "ftp://proxy.example", "http:///x", "http://ferry:a/b@proxy.example:3128", "http://p:port",
    "http://p0:0", "http://a b", "http://[::1", "proxy",
])
def test_a_bad_value_is_said_without_it(written: str, monkeypatch: pytest.MonkeyPatch, session: http.Session) -> None:
    monkeypatch.setenv("GRIDTRACE_PROXY_MOON", written)
    with http.asking("MOON"), pytest.raises(ConfigError, match="GRIDTRACE_PROXY_MOON is no address") as caught:
        http.get(session, "https://moon.example")
    assert f" {written}" not in str(caught.value).replace("a proxy,", "")


def test_socks_without_its_library_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDTRACE_PROXY_MOON", "socks5h://proxy.example:1080")
    monkeypatch.setattr(proxies, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="needs PySocks"):
        proxies.find("MOON")
    monkeypatch.setattr(proxies, "find_spec", lambda name: name)
    assert proxies.find("MOON") == ("GRIDTRACE_PROXY_MOON", "socks5h://proxy.example:1080")


def test_none_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDTRACE_PROXY_MOON", " ")
    assert proxies.find("MOON") is None
    assert proxies.variable_of("NO-NO4_SE") == "GRIDTRACE_PROXY_NO_NO4_SE"


def test_a_sandbox_is_asked_without_it(proxy: Proxy, source: Source) -> None:
    with http.session(gateway=source.url) as session, http.asking("MOON"):
        assert http.get(session, "https://moon.example/power").ok
    assert (proxy.passed, source.paths()) == ([], ["/https/moon.example/power"])


def test_a_job_takes_the_proxy_of_the_parser_that_is_asked(source: Source, proxy: Proxy, session: http.Session) -> None:
    url = source.script("/power", Answer(b"{}"))
    seen: list[str] = []

    def fetch_production(zone_key, session=None, target_datetime=None, logger=None):  # type: ignore[no-untyped-def]
        seen.append(http.get(session, url).text)
        if len(seen) == 1:
            raise SourceDown("not here")
        return [schemas.production(zone_key, start=times.now(), source="m", modes={"wind": 1.0})]

    both = manager(SUN=module("SUN", fetch_production=fetch_production),
                   MOON=module("MOON", fetch_production=fetch_production))
    job = room.Job("production", "XA", ("SUN.fetch_production", "MOON.fetch_production"))
    assert room.run(job, both, (), session).outcome == "ok"
    assert ["by proxy" in text for text in seen] == [False, True]


def test_a_job_with_a_bad_value_fails_and_says_so(monkeypatch: pytest.MonkeyPatch, session: http.Session) -> None:
    monkeypatch.setenv("GRIDTRACE_PROXY_MOON", "nonsense")

    def fetch_production(zone_key, session=None, target_datetime=None, logger=None):  # type: ignore[no-untyped-def]
        return http.get(session, "https://moon.example").json()

    found = room.run(
        room.Job("production", "XA", ("MOON.fetch_production",)),
        manager(MOON=module("MOON", fetch_production=fetch_production)), (), session)
    assert found.outcome == "failed" and (found.message or "").startswith("ConfigError: GRIDTRACE_PROXY_MOON is no")


def test_no_credential_of_it_is_recorded(
    source: Source, proxy: Proxy, session: http.Session, tmp_path: Path
) -> None:
    args = {"zone_key": "XM", "target_datetime": None}
    case = Case("MOON/one", "MOON", "fetch_production", args, "2026-03-10T12:00:00+00:00", bodies=tmp_path / "bodies")
    record_into(session, case)
    url = source.script("/power", Answer(b"12 MW"))
    with http.asking("MOON"):
        http.get(session, url, params={"for": SECRET})
    case.write(tmp_path / "one.json")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()).decode()
    assert "12 MW by proxy" in kept and not leaks(kept)
    assert not leaks(scrub(f"{proxy.url} {HEADER} {json.dumps(PLAIN)}"))


def leaks(text: str) -> bool:
    return any(secret in text for secret in (SECRET, PLAIN, HEADER.removeprefix("Basic ")))
