"""Every source with a past fills three days of it through its real parser, with no hole but those of the source."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from core import http, times, tokens
from core.config import load
from core.declare import LIVE_ONLY, Declaration, declaration, earliest
from core.history import backfill
from core.history.gaps import NO_SERIES, find
from core.ingest import jobs as room
from core.ingest.runner import Cycle
from core.kinds import KINDS
from core.plugins import Manager, is_written
from core.sandbox import TOKENS
from core.sandbox.server import Sandbox
from core.store import Store, open_store

NOW = times.read("2026-03-27T12:02Z")
DAYS, BACK_DAYS = 3, 8
LACKS_H = {
    "CA_ON.fetch_wind_solar_forecasts": 17,  # a day's file begins with the next day, at 05:00Z: here 12:00Z to then
    "CEB.fetch_production": 0.75,  # no row for the first quarter of a local day, three times
}
"""Hours that the answers of a source to these days do not hold."""
PLUGINS = Manager()


def functions() -> dict[str, list[room.Job]]:
    """Two series of every fetch function with a past that the configuration names, the first and the last."""
    found: dict[str, list[room.Job]] = {}
    for job in room.plan(load()):
        for reference in job.references:
            if is_written(reference.partition(".")[0]) and KINDS[job.kind].event not in NO_SERIES:
                facts = declaration(PLUGINS.function(reference))
                assert facts is not None
                if facts.history != LIVE_ONLY:
                    found.setdefault(reference, []).append(replace(job, references=(reference,)))
    return {name: [jobs[0], jobs[-1]][: len(jobs)] for name, jobs in sorted(found.items())}


CASES = functions()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as opened:
        yield opened


def start_of(facts: Declaration) -> datetime:
    """A noon some days ago, or as much earlier as the source publishes late, within what it keeps."""
    first = earliest(facts, NOW)
    assert first is not None
    noon = times.shift(times.floor(NOW, 60), hours=-facts.delay_h, days=-BACK_DAYS)
    return max(noon, times.shift(times.floor(first, 60), hours=1))


def test_there_are_sources_with_a_past() -> None:
    assert len(CASES) >= 25 and {"ES.fetch_production", "EIA.fetch_exchange", "US_NY.fetch_production"} <= CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_three_days_of_the_past_have_no_hole(sandbox: Sandbox, store: Store, name: str) -> None:
    facts, jobs = declaration(PLUGINS.function(name)), CASES[name]
    assert facts is not None
    start = start_of(facts)
    end = times.shift(start, days=DAYS)
    with times.frozen(NOW), tokens.given(TOKENS):
        cycle = Cycle(
            load(), PLUGINS, store, "simulated", gateway=sandbox.url, patience=http.Patience(retries=0), is_brief=True)
        planned = backfill.plan(cycle, jobs, backfill.spans_of(jobs, start, end))
        filled = backfill.run(cycle, planned.jobs, pause_s=0)
        assert set(filled.total.windows) <= {"ok", "empty"}, filled.reasons
        found = find(store, PLUGINS, jobs, start, end)
    assert not planned.skipped and planned.jobs
    waiting = {
        (row["key"], row["start_s"]) for row in store.quarantine.waiting(int(start.timestamp()), int(end.timestamp()))}
    holes = [
        gap for one in found.lacking for gap in one.gaps
        if not gap.said.startswith("answered empty")
        and (one.job.key, int(gap.window.start.timestamp())) not in waiting]
    assert sum(gap.hours for gap in holes) == pytest.approx(LACKS_H.get(name, 0)), holes
    assert all(gap.said == "answered without it" for gap in holes)
