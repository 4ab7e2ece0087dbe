"""One world for all tests of the sandbox: it is the same for every seed and moment, and takes a while to fill."""

from collections.abc import Iterator

import pytest

from core.config import load
from core.sandbox.grid import Grid
from core.sandbox.readings import World
from core.sandbox.server import Sandbox, serving


@pytest.fixture(scope="session")
def world() -> World:
    return World(Grid(load()))


@pytest.fixture(scope="session")
def sandbox(world: World) -> Iterator[Sandbox]:
    """A sandbox without faults."""
    with serving(world) as made:
        yield made
