"""The command as people run it: in a process of its own, with its exit code and what it prints."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import schemas, times
from core.cli import common, report
from core.config import load
from core.ingest.jobs import Job, Outcome
from core.ingest.runner import Report
from core.ingest.solve import solve
from core.kinds import ESTIMATIONS
from core.store import open_store
from tests.core.test_solve import put
from tests.support import SAMPLES

PLUGIN = '''
import os, time
from pathlib import Path
from core import schemas, times
from core.plugins import impl

NOW = times.read("2026-03-10T12:00Z")
GATE = Path(os.environ.get("GATE", "/nonexistent"))
ANSWERS = {"XA": {"coal": 100.0}, "XB": {"gas": 60.0}, "XC": {"wind": 80.0}}
FLOWS = {"XA->XB": 40.0, "XB->XC": 20.0}

def place(key):
    return {"name": f"Test {key}", "country": None, "region": "Europe", "timezone": "UTC", "bbox": [0, 0, 1, 1],
            "parsers": {"production": "slow.fetch_production"}}

@impl
def gridtrace_zones():
    return {key: place(key) for key in ANSWERS}

@impl
def gridtrace_exchanges():
    return {key: {"lonlat": [0, 0], "rotation": 0, "parsers": {"exchange": "slow.fetch_exchange"}} for key in FLOWS}

def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    while zone_key == "XB" and not GATE.exists():
        time.sleep(0.01)
    start = times.shift(NOW, hours=-1)
    starts = [times.shift(start, minutes=15 * i) for i in range(4)]
    return [schemas.production(zone_key, start=one, end=times.shift(one, minutes=15), source="fake.org",
                               modes=ANSWERS[zone_key]) for one in starts]

def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return schemas.exchange(zone_key1, zone_key2, start=times.shift(NOW, hours=-1), end=NOW, source="fake.org",
                            flow_mw=FLOWS[f"{zone_key1}->{zone_key2}"])
'''
KEYS = ("XA", "XB", "XC", "XA->XB", "XB->XC")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with an installed distribution that adds three zones; XB answers once the file `gate` is there."""
    site = tmp_path / "site"
    info = site / "slow-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "slow.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gridtrace]\nslow = slow\n")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDTRACE")}
    return kept | {"PYTHONPATH": str(site), "GATE": str(tmp_path / "gate"), "COLUMNS": "160"}


def gridtrace(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=120)


def run_words(store: Path) -> list[str]:
    return ["run", "--store", str(store), "--only", ",".join(KEYS)]


