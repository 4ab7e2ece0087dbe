"""Whether a store is well: for `gridtrace doctor`, which changes nothing in it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError
from core.store import tables
from core.store.locks import become_writer
from core.store.store import Store
from core.store.upkeep import ENGINES, EVENTS, FALSE_ALARM, MOST_LINES, size

WAITING_LOCKS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@dataclass(frozen=True)
class Examined:
    """What was found."""

    engine: str
    schema: int
    bytes: int
    wal_bytes: int | None
    """Of the log of an SQLite file; None for PostgreSQL."""
    folder: str | None
    """Where the file is; None for PostgreSQL."""
    fault: str | None
    """What SQLite's quick check finds wrong; None for nothing, and for PostgreSQL."""
    not_writable: str | None
    """Why nobody can write; None if one can."""
    waiting_locks: int | None
    """Sessions of the server that wait for a lock; None for SQLite."""


def examine(store: Store) -> Examined:
    """Look at a store: its engine, size and locks, a quick check, and whether it can be written."""
    is_file = store.engine.dialect.name == "sqlite"
    path = Path(store.name)
    wal = path.with_name(f"{path.name}-wal")
    with store.reading() as connection:
        schema = int(connection.execute(select(tables.version.c.number)).scalar_one())
        waiting = None if is_file else int(connection.execute(WAITING_LOCKS).scalar_one())
    return Examined(
        ENGINES[store.engine.dialect.name], schema, size(store),
        wal.stat().st_size if is_file and wal.exists() else 0 if is_file else None,
        str(path.resolve().parent) if is_file else None, _fault(store) if is_file else None,
        _not_writable(store), waiting)


def _fault(store: Store) -> str | None:
    try:
        with store.engine.connect() as connection:
            said = map(str, connection.execute(text(f"PRAGMA quick_check({MOST_LINES})")).scalars())
            return next((line for line in said if line != "ok" and not FALSE_ALARM.match(line)), None)
    except DatabaseError as err:
        return str(err.orig)


def _not_writable(store: Store) -> str | None:
    """Begin to write, change nothing, and take that back."""
    try:
        with store.engine.connect() as connection:
            become_writer(connection)
            connection.execute(tables.version.update().values(number=tables.version.c.number))
            connection.rollback()
    except DatabaseError as err:
        return str(err.orig)
    return None


def growth_bytes(store: Store, since_s: int, now_s: int) -> float | None:
    """How many bytes a day the store has grown by since a moment: the events written, at the mean weight of one with
    all that hangs on it. None where nothing was written for a whole hour."""
    hours = tables.parser_hours
    wanted = select(func.sum(hours.c.written), func.min(hours.c.hour_s)).where(hours.c.hour_s >= since_s)
    try:
        with store.reading() as connection:
            written, first_s = connection.execute(wanted).one()
            rows = sum(connection.execute(select(func.count()).select_from(one)).scalar_one() for one in EVENTS)
    except DatabaseError as err:
        raise StoreError(f"The store {store.name} cannot be read: {err.orig}.") from err
    if not rows or not written or now_s - first_s < 3600:
        return None
    return float(size(store) / rows * written * 86400 / (now_s - first_s))
