"""/health, /status and /metrics of an instance whose store a cycle has filled, on both engines."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Response
from prometheus_client.parser import text_string_to_metric_families

from core import errors, times
from core.history.health import Problem, parsers_health
from core.ingest import jobs as room
from core.ingest.runner import Cycle
from core.store import Store
from tests import fakes
from tests.core.api import small
from tests.core.api.serving import Served, application, serving

ONLY = [*fakes.ZONES, *fakes.LINKS]


def kept() -> Response:
    return Response(b"x", headers={"Cache-Control": "public, max-age=60"})


@pytest.fixture
def watched(store: Store) -> Iterator[Served]:
    """A cycle at NOON in which XB's source is away and XC's needs a key; a suspect of XC waits. Asked at 12:05."""
    plugins = fakes.manager(
        XA=fakes.module("XA", fetch_production=fakes.production({"coal": 100.0})),
        XB=fakes.module("XB", fetch_production=fakes.raising(errors.SourceDown("No answer from XB."))),
        XC=fakes.module("XC", fetch_production=fakes.raising(errors.MissingToken("XC_KEY"))),
        links=fakes.module("links", fetch_exchange=fakes.exchange({"XA->XB": 40.0, "XB->XC": 20.0})))
    with times.frozen(fakes.NOON):
        Cycle(small.CONFIG, plugins, store).run(room.plan(small.CONFIG, only=ONLY))
        suspect = {
            "start_s": small.NOON_S - 3600, "end_s": small.NOON_S, "rule": "jump", "reason": "It jumps.",
            "figures": "{}", "event": "{}", "digest": "x"}
        job = {"kind": "production", "key": "XC", "parser": "XC.fetch_production", "started_s": small.NOON_S}
        with store.writing() as connection:
            store.quarantine.note(connection, job, [suspect], "live")
    with serving(store, app=application(store, kept)) as served:
        yield served


def gauges(served: Served) -> dict[str, dict[tuple[str, ...], float]]:
    """Name → labels' values → number, as Prometheus reads it."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(served.client.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_health_is_word_by_word_what_clients_compare(served: Served) -> None:
    found = served.client.get("/health")
    assert found.text == '{"monitors":{"state":"ok"},"status":"ok"}' and found.headers["cache-control"] == "no-store"


