"""core.recording: what a real server on loopback answers is kept without credentials, and played back as it was."""

import base64
import html
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import requests

from core import http, times
from core.errors import ConfigError, NoData, SourceDown
from core.http import Patience
from core.recording import Case, ReplayAdapter, playing, read_case, read_cases, record_into, replay_session, scrub
from core.tokens import token
from tests.support_http import Answer, Source, closed_port, source

__all__ = ["source"]

ROOT = Path(__file__).parents[2]
NOW = "2026-03-10T12:00:00+00:00"
KEY = "k3y-1234567890"
PASSWORD = 'p@ss w/rd%"é&<+ü~\\'
CREDENTIALS = {"MOON_TOKEN": KEY, "MOON_USERNAME": "moon-user", "MOON_PASSWORD": PASSWORD}
BASIC = base64.b64encode(f"moon-user:{PASSWORD}".encode()).decode()


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case, to be written to `tmp_path/MOON/one.json`."""
    (tmp_path / "MOON").mkdir()
    args = {"zone_key": "XM", "target_datetime": None}
    return Case("MOON/one", "MOON", "fetch_production", args, NOW, bodies=tmp_path / "MOON/bodies")


@pytest.fixture
def session(case: Case) -> Iterator[http.Session]:
    """A session that records into the case."""
    with http.session(patience=Patience(retries=0)) as made:
        record_into(made, case)
        yield made


def written(case: Case) -> Case:
    """The case after a way over the disk."""
    path = case.bodies.parent / "one.json"
    case.write(path)
    return read_case(path)


def every_byte(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


class TestCredentials:
    @pytest.fixture(autouse=True)
    def credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)

    def forbidden(self) -> set[str]:
        """Every spelling in which a credential could stand in a file."""
        found = {BASIC}
        for secret in CREDENTIALS.values():
            percent = {quote(secret), quote(secret, safe=""), quote_plus(secret), quote(secret, safe="@/&+ ")}
            percent |= {quote(one, safe="") for one in percent}  # an address in an address
            percent |= {one.lower() for one in percent}
            escaped = json.dumps(secret)[1:-1]
            found |= percent | {secret, escaped, escaped.replace("/", r"\/"), html.escape(secret)}
            found |= {json.dumps(secret, ensure_ascii=False)[1:-1], html.escape(secret, quote=False)}
        return found

    def test_none_is_written(self, source: Source, case: Case, session: http.Session, tmp_path: Path) -> None:
        echo = "\n".join(["<html>You asked:", *self.forbidden() - {BASIC}, "</html>"])
        url = source.script("/data", Answer(echo.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))
        headers = {"Authorization": f"Basic {BASIC}", "x-api-key": KEY}
        http.get(session, url, params={"securityToken": KEY, "p": PASSWORD}, headers=headers)
        http.get(session, f"{url}/{quote(PASSWORD)}/{KEY}?next={quote(quote_plus(PASSWORD))}")
        http.post(session, url, data={"user": "moon-user", "pw": PASSWORD})
        http.post(session, url, json={"user": "moon-user", "pw": PASSWORD})
        http.post(session, url, data=f"<login><user>moon-user</user><pw>{html.escape(PASSWORD)}</pw></login>")
        assert any(quote_plus(PASSWORD).encode() in one.body for one in source.asked)  # the server did get them
        assert source.asked[0].headers["authorization"] == f"Basic {BASIC}"
        case.write(tmp_path / "MOON/one.json")
        everything = every_byte(tmp_path)
        assert b"You asked" in everything and b"securityToken=token" in everything
        assert [one for one in self.forbidden() if one.encode() in everything] == []
        assert [one for one in case.http if {"headers", "request_headers"} & one.keys()] == []

    def test_one_that_the_source_hands_out_is_not_written_either(
        self, source: Source, case: Case, session: http.Session, tmp_path: Path
    ) -> None:
        """A login's answer; the replay gives the parser `token` instead."""
        url = source.script("/login", Answer(b'{"access_token": "h4nded\\"out", "expires": 3600, "tokens": [7]}'))
        handed_out = http.body_json(http.get(session, url))["access_token"]
        http.get(session, f"{source.url}/data?access_token={quote(handed_out)}&day=1")
        read = written(case)
        assert b"h4nded" not in every_byte(tmp_path)
        with replay_session(read) as replay:
            assert http.body_json(http.get(replay, url)) == {"access_token": "token", "expires": 3600, "tokens": [7]}
            assert http.get(replay, f"{source.url}/data?access_token=token&day=1").content == b"ok"

    def test_a_ticket_in_plain_text_is_not_written_either(
        self, source: Source, case: Case, session: http.Session, tmp_path: Path
    ) -> None:
        """What CAS answers to a login; the replay's begins alike, for a parser that looks."""
        url = source.script("/cas/v1/tickets", Answer(b"TGT-12-h4nded.out-cas"))
        http.post(session, url, data={"username": "moon-user"})
        read = written(case)
        assert b"h4nded" not in every_byte(tmp_path)
        with replay_session(read) as replay:
            assert http.post(replay, url).text == "TGT-token"

    def test_one_in_an_address_that_cannot_be_reached(
        self, case: Case, session: http.Session, tmp_path: Path
    ) -> None:
        with pytest.raises(SourceDown):
            http.get(session, closed_port(), params={"p": PASSWORD, "api_key": "unheard-of"})
        case.write(tmp_path / "MOON/one.json")
        everything = every_byte(tmp_path)
        assert case.http[0]["url"].endswith("/?p=token&api_key=token")
        assert not [one for one in self.forbidden() if one.encode() in everything]

    @pytest.mark.parametrize(("text", "scrubbed"), [
        ("https://u:pw@example.org/a@b?x=1", "https://token@example.org/a@b?x=1"),
        ("https://example.org/?securityToken=a%2Fb&x=1", "https://example.org/?securityToken=token&x=1"),
        ("https://example.org/?Subscription-Key=abc", "https://example.org/?Subscription-Key=token"),
        ('{"subscriptionKey": "abc", "tool": "x"}', '{"subscriptionKey": "token", "tool": "x"}'),
        ('{"password": "a\\"b", "passwords": "kept"}', '{"password": "token", "passwords": "kept"}'),
        ("https://example.org/?zone=XM&day=2026-03-10", "https://example.org/?zone=XM&day=2026-03-10"),
        ("the ticket TGT-1-a.b-c, and no more", "the ticket TGT-token, and no more"),
        (f"{KEY}{KEY} {KEY[:-1]}", f"tokentoken {KEY[:-1]}"),
    ])
    def test_scrub(self, text: str, scrubbed: str) -> None:
        assert scrub(text) == scrubbed

    def test_of_two_that_begin_alike_the_longer_goes_whole(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUN_PASSWORD", "moon-user-and-more")
        assert scrub("moon-user-and-more moon-user") == "token token"

    def test_no_credential_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "environ", {"HOME": "/root", "KEY": "", "A_TOKEN": "short"})
        assert scrub("short text of /root") == "short text of /root"