def test_a_killed_cycle_costs_nothing_that_was_stored(environment: dict[str, str], tmp_path: Path) -> None:
    store, gate = tmp_path / "store.db", Path(environment["GATE"])
    process = subprocess.Popen([sys.executable, "-m", "core.cli", *run_words(store)], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    seen = [process.stderr.readline() for _ in range(4)]
    assert all(line.startswith("ok ") for line in seen), seen
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stderr.close()
    with open_store(store) as opened:
        kept = {key: len(opened.events("production", key, 0, 2**40)) for key in ("XA", "XB", "XC")}
        assert kept == {"XA": 4, "XB": 0, "XC": 4}, "whole batches only"
        assert opened.results() == [] and len(opened.unsolved_hours()) == 1
        assert opened.last_runs(1)[0]["ended_s"] is None
    gate.touch()
    again = gridtrace(*run_words(store), env=environment)
    assert again.returncode == 0, again.stderr
    assert "4 new" in again.stdout, "only XB's batch was missing"
    with open_store(store) as opened:
        found = {row["zone_key"]: row["lifecycle_g_per_kwh"] for row in opened.results()}
        assert {key: round(found[key], 6) for key in ("XA", "XB", "XC")} == {"XA": 820.0, "XB": 622.0, "XC": 133.2}
        assert list(opened.unsolved_hours()) == []
    status = gridtrace("status", "--store", str(store), env=environment)
    assert "was not finished" in status.stdout


def test_exit_code_and_summary_name_what_failed(environment: dict[str, str], tmp_path: Path) -> None:
    found = gridtrace(*run_words(tmp_path / "s.db"), "--deadline", "0.5", env=environment)
    assert found.returncode == 1
    assert "production XB" in found.stdout and "timeout" in found.stdout and "given up" in found.stdout
    assert "4 ok, 1 timeout" in found.stdout
    status = gridtrace("status", "--store", str(tmp_path / "s.db"), env=environment)
    assert status.returncode == 1
    assert "XB: No answer within 0.5 s" in status.stdout


def test_a_second_cycle_at_the_same_time_leaves_with_75(environment: dict[str, str], tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    with open_store(store) as opened, opened.exclusive():
        found = gridtrace(*run_words(store), env=environment)
    assert found.returncode == 75
    assert "Another cycle" in found.stderr and "Traceback" not in found.stderr


def test_every_goes_on_until_it_is_stopped(environment: dict[str, str], tmp_path: Path) -> None:
    Path(environment["GATE"]).touch()
    words = [*run_words(tmp_path / "store.db"), "--every", "1s"]
    process = subprocess.Popen([sys.executable, "-m", "core.cli", *words], env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    summaries = 0
    began = time.monotonic()
    for line in process.stdout:
        summaries += line.startswith("jobs: 5 ok")
        if summaries == 2 or time.monotonic() - began > 30:
            break
    process.send_signal(signal.SIGINT)
    process.stdout.close()
    process.wait(timeout=10)
    assert summaries == 2
    with open_store(tmp_path / "store.db") as opened:
        assert len(opened.last_runs(5)) >= 2


def test_every_goes_on_after_a_cycle_that_could_not_have_the_store(environment: dict[str, str], tmp_path: Path) -> None:
    Path(environment["GATE"]).touch()
    words = [*run_words(tmp_path / "store.db"), "--every", "1s"]
    with open_store(tmp_path / "store.db") as opened:
        with opened.exclusive():
            process = subprocess.Popen([sys.executable, "-m", "core.cli", *words], env=environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            assert process.stderr is not None
            assert "Another cycle" in process.stderr.readline()
        lines = iter(process.stderr.readline, "")
        assert any(line.startswith("ok ") for line in lines)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        process.stderr.close()
    assert process.wait(timeout=10) == 130
    assert "stopped" in rest and "Traceback" not in rest


def test_a_replay_stays_out_of_the_store_of_the_environment(tmp_path: Path) -> None:
    """Whoever has set GRIDTRACE_STORE for the live cycles must not get samples into it."""
    env = os.environ | {"GRIDTRACE_STORE": str(tmp_path / "live.db"), "PYTHONPATH": str(Path(__file__).parents[2])}
    words = [sys.executable, "-m", "core.cli", "run", "--replay", str(SAMPLES), "--only", "TW", "--kind", "production"]
    found = subprocess.run(words, capture_output=True, text=True, env=env, cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert not (tmp_path / "live.db").exists()
    assert (tmp_path / "gridtrace-replay.db").exists()


def test_an_output_that_lacks_letters_gets_question_marks(replayed: tuple[Path, object]) -> None:
    store, _ = replayed
    found = gridtrace("show", "FR", "--store", str(store), env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert found.returncode == 0, found.stderr
    assert "?" in found.stdout


def test_brackets_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    shown = common.table(None, "reason")
    shown.add_row("pip install gridtrace[ocr] [/b]")
    common.console().print(shown)
    assert "gridtrace[ocr] [/b]" in capsys.readouterr().out


def test_a_narrow_terminal_cuts_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "30", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    shown = common.table(None, "zone", ">MW", "word")
    shown.add_row("US-NW-BPAT", "12 345", "x" * 100)
    common.console().print(shown)
    found = capsys.readouterr().out
    assert "US-NW-BPAT" in found and "12 345" in found and found.count("x") == 100


def test_a_zone_that_was_not_asked_is_not_called_an_importer(tmp_path: Path) -> None:
    """FR has a source that is not due; LU, of which the parsers were skipped, lives on imports here."""
    outcome = Outcome(Job("production", "LU", ("A.fetch_b",)), "skipped", "A.fetch_b", times.now())
    with open_store(tmp_path / "store.db") as opened:
        rows = report.zone_rows(load(), opened, Report(outcomes=[outcome], solved_zones={"FR", "LU"}))
    assert [(row[0], row[2]) for row in rows] == [("FR", "not due"), ("LU", "imports")]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A store with one cycle over the project's own samples, and what that cycle printed."""
    store = tmp_path_factory.mktemp("replay") / "store.db"
    return store, gridtrace("run", "--replay", str(SAMPLES), "--origin", "simulated", "--store", str(store))


def test_the_demonstration(replayed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    store, found = replayed
    assert found.returncode == 0, found.stdout[-3000:]
    assert "SIMULATED" in found.stdout
    with open_store(store) as opened:
        latest = opened.latest_results()
        counts = opened.counts()
    assert {"FR", "GB", "TW", "NZ", "BR-CS", "AU-NSW", "US-NW-BPAT", "CA-ON", "ES-IB-MA", "DE"} <= latest.keys()
    assert all(5 < row["lifecycle_g_per_kwh"] < 1400 for row in latest.values())
    assert {row["origin"] for row in latest.values()} == {"simulated"}
    again = gridtrace("run", "--replay", str(SAMPLES), "--origin", "simulated", "--store", str(store))
    assert ", 0 new, 0 changed," in again.stdout
    with open_store(store) as opened:
        assert opened.counts() == counts


def test_show_prints_a_balance_that_adds_up(replayed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    store, _ = replayed
    found = gridtrace("show", "FR", "--at", "2026-03-10T10:00Z", "--store", str(store))
    assert found.returncode == 0, found.stderr
    for part in ("nuclear", "from", "g/kWh", "Carbon-free", "SIMULATED"):
        assert part in found.stdout
    deep = gridtrace("show", "FR", "--depth", "1", "--store", str(store))
    assert deep.returncode == 0 and len(deep.stdout.splitlines()) > len(found.stdout.splitlines())
    made = gridtrace("show", "FR", "--sources", "--store", str(store))
    assert made.returncode == 0 and "generated in" in made.stdout
    parent = gridtrace("show", "DK", "--at", "2026-03-10T10:00Z", "--store", str(store))
    assert parent.returncode == 0 and "DK-DK2" in parent.stdout
    assert gridtrace("show", "FR", "--at", "noon", "--store", str(store)).returncode == 2
    missing = gridtrace("show", "QQ", "--store", str(store))
    assert missing.returncode == 2 and "There is no zone QQ" in missing.stderr


@pytest.fixture
def estimates(tmp_path: Path) -> Path:
    """PT's own data at 10:00; at 11:00 its production is missing, ES and AD are silent, and PT imports from ES."""
    path = tmp_path / "store.db"
    start = times.read("2026-03-10T10:00Z")
    with open_store(path) as store:
        for days, hours in ((-2, 1), (-1, 1), (0, 0)):
            at = times.shift(start, days=days, hours=hours)
            mix = schemas.production("PT", start=at, end=times.shift(at, hours=1), source="a", modes={"wind": 50.0})
            put(store, "production", mix)
        at = times.shift(start, hours=1)
        for pair in (("ES", "PT"), ("AD", "ES")):
            end = times.shift(at, hours=1)
            put(store, "exchange", schemas.exchange(*pair, start=at, end=end, source="a", flow_mw=50.0))
        solve(load(), store)
    return path


def test_show_says_what_is_estimated_and_why(estimates: Path) -> None:
    words = ["--store", str(estimates)]
    mean = gridtrace("show", "PT", *words).stdout
    assert "11:00Z" in mean and "estimated: typical mix" in mean, "how the import was priced"
    assert "mean of the same hour: production is missing in this hour" in mean
    typical = gridtrace("show", "ES", *words).stdout
    assert "What is consumed carries" in typical and "in a typical year" in typical
    assert "the world's mix is taken" in gridtrace("show", "AD", *words).stdout


def test_show_leaves_estimates_out_when_told_to(estimates: Path) -> None:
    words = ["--disable-estimations", "--store", str(estimates)]
    own = gridtrace("show", "PT", *words)
    assert own.returncode == 0 and "10:00Z" in own.stdout and "stimated," not in own.stdout
    refused = gridtrace("show", "PT", "--at", "2026-03-10T11:00Z", *words)
    assert refused.returncode == 2
    assert "PT is estimated: mean of the same hour at 2026-03-10 11:00Z" in refused.stderr
    nothing = gridtrace("show", "ES", *words)
    assert nothing.returncode == 2 and "no result for ES that is not estimated" in nothing.stderr


def test_the_table_of_zones_says_what_is_estimated(estimates: Path) -> None:
    with open_store(estimates) as store:
        rows = {row[0]: row for row in report.zone_rows(load(), store, Report(solved_zones={"PT", "ES", "AD"}))}
    assert rows["PT"][-1] == "missing flow", "its own hour of 10:00, rather than the mean an hour later"
    assert rows["ES"][-1] == "estimated: typical mix, no production data, exports priced at fallback"
    assert rows["AD"][2] == "none" and rows["AD"][-1].startswith("estimated: world mix, ")


def test_there_are_words_for_every_estimation() -> None:
    assert common.ESTIMATIONS.keys() == set(ESTIMATIONS)


def test_solving_again_changes_nothing_unless_asked_to(
    replayed: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    store, _ = replayed
    span = ["solve", "--from", "2026-03-10T09:00Z", "--to", "2026-03-10T13:00Z", "--store", str(store)]
    again = gridtrace(*span)
    assert again.returncode == 0 and again.stdout.startswith("4 hours traced; 0 rows changed;"), again.stderr
    other = gridtrace(*span, "--storage", "charging-mean")
    assert other.returncode == 0 and " 0 rows changed" not in other.stdout
    assert gridtrace(*span, "--storage", "static").returncode == 0
    assert gridtrace(*span, "--storage", "hope").returncode == 2


def test_status_and_refusals_of_the_demonstration(replayed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    store, _ = replayed
    found = gridtrace("status", "--store", str(store), "--all")
    assert found.returncode == 1 and "failing" not in found.stdout, "some samples end long before they were recorded"
    assert "TAIPOWER" in found.stdout and "simulated" in found.stdout
    assert "refusals." in gridtrace("refusals", "--store", str(store)).stdout


def test_check_and_zones() -> None:
    check = gridtrace("check")
    assert check.returncode == 0, check.stderr
    assert "379 zones, 382 exchanges" in check.stdout
    assert "ot written yet" not in check.stdout, "every source that the configuration names has its parser"
    zones = gridtrace("zones", "taiwan")
    assert "TAIPOWER.fetch_production" in zones.stdout and "1 served" in zones.stdout


def with_reference(folder: Path, place: str, key: str, kind: str, reference: str) -> dict[str, str]:
    """The environment of a configuration in which a series names another function."""
    for name in ("zones.json", "exchanges.json", "emission_factors.csv"):
        (folder / name).write_bytes((Path(__file__).parents[2] / name).read_bytes())
    content = json.loads((folder / place).read_text())
    (content["zones"] if place == "zones.json" else content)[key]["parsers"][kind] = reference
    (folder / place).write_text(json.dumps(content))
    return os.environ | {"GRIDTRACE_CONFIG": str(folder)}


def test_a_parser_that_nobody_has_written_is_told_and_no_error(tmp_path: Path) -> None:
    env = with_reference(tmp_path, "zones.json", "TW", "production", "MOONGRID.fetch_production")
    check = gridtrace("check", env=env)
    assert check.returncode == 0 and "Not written yet: 1 parsers that 1 series name" in check.stdout
    assert "MOONGRID (1)" in check.stdout
    assert "not written yet" in gridtrace("zones", "taiwan", env=env).stdout


@pytest.mark.parametrize(
    ("place", "key", "kind", "reference", "said"),
    [
        ("zones.json", "TW", "production", "TAIPOWER.fetch_nothing", "TAIPOWER has no function fetch_nothing"),
        ("zones.json", "TW", "production", "ONS.fetch_exchange", "does not take the keys of a zone"),
        ("exchanges.json", "AR->BR-S", "exchange", "ONS.fetch_production", "does not take the keys of an exchange"),
    ],
)
def test_check_names_a_parser_that_does_not_resolve(
    place: str, key: str, kind: str, reference: str, said: str, tmp_path: Path
) -> None:
    found = gridtrace("check", env=with_reference(tmp_path, place, key, kind, reference))
    assert found.returncode == 2
    assert f"{place}: {key}: parsers.{kind}: " in found.stderr and said in found.stderr
    assert "Traceback" not in found.stderr


def test_test_parser_prints_events_and_verdicts() -> None:
    found = gridtrace("test-parser", "TW", "--replay", str(SAMPLES))
    assert found.returncode == 0, found.stdout + found.stderr
    for part in ("coal 1\u202f003.0", "oldest 2026-03-10 11:50Z", "fresh", "every event accepted"):
        assert part in found.stdout
    exchange = gridtrace("test-parser", "BR-S->BR-CS", "--replay", str(SAMPLES))
    assert exchange.returncode == 0 and "exchange of BR-CS->BR-S" in exchange.stdout


def test_the_script_of_the_contributors() -> None:
    script = Path(__file__).parents[2] / "test_parser.py"
    command = [sys.executable, str(script), "TW", "--replay", str(SAMPLES)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0
    assert "production of TW" in found.stdout


def test_a_missing_token_is_named() -> None:
    env = {k: v for k, v in os.environ.items() if k != "ENTSOE_TOKEN"}
    found = gridtrace("test-parser", "AT", env=env)
    assert found.returncode == 1
    assert "ENTSOE_TOKEN" in found.stdout and "skipped" in found.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["test-parser", "QQ"], "there is no QQ"),
        (["test-parser", "FR", "exchange"], "it has"),
        (["test-parser", "FR", "--target_datetime", "noon"], "ISO 8601"),
        (["run", "--kind", "prodution"], "is not a kind. Did you mean production"),
        (["run", "--every", "5"], "write 5m"),
        (["run", "--replay", "/nowhere"], "holds no recorded case"),
        (["run", "--only", "QQ"], "There is no zone, exchange or parser QQ"),
        (["run", "--only", "FR,QQ"], "There is no zone, exchange or parser QQ"),
        (["run", "--replay", str(SAMPLES), "--only", "QQ"], "is recorded of what was asked for"),
        (["run", "--replay", str(SAMPLES), "--origin", "live"], "is not a label of what is not live"),
        (["run", "--store", "/dev/null/store.db"], "cannot be opened"),
        (["status", "--store", "/nowhere/store.db"], "There is no store"),
    ],
)
def test_a_wrong_argument_is_told_in_one_line(words: list[str], said: str, tmp_path: Path) -> None:
    env = os.environ | {"GRIDTRACE_STORE": str(tmp_path / "s.db"), "COLUMNS": "200", "TERM": "dumb"}
    found = gridtrace(*words, env=env)
    assert found.returncode == 2
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_the_help_loads_nothing_heavy() -> None:
    """What keeps `gridtrace --help` fast: no library of the rooms below is imported for it."""
    heavy = "('pydantic', 'requests', 'numpy', 'sqlalchemy', 'lxml')"
    code = f"import sys, core.cli; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