def test_health_says_when_the_store_is_away_and_when_it_is_back(
    small_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> str:
        raise errors.StoreError("The disk is gone.")

    with serving(small_store) as served:
        with monkeypatch.context() as broken:
            broken.setattr(small_store, "fingerprint", away)
            while (found := served.client.get("/health")).status_code == 200:
                pass
            assert found.status_code == 503 and found.json()["status"] == 503 and "disk" not in found.text
            assert served.client.get("/status").json()["store"]["isReachable"] is False
            assert gauges(served)["gridtrace_store_up"] == {(): 0.0}
            assert served.client.get("/v4/carbon-intensity/latest?zone=XC").status_code == 200, "from memory"
        while served.client.get("/health").status_code == 503:
            pass
        assert gauges(served)["gridtrace_store_up"] == {(): 1.0}


def test_status_says_how_the_sources_are_doing(watched: Served) -> None:
    """The newest measured interval began at 11:00, an hour and five minutes ago."""
    found = watched.client.get("/status").json()
    assert found["store"] == {"isReachable": True, "generation": 1} and found["version"]
    (cycle,) = found["cycles"]
    assert cycle["jobs"] == {"ok": 3, "failed": 1, "skipped": 1} and cycle["origin"] == "live"
    assert cycle["startedAt"] == cycle["endedAt"] == "2026-03-10T12:00:00.000Z" and cycle["seconds"] == 0
    parsers: dict[str, Any] = {one["parser"]: one for one in found["parsers"]}
    assert parsers["links"] == {
        "parser": "links", "series": 2, "good": 2, "bad": 0, "skipped": 0, "outcomes": {"ok": 2},
        "newestData": "2026-03-10T11:00:00.000Z", "newestDataAgeSeconds": 3900,
        "lastSuccess": "2026-03-10T12:00:00.000Z", "lastError": None}
    away = parsers["XB"]
    assert (away["bad"], away["lastSuccess"], away["newestDataAgeSeconds"]) == (1, None, None)
    assert away["lastError"] == {
        "kind": "production", "key": "XB", "message": "SourceDown: No answer from XB.",
        "at": "2026-03-10T12:00:00.000Z"}
    assert parsers["XC"]["skipped"] == 1 and "XC_KEY" in parsers["XC"]["lastError"]["message"]
    assert found["quarantine"] == {"XC.fetch_production": 1}


def test_status_says_which_zones_have_a_result_and_why_others_have_none(watched: Served) -> None:
    zones = watched.client.get("/status").json()["zones"]
    assert zones["own"] == ["XA"]
    assert zones["without"]["FR"] == "Its source has not been asked yet."
    known = {*zones["own"], *zones["estimated"], *zones["without"]}
    assert known == set(small.CONFIG.zones), "each zone is in one of the three"
    assert len(zones["own"]) + len(zones["estimated"]) + len(zones["without"]) == len(small.CONFIG.zones)


def test_metrics_tell_prometheus_the_same(watched: Served) -> None:
    found = gauges(watched)
    assert found["gridtrace_cycle_age_seconds"] == {(): 300.0} and found["gridtrace_cycle_seconds"] == {(): 0.0}
    assert found["gridtrace_cycle_jobs"] == {("ok",): 3.0, ("failed",): 1.0, ("skipped",): 1.0}
    assert found["gridtrace_parser_series"]["links", "good"] == 2.0
    assert found["gridtrace_parser_series"]["XB", "bad"] == 1.0
    assert found["gridtrace_parser_data_age_seconds"] == {("XA",): 3900.0, ("links",): 3900.0}
    assert found["gridtrace_quarantine_waiting"] == {("XC.fetch_production",): 1.0}
    assert found["gridtrace_zones"]["own",] == 1.0
    assert sum(found["gridtrace_zones"].values()) == len(small.CONFIG.zones)


def test_metrics_count_requests_by_route_and_not_by_what_callers_make_up(watched: Served) -> None:
    for path in ("/health", "/health", "/extra?a=1", "/made/up", "/made/up/too"):
        watched.client.get(path)
    watched.client.head("/extra?a=1")
    watched.client.post("/health")
    found = gauges(watched)
    assert found["gridtrace_requests_total"] == {
        ("GET", "/health", "200"): 2.0, ("GET", "/extra", "200"): 1.0, ("GET", "none", "404"): 2.0,
        ("HEAD", "/extra", "200"): 1.0, ("POST", "/health", "405"): 1.0}
    assert found["gridtrace_request_seconds_count"]["/health",] == 3.0
    assert found["gridtrace_requests_in_flight"] == {(): 1.0}, "this one"
    assert found["gridtrace_response_cache_total"] == {("miss",): 1.0, ("hit",): 1.0}


def test_a_parsers_problem_is_its_newest_bad_one() -> None:
    """Not what was skipped later, nor what went wrong before."""
    def job(key: str, outcome: str, started_s: int, message: str | None, good_s: int | None = None) -> dict[str, Any]:
        return {
            "parser": "P.fetch_production", "kind": "production", "key": key, "outcome": outcome, "newest_s": None,
            "started_s": started_s, "message": message, "good_s": good_s}

    (found,) = parsers_health([
        job("A", "failed", 10, "old", 5), job("B", "timeout", 20, "new"), job("C", "skipped", 30, "no key"),
        job("D", "empty", 40, "nothing", 40)])
    assert found.problem == Problem("production", "B", "new", 20)
    assert (found.series, found.good, found.bad, found.skipped, found.good_s) == (4, 1, 2, 1, 40)
