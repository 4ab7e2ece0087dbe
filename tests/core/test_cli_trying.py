"""`gridtrace test-parser` on a parser of a source on loopback: samples, reviews, comparisons, warnings, the past."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core import http, schemas, times
from core.cli import app, common
from core.config import load
from core.declare import source as declare
from core.errors import NoHistory
from core.plugins import Manager
from core.recording import read_case
from core.store import open_store
from tests.core.test_solve import put
from tests.support import SAMPLES
from tests.support_http import Answer, Source, source

__all__ = ["source"]
ROWS = [{"at": f"2026-03-10T{hour:02}:00Z", "mw": 100.0 + hour} for hour in range(12)]
Run = Callable[..., Result]


@pytest.fixture
def url(source: Source) -> str:
    return source.script("/power", Answer(json.dumps(ROWS).encode(), headers={"Content-Type": "application/json"}))


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command as of noon on 10 March 2026, with a zone XM that a plugin `lunar` serves."""

    @declare(resolution_min=60, window_h=12, delay_h=1)
    def fetch_production(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
        if times.is_past(target_datetime, hours=24):
            raise NoHistory("The moon shows its present only.")
        return [
            schemas.production(zone_key, start=(start := times.read(row["at"])), end=times.shift(start, hours=1),
                               source="moon.example", modes={"gas": row["mw"]})
            for row in http.body_json(http.get(session, url))]

    module, plugins = ModuleType("lunar"), Manager()
    fetch_production.__module__ = "lunar"
    module.fetch_production = fetch_production  # type: ignore[attr-defined]
    plugins.register(module, name="lunar")
    zone = {"name": "Moon", "country": None, "region": "Europe", "timezone": "UTC", "bbox": [0, 0, 1, 1],
            "capacity": {"gas": [{"mw": 500}]}, "parsers": {"production": "lunar.fetch_production"}}
    config = load().with_more({"XM": zone}, {})
    monkeypatch.setattr(common, "everything", lambda: (config, plugins))
    monkeypatch.chdir(tmp_path)

    def invoke(*words: str | Path) -> Result:
        with times.frozen(times.read("2026-03-10T12:10Z")):
            return CliRunner().invoke(app, ["test-parser", *map(str, words)])

    return invoke


def test_a_sample_is_made_reviewed_and_kept(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "samples/lunar/production_XM.json"
    done = run("XM", "--record-to", "samples", "--own-numbers")
    assert done.exit_code == 0 and "sample: samples/lunar/production_XM.json" in done.stdout, done.output
    case = read_case(path)
    rows = json.loads((path.parent / "bodies/production_XM.json").read_text())
    assert [row["at"] for row in rows] == [row["at"] for row in ROWS[-3:]]
    assert not {row["mw"] for row in rows} & {row["mw"] for row in ROWS}
    assert [event["production"]["gas"] for event in case.rest["expected"]] == [row["mw"] for row in rows]
    assert case.rest["reviewed"] is False
    asked = run("--review", path)
    assert asked.exit_code == 2 and "say --yes" in asked.stderr, "there is no terminal to ask on"
    told = run("--review", path, "--yes")
    assert told.exit_code == 0 and "2026-03-10 11:00Z" in told.stdout and read_case(path).rest["reviewed"] is True
    again = run("XM", "--record-to", "samples")
    assert again.exit_code != 0 and "--force replaces it" in str(again.exception) + again.stderr
    assert run("XM", "--record-to", "samples", "--force").exit_code == 0
    assert read_case(path).rest["reviewed"] is False


def test_keep_says_how_much_is_left(run: Run, tmp_path: Path) -> None:
    for keep, left in (("5", 5), ("0", 12)):
        run("XM", "--record-to", "samples", "--keep", keep)
        assert len(json.loads((tmp_path / "samples/lunar/bodies/production_XM.json").read_text())) == left


def test_a_call_that_fails_makes_a_sample_only_if_asked(run: Run, source: Source, tmp_path: Path) -> None:
    source.script("/power", Answer(b"<html>Forbidden</html>", status=403))
    done = run("XM", "--record-to", "samples")
    assert done.exit_code == 1 and "--odd NAME makes one" in done.stdout
    assert not (tmp_path / "samples").exists()
    assert run("XM", "--record-to", "samples", "--odd", "refused").exit_code == 1
    case = read_case(tmp_path / "samples/lunar/odd/refused.json")
    assert (case.rest["expected_error"], case.http[0]["status"]) == ("Blocked", 403)
    told = run("--review", tmp_path / "samples/lunar/odd/refused.json", "--yes")
    assert "expects the error Blocked" in told.stdout


def test_an_answer_at_which_the_parser_breaks_is_kept_to_look_at(run: Run, source: Source, tmp_path: Path) -> None:
    source.script("/power", Answer(b'[{"at": "2026-03-10T11:00Z"}]'))
    done = run("XM", "--record-to", "samples", "--odd", "broken")
    assert done.exit_code == 1 and not (tmp_path / "samples").exists()
    folder = Path(done.stdout.rpartition("The answers are in ")[2].strip().rstrip("."))
    assert "breaks with KeyError('mw')" in done.stdout
    assert [path.read_bytes() for path in folder.iterdir()] == [b'[{"at": "2026-03-10T11:00Z"}]']
    shutil.rmtree(folder)


def test_warnings_do_not_fail_unless_they_must(run: Run, source: Source) -> None:
    rows = [{**row, "mw": 700.0} for row in ROWS]
    source.script("/power", Answer(json.dumps(rows).encode()))
    done = run("XM")
    assert done.exit_code == 0 and "warning (above_capacity): Gas reaches 700 MW; 500 MW are installed." in done.stdout
    assert "Look at the unit" in done.stdout
    assert run("XM", "--strict").exit_code == 1


def test_a_declaration_that_is_kept_and_one_that_is_not(run: Run) -> None:
    done = run("XM", "--past")
    assert done.exit_code == 0 and 'kept: history="live only": It raised NoHistory.' in done.stdout
    near = run("XM", "--past", "--target_datetime", "2026-03-09T20:00Z")
    assert near.exit_code == 1 and "not kept" in near.stdout, "16 hours ago it gives the present"


def test_for_scripts(run: Run) -> None:
    (found,) = json.loads(run("XM", "--json").stdout)["parsers"]
    assert (found["parser"], found["outcome"], len(found["events"])) == ("lunar.fetch_production", "ok", 12)
    assert found["events"][-1]["event"]["production"] == {"gas": 111.0}
    assert found["events"][-1]["start"] == "2026-03-10T11:00:00Z"
    assert (found["warnings"], found["refusals"], found["sample"], found["comparison"]) == ([], [], None, None)


def test_ours_against_what_is_stored(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    with open_store(place) as store:
        put(store, "production", schemas.production(
            "XM", start=times.read("2026-03-10T11:00Z"), source="moon.example", modes={"gas": 100.0}))
    done = run("XM", "--compare", "--store", place)
    assert "Beside what is stored: 12 of 12 values differ" in done.stdout
    (line,) = [one for one in done.stdout.splitlines() if "11:00Z" in one and "100.0" in one]
    assert line.split()[2:] == ["gas", "100.0", "111.0", "11.0"]
    assert "not known: consumption of XM: no source" in done.stdout
    assert "The balance of XM" in done.stdout
    nowhere = run("XM", "--compare", "--store", tmp_path / "nowhere.db")
    assert "there is no store at" in nowhere.stdout


def test_the_balance_and_the_views_of_a_recorded_border() -> None:
    """ONS's samples of one moment: the North makes and brings in what it uses, 7708.7 MW by its own cargaVerificada."""
    done = CliRunner().invoke(app, ["test-parser", "BR-N", "--replay", str(SAMPLES), "--compare", "--json"])
    (found,) = json.loads(done.stdout)["parsers"]
    (balance,) = found["comparison"]["balances"]
    (made,), (brought,) = balance["production_mw"], balance["net_import_mw"]
    assert made + brought == pytest.approx(7708.7, abs=0.02)
    assert (balance["zone"], balance["left_over_mw"]) == ("BR-N", [None]), "no series has its load"
    flow = CliRunner().invoke(app, ["test-parser", "BR-CS->BR-S", "--replay", str(SAMPLES), "--compare", "--json"])
    (found,) = json.loads(flow.stdout)["parsers"]
    assert found["comparison"]["views"] == [
        {"source": "ONS.fetch_exchange", "hours": ["2026-03-10T11:00:00Z"], "flow_mw": [4310.9]}]
    assert [one["zone"] for one in found["comparison"]["balances"]] == ["BR-CS", "BR-S"]


def test_a_zone_must_be_named(run: Run) -> None:
    assert run().exit_code == 2
    for more in (["--record-to", "x"], ["--past"]):
        refused = run("BR-N", "--replay", SAMPLES, *more)
        assert refused.exit_code == 2 and "recording" in refused.stderr
