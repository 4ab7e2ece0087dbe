"""Bringing a database to the present schema: a new one gets today's tables, an older one the numbered steps it lacks.

Everything is done in one transaction, so that a process killed half way leaves the database as it was.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, insert, inspect, select, update

from core.errors import StoreError
from core.store.tables import metadata, version


def m002_results_say_how_they_were_estimated(connection: Connection) -> None:
    """Null, as in all rows there are: the zone's own data made the value, or there is none."""
    connection.exec_driver_sql("ALTER TABLE results ADD COLUMN estimation VARCHAR(24)")


STEPS: tuple[Callable[[Connection], None], ...] = (m002_results_say_how_they_were_estimated,)
"""m002_…, m003_…: each changes what the release before it made, in SQL of its own, and never changes afterwards."""


def newest() -> int:
    """The number of the present schema; the first release's is 1."""
    return 1 + len(STEPS)


def migrate(engine: Engine) -> None:
    """Make or upgrade the tables; refuse a database that a newer Gridtrace has written."""
    with engine.connect() as connection:
        if _version(connection) == newest():
            return
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":  # its driver would commit every CREATE by itself
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = _version(connection)
        if found > newest():
            raise StoreError(
                f"The store has schema {found} and this Gridtrace knows {newest()}: update it, or use another store."
            )
        if found == 0:
            metadata.create_all(connection)
            connection.execute(insert(version).values(number=newest()))
            return
        for step in STEPS[found - 1 :]:
            step(connection)
        connection.execute(update(version).values(number=newest()))


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(version.name):
        return 0
    return int(connection.execute(select(version.c.number)).scalar_one())
