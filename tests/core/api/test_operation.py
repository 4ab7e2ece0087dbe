"""/health, /status and /metrics of an instance whose store a cycle has filled, on both engines."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as xml

import pytest
from fastapi import Response
from prometheus_client.parser import text_string_to_metric_families

from core import errors, times
from core.ingest import jobs as room
from core.ingest.runner import Cycle
from core.store import Store
from core.store.reports import Book, Incident
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
    with serving(store, app=application(store, kept, plugins)) as served:
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
        "parser": "links", "state": "ok", "states": {"ok": 2}, "series": 2, "good": 2, "bad": 0, "skipped": 0,
        "outcomes": {"ok": 2}, "newestData": "2026-03-10T11:00:00.000Z", "newestDataAgeSeconds": 3900,
        "overdueSeconds": 0, "errorStreak": 0,
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
    assert found["gridtrace_parser_error_streak"]["XB",] == 1.0 and found["gridtrace_parser_error_streak"]["XA",] == 0.0
    assert found["gridtrace_parser_overdue_seconds"]["links",] == 0.0, "due at 14:00"
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


def test_a_parsers_log_is_open_to_all_and_says_how_it_is(watched: Served) -> None:
    """Two good jobs of two; each brought one event of 11:00."""
    found = watched.client.get("/status/links").json()
    assert (found["parser"], found["state"], found["states"]) == ("links", "ok", {"ok": 2})
    assert found["availability"] == {"day": 1.0, "week": 1.0, "month": 1.0}
    assert len(found["hours"]) == 168 and found["hours"][-1] == {
        "start": "2026-03-10T12:00:00.000Z", "good": 2, "bad": 0, "written": 2, "refused": 0, "suspect": 0}
    series = {one["key"]: one for one in found["series"]}
    assert series["XA->XB"]["newestDataAgeSeconds"] == 3900 and series["XA->XB"]["reason"] is None
    assert {job["key"] for job in found["jobs"]} == {"XA->XB", "XB->XC"} and found["incidents"] == []
    failing = watched.client.get("/status/XB").json()["series"][0]
    assert (failing["state"], failing["errorStreak"], failing["since"]) == ("failing", 1, "2026-03-10T12:00:00.000Z")
    assert watched.client.get("/status/NOBODY").status_code == 404


def test_a_parsers_log_needs_no_token_and_the_rest_does(store: Store) -> None:
    plugins = fakes.manager()
    with serving(store, app=application(store, kept, plugins), needs_token=True) as served:
        assert served.client.get("/status/ENTSOE").status_code == 200
        assert served.client.get("/status/ENTSOE/feed").status_code == 200
        assert served.client.get("/status").status_code == 401


def test_the_feed_has_an_entry_when_an_incident_begins_and_one_when_it_is_over(store: Store) -> None:
    def decide(book: Book) -> None:
        since_s = small.NOON_S - 3600
        for number, parser in enumerate(("links", "XB", "")):
            over_s = small.NOON_S if parser == "" else None
            book.open(Incident(
                parser, "failing", "SourceDown: <away> & gone.", "live", [f"production Z{number}"], since_s,
                since_s + 600 + number, since_s + 600, over_s))

    store.reports.update(small.NOON_S, "live", decide, lambda items: [])
    plugins = fakes.manager(links=fakes.module("links", fetch_exchange=fakes.exchange({})))
    with serving(store, app=application(store, kept, plugins)) as served:
        answer = served.client.get("/status/links/feed")
    assert answer.headers["content-type"] == "application/atom+xml"
    root, space = xml.fromstring(answer.content), "{http://www.w3.org/2005/Atom}"
    entries = [[one.findtext(f"{space}{tag}") for tag in ("title", "updated")] for one in root.iter(f"{space}entry")]
    assert entries == [
        ["Most parsers at once: over", "2026-03-10T12:00:00Z"],
        ["Most parsers at once: failing", "2026-03-10T11:10:02Z"],
        ["links: failing", "2026-03-10T11:10:00Z"]]
    ids = [one.findtext(f"{space}id") for one in root.iter(f"{space}entry")]
    assert len({*ids}) == 3, "an entry keeps its own id"
    assert "<away> & gone." in str([one.findtext(f"{space}summary") for one in root.iter(f"{space}entry")])
