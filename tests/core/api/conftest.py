"""The store of tests/core/api/small.py, asked without a socket (client) and over real HTTP (served)."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from core import times
from core.api.app import create_app
from core.api.grid import Grid
from core.store import Store, open_store
from tests.core.api import small
from tests.core.api.serving import Served, serving


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A file that nobody writes to once it is filled."""
    with open_store(tmp_path_factory.mktemp("api") / "store.db") as opened:
        with times.frozen(small.NOW):
            small.fill(opened)
        yield opened


@pytest.fixture(scope="module")
def grid(small_store: Store) -> Grid:
    made = Grid(small.CONFIG, small_store)
    with times.frozen(small.NOW):
        made.refresh()
    return made


@pytest.fixture(scope="module")
def client(grid: Grid) -> Iterator[TestClient]:
    with times.frozen(small.NOW):
        yield TestClient(create_app(grid))


@pytest.fixture(scope="session")
def served(small_store: Store) -> Iterator[Served]:
    """An anonymous instance, which waits half a second for slow callers."""
    with serving(small_store, patience_s=0.5) as made:
        yield made