def archive() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("power.csv", "time;MW\n12:00;5\n" * 50)
    return content.getvalue()


class TestRoundTrip:
    @pytest.mark.parametrize(("body", "more", "ending"), [
        (b'{"mw": 5}', {"content_type": "application/json"}, "json"),
        (b'{"mw": 5}' * 30, {"is_gzipped": True}, "txt"),
        (b"time;MW\r\n12:00;5\r\n", {"is_chunked": True, "content_type": "text/csv"}, "csv"),
        (b"<x/>" * 9, {"is_chunked": True, "is_gzipped": True, "content_type": "application/xml"}, "xml"),
        ("<p>Ветер</p>".encode("cp1251"), {"content_type": "text/html; charset=windows-1251"}, "html"),
        ("<p>é</p>".encode("latin-1"), {"content_type": "text/html"}, "html"),
        (archive(), {"content_type": "application/zip"}, "zip"),
        (bytes(range(256)) * 20, {"content_type": "application/octet-stream", "is_gzipped": True}, "txt"),
        (b"", {"status": 204}, None),
        (b"no such day", {"status": 400}, "txt"),
        (b"down", {"status": 503}, "txt"),
    ])
    def test_bytes_status_and_encoding(
        self, source: Source, case: Case, session: http.Session, body: bytes, more: dict[str, Any], ending: str | None
    ) -> None:
        content_type = more.pop("content_type", None)
        headers = {"Content-Type": content_type} if content_type else {}
        url = source.script("/data", Answer(body, headers=headers, **more))
        first = session.get(url, params={"day": "1"})
        assert first.content == body
        read = written(case)
        (one,) = read.http
        assert one["body"] is None if ending is None else one["body"].endswith(f".{ending}")
        with replay_session(read) as replay:
            again = replay.get(url, params={"day": "1"})
        assert (again.content, again.status_code, again.encoding, again.url) == (
            body, first.status_code, first.encoding, first.url)
        assert again.text == first.text

    def test_redirects(self, source: Source, case: Case, session: http.Session) -> None:
        source.script("/new/data", Answer(b"moved here"))
        url = source.script("/old", Answer(b"", status=302, headers={"Location": "/new/data"}))
        assert http.get(session, url).content == b"moved here"
        with replay_session(written(case)) as replay:
            again = http.get(replay, url)
        assert (again.content, again.url) == (b"moved here", f"{source.url}/new/data")

    @pytest.mark.parametrize("answer", [Answer(is_reset=True), Answer(b"x" * 99, is_cut=True), Answer(delay_s=0.15)])
    def test_what_broke_breaks_again(
        self, source: Source, case: Case, session: http.Session, answer: Answer
    ) -> None:
        url = source.script("/", answer, Answer(b"second time"))
        with pytest.raises(SourceDown):
            http.get(session, url, timeout_s=0.05)
        assert http.get(session, url).content == b"second time"
        read = written(case)
        assert (read.http[0]["status"], read.http[0]["body"]) == (None, None) and read.http[0]["exception"]
        with replay_session(read) as replay:
            with pytest.raises(SourceDown, match="did not answer"):
                http.get(replay, url)
            assert http.get(replay, url).content == b"second time"

    def test_the_same_body_is_kept_once(self, source: Source, case: Case, session: http.Session) -> None:
        for day in "12":
            http.get(session, source.url, params={"day": day})
        assert len(list(case.bodies.iterdir())) == 1 and len(case.http) == 2

    def test_retries_are_one_exchange(self, source: Source, case: Case) -> None:
        url = source.script("/", Answer(status=503), Answer(b"well"))
        with http.session(patience=Patience(backoff_s=0)) as session:
            record_into(session, case)
            http.get(session, url)
        assert [one["status"] for one in case.http] == [200]

    def test_a_cycle_records_each_request_once(self, source: Source, case: Case) -> None:
        with http.session(is_cycle=True) as session:
            record_into(session, case)
            for _ in range(3):
                http.get(session, source.url)
        assert len(case.http) == 1

    def test_the_form_of_the_file(self, source: Source, case: Case, session: http.Session) -> None:
        case.rest["kind"] = "production"
        url = source.script("/data", Answer(b"{}", headers={"Content-Type": "application/json"}))
        http.post(session, url, data="q=Å".encode())
        read = json.loads((written(case).bodies.parent / "one.json").read_text(encoding="utf-8"))
        body = read["http"][0].pop("body")
        assert read == {
            "id": "MOON/one", "source": "MOON", "function": "fetch_production",
            "args": {"zone_key": "XM", "target_datetime": None}, "now": NOW, "env": {},
            "http": [{"method": "POST", "url": url, "request_body": "q=Å", "status": 200, "encoding": "utf-8"}],
            "kind": "production",
        }
        assert (case.bodies / body).read_bytes() == b"{}"


