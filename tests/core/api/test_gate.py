"""The gate: what is logged, who may ask and how often, what is kept and when it is made anew."""

import asyncio
import base64
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2 as httpx
import pytest
from fastapi import Request, Response

from core import times
from core.api.gate import tokens
from core.api.gate.access import shown_query
from core.api.gate.answers import best_encoding
from core.api.gate.tokens import Keeper, credential_of
from core.api.gate.visit import caller_of
from core.errors import StoreError
from core.store import Store
from tests.core.api import small
from tests.core.api.serving import WAIT_S, Served, application, lines_of, serving
from tests.core.api.small import NOW

LATEST = "/v4/carbon-intensity/latest?zone=XC"


@pytest.fixture
def filled(store: Store) -> Store:
    """The small world on each engine in turn."""
    with times.frozen(NOW):
        small.fill(store)
    return store


class TestLog:
    def test_a_line_says_what_was_asked_and_answered(self, served: Served) -> None:
        with lines_of("gridtrace.access") as lines:
            found = served.client.get(f"{LATEST}&emissionFactorType=direct")
            line = json.loads(lines.next())
            served.client.get(f"{LATEST}&emissionFactorType=direct")
            again = json.loads(lines.next())
        assert line.pop("ms") >= 0
        assert line == {
            "time": "2026-03-10T12:05:00.000Z", "method": "GET", "path": "/v4/carbon-intensity/latest",
            "query": "zone=XC&emissionFactorType=direct", "status": 200, "bytes": len(found.content),
            "client": "127.0.0.1", "token": None, "cache": "miss", "pid": os.getpid()}
        assert again["cache"] == "hit" and again["bytes"] == len(found.content)

    @pytest.mark.parametrize("name", ["auth-token", "token", "api_key", "AUTH-TOKEN", "to%6Ben", "X-API-Key", "key"])
    def test_no_credential_is_told(self, served: Served, name: str) -> None:
        with lines_of("gridtrace.access") as lines:
            served.client.get(f"/health?a=1&{name}=swordfish", headers={"auth-token": "swordfish"})
            line = lines.next()
        assert "swordfish" not in line and "a=1" in line and "***" in line

    def test_tokens_of_ours_are_told_nowhere(self, served: Served) -> None:
        token = "gt_" + "A1-_" * 10
        with lines_of("gridtrace.access") as lines:
            served.client.get(f"/v4/{token}/x?zone={token}&{token}&x=a{token.replace('_', '%5F')}")
            line = lines.next()
        assert "A1-_" not in line and json.loads(line)["path"] == "/v4/***/x"

    def test_a_line_is_one_line(self, served: Served) -> None:
        with lines_of("gridtrace.access") as lines:
            served.client.get("/health?x=%0A%0D%7B%22&y=%00%ff")
            line = lines.next()
        assert "\n" not in line and json.loads(line)["query"].startswith('x=\n\r{"&y=\x00')

    def test_a_query_without_secrets_is_told_as_it_is(self) -> None:
        assert shown_query(b"zone=FR&token=a&b") == "zone=FR&token=***&b"
        assert shown_query(b"") == "" and shown_query(b"token") == "token"

    def test_what_is_refused_before_it_is_a_request_is_told_too(self, served: Served) -> None:
        with lines_of("gridtrace.access") as lines:
            served.say(b"garbage\r\n\r\n")
            assert json.loads(lines.next())["status"] == 400

    def test_a_failure_is_one_answer_and_its_reason_is_in_the_log(self, small_store: Store) -> None:
        def broken() -> None:
            raise RuntimeError("the reason is 42")

        with serving(small_store, app=application(small_store, broken)) as served:
            with lines_of("gridtrace.api") as log, lines_of("gridtrace.access") as lines:
                found = served.client.get("/extra")
                assert "the reason is 42" in log.next() and json.loads(lines.next())["status"] == 500
            assert found.status_code == 500 and "42" not in found.text
            assert found.json().keys() == {"error", "message", "status"} and found.json()["status"] == 500
            assert served.client.get("/health").status_code == 200

    def test_a_failure_in_the_middle_of_an_answer_closes_it(self, small_store: Store) -> None:
        from fastapi.responses import StreamingResponse

        def parts() -> Iterator[bytes]:
            yield b"x" * 9_000_000
            raise RuntimeError("too late")

        def broken() -> Response:
            return StreamingResponse(parts())

        with serving(small_store, app=application(small_store, broken)) as served:
            with pytest.raises(httpx.RemoteProtocolError), lines_of("uvicorn.error"):
                served.client.get("/extra")
            assert served.client.get("/health").status_code == 200


