"""Faults on request: each is committed as asked for, and costs one job and no more."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core import http, times, tokens
from core.config import load
from core.errors import ConfigError
from core.ingest import jobs as room
from core.ingest.jobs import Outcome
from core.plugins import Manager
from core.sandbox import TOKENS, faults, shapes
from core.sandbox.faults import FAMILIES, NAMES, Plan, read_rates
from core.sandbox.readings import World
from core.sandbox.server import serving
from core.sandbox.steps import steps_between
from core.sandbox.wire import Asked

NOW = times.read("2026-03-10T12:02Z")
HASTY = http.Patience(connect_s=1, read_s=0.5, body_s=3.0, retries=1, backoff_s=0.0)
JOB = room.Job("production", "PT", ("ENTSOE.fetch_production",))


def run(world: World, *named: str) -> Outcome:
    """One job against a sandbox that commits each of these faults at every request."""
    plan = Plan(1, {"ENTSOE": {name: 1.0 / len(named) for name in named}}, hold_s=20)
    with (
        serving(world, plan) as sandbox, times.frozen(NOW), tokens.given(TOKENS),
        http.session(is_cycle=True, patience=HASTY, gateway=sandbox.url) as session,
    ):
        return room.run(JOB, Manager(), room.rules_of(load(), Manager()), session)


@pytest.fixture(scope="module", autouse=True)
def warm(world: World) -> None:
    """The days that are asked for, computed before anybody waits for them."""
    world.mean(lambda state: state.load_mw, steps_between(times.shift(NOW, days=-4), times.shift(NOW, days=1), 3600))


@pytest.fixture(scope="module")
def honest(world: World, warm: None) -> Outcome:
    return run(world)


def test_without_faults_there_is_an_answer(honest: Outcome) -> None:
    assert honest.outcome == "ok"
    assert len(honest.checked.events) >= 280, "three days of quarters of an hour"


@pytest.mark.parametrize(("name", "message"), [
    ("timeout", "timed out"), ("reset", "Connection reset"), ("429", "status 429"), ("500", "status 500"),
    ("503", "status 503"), ("cut", "did not answer"), ("bomb", "BodyTooLarge"), ("huge", "BodyTooLarge"),
    ("endless", "Timeout"), ("truncated", "SourceChanged"), ("html", "SourceChanged"), ("renamed", "SourceChanged"),
])
def test_a_broken_answer_fails_its_job_with_the_reason(world: World, name: str, message: str) -> None:
    outcome = run(world, name)
    assert outcome.outcome == "failed"
    assert message in (outcome.message or "")
    assert outcome.checked.events == []


def test_drips_do_not_hold_a_job_for_longer_than_a_body_may_take(world: World) -> None:
    """A byte every 0.2 s for 20 s, within the time-out of each read; the whole body may take 3 s."""
    assert run(world, "endless").seconds < 8


def test_a_late_answer_is_waited_for(world: World, honest: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "LATE_S", 0.2)
    outcome = run(world, "late")
    assert outcome.checked.events == honest.checked.events
    assert outcome.seconds >= 0.2


@pytest.mark.parametrize("name", ["empty", "nothing"])
def test_a_document_without_rows_or_bytes_is_no_data_and_no_zeros(world: World, name: str) -> None:
    outcome = run(world, name)
    assert (outcome.outcome, outcome.checked.events) == ("empty", [])


def test_rows_given_twice_count_once(world: World, honest: Outcome) -> None:
    assert run(world, "repeated").checked.events == honest.checked.events


def test_an_unknown_label_is_counted_as_unknown_and_said(world: World, honest: Outcome) -> None:
    outcome = run(world, "unknown-label")
    assert any("'X99'" in warning for warning in outcome.checked.warnings)
    before, after = honest.checked.events[0].production, outcome.checked.events[0].production
    assert after["wind"] == pytest.approx(0.9 * before["wind"], abs=2)
    assert after["unknown"] > before["unknown"]
    total = [sum(value or 0 for value in mix.values()) for mix in (before, after)]
    assert total[0] == pytest.approx(total[1], abs=6), "nothing is lost; each of a dozen numbers is rounded"


def test_doubled_early_and_shifted_values_are_what_they_say(world: World, honest: Outcome) -> None:
    before, doubled = honest.checked.events, run(world, "doubled").checked.events
    assert doubled[5].production["wind"] == pytest.approx(2 * before[5].production["wind"], abs=4)
    shifted = {one.start: one for one in run(world, "shifted").checked.events}
    later = before[20]
    assert shifted[times.shift(later.start, hours=1)].production["wind"] == later.production["wind"]
    early = run(world, "early").checked.events
    assert early[-1].production["wind"] == pytest.approx(1.03 * before[-1].production["wind"], abs=2)
    assert early[0] == before[0]


def test_frozen_and_absurd_values_are_well_written(world: World) -> None:
    frozen = run(world, "frozen").checked.events
    assert len({json.dumps(one.production) for one in frozen[-20:]}) == 1
    absurd = run(world, "absurd")
    values = [value or 0 for one in absurd.checked.events for value in one.production.values()]
    assert max(values) > 1e9


CHILD = """
import resource, sys
from core import http
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
patience = http.Patience(read_s=1, body_s=1.5, retries=0)
with http.session(patience=patience, gateway=sys.argv[1]) as session:
    try:
        http.get(session, "https://web-api.tp.entsoe.eu/api?securityToken=simulated&documentType=A65"
                 "&outBiddingZone_Domain=10YPT-REN------W&processType=A16&periodStart=202603091200&periodEnd=202603101200")
    except Exception as err:
        print(type(err).__name__, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("name", ["huge", "bomb", "endless"])
def test_a_body_without_end_costs_at_most_the_limit(world: World, name: str) -> None:
    """500 MB, 500 MB packed into 0.5 MB, and a body that never ends: peak memory grows by the limit of 100 MB at most,
    beside what the libraries themselves take (some 20 MB)."""
    with serving(world, Plan(1, {"ENTSOE": {name: 1.0}}, hold_s=20)) as sandbox:
        command = [sys.executable, "-c", CHILD, sandbox.url]
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=Path.cwd()).stdout
    error, grown_kb = said.split()
    assert error == "SourceDown"
    assert int(grown_kb) * 1024 < http.MAX_BODY_BYTES + 40_000_000


