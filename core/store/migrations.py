"""Bringing a database to the present schema: a new one gets today's tables, an older one the numbered steps it lacks.

Everything is done in one transaction, so that a process killed half way leaves the database as it was.
"""

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.schema import CreateColumn

from core.errors import StoreError
from core.store.locks import become_writer
from core.store.tables import metadata, version, word


def m002_results_say_how_they_were_estimated(connection: Connection) -> None:
    """Null, as in all rows there are: the zone's own data made the value, or there is none."""
    column = CreateColumn(Column("estimation", word(24))).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE results ADD COLUMN {column}")


def m003_quarantine(connection: Connection) -> None:
    """Suspect events, and how many of them each job brought."""
    connection.exec_driver_sql("ALTER TABLE jobs ADD COLUMN suspect INTEGER DEFAULT 0 NOT NULL")
    texts = [Column(name, Text, nullable=False) for name in ("reason", "figures", "event")]
    Table(
        "quarantine", MetaData(),
        Column("id", Integer, primary_key=True), Column("kind", word(48), nullable=False),
        Column("key", word(64), nullable=False), Column("parser", word(96), nullable=False),
        Column("start_s", BigInteger, nullable=False), Column("end_s", BigInteger),
        Column("rule", word(64), nullable=False), *texts, Column("digest", word(32), nullable=False),
        Column("origin", word(16), nullable=False), Column("state", word(16), nullable=False),
        Column("first_s", BigInteger, nullable=False), Column("last_s", BigInteger, nullable=False),
        Column("times", Integer, nullable=False), UniqueConstraint("kind", "key", "start_s", "digest"),
    ).create(connection)


def m004_revisions(connection: Connection) -> None:
    """When each value was fetched, what it replaced, which windows of the past were asked for; counted marks.

    Of what is there the job tells when it was fetched; where that is forgotten, it was when the interval ended.
    """
    connection.exec_driver_sql("ALTER TABLE unsolved ADD COLUMN marks INTEGER DEFAULT 1 NOT NULL")
    modes = "biomass coal gas geothermal hydro nuclear oil solar unknown wind battery_storage hydro_storage".split()
    own = {
        "mixes": [*(Column(mode, Float) for mode in modes), Column("corrected", word(96), nullable=False)],
        "numbers": [Column("value", Float, nullable=False), Column("currency", word(3))],
        "directions": [
            Column("export_mw", Float), Column("import_mw", Float), Column("terms", word(24), nullable=False)],
        "documents": [Column("part", word(64), nullable=False), Column("content", Text, nullable=False)],
    }
    for name, columns in own.items():
        connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN fetched_s BIGINT DEFAULT 0 NOT NULL")
        job = f"(SELECT started_s FROM jobs WHERE id = {name}.job_id)"
        connection.exec_driver_sql(f"UPDATE {name} SET fetched_s = COALESCE({job}, end_s, start_s)")
        Table(
            f"{name}_revisions", MetaData(), Column("id", Integer, primary_key=True),
            Column("kind", word(48), nullable=False), Column("key", word(64), nullable=False),
            Column("start_s", BigInteger, nullable=False), Column("end_s", BigInteger),
            Column("source", word(128), nullable=False), Column("source_type", word(16), nullable=False),
            Column("origin", word(16), nullable=False), Column("job_id", Integer, nullable=False), *columns,
            Column("fetched_s", BigInteger, nullable=False), Column("replaced_s", BigInteger, nullable=False),
            Index(f"{name}_revisions_by_series", "kind", "key", "start_s"),
        ).create(connection)
    Table(
        "windows", MetaData(), Column("kind", word(48), primary_key=True), Column("key", word(64), primary_key=True),
        Column("end_s", BigInteger, primary_key=True), Column("start_s", BigInteger, nullable=False),
        Column("parser", word(96), nullable=False), Column("asked_s", BigInteger, nullable=False),
        Column("outcome", word(16), nullable=False), Column("accepted", Integer, nullable=False),
        Column("message", Text), sqlite_with_rowid=False,
    ).create(connection)


STEPS: tuple[Callable[[Connection], None], ...] = (
    m002_results_say_how_they_were_estimated, m003_quarantine, m004_revisions,
)
"""Each changes what the release before it made, in SQL of its own, and never changes afterwards."""


def newest() -> int:
    """The number of the present schema; the first release's is 1."""
    return 1 + len(STEPS)


def migrate(engine: Engine) -> None:
    """Make or upgrade the tables; refuse a database that a newer Gridtrace has written."""
    with engine.connect() as connection:
        if _version(connection) == newest():
            return
    with engine.begin() as connection:
        become_writer(connection)
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
