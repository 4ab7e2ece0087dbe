"""Numbered steps that bring a database to the present schema; those it lacks run in one transaction."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, insert, inspect, select, update

from core.errors import StoreError
from core.store.tables import metadata, version


def m001_first_tables(connection: Connection) -> None:
    """Everything of the first release."""
    metadata.create_all(connection)


STEPS: tuple[Callable[[Connection], None], ...] = (m001_first_tables,)


def migrate(engine: Engine) -> None:
    """Run the steps a database lacks; refuse one that a newer Gridtrace has written."""
    with engine.connect() as connection:
        if _version(connection) == len(STEPS):
            return
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":  # its driver would commit every CREATE by itself
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = _version(connection)
        if found > len(STEPS):
            raise StoreError(
                f"The store has schema {found} and this Gridtrace knows {len(STEPS)}: update it, or use another store."
            )
        for step in STEPS[found:]:
            step(connection)
        if found == 0:
            connection.execute(insert(version).values(number=len(STEPS)))
        elif found < len(STEPS):
            connection.execute(update(version).values(number=len(STEPS)))


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(version.name):
        return 0
    return int(connection.execute(select(version.c.number)).scalar_one())
