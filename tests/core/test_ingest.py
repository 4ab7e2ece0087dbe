"""A cycle on a real store, with parsers that behave and parsers that do not."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core import errors, http, times
from core.declare import source
from core.ingest import jobs as room
from core.ingest.runner import Cycle, Report, due, poll_minutes
from core.ingest.turns import Turns
from core.plugins import Manager
from core.store import Store, open_store, tables
from tests import fakes

HOUR_S = int(times.shift(fakes.NOON, hours=-1).timestamp())


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    with open_store(place) as opened, times.frozen(fakes.NOON):
        yield opened


def good(**more: Any) -> Manager:
    """XA makes coal and sends 40 MW to XB, which makes gas and sends 20 MW to XC, which makes wind."""
    modules = {
        "XA": fakes.module("XA", fetch_production=fakes.production({"coal": 100.0})),
        "XB": fakes.module("XB", fetch_production=fakes.production({"gas": 60.0})),
        "XC": fakes.module("XC", fetch_production=fakes.production({"wind": 80.0})),
        "links": fakes.module("links", fetch_exchange=fakes.exchange({"XA->XB": 40.0, "XB->XC": 20.0})),
    }
    return fakes.manager(**(modules | more))


def cycle(store: Store, plugins: Manager, **more: Any) -> Report:
    config = fakes.world()
    jobs = room.plan(config, only=[*fakes.ZONES, *fakes.LINKS])
    return Cycle(config, plugins, store, **more).run(jobs)


def intensities(store: Store) -> dict[str, float]:
    rows = store.results(start_s=HOUR_S, end_s=HOUR_S + 3600)
    return {row["zone_key"]: row["lifecycle_g_per_kwh"] for row in rows if row["zone_key"] in fakes.ZONES}


def test_a_good_cycle_stores_and_traces(store: Store) -> None:
    """By hand, default lifecycle factors coal 820, gas 490, wind 11 g/kWh.

    XA: 820. XB: (60·490 + 40·820) / 100 = 622. XC: (80·11 + 20·622) / 100 = 133.2.
    """
    report = cycle(store, good())
    assert report.counts == {"ok": 5}
    assert (report.accepted, report.new, report.changed, report.refused) == (5, 5, 0, 0)
    assert intensities(store) == pytest.approx({"XA": 820.0, "XB": 622.0, "XC": 133.2})
    assert not report.has_failures


def test_the_same_again_stores_nothing_twice(store: Store) -> None:
    cycle(store, good())
    before = store.counts()
    report = cycle(store, good())
    assert (report.accepted, report.new, report.changed, report.results_written) == (5, 0, 0, 0)
    assert report.solved_hours == set(), "nothing changed, so nothing is solved again"
    assert store.counts() == before


def held(store: Store) -> dict[str, list[str]]:
    """Every row of every table, without the order in which jobs happened to end and how long they took."""
    found = {}
    for table in tables.metadata.sorted_tables:
        told = [c for c in table.columns if c.name not in ("id", "job_id", "seconds", "summary")]
        found[table.name] = sorted(repr(row) for row in store.rows(select(*told)))
    return found


def test_both_engines_hold_the_same(new_postgresql: Callable[[], str], tmp_path: Path) -> None:
    """After a cycle, the same again, one with a correction, and two in which XA's source answers with a web page."""
    page = fakes.returning("<html>down</html>")
    answers = [*(fakes.production({"coal": coal_mw}) for coal_mw in (100.0, 100.0, 70.0)), page, page]
    results = []
    for place in (str(tmp_path / "store.db"), new_postgresql()):
        with open_store(place) as store, times.frozen(fakes.NOON):
            for answer in answers:
                cycle(store, good(XA=fakes.module("XA", fetch_production=answer)))
            latest = [repr(row) for row in store.latest_results().values()]
            series = store.series("production", ["XA", "XB"], 0, 2**40)
            results.append((held(store), latest, [array.tolist() for array in series[:2]], repr(series[2])))
    sqlite, postgresql = results
    assert sqlite == postgresql
    tables_told, latest, *_ = sqlite
    assert len(latest) >= 3 and len(tables_told["jobs"]) == 25 and len(tables_told["refusals"]) == 1


def test_only_the_hours_that_changed_are_solved_again(store: Store) -> None:
    def with_coal(latest_mw: float) -> Manager:
        mixes = fakes.production({"coal": 90.0}, {"coal": 95.0}, {"coal": latest_mw})
        return good(XA=fakes.module("XA", fetch_production=mixes))

    assert len(cycle(store, with_coal(100.0)).solved_hours) == 3
    assert cycle(store, with_coal(50.0)).solved_hours == {HOUR_S}


def endless(**_: Any) -> Any:
    threading.Event().wait()


