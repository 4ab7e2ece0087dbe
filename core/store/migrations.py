"""Bringing a database to the present schema: a new one gets today's tables, an older one the numbered steps it lacks.

Everything is done in one transaction, so that a process killed half way leaves the database as it was.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    text,
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

    Of what is there the job tells when it was fetched; where that is forgotten, it was when the interval ended. Events
    are keyed by series and start before their kind, which makes loading them half as long again on PostgreSQL.
    """
    connection.exec_driver_sql("ALTER TABLE unsolved ADD COLUMN marks INTEGER DEFAULT 1 NOT NULL")
    modes = "biomass coal gas geothermal hydro nuclear oil solar unknown wind battery_storage hydro_storage".split()
    is_long = text("end_s - start_s > 3600")
    _rebuild(connection, "mixes", *(Column(mode, Float) for mode in modes), _word("corrected", 96))
    _rebuild(connection, "numbers", Column("value", Float, nullable=False), Column("currency", word(3)))
    _rebuild(
        connection, "directions", Column("export_mw", Float), Column("import_mw", Float), _word("terms", 24, True))
    _rebuild(connection, "documents", _word("part", 64, True), Column("content", Text, nullable=False))
    for name in ("mixes", "numbers"):
        table = Table(name, MetaData(), Column("start_s", BigInteger))
        Index(f"{name}_by_start", table.c.start_s).create(connection)
        Index(
            f"{name}_long", table.c.start_s, sqlite_where=is_long, postgresql_where=is_long
        ).create(connection)
    Table(
        "windows", MetaData(), _word("kind", 48, True), _word("key", 64, True),
        Column("end_s", BigInteger, primary_key=True), Column("start_s", BigInteger, nullable=False),
        _word("parser", 96), Column("asked_s", BigInteger, nullable=False), _word("outcome", 16),
        Column("accepted", Integer, nullable=False), Column("message", Text), sqlite_with_rowid=False,
    ).create(connection)


def m005_jobs_that_asked_for_the_past(connection: Connection) -> None:
    """Which window a job asked for; null, as in all rows there are, for what is new."""
    for name in ("window_start_s", "window_end_s"):
        connection.exec_driver_sql(f"ALTER TABLE jobs ADD COLUMN {name} BIGINT")


def m006_results_say_when_they_were_made(connection: Connection) -> None:
    """When results were made and last changed; of those there are the end of their hour, the earliest it can have been.

    Indexes that find the last jobs of a series, and the tokens of the API.
    """
    for name in ("created_s", "updated_s"):
        connection.exec_driver_sql(f"ALTER TABLE results ADD COLUMN {name} BIGINT DEFAULT 0 NOT NULL")
    connection.exec_driver_sql("UPDATE results SET created_s = hour_s + 3600, updated_s = hour_s + 3600")
    connection.exec_driver_sql("DROP INDEX jobs_by_series")
    is_new = "window_end_s IS NULL"
    connection.exec_driver_sql(f"CREATE INDEX jobs_new ON jobs (kind, key, id) WHERE {is_new}")
    connection.exec_driver_sql(
        "CREATE INDEX jobs_good ON jobs (kind, key, id, started_s, outcome, window_end_s)"
        f" WHERE {is_new} AND outcome IN ('ok', 'empty')")
    Table(
        "access_tokens", MetaData(),
        Column("id", Integer, primary_key=True), _word("name", 64), _word("digest", 64),
        Column("created_s", BigInteger, nullable=False), Column("last_used_s", BigInteger),
        Column("requests_per_minute", Integer), Column("revoked_s", BigInteger),
        UniqueConstraint("name"), UniqueConstraint("digest"),
    ).create(connection)


def m007_weather(connection: Connection) -> None:
    """Fields of the weather for maps, and means of zones."""
    Table(
        "weather_fields", MetaData(), Column("hour_s", BigInteger, primary_key=True),
        Column("issued_s", BigInteger, nullable=False), _word("origin", 16),
        Column("content", LargeBinary, nullable=False),
    ).create(connection)
    quantities = ("wind_m_per_s", "wind_cube_m_per_s", "temperature_k", "radiation_w_per_m2")
    Table(
        "weather_means", MetaData(), _word("zone_key", 64, True), Column("hour_s", BigInteger, primary_key=True),
        Column("issued_s", BigInteger, primary_key=True), _word("origin", 16),
        *(Column(name, Float, nullable=False) for name in quantities), sqlite_with_rowid=False,
    ).create(connection)


def _word(name: str, length: int, is_key: bool = False) -> Column[Any]:
    return Column(name, word(length), primary_key=is_key, nullable=False)


