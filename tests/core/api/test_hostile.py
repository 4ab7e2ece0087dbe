"""What no client should send: every answer is a 4xx in JSON, and the server answers afterwards."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.core.api.serving import Served, read_all

MB = 1024 * 1024
LATEST = "/v4/carbon-intensity/latest"
GOOD = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def hostile(served: Served) -> Iterator[Served]:
    """The instance, which must be well after each test."""
    yield served
    assert served.client.get("/health").json() == {"monitors": {"state": "ok"}, "status": "ok"}


def refused(answer: bytes) -> tuple[int, dict[str, Any]]:
    """(status, body) of a bare answer that must be a refusal in JSON."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/json" in head, answer[:500]
    status = int(head.split()[1])
    found = json.loads(body)
    assert 400 <= status < 500 and found["status"] == status and found["error"] and found["message"]
    return status, found


@pytest.mark.parametrize("query", [
    "zone=XQ", "zone=", "zone=XC' OR '1'='1", "zone=XC;DROP TABLE results", "zone=../../../etc/passwd", "zone=%00",
    "zone=XC%00", "zone=%ff%fe", "zone=%", "zone=%zz", "zone=" + "X" * 200, "zone=XQ&zone=XQ", "zone[]=XC",
    "lat=nan&lon=1", "lat=1e400&lon=0", "lat=91&lon=0", "lat=1", "lat=0&lon=0", "zone=XC&temporalGranularity=second",
    "zone=XC&emissionFactorType=all", "zone=XC&disableEstimations=maybe", "zone=XC&asOf=yesterday",
    "dataCenterProvider=aws", "dataCenterProvider=x&dataCenterRegion=y", "zone=XC&format=exe", "%s%s%n", "",
    "zone=XC&timezone=../../etc/passwd", "zone=XC&timezone=%00", "zone=\u202e",
])
def test_odd_parameters(hostile: Served, query: str) -> None:
    found = hostile.client.get(f"{LATEST}?{query}")
    assert 400 <= found.status_code < 500
    assert found.json()["status"] == found.status_code and found.json()["error"]


@pytest.mark.parametrize("moment", [
    "yesterday", "2026-13-40T25:61:61Z", "2026-03-10T12:00:00+99:99", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "99999999999999999999", "-1", "nan", "%00", "2026-02-29", "1e9", "٢٠٢٦-٠٣-١٠", "", "2026-03-10T12:00:00Z' --",
])
def test_odd_moments(hostile: Served, moment: str) -> None:
    found = hostile.client.get(f"/v4/carbon-intensity/past?zone=XC&datetime={moment}")
    assert found.status_code in (400, 404) and found.json()["error"]


@pytest.mark.parametrize("hours", ["99999999999", "-1", "0", "1e3", "nan", "169"])
def test_odd_horizons(hostile: Served, hours: str) -> None:
    found = hostile.client.get(f"/v4/carbon-intensity/forecast?zone=XC&horizonHours={hours}")
    assert found.status_code == 400 and found.json()["error"]


@pytest.mark.parametrize("granularity", ["5_minutes", "hourly", "yearly"])
def test_a_huge_range_is_refused_or_comes_in_pages(hostile: Served, granularity: str) -> None:
    """A hundred years of five minutes are ten million rows; an answer has 10,000 at most."""
    query = f"zone=XC&start=1990-01-01&end=2090-01-01&temporalGranularity={granularity}"
    found = hostile.client.get(f"/v4/carbon-intensity/past-range?{query}")
    assert found.status_code in (200, 400)
    assert len(found.json().get("data", ())) <= 10_000


@pytest.mark.parametrize("path", [
    "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/v4/..%2f..%2fetc/passwd", "/v4/zones/../../x", "/%00",
    "/\u00e9", "/%ff", "/v4//carbon-intensity//latest", "/v4/carbon-intensity/latest/../../x", "/v4/zone/%00", "//",
    "/v4/electricity-source/coal%00/latest?zone=XC", "/.git/config", "/v3/carbon-intensity/%7Bx%7D?zone=XC",
])
def test_odd_paths(hostile: Served, path: str) -> None:
    found = hostile.say(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert refused(found)[0] in (400, 404, 422)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "OPTIONS"])
def test_other_methods(hostile: Served, method: str) -> None:
    found = hostile.client.request(method, LATEST, params={"zone": "XC"})
    assert found.status_code == 405 and found.json()["status"] == 405
    assert "GET" in found.headers["allow"]


@pytest.mark.parametrize("request_line", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"get /health HTTP/1.1\r\n",
    b"GET /health HTTP/9.9\r\nHost: x\r\n\r\n", b"HELO example.org\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /hea lth HTTP/1.1\r\n\r\n", b"GET \xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /health HTTP/1.1\r\nHost x\r\n\r\n", b"GET /health HTTP/1.1\r\nA\x00: b\r\n\r\n",
    b"GET /health HTTP/1.1\r\nA: b\x00c\r\n\r\n", b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
])
def test_what_is_not_http(hostile: Served, request_line: bytes) -> None:
    assert refused(hostile.say(request_line))[0] == 400


