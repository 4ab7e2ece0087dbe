"""`gridtrace capacity update` as people run it: over recorded answers, and asking a real source on loopback."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from core.config import capacities, load, shipped_root
from core.config.check import problems
from core.ingest import capacities as asking
from core.ingest import jobs as room
from core.ingest.jobs import Job
from core.kinds import CAPACITY_KIND
from core.plugins import Manager
from core.recording import read_case
from tests.core.test_cli import gridtrace
from tests.support import SAMPLES
from tests.support_http import Answer, Source, source

__all__ = ["source"]
FILES = ("zones.json", "exchanges.json", "emission_factors.csv")
PLUGIN = '''
import os
from core import http, installed, source, times

@source(resolution_min=None, window_h=24)
def fetch_production_capacity(zone_key, target_datetime=None, session=None):
    answer = http.body_json(http.get(session, os.environ["SOURCE_URL"] + "/installed"))
    day = times.day(target_datetime, "Etc/GMT+11")
    return installed(day, {mode: [mw] for mode, mw in answer[zone_key].items()}, source="fake.org")
'''


def place(name: str, **more: object) -> dict[str, object]:
    plain = {"name": name, "country": None, "region": "Europe", "timezone": "Pacific/Kiritimati", "bbox": [0, 0, 1, 1]}
    return {**plain, **more}


WIRED = {CAPACITY_KIND: "grid.fetch_production_capacity"}
ZONES = {
    "XA": place("A", capacity={"coal": [{"from": "2020-01-01", "mw": 400, "source": "old.org"}]}, parsers=WIRED),
    "XB": place("B", parsers=WIRED),
    "XC": place("C", parsers={CAPACITY_KIND: "grid_that_is_not.fetch_production_capacity"}),
    "XP": place("P", sub_zones=["XA", "XB"]),
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Names a copy of the project's configuration."""
    for name in FILES:
        shutil.copy(shipped_root() / name, tmp_path)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDTRACE")}
    return kept | {"GRIDTRACE_CONFIG": str(tmp_path), "COLUMNS": "160"}