def exchanges(*urls: str, **more: str) -> list[dict[str, Any]]:
    """Exchanges whose answers are their own numbers."""
    return [{"method": "GET", "url": url, "status": 200 + i, "body": None} | more for i, url in enumerate(urls)]


class TestMatching:
    def order(self, recorded: list[dict[str, Any]], *asked: str, method: str = "GET") -> list[int | None]:
        """The number of the exchange that answers each request in turn."""
        adapter = ReplayAdapter(Case("a", "a", "fetch_x", {}, NOW, http=recorded))
        found = [adapter.find(method, url, None) for url in asked]
        return [recorded.index(one) if one else None for one in found]

    def test_the_same_query_in_any_order_of_its_parameters(self) -> None:
        recorded = exchanges("https://a.org/p?x=1&y=", "https://a.org/p?x=2&y=", "https://a.org/p")
        assert self.order(recorded, "https://a.org/p?y=&x=2", "https://A.org/p", "https://a.org/p?y=&x=1") == [1, 2, 0]

    def test_then_the_same_path_unused_first(self) -> None:
        recorded = exchanges("https://a.org/q", "https://a.org/p?x=1", "https://a.org/p?x=2")
        assert self.order(recorded, *["https://a.org/p?x=9"] * 3) == [1, 2, 1]

    def test_then_the_same_host_but_only_what_is_unused(self) -> None:
        recorded = exchanges("https://a.org/p", "https://b.org/p")
        assert self.order(recorded, "https://a.org/other", "https://a.org/other", "https://a.org/p") == [0, None, 0]

    def test_the_same_request_again_goes_through_its_answers_in_order(self) -> None:
        recorded = exchanges(*["https://a.org/p"] * 3)
        assert self.order(recorded, *["https://a.org/p"] * 4) == [0, 1, 2, 0]

    def test_the_query_counts_more_than_method_and_body(self) -> None:
        recorded = exchanges("https://a.org/p?x=1") + exchanges("https://a.org/p", method="POST")
        assert self.order(recorded, "https://a.org/p?x=1", method="POST") == [0]
        assert self.order(recorded, "https://a.org/p", method="POST") == [1]

    def test_the_body_tells_posts_apart(self, tmp_path: Path) -> None:
        recorded = [
            {"method": "POST", "url": "https://a.org/", "status": 200, "body": None, "request_body": body}
            for body in ("zone=XM", "zone=XN", "")
        ]
        adapter = ReplayAdapter(Case("a", "a", "fetch_x", {}, NOW, http=recorded))
        asked = ["zone=XN", None, "zone=XM", "zone=XN"]
        assert [recorded.index(adapter.find("POST", "https://a.org/", body) or {}) for body in asked] == [1, 2, 0, 1]

    def test_port_and_scheme_do_not_count(self) -> None:
        assert self.order(exchanges("http://a.org:8080/p"), "https://a.org/p") == [0]

    def test_a_host_that_was_never_asked_is_down(self) -> None:
        case = Case("a", "a", "fetch_x", {}, NOW, http=exchanges("https://a.org/p"))
        with replay_session(case) as replay, pytest.raises(SourceDown, match=r"b\.org did not answer"):
            http.get(replay, "https://b.org/p", params={"token": "secret"})


