"""What `gridtrace doctor` finds, on a store, in the environment, and at the hosts of a sandbox."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from socket import gaierror

import pytest
from requests.exceptions import ConnectionError as Broken
from requests.exceptions import SSLError

from core import times, tokens
from core.config import load
from core.health import reach
from core.health.doctor import Patient, diagnose, worst
from core.health.findings import Finding
from core.health.reach import Look
from core.plugins import Manager
from core.sandbox.faults import Plan
from core.sandbox.grid import Grid
from core.sandbox.readings import World
from core.sandbox.server import serving
from core.store import Store, open_store
from core.store.examine import examine, growth_bytes
from tests.core.api import small
from tests.core.health.world import CONFIG, NOON_S, at, job, plugins


@pytest.fixture(scope="module")
def built_in() -> Manager:
    return Manager()


def look(where: str, minutes: float = 0) -> list[Finding]:
    """Everything but the network."""
    with at(minutes):
        return diagnose(Patient(CONFIG, plugins(), where, is_offline=True))


def of(found: list[Finding], area: str) -> Finding:
    """The worst of an area."""
    return next(one for one in found if one.area == area)


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    found = look(str(tmp_path / "no.db"))
    assert of(found, "store").level == "problem" and "gridtrace run" in of(found, "store").todo
    assert worst(found) == "problem"


def test_a_well_instance_has_no_problem(store: Store, place: str) -> None:
    for key in ("XA", "XB", "XA->XB", "XB->XC"):
        job(store, key, "ok", run_id=store.begin_run(NOON_S, "live"))
    store.end_run(store.last_runs(1)[0]["id"], NOON_S + 30, {"line": "fine", "jobs": {}})
    found = look(place, minutes=5)
    assert worst(found) in ("ok", "warning"), "a disk may be nearly full"
    assert of(found, "cycles").found == "The last cycle ended 4 min ago."
    assert of(found, "parsers").found == "3 of 4 parsers are ok in all series, 0 are skipped."
    assert of(found, "configuration").level == "ok"


@pytest.mark.parametrize("minutes, level", [(15, "ok"), (16, "warning"), (61, "problem")])
def test_the_age_of_the_last_cycle(store: Store, place: str, minutes: float, level: str) -> None:
    run_id = store.begin_run(NOON_S, "live")
    store.end_run(run_id, NOON_S, {"line": "", "jobs": {}})
    assert of(look(place, minutes), "cycles").level == level


def test_models_that_are_too_old_to_be_used_are_said(store: Store, place: str) -> None:
    assert "Nothing is learnt" in of(look(place), "forecasts").found
    for key, days in (("XA", 29), ("XB", 31)):
        store.forecasts.write_model({
            "zone_key": key, "format": 1, "method": "boosting", "trained_s": NOON_S, "until_s": NOON_S - days * 86400,
            "content": b""})
    found = [(one.level, one.found) for one in look(place) if one.area == "forecasts"]
    assert found == [
        ("warning", "1 of 2 models know nothing newer than 30 days and are not used."),
        ("ok", "1 zones are foreseen by what was learnt; the oldest model ends 31 days ago.")]


def test_a_parser_in_trouble_says_what_to_do(store: Store, place: str) -> None:
    job(store, "XB", "failed", message="SourceChanged: There is no column MW.")
    found = of(look(place), "parsers")
    assert (found.level, found.found) == (
        "problem", "XB: 1 of 1 failing; production XB: SourceChanged: There is no column MW.")
    assert "test-parser XB --record" in found.todo


def test_a_missing_key_says_where_to_get_it(built_in: Manager, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = load()
    config = replace(config, zones={"FI": config.zones["FI"]}, exchanges={})
    monkeypatch.delenv("ENTSOE_TOKEN", raising=False)
    patient = Patient(config, built_in, str(tmp_path / "no.db"), is_offline=True)
    found = _key(diagnose(patient), "ENTSOE_TOKEN")
    assert found.level == "warning" and "series of ENTSOE are skipped" in found.found
    assert "transparency.entsoe.eu" in found.todo
    monkeypatch.setenv("ENTSOE_TOKEN", "s3cret")
    found = _key(diagnose(patient), "ENTSOE_TOKEN")
    assert found.level == "ok" and "s3cret" not in str(found)


def _key(found: list[Finding], variable: str) -> Finding:
    return next(one for one in found if one.area == "keys" and one.found.startswith(f"{variable} "))


def test_a_missing_package_names_its_extra(
    built_in: Manager, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = load()
    config = replace(config, zones={"CA-BC": config.zones["CA-BC"]}, exchanges={})
    patient = Patient(config, built_in, str(tmp_path / "no.db"), is_offline=True)
    assert of(diagnose(patient), "extras").level == "ok"
    monkeypatch.setattr("core.health.doctor._is_installed", lambda name: name != "python-calamine")
    found = of(diagnose(patient), "extras")
    assert (found.level, found.todo) == ("warning", "pip install 'gridtrace[spreadsheets]'")
    assert "python-calamine" in found.found


def test_a_store_nobody_can_write_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = tmp_path / "store.db"
    with open_store(where) as store:
        with store.engine.connect() as held:
            held.exec_driver_sql("BEGIN IMMEDIATE")
            with store.engine.connect() as other:
                other.exec_driver_sql("PRAGMA busy_timeout=10")
            monkeypatch.setattr("core.store.examine.become_writer", _impatient)
            assert "locked" in str(examine(store).not_writable)
        assert examine(store).not_writable is None


def _impatient(connection: object) -> None:
    from sqlalchemy import Connection
    assert isinstance(connection, Connection)
    connection.exec_driver_sql("PRAGMA busy_timeout=10")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def test_a_broken_file_is_found(tmp_path: Path) -> None:
    where = tmp_path / "store.db"
    with open_store(where) as store:
        for hour in range(400):
            small.produce(store, "XA", NOON_S - 3600 * hour, hydro=float(hour))
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
        assert examine(store).fault is None
    content = bytearray(where.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    where.write_bytes(content)
    with open_store(where) as store:
        assert examine(store).fault is not None


def test_growth_is_what_was_written_at_the_weight_of_what_is_there(store: Store) -> None:
    """A job of two days ago wrote 2 rows, so 1 row a day at size / 2 rows."""
    from core.store.upkeep import size

    for hour in (0, 1):
        small.produce(store, "XA", NOON_S - 3600 * hour, hydro=1.0)
    assert growth_bytes(store, 0, NOON_S) is None, "nothing is counted yet"
    job(store, "XA", "ok", -2 * 1440)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE parser_hours SET written = 2")
    assert growth_bytes(store, 0, NOON_S) == pytest.approx(size(store) / 2, rel=0.1)


@pytest.fixture(scope="module")
def world() -> World:
    return World(Grid(load()))


class TestReach:
    @pytest.fixture
    def addresses(self, built_in: Manager) -> Iterator[dict[str, list[str]]]:
        yield dict(reach.addresses_of(built_in, ["NZ", "TAIPOWER", "ENTSOE", "FI"]))

    def test_hosts_are_those_of_the_parsers_constants_and_their_platforms(
        self, addresses: dict[str, list[str]]
    ) -> None:
        assert addresses["https://web-api.tp.entsoe.eu"] == ["ENTSOE", "FI"]
        assert addresses["http://www.taipower.com.tw"] == ["TAIPOWER"]
        assert "https://data.fingrid.fi" in addresses

    def test_a_sandbox_answers_for_all_and_has_the_time(self, world: World, addresses: dict[str, list[str]]) -> None:
        with serving(world) as sandbox:
            looks = reach.look_at(addresses, sandbox.url)
        found = list(reach.findings([one for one in looks if one.status != 404]))
        assert [one.level for one in found] == ["ok", "ok"], found
        assert "hosts answer" in found[0].found and "clock" in found[1].found

    def test_hosts_that_fail_are_named_with_what_to_do(self, world: World, addresses: dict[str, list[str]]) -> None:
        plan = Plan(1, {"TAIPOWER": {"reset": 1.0}, "ENTSOE": {"503": 1.0}})
        with serving(world, plan) as sandbox, tokens.given({}):
            found = list(reach.findings(reach.look_at(addresses, sandbox.url)))
        warnings = {one.found: one.todo for one in found if one.level == "warning"}
        (broken,) = [text for text in warnings if text.startswith("www.taipower.com.tw did not answer")]
        assert "GRIDTRACE_PROXY_TAIPOWER" in warnings[broken]
        assert any(text.startswith("web-api.tp.entsoe.eu answered with status 503") for text in warnings)

    def test_no_host_at_all_is_one_problem(self, world: World, addresses: dict[str, list[str]]) -> None:
        with serving(world, Plan(1, {"*": {"reset": 1.0}})) as sandbox:
            looks = [replace(one, status=None) for one in reach.look_at(addresses, sandbox.url)]
        found = list(reach.findings(looks))
        assert [one.level for one in found if one.area == "reachability"] == ["problem"]

    @pytest.mark.parametrize("err, words", [
        (gaierror(-2, "Name or service not known"), "not known (DNS)"),
        (ssl.SSLCertVerificationError("expired"), "certificate"), (TimeoutError("timed out"), "did not answer")])
    def test_why_a_host_is_away(self, err: OSError, words: str) -> None:
        outer = SSLError(err) if isinstance(err, ssl.SSLError) else Broken(err)
        outer.__cause__ = err
        assert words in reach._why("a.example", "XX", outer)[0]

    @pytest.mark.parametrize("ahead_s, level, word", [
        ([1.0, 0.0, -200.0], "ok", "ahead"), ([40.0, 41.0, 45.0], "warning", "behind"),
        ([-900.0, -901.0, -880.0], "problem", "ahead of"), ([0.0, 0.0], "warning", "not compared")])
    def test_the_clock_is_held_against_the_median(self, ahead_s: list[float], level: str, word: str) -> None:
        """A host whose clock is ahead of ours means that ours is behind."""
        looks = [Look(f"{i}.example", ("XX",), 200, ahead_s=one) for i, one in enumerate(ahead_s)]
        clock = list(reach.findings(looks))[-1]
        assert clock.level == level and word in clock.found

    def test_an_http_date_is_read_to_the_second(self) -> None:
        moment = times.read("2026-03-10T12:00:00Z").timestamp()
        assert reach._ahead_s("Tue, 10 Mar 2026 12:00:10 GMT", moment - 1, moment + 1) == 10.5
        assert reach._ahead_s("yesterday", 0, 0) is None and reach._ahead_s(None, 0, 0) is None


def test_time_zone_data_have_a_release() -> None:
    release = times.zone_data()
    assert release is not None and release[:2] == "20" and len(release) >= 5
