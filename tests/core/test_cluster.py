"""Beyond one machine: a real Dask cluster of two worker processes, and several runners on one PostgreSQL."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from core import http, schemas, times, tokens
from core.cli import app
from core.config import Config, load
from core.errors import ClusterError, StoreBusy, StoreError
from core.ingest import cluster as cluster_room
from core.ingest import errands
from core.ingest import jobs as room
from core.ingest.cluster import Places, connected
from core.ingest.jobs import Job
from core.ingest.parts import parts_of, solve_on
from core.ingest.runner import Cycle, Report, due
from core.ingest.solve import network_of, solve, solve_run
from core.ingest.storage import Storage
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.grid import Grid
from core.sandbox.readings import World
from core.sandbox.server import Sandbox, serving
from core.sandbox.wire import Asked
from core.store import Store, claiming, open_store, opening, tables
from core.store.written import STAMPS
from tests.conftest import command
from tests.fakes import zone

distributed = pytest.importorskip("distributed")

NOW = times.read("2026-03-10T12:02Z")
NOON_S = int(times.read("2026-03-10T12:00Z").timestamp())
HOUR_S = 3600
ONLY = ("PT", "ES->PT", "FI", "EE->FI", "NZ", "BR-CS", "BR-NE", "BR-N", "US-NW-BPAT")
KINDS = ("production", "exchange")


@contextmanager
def two_workers() -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of its own."""
    with distributed.LocalCluster(
        n_workers=2, processes=True, threads_per_worker=1, dashboard_address=":0", protocol="tcp",
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A scheduler whose workers nobody kills."""
    with two_workers() as address:
        yield address


@pytest.fixture
def mortal() -> Iterator[str]:
    """A scheduler of a test that kills workers: when they are started again nobody knows."""
    with two_workers() as address:
        yield address


class Watched:
    """A sandbox, what it was asked, and what a test wants to happen when it is."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url, self.asked = sandbox.url, Counter[tuple[str, str, bytes]]()
        self.when_asked: Callable[[Asked], None] = lambda asked: None
        self._answer = sandbox.answer
        sandbox.answer = self.answer  # type: ignore[method-assign]

    def answer(self, asked: Asked) -> Any:
        self.asked[asked.method, asked.url, asked.body] += 1
        self.when_asked(asked)
        return self._answer(asked)


@pytest.fixture(scope="module")
def world() -> World:
    return World(Grid(load()))


@pytest.fixture
def sandbox(world: World) -> Iterator[Watched]:
    with serving(world) as made, times.frozen(NOW), tokens.given(TOKENS):
        yield Watched(made)


def cycle_on(store: Store, sandbox: Watched, scheduler: str | None = None, workers: int = 48) -> Cycle:
    return Cycle(
        load(), Manager(), store, "simulated", gateway=sandbox.url, patience=http.Patience(retries=0),
        scheduler=scheduler, workers=workers)


def planned() -> list[Job]:
    return room.plan(load(), only=ONLY, kinds=KINDS)


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every event and result, without which job brought it or when it was traced."""
    found, told = {}, {"job_id", *STAMPS}
    for table in (tables.mixes, tables.numbers, tables.results):
        rows = store.rows(table.select().order_by(*table.primary_key))
        found[table.name] = [tuple(v for name, v in row.items() if name not in told) for row in rows]
    return found


def test_a_cluster_stores_what_one_machine_does_and_asks_no_more(
    scheduler: str, sandbox: Watched, new_place: Callable[[], str]
) -> None:
    """The jobs are of several sources, some of which give several series in one answer: each request comes once."""
    with open_store(new_place()) as here, open_store(new_place()) as there:
        alone = cycle_on(here, sandbox).run(planned())
        asked_alone = sandbox.asked.copy()
        sandbox.asked.clear()
        together = cycle_on(there, sandbox, scheduler).run(planned())
        assert alone.counts == together.counts
        assert alone.counts["ok"] >= 8
        assert contents(here) == contents(there)
        assert len(contents(there)["mixes"]) > 100 and len(contents(there)["results"]) > 100
    assert set(sandbox.asked.values()) == {1}
    assert sandbox.asked == asked_alone
    assert together.requests == alone.requests == len(asked_alone)


def test_a_lost_worker_costs_the_jobs_it_had(mortal: str, sandbox: Watched, tmp_path: Path) -> None:
    """Two jobs are under way at a time, and ENTSOE's begin first, as it has most. Its worker dies with both."""
    jobs = planned()
    entsoe = [job for job in jobs if job.source == "ENTSOE"]
    assert len(entsoe) == 4
    with connected(mortal, load()) as cluster:
        workers = cluster.workers()
        doomed = Places(jobs, workers).of(entsoe[0])
        process = cluster.on_workers([doomed or ""], os.getpid)[doomed or ""]
    assert len(workers) == 2
    both = threading.Barrier(2, action=lambda: os.kill(process, signal.SIGKILL))

    def when_asked(asked: Asked) -> None:
        if "entsoe" in asked.url and not both.broken:
            both.wait(30)
            both.abort()

    sandbox.when_asked = when_asked
    store = open_store(tmp_path / "store.db")
    report = cycle_on(store, sandbox, mortal, workers=2).run(jobs)
    lost = [outcome for outcome in report.outcomes if outcome.outcome == "failed"]
    assert {outcome.job.source for outcome in lost} == {"ENTSOE"} and len(lost) == 2
    assert all(f"The worker {doomed} was lost while it asked" in (one.message or "") for one in lost)
    assert report.counts == {"ok": len(jobs) - 2, "failed": 2}
    again = cycle_on(store, sandbox, mortal).run(due(store, jobs, Manager()))
    assert {one.job.key for one in again.outcomes} == {one.job.key for one in lost}, "only they are due"
    assert again.counts == {"ok": 2}
    store.close()


@contextmanager
def dask(*words: str, until: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command `dask` for as long as the block lasts, and what it said after `until`."""
    command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if until in line)
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        try:
            yield process, line.partition(until)[2].strip()
        finally:
            process.kill()
            drain.join()


def test_a_scheduler_that_goes_away_fails_what_is_not_done(sandbox: Watched, tmp_path: Path) -> None:
    """One of ENTSOE's four jobs comes first, then, of three each, one of ONS: the scheduler is killed as it asks."""
    jobs = planned()
    with (
        open_store(tmp_path / "store.db") as store,
        dask("scheduler", "--port", "0", until="Scheduler at:") as (process, address),
        dask("worker", address, "--nthreads", "1", "--no-nanny", until="Registered to:"),
    ):
        def when_asked(asked: Asked) -> None:
            if "entsoe" not in asked.url:
                process.kill()
                process.wait()

        sandbox.when_asked = when_asked
        report = cycle_on(store, sandbox, address, workers=1).run(jobs)
    assert report.counts == {"ok": 1, "failed": len(jobs) - 1}
    assert {one.job.source for one in report.outcomes if one.outcome == "ok"} == {"ENTSOE"}
    assert all(f"The Dask scheduler at {address} does not answer any more" in (one.message or "")
               for one in report.outcomes if one.outcome == "failed")


def test_a_source_is_asked_by_one_worker_only() -> None:
    """Of the jobs A A A, B B, C, C→D, D the sources C and D stay together: A 3, C and D 3, B 2.

    So A goes to the first of two workers, C and D to the second, B to either; when the first goes, A and B
    are placed anew.
    """
    def job(*sources: str) -> Job:
        return Job("production", "FR", tuple(f"{source}.fetch_production" for source in sources))

    jobs = [job("A")] * 3 + [job("B")] * 2 + [job("C"), job("C", "D"), job("D")]
    places = Places(jobs, ["one", "two"])
    assert places.of(job("A")) == "one"
    assert places.of(job("C")) == places.of(job("D")) == places.of(job("C", "D")) == "two"
    assert places.of(job("B")) == "one"
    places.update(["two", "three"])
    assert [places.of(job(name)) for name in "ABCD"] == ["three", "two", "two", "two"]
    places.update([])
    assert places.of(job("A")) is None


HOURS = 5 * 24
FIRST_S = NOON_S - HOURS * HOUR_S


def fill(store: Store) -> None:
    """Five days of three zones in a row, with what makes an hour look beyond itself.

    FR lacks the afternoon of the last days (a mean of the days before stands in), ES publishes in intervals of 90 min,
    PT's pumps charge and give back, a flow lacks every fifth hour.
    """
    config, series = load(), []
    starts_s = range(FIRST_S, NOON_S, HOUR_S)
    of_fr = [at_s for at_s in starts_s if at_s < NOON_S - 48 * HOUR_S or (at_s // HOUR_S) % 24 < 12]
    series.append(("production", [mix("FR", at_s, 60, nuclear=40000.0 + at_s // HOUR_S % 977 / 7) for at_s in of_fr]))
    of_es = range(FIRST_S, NOON_S, 90 * 60)
    series.append(("production", [mix("ES", at_s, 90, gas=9000.0 / (3 + at_s % 7), wind=1 / 3) for at_s in of_es]))
    of_pt = [mix("PT", at_s, 60, pumped_mw=(at_s // HOUR_S % 24 - 11.5) * 100, hydro=2500.1) for at_s in starts_s]
    series.append(("production", of_pt))
    for key, power_mw in (("ES->FR", 1234.5), ("ES->PT", -777.7)):
        assert key in config.exchanges
        one, other = key.split("->")
        series.append(("exchange", [
            schemas.exchange(one, other, start=times.epoch(at_s), end=times.epoch(at_s + HOUR_S), source="a",
                             flow_mw=power_mw + at_s // HOUR_S % 13)
            for at_s in starts_s if at_s // HOUR_S % 5]))
    run_id = store.begin_run(NOON_S, "live")
    for kind, raw in series:
        events = [schemas.read(kind, one) for one in raw]
        row = {
            "run_id": run_id, "kind": kind, "key": events[0].key, "parser": "a.fetch_b", "started_s": NOON_S,
            "seconds": 0.0, "outcome": "ok", "accepted": len(events), "refused": 0, "suspect": 0, "newest_s": None,
            "message": None,
        }
        store.write_job(row, events, [], "live")


def mix(zone_key: str, start_s: int, minutes: int, pumped_mw: float | None = None, **modes: float) -> dict[str, Any]:
    return schemas.production(
        zone_key, start=times.epoch(start_s), end=times.epoch(start_s + minutes * 60), source="a", modes=modes,
        storage=None if pumped_mw is None else {"hydro": pumped_mw})


def test_hours_solved_on_a_cluster_are_those_solved_in_one_go(
    scheduler: str, store: Store, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit. Five days are five parts of a day, of which an eighth, four for each worker, would be less."""
    monkeypatch.setattr("core.ingest.parts.SHORTEST_PART", 24)
    fill(store)
    assert len(parts_of([*store.unsolved_hours()], 2)) == 5
    solved = solve(load(), store)
    in_one_go = contents(store)["results"]
    assert {row["estimation"] for row in store.results("FR")} == {None, "same_hour_mean"}
    span = ["--from", f"{times.epoch(FIRST_S):%Y-%m-%dT%H:%MZ}", "--to", f"{times.epoch(NOON_S):%Y-%m-%dT%H:%MZ}"]
    with store.writing() as connection:
        connection.execute(tables.results.delete())
    words = ["solve", *span, "--store", place, "--scheduler", scheduler]
    found = CliRunner().invoke(app, words, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    assert f"{HOURS} hours traced; {solved.written} rows changed; {len(solved.zones)} zones" in found.stdout
    assert contents(store)["results"] == in_one_go
    assert store.unsolved_hours() == {}


def test_a_part_whose_worker_dies_is_traced_by_another(
    mortal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ingest.parts.SHORTEST_PART", 24)
    store, killed = open_store(tmp_path / "store.db"), list[int]()
    fill(store)

    def told(hours_s: Sequence[int]) -> None:
        if not killed:
            worker = cluster.workers()[0]
            killed.append(cluster.on_workers([worker], os.getpid)[worker])
            os.kill(killed[0], signal.SIGKILL)

    with connected(mortal, load()) as cluster:
        solved = solve_on(cluster, store, told)
    assert killed and solved.hours >= set(range(FIRST_S, NOON_S, HOUR_S))
    assert store.unsolved_hours() == {}
    results = contents(store)["results"]
    store.mark_unsolved(FIRST_S, NOON_S)
    assert solve(load(), store).written == 0, "nothing differs from what one machine finds"
    assert contents(store)["results"] == results
    store.close()


def refusal(address: str, config: Config | None = None) -> str:
    """What is said of a cluster that cannot be used."""
    with pytest.raises(ClusterError) as told, connected(address, config or load()):
        pass
    return str(told.value)


class TestWhatIsWrongIsSaid:
    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster_room, "CONNECT_S", 1.0)

    def test_no_scheduler(self) -> None:
        """Port 1 of this machine: nobody listens."""
        said = refusal("tcp://127.0.0.1:1")
        assert said.startswith("No Dask scheduler answers at tcp://127.0.0.1:1 (") and "`dask scheduler`" in said

    def test_what_listens_is_something_else(self, sandbox: Watched) -> None:
        assert "No Dask scheduler answers at tcp://" in refusal(sandbox.url.replace("http", "tcp"))

    def test_an_address_that_is_none(self) -> None:
        assert "No Dask scheduler answers at nonsense://x" in refusal("nonsense://x")

    def test_no_workers(self) -> None:
        with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0", protocol="tcp") as cluster:
            said = refusal(cluster.scheduler_address)
            assert said.startswith(f"No worker is left at {cluster.scheduler_address}: start one with `dask worker`")

    def test_another_version(self, scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
        here = http.VERSION
        monkeypatch.setattr(http, "VERSION", "99.1")
        assert f"has Gridtrace {here}, and this machine 99.1: install the same" in refusal(scheduler)

    def test_another_configuration(self, scheduler: str) -> None:
        config = load().with_more({"XA": zone("A")}, {})
        assert "has another configuration than this machine: give both the same" in refusal(scheduler, config)

    def test_the_extra_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        assert "pip install 'gridtrace[dask]'" in refusal("tcp://127.0.0.1:1")

    def test_a_file_that_workers_do_not_see(self, scheduler: str, tmp_path: Path) -> None:
        """Or see another one of the same name, as on another machine."""
        with open_store(tmp_path / "store.db") as store, connected(scheduler, load()) as cluster:
            mine = errands.file_identity(str(tmp_path))
            found = cluster.on_workers(cluster.workers(), errands.why_unreadable, str(tmp_path / "store.db"), mine)
            assert all("is no file there, or another one" in str(said) for said in found.values()) and len(found) == 2
            (tmp_path / "store.db").unlink()
            with pytest.raises(ClusterError, match=r"cannot read the store: .*store\.db is no file there"):
                solve_on(cluster, store)

    def test_a_method_that_cannot_be_cut(self, tmp_path: Path) -> None:
        open_store(tmp_path / "store.db").close()
        words = ["solve", "--from", "2026-03-01", "--to", "2026-03-02", "--storage", "reservoir", "--store",
                 str(tmp_path / "store.db"), "--scheduler", "tcp://127.0.0.1:1"]
        found = CliRunner().invoke(app, words)
        assert found.exit_code == 2
        assert "cannot be cut" in found.output


def test_a_stores_password_is_not_told_but_taken_from_the_workers_environment() -> None:
    url = "postgresql://me:hunter2@db.example.org/gridtrace"
    address = opening.address_of(opening.url_of(url))
    assert "hunter2" not in address
    assert opening.with_own_password(address, url) == url
    assert opening.with_own_password(address, "postgresql://me:hunter2@db.example.org/other") == address
    assert opening.with_own_password(address, None) == address


def test_a_worker_that_may_only_read_can_trace(new_postgresql: Callable[[], str]) -> None:
    """As the role of another user would, it sees the tables and may not write them."""
    url = new_postgresql()
    schema = url.rpartition("search_path%3D")[2]
    with open_store(url) as store:
        fill(store)
        solve(load(), store)
        command(url, f"CREATE ROLE {schema}_reader", f"GRANT USAGE ON SCHEMA {schema} TO {schema}_reader",
                f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {schema}_reader")
        with open_store(f"{url}+-crole%3D{schema}_reader") as reader:
            hours_s = range(NOON_S - 24 * HOUR_S, NOON_S, HOUR_S)
            found = solve_run(load(), network_of(load()), reader, hours_s, Storage("static"))
            with pytest.raises(StoreError, match="permission denied"):
                reader.begin_run(NOON_S, "live")
        assert store.write_results(found, dict.fromkeys(hours_s, 1)) == 0, "they are what is there"
        command(url, f"DROP OWNED BY {schema}_reader", f"DROP ROLE {schema}_reader")


class TestRunnersOnOnePostgreSQL:
    """Each with its own connections, as on two machines; the jobs of both were planned before either began."""

    @pytest.fixture
    def two(self, new_postgresql: Callable[[], str]) -> Iterator[tuple[Store, Store]]:
        url = new_postgresql()
        with open_store(url) as one, open_store(url) as other:
            yield one, other

    def test_no_job_is_done_twice_by_one_that_begins_while_another_asks(
        self, two: tuple[Store, Store], sandbox: Watched
    ) -> None:
        """The first has a job of ENTSOE when the second begins, which so gets all but ENTSOE's four jobs."""
        jobs, second = planned(), list[Report]()

        def told(outcome: object) -> None:
            if not second:
                second.append(Report())
                second[0] = cycle_on(two[1], sandbox).run(jobs)

        first = cycle_on(two[0], sandbox, workers=1).run(jobs, told)
        assert {one.job.source for one in first.outcomes} == {"ENTSOE"} and len(first.outcomes) == 4
        assert second[0].left == 4 and first.left == len(jobs) - 4
        assert "4 left to other runners" in second[0].summary()
        done = Counter((one.job.kind, one.job.key) for report in (first, second[0]) for one in report.outcomes)
        assert done == Counter((job.kind, job.key) for job in jobs)
        assert set(sandbox.asked.values()) == {1}
        recorded = Counter((row["kind"], row["key"]) for row in two[0].rows(tables.jobs.select()))
        assert recorded == done
        assert two[0].unsolved_hours() == {}

    def test_no_job_is_done_twice_by_two_that_begin_at_once(self, two: tuple[Store, Store], sandbox: Watched) -> None:
        jobs, reports, begin = planned(), list[Report](), threading.Barrier(2)

        def work(store: Store) -> None:
            with times.frozen(NOW), tokens.given(TOKENS):
                begin.wait(30)
                reports.append(cycle_on(store, sandbox, workers=4).run(jobs, since=0))

        threads = [threading.Thread(target=work, args=[store]) for store in two]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(len(report.outcomes) for report in reports) == len(jobs)
        assert set(sandbox.asked.values()) == {1}
        recorded = Counter((row["kind"], row["key"]) for row in two[0].rows(tables.jobs.select()))
        assert recorded == Counter((job.kind, job.key) for job in jobs)
        assert two[0].unsolved_hours() == {}

    def test_windows_that_another_has_asked_for_are_left_and_those_after_them_are_not_lost(
        self, two: tuple[Store, Store], sandbox: Watched
    ) -> None:
        """Of three windows of NZ the other runner asks for the second, after this one has planned all three."""
        ends = [times.shift(NOW, hours=hours) for hours in (-18, -12, -6)]
        windows = [times.Window(times.shift(end, hours=-6), end) for end in ends]
        jobs = [Job("production", "NZ", ("NZ.fetch_production",), window.end, None, window) for window in windows]
        assert len(cycle_on(two[1], sandbox).run([jobs[1]]).outcomes) == 1
        report = cycle_on(two[0], sandbox).run(jobs, since=0)
        assert [one.job for one in report.outcomes] == [jobs[0], jobs[2]] and report.left == 1
        assert cycle_on(two[0], sandbox).run(jobs, since=0).summary().startswith("jobs: none due; 3 left to other")

    def test_one_that_finds_every_source_taken_says_who_has_them(
        self, two: tuple[Store, Store], sandbox: Watched
    ) -> None:
        jobs = planned()
        with claiming(two[0]) as claims:
            assert all(claims.take(source) for source in {job.source for job in jobs})
            with pytest.raises(StoreBusy, match=rf"being asked by another cycle \(.*process {os.getpid()} on "):
                cycle_on(two[1], sandbox).run(jobs)
        assert not sandbox.asked
        assert cycle_on(two[1], sandbox).run(jobs).counts["ok"] == len(jobs), "what is held ends with the block"

    def test_hours_are_left_to_the_next_cycle_while_another_command_solves(
        self, new_postgresql: Callable[[], str], sandbox: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url, jobs = new_postgresql(), planned()
        with open_store(url) as one, claiming(one) as claims, claims.solving():
            monkeypatch.setattr(opening, "WAIT_S", 0.1)
            with open_store(url) as other:
                report = cycle_on(other, sandbox).run(jobs)
                assert report.is_solving_left and "left to the next cycle" in report.summary()
                assert other.unsolved_hours() and not other.results()
                with pytest.raises(StoreBusy, match="tracing the hours"), claiming(other) as more, more.solving():
                    pass
        with open_store(url) as other:
            cycle_on(other, sandbox).run(jobs)
            assert not other.unsolved_hours() and other.results()

    def test_whoever_holds_the_store_has_no_cycle_beside_it(self, two: tuple[Store, Store]) -> None:
        with two[0].exclusive(), pytest.raises(StoreBusy), claiming(two[1]):
            pass
        with claiming(two[0]), claiming(two[1]), pytest.raises(StoreBusy), two[1].exclusive():
            pass