def hang(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
    return endless()


def half_way() -> Iterator[Any]:
    yield from fakes.production({"gas": 60.0})("XB")
    raise RuntimeError("the connection broke")


class Rude(BaseException):
    """What no parser should raise."""


class Mute(Exception):
    """An error that cannot say what it is."""

    def __str__(self) -> str:
        raise ValueError("no words")


def forever() -> list[Any]:
    """A production from 2026 to the year 9000."""
    (event,) = fakes.production({"gas": 60.0})("XB")
    return [event | {"end_datetime": times.read("9000-01-01T00:00Z")}]


def nested() -> list[Any]:
    """An answer that holds itself."""
    answer: dict[str, Any] = {}
    answer["self"] = answer
    return [answer]


BAD = {
    "raises": (fakes.raising(ValueError("no such column")), "failed", "ValueError: no such column"),
    "exits": (fakes.raising(SystemExit(3)), "failed", "SystemExit"),
    "is rude": (fakes.raising(Rude()), "failed", "Rude"),
    "is mute": (fakes.raising(Mute()), "failed", "Mute: its message fails with ValueError"),
    "breaks the terminal": (fakes.raising(ValueError("a\x1b[2J\0\ud800\n b")), "failed", r"a\x1b[2J\x00\ud800 b"),
    "holds itself": (fakes.returning(nested), "failed", "RecursionError"),
    "never ends": (fakes.returning(forever), "refused", "days is longer than 31"),
    "hangs": (hang, "timeout", "No answer within"),
    "returns text": (fakes.returning("<html>down</html>"), "refused", "a str is not an event"),
    "returns a number": (fakes.returning(42), "refused", "a int is not an event"),
    "returns rubbish": (fakes.returning([{"zoneKey": "XB"}, None, [1]]), "refused", "datetime Field required"),
    "returns nothing": (fakes.returning(None), "empty", "returned no event"),
    "breaks half way": (fakes.returning(half_way), "failed", "the connection broke"),
    "is down": (fakes.raising(errors.SourceDown("it sleeps")), "failed", "SourceDown: it sleeps"),
    "has changed": (fakes.raising(errors.SourceChanged("no table")), "failed", "SourceChanged: no table"),
    "has nothing": (fakes.raising(errors.NoData("a holiday")), "empty", "a holiday"),
    "lacks an extra": (fakes.raising(errors.MissingExtra("ocr")), "skipped", "pip install gridtrace[ocr]"),
    "lacks a token": (fakes.raising(errors.MissingToken("XB_TOKEN")), "skipped", "XB_TOKEN"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_parser_costs_only_itself(store: Store, name: str) -> None:
    function, outcome, message = BAD[name]
    function.__name__ = "fetch_production"
    report = cycle(store, good(XB=fakes.module("XB", fetch_production=function)), deadline_s=0.3)
    assert report.counts == ({"ok": 4, outcome: 1})
    (row,) = (row for row in store.last_jobs() if row["key"] == "XB")
    assert row["outcome"] == outcome
    assert message in row["message"]
    assert report.has_failures == (outcome in ("failed", "timeout", "refused"))
    assert intensities(store)["XA"] == pytest.approx(820.0)
    world_mix = fakes.world().factors.fallback_intensity("lifecycle")
    assert intensities(store)["XB"] == pytest.approx(world_mix)
    assert [row["estimation"] for row in store.results("XB")] == ["default_mix"]
    assert intensities(store)["XC"] == pytest.approx((80 * 11 + 20 * world_mix) / 100), "XB's export is priced, flagged"


def test_a_module_that_cannot_be_imported_is_named(store: Store, tmp_path: Path) -> None:
    plugins = good()
    plugins.unregister(name="XB")
    plugins.broken["XB"] = errors.PluginError("parsers/XB.py cannot be used: SyntaxError('invalid syntax')")
    report = cycle(store, plugins)
    assert report.counts == {"ok": 4, "failed": 1}
    (row,) = (row for row in store.last_jobs() if row["key"] == "XB")
    assert "SyntaxError" in row["message"]


def test_many_that_hang_do_not_hold_the_others(store: Store) -> None:
    """Two places, three that hang, two that answer: the hanging ones give up their places at the deadline."""
    silent = {name: fakes.module(name, fetch_production=hang) for name in fakes.ZONES}
    hang.__name__ = "fetch_production"
    began = time.perf_counter()
    report = cycle(store, good(**silent), deadline_s=0.2, workers=2)
    assert report.counts == {"ok": 2, "timeout": 3}
    assert time.perf_counter() - began < 3


def test_what_hangs_is_not_asked_again_beside_itself(store: Store) -> None:
    gate = threading.Event()
    calls = []

    def fetch_production(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        calls.append(zone_key)
        gate.wait()
        return fakes.production({"gas": 60.0})(zone_key)

    config, plugins = fakes.world(), good(XB=fakes.module("XB", fetch_production=fetch_production))
    jobs = room.plan(config, only=[*fakes.ZONES, *fakes.LINKS])
    loop = Cycle(config, plugins, store, deadline_s=0.2)
    assert loop.run(jobs).counts == {"ok": 4, "timeout": 1}
    report = loop.run(jobs)
    assert report.counts == {"ok": 4, "timeout": 1} and calls == ["XB"]
    assert "still under way" in (next(o for o in report.outcomes if o.job.key == "XB").message or "")
    gate.set()
    for future in loop._hanging.values():
        future.result(timeout=5)
    assert loop.run(jobs).counts == {"ok": 5}


def test_a_batch_the_store_cannot_take_fails_its_job_only(store: Store) -> None:
    """Contract statistics may hold anything, also what no JSON can say."""

    def fetch_statistics(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        return [{"datetime": fakes.NOON, "zoneKey": zone_key, "area": "XB", "currency": "EUR", "contractId": "c",
                 "source": "fake.org", "statistics": {"vwap": object()}}]

    plugins = good(more=fakes.module("more", fetch_statistics=fetch_statistics))
    config = fakes.world()
    jobs = [room.Job("intradayContractStatistics", "XB", ("more.fetch_statistics",)), *room.plan(config, only=["XA"])]
    report = Cycle(config, plugins, store).run(jobs)
    assert report.counts["failed"] == 1 and report.counts["ok"] >= 1
    assert "SerializationError" in next(row["message"] for row in store.last_jobs() if row["outcome"] == "failed")


def test_a_warning_whose_arguments_do_not_fit_costs_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("gridtrace.parsers"), "handlers", [])  # pytest's own raises

    def fetch_production(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        logger.warning("%d rows", "many")
        return fakes.production({"gas": 60.0})(zone_key)

    cycle(store, good(XB=fakes.module("XB", fetch_production=fetch_production)))
    (row,) = (row for row in store.last_jobs() if row["key"] == "XB")
    assert (row["outcome"], row["message"]) == ("ok", "%d rows ('many',)")


def test_one_bad_event_does_not_cost_its_batch(store: Store) -> None:
    events = fakes.production({"gas": 50.0}, {"gas": 60.0})("XB")
    wrong = ({"datetime": "2026-03-10 11:30"}, {"zoneKey": "XA"}, {"production": {}})
    bad = [events[0] | one for one in wrong]
    plugins = good(XB=fakes.module("XB", fetch_production=fakes.returning([bad[0], *events, *bad[1:]])))
    report = cycle(store, plugins)
    assert report.counts == {"ok": 5}
    assert report.refused == 3
    reasons = sorted(row["reason"] for row in store.refusals("XB"))
    assert len(reasons) == 3 and all(reasons)
    assert intensities(store)["XB"] == pytest.approx(622.0)


def test_good_then_each_error_then_good(store: Store) -> None:
    answers: list[Any] = [
        fakes.production({"gas": 60.0}), fakes.raising(errors.SourceDown("x")), fakes.raising(ValueError("y")),
        fakes.production({"gas": 61.0}),
    ]
    calls = []

    def fetch_production(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        calls.append(zone_key)
        return answers[len(calls) - 1](zone_key)

    plugins = good(XB=fakes.module("XB", fetch_production=fetch_production))
    outcomes = [cycle(store, plugins).counts for _ in answers]
    assert outcomes == [{"ok": 5}, {"ok": 4, "failed": 1}, {"ok": 4, "failed": 1}, {"ok": 5}]
    assert calls == ["XB"] * 4
    assert [event.production for event in store.events("production", "XB", 0, 2**40)] == [{"gas": 61.0}]


def test_the_second_parser_is_asked_when_the_first_fails(store: Store) -> None:
    config = fakes.world()
    plugins = good(spare=fakes.module("spare", fetch_production=fakes.production({"gas": 7.0})),
                   XB=fakes.module("XB", fetch_production=fakes.raising(errors.SourceDown("x"))))
    job = room.Job("production", "XB", ("XB.fetch_production", "spare.fetch_production"))
    outcome = room.run(job, plugins, [], None)
    assert (outcome.outcome, outcome.parser) == ("ok", "spare.fetch_production")
    assert Cycle(config, plugins, store).run([job]).new == 1


def test_warnings_of_a_parser_are_kept_with_its_job(store: Store) -> None:
    def fetch_production(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        logging.getLogger("gridtrace.parsers").warning("unknown label %r", "FUSION")
        return fakes.production({"gas": 60.0})(zone_key)

    cycle(store, good(XB=fakes.module("XB", fetch_production=fetch_production)))
    messages = {row["key"]: row["message"] for row in store.last_jobs()}
    assert messages["XB"] == "unknown label 'FUSION'"
    assert messages["XA"] is None


def test_what_is_due(store: Store) -> None:
    """A source of hours is asked every quarter hour, one of minutes every five, all others every hour."""
    hourly, quick = fakes.production({"gas": 60.0}), fakes.production({"gas": 60.0})
    plugins = good(XA=fakes.module("XA", fetch_production=source(resolution_min=60, window_h=1)(hourly)),
                   XB=fakes.module("XB", fetch_production=source(resolution_min=5, window_h=1)(quick)))
    jobs = [job for job in room.plan(fakes.world(), only=["XA", "XB"]) if job.kind == "production"]
    assert [poll_minutes(job, plugins) for job in jobs] == [15, 5]
    assert poll_minutes(room.Job("price", "XA", ("XA.fetch_price",)), plugins) == 60
    assert due(store, jobs, plugins) == jobs, "nothing was ever asked"
    Cycle(fakes.world(), plugins, store).run(jobs)
    assert due(store, jobs, plugins) == []
    with times.frozen(times.shift(fakes.NOON, minutes=5)):
        assert [job.key for job in due(store, jobs, plugins)] == ["XB"]
    with times.frozen(times.shift(fakes.NOON, minutes=15)):
        assert [job.key for job in due(store, jobs, plugins)] == ["XA", "XB"]
    with times.frozen(times.shift(fakes.NOON, days=-400)):
        assert due(store, jobs, plugins) == jobs, "a good answer from the future was a wrong clock's"


def test_a_missing_token_is_named_before_the_parser_is_called(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    function = source(resolution_min=5, window_h=1, tokens=("XB_TOKEN",))(fakes.production({"gas": 60.0}))
    plugins = good(XB=fakes.module("XB", fetch_production=function))
    job = room.Job("production", "XB", ("XB.fetch_production",))
    monkeypatch.delenv("XB_TOKEN", raising=False)
    assert "XB_TOKEN" in (room.run(job, plugins, [], None).message or "")
    monkeypatch.setenv("XB_TOKEN", "secret")
    assert room.run(job, plugins, [], None).outcome == "ok"


def test_what_is_measured_is_planned_first_and_the_rest_mixed() -> None:
    """Jobs of one border that share a request do not follow each other, nor do all that share one with others."""
    planned = room.plan(fakes.world())
    runs = [(kind, len(list(run))) for kind, run in itertools.groupby(job.kind for job in planned)]
    assert [kind for kind, _ in runs[:3]] == ["production", "exchange", "consumption"]
    assert max(length for _, length in runs[3:]) < 20
    assert [job.key for job in planned] == [job.key for job in room.plan(fakes.world())]
    assert len(planned) == len({(job.kind, job.key) for job in planned}) > 2000


def test_workers_begin_with_what_takes_longest_and_leave_room_for_others() -> None:
    """40 jobs of one parser and 3 of another: 16 of the first at a time, so that the second's begin at once; whoever
    ends makes room for the next."""
    jobs = [room.Job("production", f"Z{n}", ("SLOW.fetch_production",)) for n in range(40)]
    jobs += [room.Job("production", f"Y{n}", ("QUICK.fetch_production",)) for n in range(3)]
    turns = Turns(jobs)
    taken = turns.take(48)
    assert [job.parser[:4] for job in taken] == ["SLOW"] * 16 + ["QUIC"] * 3
    assert turns.take(48) == []
    turns.end(taken[0])
    turns.end(taken[-1])
    assert [job.key for job in turns.take(48)] == ["Z16"]
    assert Turns(jobs).take(2) == jobs[:2]
    rest = Turns(jobs[:5])
    assert [len(rest.take(3)), len(rest.take(3)), len(rest.take(3))] == [3, 2, 0]


def test_time_in_line_for_a_host_does_not_count_against_the_deadline(store: Store) -> None:
    """XB spends 0.4 s in line and answers; XC spends as long by itself and is given up."""

    def in_line(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        queue = http._queueing.get()
        assert queue is not None
        with queue.standing():
            threading.Event().wait(0.4)
        return fakes.production({"gas": 60.0})(zone_key)

    def slow(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        threading.Event().wait(0.6)
        return fakes.production({"wind": 80.0})(zone_key)

    plugins = good(XB=fakes.module("XB", fetch_production=in_line), XC=fakes.module("XC", fetch_production=slow))
    report = cycle(store, plugins, deadline_s=0.25)
    assert {o.job.key: o.outcome for o in report.outcomes if o.outcome != "ok"} == {"XC": "timeout"}
