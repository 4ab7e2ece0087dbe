"""The sandbox as a server: what it answers, how sessions come to it, and that its process does not outlive its user."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core import http, times, tokens
from core.cli import app
from core.errors import GridtraceError, NoData
from core.sandbox import TOKENS, sources
from core.sandbox.faults import Plan
from core.sandbox.process import sandbox_process
from core.sandbox.readings import Readings, World
from core.sandbox.server import Sandbox, serving
from core.sandbox.steps import Steps, steps_between
from core.store import open_store
from tests.support_http import Answer, Source, source

__all__ = ["source"]
NOON = times.read("2026-03-10T12:02Z")
ONS = "http://tr.ons.org.br/Content/GetBalancoEnergetico/null"


class TestGateway:
    def test_it_stands_for_every_host(self, sandbox: Sandbox) -> None:
        with http.session(gateway=sandbox.url) as session, times.frozen(NOON):
            answer = http.get(session, ONS)
        assert answer.url == ONS, "as if the host itself had answered"
        assert http.body_json(answer)["Data"] == "2026-03-10T09:00:00-03:00", "the asker's clock, on the raster"

    def test_a_host_that_is_not_simulated_has_nothing(self, sandbox: Sandbox) -> None:
        with http.session(gateway=sandbox.url) as session, pytest.raises(NoData, match="nowhere"):
            http.get(session, "https://nowhere.org/")

    def test_rates_are_the_real_sources(self, sandbox: Sandbox) -> None:
        """Ten requests at one a minute would take nine minutes."""
        began = time.perf_counter()
        with http.session(gateway=sandbox.url) as session, http.rate(1.0):
            for _ in range(10):
                http.get(session, ONS)
        assert time.perf_counter() - began < 10

    def test_redirects_and_cookies_are_those_of_the_host(self, source: Source) -> None:
        """The first answer of old.org sends to new.org and sets a cookie, which new.org must not get."""
        source.script("/http/old.org/", Answer(status=302, headers={
            "Location": "http://new.org/there", "Set-Cookie": "token=1; Path=/"}))
        with http.session(gateway=source.url) as session:
            assert http.get(session, "http://old.org/").url == "http://new.org/there"
            http.get(session, "http://old.org/again")
        assert source.paths() == ["/http/old.org/", "/http/new.org/there", "/http/old.org/again"]
        assert [one.headers.get("cookie") for one in source.asked] == [None, None, "token=1"]


def test_every_module_answers_for_hosts_of_its_own() -> None:
    hosts = [host for module in sources.modules().values() for host in module.HOSTS]
    assert len(hosts) == len(set(hosts)) >= 20
    assert set(sources.by_host()) == set(hosts)


def test_latency_comes_before_every_answer(world: World) -> None:
    with serving(world, Plan(latency_s=0.15)) as sandbox, http.session(gateway=sandbox.url) as session:
        began = time.perf_counter()
        http.get(session, ONS)
        assert time.perf_counter() - began >= 0.15


class TestReadings:
    def test_hours_are_the_means_of_their_quarters(self, world: World) -> None:
        readings = Readings(world, NOON)
        hour = Steps(int(times.read("2026-03-10T10:00Z").timestamp()), 3600, 1)
        quarters = Steps(hour.start_s, 900, 4)
        for read in (readings.load, readings.price, readings.generation_forecast):
            assert read("FR", hour).item() == pytest.approx(read("FR", quarters).mean())

    def test_an_aggregate_is_the_sum_of_its_parts(self, world: World) -> None:
        readings, steps = Readings(world, NOON), Steps(int(times.read("2026-03-10T10:00Z").timestamp()), 3600, 2)
        parts = [readings.production(key, steps)["wind"] for key in ("DK-DK1", "DK-DK2")]
        assert readings.production("DK", steps)["wind"] == pytest.approx(sum(parts))

    def test_a_flow_turns_its_sign_with_its_ends(self, world: World) -> None:
        readings, steps = Readings(world, NOON), Steps(int(times.read("2026-03-10T10:00Z").timestamp()), 3600, 2)
        there = readings.flow(["ES"], ["FR"], steps)
        assert (there == -readings.flow(["FR"], ["ES"], steps)).all()
        assert there.any()

    def test_steps_across_midnight_and_none(self, world: World) -> None:
        readings = Readings(world, NOON)
        steps = steps_between(times.read("2026-03-09T22:00Z"), times.read("2026-03-10T02:00Z"), 3600)
        assert (steps.count, readings.load("FR", steps).shape) == (4, (4,))
        assert readings.load("FR", Steps(steps.start_s, 3600, 0)).shape == (0,)

    def test_whole_steps_of_a_window(self) -> None:
        """From 10:20 to 12:10 the whole half hours are 10:30 to 12:00."""
        steps = steps_between(times.read("2026-03-10T10:20Z"), times.read("2026-03-10T12:10Z"), 1800)
        assert [f"{start:%H:%M}" for start in steps.starts()] == ["10:30", "11:00", "11:30"]
        assert steps_between(times.read("2026-03-10T10:20Z"), times.read("2026-03-10T10:10Z"), 1800).count == 0


class TestProcess:
    def test_it_serves_and_ends_with_the_block(self) -> None:
        with sandbox_process() as url, http.session(gateway=url) as session, times.frozen(NOON):
            assert http.get(session, ONS).ok
        with http.session(gateway=url, patience=http.Patience(retries=0)) as session, pytest.raises(GridtraceError):
            http.get(session, ONS)

    def test_it_ends_when_its_user_is_killed(self) -> None:
        code = "from core.sandbox.process import sandbox_process\nimport time\n" \
               "with sandbox_process() as url:\n    print(url, flush=True)\n    time.sleep(60)"
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as user:
            assert user.stdout is not None
            url = user.stdout.readline().strip()
            os.kill(user.pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        with http.session(gateway=url, patience=http.Patience(retries=0, connect_s=1)) as session:
            while time.monotonic() < deadline:
                try:
                    http.get(session, ONS)
                except GridtraceError:
                    return
        pytest.fail("the sandbox outlived the process that started it")

    def test_one_that_cannot_start_is_an_error(self, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(GridtraceError, match="did not start"), sandbox_process(["--faults", "often"]):
            pass
        assert "is no fault" in capfd.readouterr().err


class TestCommands:
    def test_run_stores_simulated_events_and_says_so(self, tmp_path: Path) -> None:
        where = tmp_path / "store.db"
        done = CliRunner().invoke(app, ["run", "--sandbox", "--only", "ONS,NZ", "--store", str(where)])
        assert done.exit_code == 0, done.output
        assert "SIMULATED" in done.output
        assert tokens.missing(("ENTSOE_TOKEN",)), "the sandbox's credentials stay in the sandbox"
        with open_store(where) as store:
            rows = store.results()
        assert {row["origin"] for row in rows} == {"simulated"}
        assert {"BR-CS", "BR-N", "BR-NE", "BR-S", "NZ"} <= {row["zone_key"] for row in rows}

    def test_test_parser_asks_the_sandbox(self) -> None:
        done = CliRunner().invoke(app, ["test-parser", "NZ", "--sandbox"])
        assert done.exit_code == 0, done.output
        assert "production of NZ from NZ.fetch_production: ok, 1 events" in done.output

    def test_faults_fail_their_jobs_and_the_exit_code_says_so(self, tmp_path: Path) -> None:
        command = ["run", "--sandbox", "--only", "ONS,NZ", "--store", str(tmp_path / "store.db")]
        done = CliRunner().invoke(app, [*command, "--faults", "ONS:html=1"])
        assert done.exit_code == 1
        assert "did not answer in JSON" in done.output
        assert "2 ok, 10 failed" in done.output, "NZ's mix and price; four regions and six borders of ONS"

    @pytest.mark.parametrize(("options", "said"), [
        (["--faults", "0.1"], "say --sandbox too"), (["--latency", "1"], "say --sandbox too"),
        (["--sandbox", "--replay", "."], "exclude each other"),
    ])
    def test_what_does_not_go_together_is_said(self, tmp_path: Path, options: list[str], said: str) -> None:
        done = CliRunner().invoke(app, ["run", "--store", str(tmp_path / "store.db"), *options])
        assert (done.exit_code, said in done.output) == (2, True)

    def test_the_server_says_where_it_listens(self, world: World) -> None:
        command = [sys.executable, "-m", "core.cli", "sandbox", "--port", "0"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_heed_interrupts
        ) as server:
            try:
                assert server.stdout is not None and server.stderr is not None
                line = server.stdout.readline()
                server.send_signal(signal.SIGINT)
                assert server.wait(timeout=20) == 130
                assert "was stopped" in server.stderr.read()
            finally:
                server.kill()
        assert line.startswith("sandbox on http://127.0.0.1:")

    def test_a_port_that_is_taken_is_said(self, sandbox: Sandbox) -> None:
        port = sandbox.server_address[1]
        done = CliRunner().invoke(app, ["sandbox", "--port", str(port)])
        assert done.exit_code == 2
        assert "Take another with --port" in " ".join(done.output.split())


def test_credentials_of_the_sandbox_are_those_that_parsers_ask_for() -> None:
    from core.declare import declaration
    from core.plugins import Manager, builtin_names

    plugins = Manager()
    wanted = {
        variable for name in builtin_names() for called, function in vars(plugins.module(name)).items()
        if called != "fetch_production_capacity" and (facts := declaration(function)) for variable in facts.tokens
    }  # installed capacities are no part of a cycle
    assert wanted == set(TOKENS)


def _heed_interrupts() -> None:
    """A suite that a shell runs in the background ignores SIGINT, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
