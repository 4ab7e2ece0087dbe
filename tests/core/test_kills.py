"""Writers that are killed leave a store that is sound, on both engines (benchmarks/kills.py)."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import text

from core.store import Store, open_store

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("kills", BENCHMARKS / "kills.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "kills", made)
    spec.loader.exec_module(made)
    yield made


def test_a_killed_writer_leaves_whole_batches(kills: ModuleType, place: str) -> None:
    found = kills.kill(place, 4, seed=2, days=1)
    assert found.kills == 4 and found.wrong == []
    assert found.rows > 0 and len(found.waits_ms) > 4


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE mixes SET gas = 8 WHERE key = 'ZZ-0' AND start_s = (SELECT MIN(start_s) FROM mixes)",
         "1 batches of a job hold several numbers"),
        ("DELETE FROM mixes WHERE start_s = (SELECT MAX(start_s) FROM mixes)",
         "2 batches of a job hold several numbers"),
        ("DELETE FROM jobs WHERE key = 'ZZ-1'", "24 rows belong to no job"),
        ("DELETE FROM unsolved WHERE hour_s = (SELECT MIN(hour_s) FROM unsolved)", "2 hours are not marked"),
        ("DELETE FROM mixes_revisions WHERE id = (SELECT MIN(id) FROM mixes_revisions)",
         "1 rows were replaced without a revision of it"),
    ],
)
def test_it_would_see_what_is_half(kills: ModuleType, place: str, statement: str, what: str) -> None:
    """Two series of a day, of which the second was written over once."""
    with open_store(place) as store:
        store.begin_run(0, "live")
        for key, number in (("ZZ-0", 1), ("ZZ-1", 1), ("ZZ-1", 2)):
            kills._write_job(store, key, number)
        assert list(kills.unsound(store)) == []
        change(store, statement)
        assert what in list(kills.unsound(store))


def change(store: Store, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(statement))
