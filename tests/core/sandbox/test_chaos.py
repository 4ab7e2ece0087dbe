"""An hour of cycles with faults and kills leaves the store that an hour without them leaves (benchmarks/chaos.py)."""

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from core import schemas, times
from core.store import Store, open_store

SPEC = importlib.util.spec_from_file_location("chaos", Path(__file__).parents[3] / "benchmarks" / "chaos.py")
assert SPEC is not None and SPEC.loader is not None
chaos = importlib.util.module_from_spec(SPEC)
sys.modules["chaos"] = chaos
SPEC.loader.exec_module(chaos)

ZONES = "PT,NO-NO2,ONS,NZ,US_NY,FR,ES-IB-MA,AU-SA,US-NW-BPAT,ES->PT"


def test_an_hour_of_faults_and_kills_leaves_the_same_store(tmp_path: Path) -> None:
    given = argparse.Namespace(
        hours=0.75, faulty=0.2, kills=2, seed=3, only=ZONES, kind="production,exchange,consumption")
    found, wrong, figures = chaos.chaos(given, tmp_path)
    assert found.wrong == []
    assert wrong == []
    assert found.same > 2500
    assert found.results["different"] + found.results["missing"] <= 0.02 * found.results["same"]
    assert figures["kills"] == 2
    outcomes = figures["jobs"]["chaos"]
    assert outcomes.get("failed", 0) > 10, "there were faults"
    assert set(figures["jobs"]["clean"]) <= {"ok", "empty"}


class TestComparison:
    """It would see what it looks for."""

    START = times.read("2026-03-10T10:00Z")

    def put(self, where: Path, **modes: float) -> Store:
        """A store with one job of NZ at 12:00, and what it brought of 10:00 to 11:00."""
        store = open_store(where)
        job: dict[str, Any] = {
            "run_id": store.begin_run(0, "simulated"), "kind": "production", "key": "NZ",
            "parser": "NZ.fetch_production", "started_s": int(self.START.timestamp()), "seconds": 0.0, "outcome": "ok",
            "accepted": 1, "refused": 0, "suspect": 0, "newest_s": None, "message": None,
        }
        raw = [schemas.production("NZ", start=self.START, source="a", modes=modes)] if modes else []
        store.write_job(job, [schemas.read("production", one) for one in raw], [], "simulated")
        return store

    @pytest.mark.parametrize(("modes", "said"), [({"hydro": 2.0}, "different"), ({}, "missing")])
    def test_a_row_that_differs_or_lacks_although_its_source_answered(
        self, tmp_path: Path, modes: dict[str, float], said: str
    ) -> None:
        with self.put(tmp_path / "clean.db", hydro=1.0) as clean, self.put(tmp_path / "other.db", **modes) as other:
            found = chaos.compare(clean, other)
        assert len(found.wrong) == 1
        assert said in found.wrong[0]

    def test_a_row_that_nobody_published(self, tmp_path: Path) -> None:
        with self.put(tmp_path / "clean.db") as clean, self.put(tmp_path / "other.db", hydro=1.0) as other:
            assert "never published" in chaos.compare(clean, other).wrong[0]

    def test_the_same_row(self, tmp_path: Path) -> None:
        with self.put(tmp_path / "clean.db", hydro=1.0) as clean, self.put(tmp_path / "other.db", hydro=1.0) as other:
            found = chaos.compare(clean, other)
        assert (found.same, found.wrong, sum(found.unanswered.values())) == (1, [], 0)