class TestPlan:
    def ask(self, plan: Plan, count: int, source: str = "eia") -> list[str | None]:
        chosen = [plan.choose(source, Asked("GET", f"https://x.org/?n={n}", NOW)) for n in range(count)]
        return [fault.name if fault else None for fault in chosen]

    def test_as_often_as_asked_for(self) -> None:
        """Of 4,000 requests 20 %: 800, with a spread of √(4000·0.2·0.8) = 25."""
        chosen = self.ask(Plan(1, read_rates("0.2")), 4000)
        assert 700 < sum(name is not None for name in chosen) < 900
        assert set(chosen) == {None, *NAMES}

    def test_the_same_again_with_the_same_seed(self) -> None:
        first, again, other = (self.ask(Plan(seed, read_rates("0.5")), 200) for seed in (7, 7, 8))
        assert first == again != other

    def test_another_attempt_may_go_well(self) -> None:
        plan = Plan(1, read_rates("reset=0.5"))
        asked = Asked("GET", "https://x.org/", NOW)
        assert len({plan.choose("eia", asked) is None for _ in range(20)}) == 2

    def test_only_of_the_source_named(self) -> None:
        plan = Plan(1, read_rates("EIA:timeout=1"))
        assert set(self.ask(plan, 5)) == {"timeout"}
        assert set(self.ask(plan, 5, "entsoe")) == {None}
        assert plan.committed == {("eia", "timeout"): 5}

    def test_rates_as_people_write_them(self) -> None:
        assert read_rates("ENTSOE:timeout=0.05, transport=0.1") == {
            "ENTSOE": {"timeout": 0.05}, "*": dict.fromkeys(FAMILIES["transport"], pytest.approx(0.01)),
        }
        assert read_rates("") == {}

    @pytest.mark.parametrize("text", ["often", "timeout=2", "timout=0.1", "EIA:=x", "timeout=0.7,reset=0.7"])
    def test_what_is_no_rate_is_said(self, text: str) -> None:
        with pytest.raises(ConfigError, match=r"is no fault|more than every request"):
            read_rates(text)


class TestShapes:
    """By hand, one of each format."""

    JSON = b'{"total": 2, "data": [{"a": 1, "b": 2}, {"a": 3, "b": [4]}]}'
    XML = b"<r><id>1</id><row><p>1</p><p>2</p></row><row><p>3</p></row></r>"
    CSV = b"stamp,mw\n1,10\n2,20"

    def test_emptied(self) -> None:
        assert json.loads(shapes.emptied(self.JSON)) == {"total": 2, "data": []}
        assert shapes.emptied(self.XML) == b"<r><id>1</id></r>"
        assert shapes.emptied(self.CSV) == b"stamp,mw"

    def test_renamed(self) -> None:
        assert json.loads(shapes.renamed(self.JSON))["data"][0] == {"a_new": 1, "b": 2}
        assert shapes.renamed(self.XML).count(b"<Newp>") == 3
        assert shapes.renamed(self.CSV).startswith(b"stamp new,mw\n")

    def test_repeated(self) -> None:
        assert len(json.loads(shapes.repeated(self.JSON))["data"]) == 4
        assert shapes.repeated(self.XML).count(b"<row>") == 4
        assert shapes.repeated(self.CSV) == b"stamp,mw\n1,10\n2,20\n1,10\n2,20"

    @pytest.mark.parametrize(
        "body", [gzip.compress(b"x", mtime=0), b"<html><body><p>1</p></body></html>", b"null({})", b""])
    def test_what_none_of_it_fits_stays_as_it_is(self, body: bytes) -> None:
        for change in (shapes.emptied, shapes.renamed, shapes.repeated):
            assert change(body) == body
