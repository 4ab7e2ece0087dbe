"""What a served instance keeps in memory between two questions."""

from unittest.mock import patch

import pytest

from core import times
from core.api.errors import NothingKnown
from core.api.grid import Grid
from core.store import Store
from tests.core.api import small


def test_a_result_is_recent_no_longer_than_three_days_after_the_last_cycle(small_store: Store) -> None:
    grid = Grid(small.CONFIG, small_store)
    with times.frozen(small.NOW):
        grid.refresh()
        assert times.epoch(grid.latest("XA")["hour_s"]) < small.NOW
    with times.frozen(times.shift(small.NOW, hours=73)):
        grid.refresh()
        with pytest.raises(NothingKnown, match="in the last three days"):
            grid.latest("XA")


def test_the_jobs_of_an_unchanged_store_are_read_once(small_store: Store) -> None:
    grid = Grid(small.CONFIG, small_store)
    with times.frozen(small.NOW), patch.object(small_store, "last_jobs", wraps=small_store.last_jobs) as jobs:
        grid.refresh()
        generation = grid.newest.generation
        grid.refresh()
        assert grid.newest.generation == generation
        assert grid.last_jobs() == grid.last_jobs() == small_store.last_jobs()
        assert jobs.call_count == 2  # one by the grid, one by this test