def update(*words: object, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return gridtrace("capacity", "update", *map(str, words), env=env)


def row(text: str, *begin: str) -> list[str]:
    """The cells of the line of a table that begins with these."""
    (line,) = (line for line in text.splitlines() if line.split()[: len(begin)] == list(begin))
    return re.split(r"\s{2,}", line.strip())


def test_what_differs_is_shown_and_nothing_written(environment: dict[str, str], tmp_path: Path) -> None:
    """IN-NO: coal 44 285 of December 2023 becomes 46 780, +6 %; nuclear 1620 becomes 2920, +80 %, no factor of two."""
    ended = update("--replay", SAMPLES / "CEA", env=environment)
    assert ended.returncode == 0, ended.stderr
    assert row(ended.stdout, "IN-NO", "coal") == [
        "IN-NO", "coal", "44\u202f285", "2023-12-01", "46\u202f780", "2026-01-01", "+6 %", "cea.nic.in"]
    assert row(ended.stdout, "IN-NO", "nuclear")[6] == "+80 %"
    assert "IN gets no sum from 2026-01-01 on for coal, gas, nuclear, oil: no figure" in ended.stdout
    assert "zones asked: 1 (1 ok); figures that change: 3, of 1 zones; by a factor of two or more: 0" in ended.stdout
    assert "Nothing is written" in ended.stdout
    assert (tmp_path / "zones.json").read_bytes() == (shipped_root() / "zones.json").read_bytes()


def test_every_sample_can_be_written_and_changes_nothing_twice(environment: dict[str, str], tmp_path: Path) -> None:
    """All sources at once; a second run finds what the first has written. Older figures are all there still."""
    ended = update("--replay", SAMPLES, "--write", env=environment)
    assert ended.returncode == 0, ended.stderr
    assert row(ended.stdout, "US-NW-PGE", "coal")[-1] == "! jump"
    count = len(recorded_zones())
    assert f"{count} zones are written to {tmp_path / 'zones.json'}." in ended.stdout
    assert problems(tmp_path) == []
    before, now = load().zones, load(tmp_path).zones
    assert {key for key in now if now[key] != before[key]} == recorded_zones()
    kept = {entry for entry in before["DE"].capacity["wind"] if str(entry.valid_from) < "2026"}
    assert kept < set(now["DE"].capacity["wind"])
    assert now["DE"].capacity["wind"][-1] == capacities.dated("2026-01-01", 77712, "Fraunhofer ISE")
    again = update("--replay", SAMPLES, "--write", env=environment)
    assert f"zones asked: {count} ({count} ok); figures that change: 0, of 0 zones" in again.stdout
    assert "written" not in again.stdout


def recorded_zones() -> set[str]:
    cases = [read_case(path) for path in SAMPLES.glob("*/*.json")]
    return {case.key for case in cases if case.function == "fetch_production_capacity"}


def test_a_source_that_fails_costs_only_itself(environment: dict[str, str], tmp_path: Path) -> None:
    """Three recordings: a page instead of JSON (DE), an empty list of stations (MY_WM), and a good answer (CEA)."""
    for name in ("DE/odd/capacity_error_page", "MY_WM/odd/capacity_empty", "CEA/capacity_IN-NO"):
        path = SAMPLES / f"{name}.json"
        folder = tmp_path / "recorded" / name.partition("/")[0]
        folder.mkdir(parents=True)
        shutil.copy(path, folder)
        shutil.copytree(path.parent / "bodies", folder / "bodies")
    ended = update("--replay", tmp_path / "recorded", "--write", env=environment)
    assert ended.returncode == 1
    assert row(ended.stdout, "DE", "failed")[:3] == ["DE", "failed", "DE"]
    assert "SourceChanged: api.energy-charts.info did not answer in JSON" in ended.stdout
    assert row(ended.stdout, "MY_WM", "empty")[2] == "MY-WM"
    assert load(tmp_path).zones["IN-NO"].capacity["coal"][-1].mw == 46780
    assert load(tmp_path).zones["DE"] == load().zones["DE"]


def test_warnings_of_parsers_are_shown(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "recorded" / "DE"
    folder.mkdir(parents=True)
    shutil.copy(SAMPLES / "DE/odd/capacity_wind_lacks_a_series.json", folder)
    shutil.copytree(SAMPLES / "DE/odd/bodies", folder / "bodies")
    ended = update("--replay", folder, env=environment)
    assert "DE, DE.fetch_production_capacity: no series Wind offshore: the modes" in ended.stdout


@pytest.mark.parametrize(("words", "reason"), [
    (["--date", "2025-13-01"], "is not a day"),
    (["--zone", "XX-NONE"], "There is no zone XX-NONE"),
    (["--zone", "AD"], "No zone that is named has a source"),
    (["--source", "NOBODY"], "No zone that is named has a source"),
    (["--date", "2025-01-01", "--replay", "x"], "exclude each other"),
])
def test_wrong_arguments_are_said(words: list[str], reason: str, environment: dict[str, str]) -> None:
    ended = update(*words, env=environment)
    assert ended.returncode == 2
    assert reason in " ".join(re.sub(r"[│╭╰─╮╯]", " ", ended.stderr).split())


def test_without_credentials_a_source_is_skipped(environment: dict[str, str]) -> None:
    """No request is sent: both parsers of Ember's zones say which variable they miss."""
    bare = {k: v for k, v in environment.items() if k != "EMBER_CAPACITY_KEY"}
    ended = update("--zone", "KE,TZ", env=bare)
    assert ended.returncode == 0
    assert row(ended.stdout, "EMBER", "skipped")[2] == "KE, TZ"
    assert "EMBER_CAPACITY_KEY" in ended.stdout


@pytest.fixture
def asked(tmp_path: Path, source: Source) -> dict[str, str]:
    """An environment with zones of its own, two of which have a source on loopback and are the parts of a third."""
    info = tmp_path / "site" / "grid-1.0.dist-info"
    info.mkdir(parents=True)
    (info.parent / "grid.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: grid\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gridtrace]\ngrid = grid\n")
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(shipped_root() / "emission_factors.csv", root)
    factors = (root / "emission_factors.csv").read_text().splitlines(keepends=True)
    (root / "emission_factors.csv").write_text("".join([factors[0], *(r for r in factors if r.startswith("*,"))]))
    (root / "exchanges.json").write_text("{}\n")
    (root / "zones.json").write_text(json.dumps({"zones": ZONES, "retired": []}, indent=2) + "\n")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDTRACE")}
    more = {"PYTHONPATH": os.pathsep.join([str(info.parent), os.environ.get("PYTHONPATH", "")]), "COLUMNS": "160"}
    return kept | more | {"GRIDTRACE_CONFIG": str(root), "SOURCE_URL": source.url}


def installed_in(env: dict[str, str], key: str) -> dict[str, list[tuple[str, float]]]:
    zone = load(Path(env["GRIDTRACE_CONFIG"])).zones[key]
    return {mode: [(str(e.valid_from), e.mw) for e in entries] for mode, entries in zone.capacity.items()}


def test_a_live_source_is_asked_once_for_the_day_and_the_sum_follows(asked: dict[str, str], source: Source) -> None:
    """Noon of 2026-02-03 on the zones' clock (UTC+14) is 2026-02-02 where the parser's clock stands (UTC-11)."""
    source.scripts["/installed"] = [Answer(b'{"XA": {"coal": 500, "wind": 20}, "XB": {"coal": 90}}')]
    ended = update("--zone", "XP", "--date", "2026-02-03", "--write", env=asked)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert len(source.asked) == 1, "an equal request of two zones is sent once"
    day = "2026-02-02"
    assert installed_in(asked, "XA") == {"coal": [("2020-01-01", 400), (day, 500)], "wind": [(day, 20)]}
    assert installed_in(asked, "XP") == {"coal": [(day, 590)]}
    assert row(ended.stdout, "XP", "coal")[-1] == "new"


def test_a_parser_that_nobody_wrote_is_skipped_and_a_source_that_is_down_fails(
    asked: dict[str, str], source: Source
) -> None:
    source.scripts["/installed"] = [Answer(b"no", status=403)]
    ended = update("--write", env=asked)
    assert ended.returncode == 1
    assert row(ended.stdout, "grid", "failed")[2] == "XA, XB"
    assert row(ended.stdout, "grid_that_is_not", "skipped")[2] == "XC"
    assert installed_in(asked, "XA") == {"coal": [("2020-01-01", 400)]}


def test_a_job_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one's answer counts."""
    import threading

    gate = threading.Event()

    class Plugins(Manager):
        def function(self, reference: str):  # type: ignore[no-untyped-def]
            def fetch(zone_key, target_datetime=None, session=None):  # type: ignore[no-untyped-def]
                if zone_key == "XA":
                    gate.wait(30)
                return {"gas": {"datetime": "2026-01-01", "value": 5.0, "source": "x.org"}}
            return fetch

    jobs = [Job(CAPACITY_KIND, key, ("x.fetch_production_capacity",)) for key in ("XA", "XB")]
    outcomes = asking.ask(jobs, Plugins(), deadline_s=0.2)
    gate.set()
    assert [one.outcome for one in outcomes] == ["timeout", "ok"]
    assert asking.answers(outcomes) == {"XB": {"gas": capacities.dated("2026-01-01", 5, "x.org")}}


@pytest.mark.parametrize(("answer", "outcome", "message"), [
    ({}, "empty", "The parser returned no capacity."),
    ([], "refused", "a list is no answer about installed capacities"),
    ({"sun": {"datetime": "2026-01-01", "value": 1, "source": "x"}}, "refused", "sun: "),
])
def test_nonsense_is_refused(answer: object, outcome: str, message: str) -> None:
    class Plugins(Manager):
        def function(self, reference: str):  # type: ignore[no-untyped-def]
            return lambda zone_key, target_datetime=None, session=None: answer

    found = room.run(Job(CAPACITY_KIND, "XA", ("x.fetch_production_capacity",)), Plugins(), (), None)
    assert found.outcome == outcome
    assert (found.message or "").startswith(message)
