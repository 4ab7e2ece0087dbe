"""A store that the sandbox filled in one cycle of four countries, served over real HTTP: what clients are tried on."""

from collections.abc import Iterator

import pytest

from core import times, tokens
from core.ingest import jobs
from core.ingest.runner import Cycle
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.grid import Grid
from core.sandbox.readings import World
from core.sandbox.server import serving as simulated
from core.store import Store, open_store
from tests.core.api.serving import Served, serving
from tests.core.api.small import CONFIG, NOW

KINDS = ("production", "exchange", "price", "consumption")
ONLY = ("FR", "GB", "ES", "DE", "ES->FR", "DE->FR", "FR->GB", "BE->FR")


@pytest.fixture(scope="session")
def world_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A file that nobody writes to once it is filled."""
    with open_store(tmp_path_factory.mktemp("world") / "store.db") as opened:
        with times.frozen(NOW), tokens.given(TOKENS), simulated(World(Grid(CONFIG))) as sandbox:
            cycle = Cycle(CONFIG, Manager(), opened, "simulated", gateway=sandbox.url, workers=8)
            report = cycle.run(jobs.plan(CONFIG, kinds=KINDS, only=ONLY))
        assert not report.has_failures, report.summary()
        yield opened


@pytest.fixture(scope="session")
def world(world_store: Store) -> Iterator[Served]:
    """An anonymous instance of it."""
    with serving(world_store) as made:
        yield made