def test_a_case_is_played_at_its_moment_with_its_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOON_TOKEN", KEY)
    case = Case("a", "a", "fetch_x", {}, NOW, env={"MOON_TOKEN": "dummy"}, http=exchanges("https://a.org/p"))
    with playing(case) as session:
        assert (times.now().isoformat(), token("MOON_TOKEN")) == (NOW, "dummy")
        assert http.get(session, "https://a.org/p").status_code == 200
    assert token("MOON_TOKEN") == KEY
    assert times.now().isoformat() != NOW


def test_the_arguments_of_a_call() -> None:
    args = {"zone_key1": "XN", "zone_key2": "XM", "target_datetime": "2026-03-10T13:00:00+01:00"}
    case = Case("a", "a", "fetch_exchange", args, NOW)
    assert case.key == "XM->XN"
    assert case.call["target_datetime"].isoformat() == "2026-03-10T13:00:00+01:00"
    assert Case("a", "a", "fetch_x", {}, NOW).key == ""


PLAIN = {"id": "A/1", "source": "A", "function": "fetch_price", "args": {"zone_key": "XM"}, "now": NOW}


class TestReading:
    @pytest.mark.parametrize(("content", "says"), [
        ("", "JSONDecodeError"),
        ("{", "JSONDecodeError"),
        ("[1, 2]", "not a recorded case"),
        ('"text"', "not a recorded case"),
        ("7", "not a recorded case"),
        ("{}", "'id'"),
        (json.dumps({k: v for k, v in PLAIN.items() if k != "now"}), "'now'"),
        (json.dumps({**PLAIN, "now": "yesterday"}), "yesterday"),
        (json.dumps({**PLAIN, "now": 7}), "not a recorded case"),
        (json.dumps({**PLAIN, "now": "2026-03-10T12:00:00"}), "now has no zone"),
        (json.dumps({**PLAIN, "args": ["XM"]}), "args"),
        (json.dumps({**PLAIN, "args": {"target_datetime": "noon"}}), "noon"),
        (json.dumps({**PLAIN, "env": ["TOKEN"]}), "env"),
        (json.dumps({**PLAIN, "http": 7}), "not a recorded case"),
        (json.dumps({**PLAIN, "http": [{"method": "GET", "url": "https://a.org"}]}), "lacks status, body"),
    ])
    def test_a_file_that_is_no_case_is_named(self, tmp_path: Path, content: str, says: str) -> None:
        path = tmp_path / "A/broken.json"
        path.parent.mkdir()
        path.write_text(content)
        with pytest.raises(ConfigError, match=says) as caught:
            read_cases(tmp_path)
        assert str(path) in str(caught.value)

    def test_bytes_that_are_no_text_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_bytes(b"\xff\xfe{")
        with pytest.raises(ConfigError, match=r"a\.json"):
            read_cases(tmp_path)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"gone\.json"):
            read_case(tmp_path / "gone.json")

    @pytest.mark.parametrize("folder", [".", "nowhere"])
    def test_a_folder_without_cases_is_named(self, tmp_path: Path, folder: str) -> None:
        with pytest.raises(ConfigError, match="holds no recorded case"):
            read_cases(tmp_path / folder)

    def test_all_sources_or_one(self, tmp_path: Path) -> None:
        """Bodies may be JSON too; odd cases are read when their folder is named."""
        for name in ("A/1", "A/2", "A/bodies/answer", "A/odd/3", "B/4"):
            path = tmp_path / f"{name}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("[]" if "bodies" in name else json.dumps({**PLAIN, "id": name}))
        found = {folder: [one.id for one in read_cases(tmp_path / folder)] for folder in (".", "A", "A/odd")}
        assert found == {".": ["A/1", "A/2", "B/4"], "A": ["A/1", "A/2"], "A/odd": ["A/odd/3"]}

    def test_other_fields_survive(self, tmp_path: Path) -> None:
        path = tmp_path / "a.json"
        path.write_text(json.dumps({**PLAIN, "expected": [{"price": "5 €"}], "reviewed": True}), encoding="utf-8")
        read_case(path).write(path)
        assert read_case(path).rest == {"expected": [{"price": "5 €"}], "reviewed": True}

    def test_an_answer_whose_file_is_gone_names_it(self, tmp_path: Path) -> None:
        recorded = exchanges("https://a.org/", body="gone.json")
        case = Case("a", "a", "fetch_x", {}, NOW, http=recorded, bodies=tmp_path)
        with replay_session(case) as replay, pytest.raises(FileNotFoundError, match=r"gone\.json"):
            replay.get("https://a.org/")


