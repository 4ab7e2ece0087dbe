"""`gridtrace status`, `alert` and `doctor`: what they print, and their exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core.cli import app
from core.config import load
from core.plugins import Manager
from core.store import open_store
from core.store.reports import Book, Incident
from tests.core.health.world import NOON_S, at, job

ENVIRONMENT = {"TERM": "dumb", "COLUMNS": "200"}


@pytest.fixture
def place(place: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """NZ answered well at NOON and failed five minutes later; TAIPOWER is well. Only these two are configured."""
    from dataclasses import replace
    config = load()
    small = replace(config, zones={key: config.zones[key] for key in ("NZ", "TW")}, exchanges={})
    monkeypatch.setattr("core.plugins.everything", lambda: (small, Manager()))
    with open_store(place) as store:
        job(store, "NZ", "ok")
        job(store, "NZ", "failed", 5, message="SourceDown: em6 is away.")
        job(store, "TW", "ok", parser="TAIPOWER.fetch_production")
    return place


def gridtrace(*words: str) -> Result:
    with at(6):
        return CliRunner().invoke(app, words, env=ENVIRONMENT)


def test_status_names_the_state_of_each_parser_and_fails_if_one_is_in_trouble(place: str) -> None:
    found = gridtrace("status", "--store", place)
    lines = [" ".join(line.split()) for line in found.output.splitlines()]
    assert found.exit_code == 1
    assert "NZ 2 1 failing, 1 never asked 2026-03-10 11:00Z 1 NZ: SourceDown: em6 is away." in lines
    assert "TAIPOWER 1 1 ok 2026-03-10 11:00Z" in lines


def test_status_of_one_parser_is_its_log(place: str) -> None:
    found = gridtrace("status", "TAIPOWER", "--store", place)
    assert found.exit_code == 0, found.output
    assert "jobs that went well: day 100.0 %, week 100.0 %, month 100.0 %" in found.output
    strip = found.output.splitlines()[3]
    assert strip == " " * 167 + "█", "one hour of 168 had jobs, and all went well"
    assert gridtrace("status", "NZ", "--store", place).output.splitlines()[3] == " " * 167 + "▅", "half went well"


def test_status_as_json(place: str) -> None:
    (found,) = json.loads(gridtrace("status", "NZ", "--store", place, "--json").stdout)["parsers"]
    assert found["log"]["availability"]["day"] == 0.5 and found["states"] == {"failing": 1, "never asked": 1}
    series: dict[str, Any] = {one["kind"]: one for one in found["series"]}
    assert series["production"]["since"] == "2026-03-10T12:05:00Z" and series["production"]["error_streak"] == 1
    everything = json.loads(gridtrace("status", "--store", place, "--json").stdout)
    assert [one["parser"] for one in everything["parsers"]] == ["NZ", "TAIPOWER"]


def test_status_of_nobody(place: str) -> None:
    found = gridtrace("status", "NOBODY", "--store", place)
    assert found.exit_code == 2 and "NOBODY" in found.stderr


def test_alert_list_shows_what_is_open_and_what_is_over(place: str) -> None:
    assert gridtrace("alert", "list", "--store", place).exit_code == 0

    def decide(book: Book) -> None:
        for parser, closed_s in (("NZ", None), ("TAIPOWER", NOON_S + 60)):
            book.open(Incident(
                parser, "failing", "It is away.", "live", ["production X"], NOON_S, NOON_S, NOON_S, closed_s))

    with open_store(place) as store:
        store.reports.update(NOON_S, "live", decide, lambda items: [])
    found = gridtrace("alert", "list", "--store", place)
    assert found.exit_code == 1 and "2 incidents, 1 of them open." in found.output
    (one,) = json.loads(gridtrace("alert", "list", "--open", "--json", "--store", place).stdout)["incidents"]
    assert (one["parser"], one["closed"], one["since"]) == ("NZ", None, "2026-03-10T12:00:00Z")
    assert gridtrace("alert", "list", "TAIPOWER", "--store", place).exit_code == 0


def test_alert_test_says_what_each_channel_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDTRACE_ALERT_COMMAND", "/nowhere/at-all")
    found = gridtrace("alert", "test")
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        "log: took the message", "command at-all: The command at-all cannot be run: No such file or directory."]
    assert "TEST brings nothing new" in found.stderr
    monkeypatch.delenv("GRIDTRACE_ALERT_COMMAND")
    assert gridtrace("alert", "test").exit_code == 0


def test_doctor_says_what_to_do_and_fails_if_something_must_be_done(place: str, tmp_path: Path) -> None:
    found = gridtrace("doctor", "--offline", "--store", place)
    assert found.exit_code == 1 and "✗" in found.stdout
    said = json.loads(gridtrace("doctor", "--offline", "--store", place, "--json").stdout)["findings"]
    assert "NZ: 1 of 1 failing; production NZ: SourceDown: em6 is away." in {one["found"] for one in said}
    assert {one["level"] for one in said} >= {"ok", "problem"} and set(said[0]) == {"area", "level", "found", "todo"}
    assert "reachability" not in {one["area"] for one in said}
    missing = gridtrace("doctor", "--offline", "--store", str(tmp_path / "no.db"))
    assert missing.exit_code == 1 and "There is no store" in missing.stdout


def test_doctor_asks_the_hosts_of_the_sandbox(place: str) -> None:
    """TAIPOWER's host fails there as it is told to, and the others answer."""
    found = gridtrace("doctor", "--sandbox", "--faults", "TAIPOWER:503=1", "--store", place, "--all", "--json")
    reach = [one for one in json.loads(found.stdout)["findings"] if one["area"] == "reachability"]
    assert [one["level"] for one in reach] == ["warning", "ok"]
    assert reach[0]["found"] == "www.taipower.com.tw answered with status 503. It serves TAIPOWER."
    assert reach[1]["found"] == "2 of 3 hosts answer."
