"""A source that says wrong things for a cycle: what is stored stays, and what is suspect waits apart."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core import http, times, tokens
from core.config import load
from core.ingest import jobs as room
from core.ingest.runner import Cycle, Report
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.faults import Plan
from core.sandbox.readings import World
from core.sandbox.server import serving
from core.store import Store, open_store

NOW = times.read("2026-03-10T12:02Z")
LATER = times.shift(NOW, hours=1)
ONLY = ("PT", "ES->PT", "FI", "NO-NO2", "EE->FI")
KINDS = ("production", "consumption", "exchange")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.db") as opened:
        yield opened


def cycle(world: World, store: Store, now: datetime, *faults: str) -> Report:
    """A cycle of some zones at a moment, every answer of ENTSO-E with one of these faults."""
    config = load()
    plan = Plan(1, {"ENTSOE": {name: 1 / len(faults) for name in faults}})
    with serving(world, plan) as sandbox, times.frozen(now), tokens.given(TOKENS):
        made = Cycle(config, Manager(), store, "simulated", gateway=sandbox.url, patience=http.Patience(retries=0))
        return made.run(room.plan(config, only=ONLY, kinds=KINDS))


def values(store: Store) -> dict[tuple[str, str, int], tuple[float, ...]]:
    """Every stored number by series and start; NaN as None, to be compared."""
    found: dict[tuple[str, str, int], Any] = {}
    for kind in KINDS:
        keys, starts, rows = store.series(kind, ONLY, 0, 2**40)
        for key, start_s, row in zip(keys, starts.astype(int).tolist(), rows.T.tolist(), strict=True):
            found[kind, key, start_s] = tuple(None if value != value else value for value in row)
    return found


@pytest.mark.parametrize("fault", ["doubled", "negative", "absurd"])
def test_wrong_answers_change_nothing_that_is_stored(world: World, store: Store, fault: str) -> None:
    """An hour later every answer, old hours and new ones, is wrong; then every one is right."""
    assert cycle(world, store, NOW).suspect == 0
    before = values(store)
    report = cycle(world, store, LATER, fault)
    assert report.suspect + report.refused > 0
    after = values(store)
    assert {key: after[key] for key in before} == before
    healed = cycle(world, store, LATER)
    assert healed.suspect == 0
    assert set(values(store)) > set(before)
    assert store.quarantine.waiting(0, 2**40) == []


def test_wrong_answers_leave_the_store_that_right_ones_leave(world: World, store: Store, tmp_path: Path) -> None:
    cycle(world, store, NOW)
    for fault in ("doubled", "negative", "frozen", "early", "unknown-label"):
        cycle(world, store, LATER, fault)
    cycle(world, store, LATER)
    with open_store(tmp_path / "clean.db") as clean:
        cycle(world, clean, NOW)
        cycle(world, clean, LATER)
        assert values(store) == values(clean)


def test_a_first_edition_is_replaced_by_the_last_and_its_hours_solved_again(world: World, store: Store) -> None:
    """Values of the last six hours are 3 % too high at first."""
    cycle(world, store, NOW, "early")
    early = values(store)
    assert list(store.unsolved_hours()) == []
    report = cycle(world, store, NOW)
    final = values(store)
    assert report.changed > 0
    hour_s = int(times.read("2026-03-10T11:00Z").timestamp())
    assert early["consumption", "PT", hour_s][0] == pytest.approx(1.03 * final["consumption", "PT", hour_s][0], abs=1)
    old_s = int(times.read("2026-03-10T03:00Z").timestamp())
    assert early["consumption", "PT", old_s] == final["consumption", "PT", old_s]
    assert times.epoch(min(report.solved_hours)) >= times.read("2026-03-10T06:00Z")
    assert list(store.unsolved_hours()) == []


def test_a_frozen_source_is_noticed_while_it_lasts(world: World, store: Store) -> None:
    cycle(world, store, NOW)
    report = cycle(world, store, times.shift(NOW, hours=12), "frozen")
    assert report.suspect > 0
    assert "frozen" in {one["rule"] for one in store.quarantine.entries()}