def test_garbage_after_requests_on_one_connection(hostile: Served) -> None:
    """The whole ones are answered in their order, the garbage by closing."""
    found = hostile.say(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + b"\x00garbage\r\n\r\n")
    assert found.count(b"HTTP/1.1 200 OK") == 3 and found.endswith(b'"status":"ok"}')


def test_requests_on_one_connection_are_answered_in_order(hostile: Served) -> None:
    paths = [b"/health", b"/nothing", b"/v4/carbon-intensity/latest?zone=XC", b"/health"]
    asked = b"".join(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths[:-1])
    answers = hostile.say(asked + b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]] == [200, 404, 200, 200]


def test_too_many_requests_wait_on_one_connection(hostile: Served) -> None:
    """One is being answered, 256 wait; those are answered, and then it closes."""
    answers = hostile.say(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 600)
    assert answers.count(b"HTTP/1.1 200 OK") == 257


@pytest.mark.parametrize("head", [
    b"GET /health HTTP/1.1\r\nX-Long: " + b"a" * (10 * MB) + b"\r\n\r\n",
    b"GET /health HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(500_000)) + b"\r\n",
    b"GET /health HTTP/1.1\r\nX-Long: " + b"a" * (65 * 1024) + b"\r\n\r\n",
    b"GET /" + b"a" * (10 * MB) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
])
def test_a_head_of_megabytes(hostile: Served, head: bytes) -> None:
    assert refused(hostile.say(head))[0] == 431


@pytest.mark.parametrize("url", ["/health?" + "a" * 8192, "/" + "a" * 8192, f"{LATEST}?zone=XC&{'b=1&' * 3000}"])
def test_a_long_url(hostile: Served, url: str) -> None:
    found = hostile.client.get(url)
    assert found.status_code == 414 and found.json()["error"] == "URL too long"


def test_a_large_body_is_refused_by_what_it_declares(hostile: Served) -> None:
    """Before any of it comes; what then comes is swallowed, and the connection goes on."""
    with hostile.connect() as connection:
        connection.sendall(b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (10 * MB))
        first = connection.recv(65536)
        assert refused(first)[0] == 413
        connection.sendall(b"x" * (10 * MB) + GOOD)
        assert b"HTTP/1.1 200 OK" in read_all(connection)


def test_a_large_body_is_refused_by_what_comes(hostile: Served) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with hostile.connect() as connection:
        connection.sendall(b"POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 160)
        assert refused(connection.recv(65536))[0] == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null", b'{"zone": "XC"}', b"\x00" * 1000])
def test_bodies_where_none_belongs(hostile: Served, body: bytes) -> None:
    found = hostile.client.post(LATEST, content=body, headers={"Content-Type": "application/json"})
    assert found.status_code == 405 and found.json()["status"] == 405


@pytest.mark.parametrize(("sent", "status"), [
    (b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ", 408),
    (b"GET /hea", 408),
    (b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nten bytes.", 408),
    (b"POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", 408),
])
def test_slow_callers_are_told_so(hostile: Served, sent: bytes, status: int) -> None:
    """This instance waits half a second. It closes then, as nothing can follow a request that is half sent."""
    with hostile.connect() as connection:
        connection.sendall(sent)
        answer = connection.recv(65536)
        while b"\r\n\r\n{" not in answer:
            answer += connection.recv(65536)
        assert refused(answer)[0] == status
        assert read_all(connection) == b""


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n", b"\r\n" * 5000])
def test_who_says_nothing_is_let_go(hostile: Served, sent: bytes) -> None:
    assert hostile.say(sent) == b""


def test_options_of_the_server_itself(hostile: Served) -> None:
    assert refused(hostile.say(b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))[0] == 404


def test_http_1_0(hostile: Served) -> None:
    found = hostile.say(b"GET /health HTTP/1.0\r\n\r\n")
    assert found.startswith(b"HTTP/1.1 200 OK") and b"connection: close" in found and found.endswith(b'"status":"ok"}')


def test_head_is_get_without_a_body(hostile: Served) -> None:
    head, get = (hostile.client.request(method, LATEST, params={"zone": "XC"}) for method in ("HEAD", "GET"))
    assert head.status_code == 200 and head.content == b""
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == get.headers[name]


def test_a_part_of_an_answer_is_the_whole(hostile: Served) -> None:
    found = hostile.client.get(LATEST, params={"zone": "XC"}, headers={"Range": "bytes=0-3"})
    assert found.status_code == 200 and found.json()["zone"] == "XC"


def test_an_upgrade_is_answered_in_http(hostile: Served) -> None:
    head = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    found = hostile.client.get("/health", headers=head)
    assert found.status_code == 200


def test_other_origins_may_ask_with_any_header(hostile: Served) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    for name in ("auth-token", "X-BLOBR-KEY", "X-API-Key", "Authorization"):
        found = hostile.client.options(LATEST, headers={**asked, "Access-Control-Request-Headers": name})
        assert found.status_code == 200 and found.headers["access-control-allow-origin"] == "*"
        assert found.headers["access-control-allow-headers"] == name
    assert hostile.client.get("/health", headers=asked).headers["access-control-allow-origin"] == "*"
    odd = hostile.client.options(LATEST, headers={**asked, "Access-Control-Request-Method": "HACK"})
    assert odd.status_code == 400 and odd.json()["message"] == "Disallowed CORS method"