def m008_health(connection: Connection) -> None:
    """How the parsers are doing by the hour, taken from the jobs there are; what is reported of them, and to whom."""
    connection.exec_driver_sql("CREATE INDEX jobs_by_start ON jobs (started_s)")
    counts = "good", "bad", "accepted", "refused", "suspect", "written"
    _keyed(connection, "parser_hours", [_long("hour_s", True), _word("parser", 64, True)], *map(_number, counts))
    module = "split_part(parser, '.', 1)"
    if connection.dialect.name == "sqlite":
        module = "substr(parser, 1, instr(parser || '.', '.') - 1)"
    good = "SUM(CASE WHEN outcome IN ('ok', 'empty') THEN 1 ELSE 0 END)"
    sums = ", ".join(f"SUM({name})" for name in counts[2:])
    connection.exec_driver_sql(
        f"INSERT INTO parser_hours SELECT started_s / 3600 * 3600, {module}, {good}, COUNT(*) - {good}, {sums}"
        " FROM jobs WHERE window_end_s IS NULL AND outcome <> 'skipped' GROUP BY 1, 2")
    said = _word("parser", 64), _word("state", 16), Column("reason", Text, nullable=False)
    made = Table(
        "incidents", MetaData(), Column("id", Integer, primary_key=True), *said, _word("origin", 16),
        Column("series", Text, nullable=False), *map(_long, ("since_s", "opened_s", "told_s")),
        Column("closed_s", BigInteger))
    Index("incidents_by_parser", made.c.parser, made.c.id)
    made.create(connection)
    said = _word("parser", 64), _word("state", 16), Column("reason", Text, nullable=False)
    _keyed(
        connection, "troubles", [_word("kind", 48, True), _word("key", 64, True)], *said, _long("since_s"),
        _number("cycles"), _long("counted_s"), Column("well_since_s", BigInteger), Column("incident_id", Integer))
    Table(
        "alerts", MetaData(), Column("id", Integer, primary_key=True), _long("created_s"), _word("origin", 16),
        Column("items", Text, nullable=False)).create(connection)
    _keyed(
        connection, "deliveries", [Column("alert_id", Integer, primary_key=True), _word("channel", 64, True)],
        _number("tries"), _long("leased_until_s"), Column("sent_s", BigInteger), Column("error", Text))


def _keyed(connection: Connection, name: str, key: list[Column[Any]], *rest: Column[Any]) -> None:
    Table(name, MetaData(), *key, *rest, sqlite_with_rowid=False).create(connection)


def _long(name: str, is_key: bool = False) -> Column[Any]:
    return Column(name, BigInteger, primary_key=is_key, nullable=False)


def _number(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


def _rebuild(connection: Connection, name: str, *own: Column[Any]) -> None:
    """An events' table as m004 has it, with what it holds, and the table of its revisions."""
    parts = (*(_word(*part) for part in (("source", 128), ("source_type", 16), ("origin", 16))),)
    rest = [Column("end_s", BigInteger), *parts, Column("job_id", Integer, nullable=False)]
    stamp = Column("fetched_s", BigInteger, nullable=False)
    keys = [_word("key", 64, True), Column("start_s", BigInteger, primary_key=True), _word("kind", 48, True)]
    made = Table(f"{name}_new", MetaData(), *keys, *rest, stamp, *own, sqlite_with_rowid=False)
    made.create(connection)
    columns = ", ".join(f'"{column.name}"' for column in made.columns if column.name != "fetched_s")
    job = f"(SELECT started_s FROM jobs WHERE id = {name}.job_id)"
    connection.exec_driver_sql(
        f"INSERT INTO {name}_new ({columns}, fetched_s) SELECT {columns}, COALESCE({job}, end_s, start_s) FROM {name}")
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(f"ALTER TABLE {name}_new RENAME TO {name}")
    Table(
        f"{name}_revisions", MetaData(), Column("id", Integer, primary_key=True),
        *(Column(column.name, column.type, nullable=column.nullable) for column in made.columns),
        Column("replaced_s", BigInteger, nullable=False),
        Index(f"{name}_revisions_by_series", "key", "start_s", "kind"),
    ).create(connection)


def m009_forecasts(connection: Connection) -> None:
    """Issued forecasts, and what was learnt; the weather of an hour is found without the zones."""
    connection.exec_driver_sql("CREATE INDEX weather_means_by_hour ON weather_means (hour_s)")
    content = Column("content", LargeBinary, nullable=False)
    made = Table(
        "forecasts", MetaData(), _word("zone_key", 64, True), Column("hour_s", BigInteger, primary_key=True),
        _long("issued_s"), _long("made_from_s"), _word("method", 32), _word("origin", 32), content)
    Index("forecasts_by_hour", made.c.hour_s)
    made.create(connection)
    content = Column("content", LargeBinary, nullable=False)
    Table(
        "forecast_models", MetaData(), _word("zone_key", 64, True), _number("format"), _word("method", 32),
        _long("trained_s"), _long("until_s"), content).create(connection)


STEPS: tuple[Callable[[Connection], None], ...] = (
    m002_results_say_how_they_were_estimated, m003_quarantine, m004_revisions,
    m005_jobs_that_asked_for_the_past, m006_results_say_when_they_were_made, m007_weather, m008_health,
    m009_forecasts,
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