PLUGIN = '''
import os
from core import http, schemas, source, times, token
from core.plugins import impl

@impl
def gridtrace_zones():
    return {"XM": {"name": "Moon", "country": None, "region": "Europe", "timezone": "UTC", "bbox": [0, 0, 1, 1],
                   "parsers": {"price": "lunar.fetch_price"}}}

@source(resolution_min=60, window_h=1, tokens=("LUNAR_TOKEN",))
def fetch_price(zone_key, session=None, target_datetime=None, logger=None):
    answer = http.get(session, os.environ["LUNAR_URL"], params={"zone": zone_key, "key": token("LUNAR_TOKEN")})
    start = times.floor(times.at(target_datetime), 60)
    return schemas.price(zone_key, start=start, source="moon.example", currency="EUR",
                         price_mwh=http.body_json(answer)["price"])
'''


def gridtrace(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core.cli", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_the_command_records_a_case_that_it_can_replay(source: Source, tmp_path: Path) -> None:
    info = tmp_path / "site/lunar-1.0.dist-info"
    info.mkdir(parents=True)
    (info.parent / "lunar.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lunar\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gridtrace]\nlunar = lunar\n")
    url = source.script("/api", Answer(b'{"price": 71.25}', headers={"Content-Type": "application/json"}))
    more = {"PYTHONPATH": str(info.parent), "LUNAR_URL": url, "LUNAR_TOKEN": PASSWORD}
    done = gridtrace("test-parser", "XM", "price", "--record-to", tmp_path / "cases", "--keep", "0", **more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "71.25" in done.stdout and "lunar/price_XM.json: read it with --review" in done.stdout

    (path,) = (tmp_path / "cases").glob("*/*.json")
    written = json.loads(path.read_text())
    assert str(path) == f"{tmp_path}/cases/{written['id']}.json"
    (event,) = written.pop("expected")
    assert (event["price"], event["currency"], event["zoneKey"]) == (71.25, "EUR", "XM")
    assert {k: v for k, v in written.items() if k not in ("now", "http")} == {
        "id": "lunar/price_XM", "source": "lunar", "function": "fetch_price", "kind": "price",
        "args": {"zone_key": "XM", "target_datetime": None}, "env": {"LUNAR_TOKEN": "token"},
        "reviewed": False,
    }
    assert times.read(written["now"])
    (one,) = written["http"]
    assert one.keys() == {"method", "url", "status", "body", "encoding"}
    assert (one["method"], one["url"], one["status"]) == ("GET", f"{url}?zone=XM&key=token", 200)
    assert (path.parent / "bodies" / one["body"]).read_bytes() == b'{"price": 71.25}'
    spellings = {PASSWORD, quote(PASSWORD), quote(PASSWORD, safe=""), quote_plus(PASSWORD)}
    assert not [s for s in spellings if s.encode() in every_byte(tmp_path / "cases")]

    more.pop("LUNAR_TOKEN")
    again = gridtrace("test-parser", "XM", "price", "--replay", tmp_path / "cases", **more)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "71.25" in again.stdout and len(source.asked) == 1


def test_a_session_closes_the_adapter_it_records_from(source: Source, case: Case) -> None:
    with http.session() as session:
        inner = session.get_adapter(source.url)
        record_into(session, case)
        http.get(session, source.url)
        assert len(inner.poolmanager.pools) == 1
    assert len(inner.poolmanager.pools) == 0


def test_a_plain_session_of_requests_is_recorded_too(source: Source, case: Case) -> None:
    url = source.script("/", Answer(b"x" * 99, is_cut=True), Answer(status=404))
    with requests.Session() as session:
        record_into(session, case)
        with pytest.raises(SourceDown):
            http.get(session, url)
        with pytest.raises(NoData):
            http.get(session, url)
    assert [one.get("exception") for one in case.http] == ["ChunkedEncodingError", None]