class TestTokens:
    @pytest.mark.parametrize(("headers", "found"), [
        ({"auth-token": "abc"}, "abc"), ({"X-BLOBR-KEY": "abc"}, "abc"), ({"X-API-Key": " abc "}, "abc"),
        ({"Authorization": "Bearer abc"}, "abc"), ({"authorization": "bearer abc"}, "abc"),
        ({"Authorization": "Basic " + base64.b64encode(b"me:abc").decode()}, "abc"),
        ({"Authorization": "Basic " + base64.b64encode(b"abc:").decode()}, "abc"),
        ({"Authorization": "Basic " + base64.b64encode(b"abc").decode()}, "abc"),
        ({"Authorization": "Basic !!"}, None), ({"Authorization": "Bearer "}, None), ({"auth-token": ""}, None),
        ({}, None),
    ])
    def test_every_way_to_show_one(self, headers: dict[str, str], found: str | None) -> None:
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        assert credential_of(raw) == found

    def test_a_closed_instance_answers_who_shows_one(self, store: Store) -> None:
        token = store.access.create("evcc")
        with serving(store, app=application(store), needs_token=True) as served, lines_of("gridtrace.access") as lines:
            nobody = served.client.get("/metrics")
            assert nobody.status_code == 401 and nobody.json()["error"] == "Unauthorized"
            assert nobody.headers["www-authenticate"] == "Bearer"
            lines.next()
            for headers in ({"auth-token": token}, {"Authorization": f"Bearer {token}"}, {"X-BLOBR-KEY": token}):
                assert served.client.get("/metrics", headers=headers).status_code == 200
                assert json.loads(lines.next())["token"] == "evcc"
            assert served.client.get("/metrics", auth=("me", token)).status_code == 200
            for stranger in ("x", token[:-1] + "?", "gt_", "gt_" + "A" * 43):
                assert served.client.get("/metrics", headers={"auth-token": stranger}).status_code == 401

    def test_some_paths_are_open_always(self, small_store: Store) -> None:
        with serving(small_store, needs_token=True) as served:
            for path in ("/health", "/v3/zones", "/v4/zones", "/docs", "/openapi.json"):
                assert served.client.get(path).status_code == 200, path
            for path in ("/metrics", "/status", "/v4/zone", "/v4/zones/x", "/nothing"):
                assert served.client.get(path).status_code == 401, path

    def test_an_open_instance_does_not_mind_what_is_shown(self, served: Served) -> None:
        """Some clients cannot ask without a token."""
        assert served.client.get(LATEST, headers={"auth-token": "whatever"}).status_code == 200
        assert served.client.get(LATEST, headers={"auth-token": "gt_" + "B" * 43}).status_code == 200

    def test_when_it_was_last_used_is_written_off_the_path(self, store: Store) -> None:
        token, unused = store.access.create("used"), store.access.create("unused")
        assert unused != token
        with serving(store, app=application(store)) as served:
            assert served.client.get("/health", headers={"auth-token": token}).status_code == 200
        rows = {row.name: row.last_used_s for row in store.access.all()}
        assert rows == {"used": int(NOW.timestamp()), "unused": None}, "written at the latest when the server ends"

    def test_a_revoked_one_is_nobodys(self, store: Store) -> None:
        token = store.access.create("gone")
        store.access.revoke("gone")
        with serving(store, app=application(store), needs_token=True) as served:
            assert served.client.get("/metrics", headers={"auth-token": token}).status_code == 401

    def test_what_was_looked_up_is_believed_for_a_while(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also while the store is away; after that a revoked token is nobody's."""
        def away(_: str) -> None:
            raise StoreError("The disk is gone.")

        async def looked_up() -> list[str | None]:
            keeper = Keeper(store)
            found = [await keeper.find(store.access.create("other") + "x")]
            found.append(await keeper.find(token))
            store.access.revoke("me")
            found.append(await keeper.find(token))
            monkeypatch.setattr(tokens, "KNOWN_S", -1.0)
            with monkeypatch.context() as broken:
                broken.setattr(store.access, "find", away)
                found += [await keeper.find(token), await Keeper(store).find(token)]
            return [one.name if one else None for one in [*found, await keeper.find(token)]]

        token = store.access.create("me")
        assert asyncio.run(looked_up()) == [None, "me", "me", "me", None, None]

    def test_handlers_know_who_asks(self, store: Store) -> None:
        def who(request: Request) -> dict[str, str | None]:
            caller = caller_of(request)
            return {"name": caller.name if caller else None}

        token = store.access.create("me")
        with serving(store, app=application(store, who)) as served:
            assert served.client.get("/extra", headers={"auth-token": token}).json() == {"name": "me"}
            assert served.client.get("/extra", headers={"auth-token": "x"}).json() == {"name": None}


class TestQuotas:
    def test_an_address_has_so_many_a_minute(self, small_store: Store) -> None:
        with serving(small_store, app=application(small_store), per_minute=3) as served:
            assert [served.client.get("/health").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
            found = served.client.get("/health")
            assert found.json()["status"] == 429 and found.json()["message"].startswith("Ask again in")
            assert 1 <= int(found.headers["retry-after"]) <= 60

    def test_a_token_has_a_limit_of_its_own(self, store: Store) -> None:
        few, many = store.access.create("few", 2), store.access.create("many", 100)
        with serving(store, app=application(store), per_minute=1) as served:
            codes = {
                name: [served.client.get("/health", headers={"auth-token": token}).status_code for _ in range(4)]
                for name, token in (("few", few), ("many", many), ("nobody's", "x"))}
        assert codes == {"few": [200, 200, 429, 429], "many": [200] * 4, "nobody's": [200, 429, 429, 429]}

    def test_a_worker_grants_its_share(self, small_store: Store) -> None:
        """Six a minute by three workers: this one of them answers two."""
        with serving(small_store, app=application(small_store), per_minute=6, workers=3) as served:
            assert [served.client.get("/health").status_code for _ in range(3)] == [200, 200, 429]


class TestCache:
    def test_an_etag_spares_the_body(self, served: Served) -> None:
        first = served.client.get(LATEST)
        for shown in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
            again = served.client.get(LATEST, headers={"If-None-Match": shown})
            assert again.status_code == 304 and again.content == b""
            assert again.headers["etag"] == first.headers["etag"] and again.headers["cache-control"]
        assert served.client.get(LATEST, headers={"If-None-Match": '"other"'}).status_code == 200

    def test_every_encoding_has_its_own(self, served: Served) -> None:
        path = "/v4/carbon-intensity/history?zone=XC"
        names = ("identity", "gzip", "br", "zstd")
        found = {name: served.client.get(path, headers={"Accept-Encoding": name}) for name in names}
        assert len({one.headers["etag"] for one in found.values()}) == 4
        for name, one in found.items():
            assert one.headers.get("content-encoding", "identity") == name
        assert int(found["gzip"].headers["content-length"]) < int(found["identity"].headers["content-length"]) / 4
        assert found["gzip"].json() == found["identity"].json()
        assert "Accept-Encoding" in found["identity"].headers["vary"]

    def test_what_is_small_is_not_compressed(self, served: Served) -> None:
        found = served.client.get("/health", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in found.headers

    @pytest.mark.parametrize(("accepted", "best"), [
        (b"gzip, deflate, br, zstd", b"zstd"), (b"gzip;q=1, br;q=0", b"gzip"), (b"*", b"zstd"), (b"identity", b""),
        (b"br; q=0.000, *;q=0", b""), (b"GZIP", b"gzip"), (b"", b""), (b"deflate", b""), (b"\xff;q=\x00,,;", b""),
    ])
    def test_of_what_is_accepted_one_counts(self, accepted: bytes, best: bytes) -> None:
        assert best_encoding(accepted) == best

    def test_forms_of_an_answer_do_not_mix(self, served: Served) -> None:
        path = "/v4/carbon-intensity/history?zone=XB"
        csv = served.client.get(path, headers={"Accept": "text/csv"})
        json_ = served.client.get(path, headers={"Accept": "application/json"})
        assert csv.headers["content-type"].startswith("text/csv") and json_.json()["zone"] == "XB"
        assert served.client.get(path, headers={"Accept": "text/csv"}).content == csv.content

    def test_a_change_of_the_store_is_a_new_answer(self, filled: Store) -> None:
        """XC makes all of its 50 MW by wind instead of gas in the newest hour."""
        from core.ingest.solve import solve

        with serving(filled) as served:
            before = served.client.get(LATEST)
            with times.frozen(NOW):
                small.produce(filled, "XC", small.NOON_S - 3600, battery_mw=10.0, gas=0.0, wind=50.0)
                solve(small.CONFIG, filled)
            while (after := served.client.get(LATEST)).headers["etag"] == before.headers["etag"]:
                assert served.client.get("/health").status_code == 200  # a change is looked for once a second
        assert after.json()["carbonIntensity"] < before.json()["carbonIntensity"]

    def test_of_many_at_a_time_one_is_made(self, small_store: Store) -> None:
        made, may_go = [], threading.Event()

        def slow() -> Response:
            made.append(1)
            assert may_go.wait(WAIT_S)
            return Response(b"x" * 100, headers={"Cache-Control": "public, max-age=60"})

        with serving(small_store, app=application(small_store, slow)) as served, ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(served.client.get, "/extra") for _ in range(8)]
            while served.client.get("/metrics").text.find("gridtrace_requests_in_flight 9.0") < 0:
                pass
            may_go.set()
            found = [one.result(WAIT_S) for one in asked]
            counted = served.client.get("/metrics").text
        assert [one.status_code for one in found] == [200] * 8 and len(made) == 1
        assert 'gridtrace_response_cache_total{outcome="shared"} 7.0' in counted
        assert 'gridtrace_response_cache_total{outcome="miss"} 1.0' in counted

    def test_a_failure_is_nobody_elses(self, small_store: Store) -> None:
        calls = []

        def once() -> Response:
            calls.append(1)
            headers = {"Cache-Control": "public, max-age=60"}
            return Response(b"no", 503, headers) if len(calls) == 1 else Response(b"yes", headers=headers)

        with serving(small_store, app=application(small_store, once)) as served:
            assert [served.client.get("/extra").status_code for _ in range(4)] == [503, 200, 200, 200]
        assert len(calls) == 2

    @pytest.mark.parametrize("control", ["private, max-age=60", "no-store", "public", "public, max-age=0", None])
    def test_what_is_not_for_all_is_made_each_time(self, small_store: Store, control: str | None) -> None:
        calls = []

        def mine() -> Response:
            calls.append(1)
            return Response(b"x", headers={"Cache-Control": control} if control else None)

        with serving(small_store, app=application(small_store, mine)) as served:
            found = [served.client.get("/extra") for _ in range(3)]
        assert len(calls) == 3 and all("etag" in one.headers and "age" not in one.headers for one in found)

    def test_the_oldest_makes_room(self, small_store: Store) -> None:
        """Of answers of 1000 bytes and what each weighs beside, memory of 10 kB takes four."""
        calls: list[str] = []

        def big(n: str) -> Response:
            calls.append(n)
            return Response(b"x" * 1000, headers={"Cache-Control": "public, max-age=60"})

        with serving(small_store, app=application(small_store, big), cache_bytes=10_000) as served:
            for n in "12341":
                served.client.get(f"/extra?n={n}")
            assert calls == ["1", "2", "3", "4"], "the fifth request was answered from memory"
            for n in "512":
                served.client.get(f"/extra?n={n}")
        assert calls == ["1", "2", "3", "4", "5", "2"], "for 5 the one not used for longest went: 2"

    def test_without_memory_everything_is_made(self, small_store: Store) -> None:
        calls = []

        def one() -> Response:
            calls.append(1)
            return Response(b"x", headers={"Cache-Control": "public, max-age=60"})

        with serving(small_store, app=application(small_store, one), cache_bytes=0) as served:
            assert [served.client.get("/extra").status_code for _ in range(2)] == [200, 200]
        assert len(calls) == 2

    def test_a_large_answer_goes_straight_through(self, small_store: Store) -> None:
        def large() -> Response:
            return Response(b"x" * 9_000_000, headers={"Cache-Control": "public, max-age=60"})

        with serving(small_store, app=application(small_store, large)) as served:
            found = served.client.get("/extra")
        assert len(found.content) == 9_000_000 and "etag" not in found.headers

    def test_who_shows_a_token_is_another_caller(self, served: Served) -> None:
        """Clients find `access` in the list of zones only if they show one."""
        without = served.client.get("/v3/zones").json()
        with_one = served.client.get("/v3/zones", headers={"auth-token": "x"}).json()
        assert "access" not in without["XC"] and with_one["XC"]["access"] == ["*"]
        assert served.client.get("/v3/zones").json() == without
