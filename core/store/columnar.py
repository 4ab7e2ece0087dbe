"""Arrow in and out of a store, over connections of its own beside SQLAlchemy's: sqlite3's, or ADBC's to PostgreSQL."""

import contextlib
import queue
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import BigInteger, Engine, Float, Integer, Select, Table
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from core.errors import StoreError
from core.store import locks
from core.store.cursors import of_adbc, of_sqlite, texts
from core.store.opening import POSTGRESQL_EXTRA, WAIT_S, name_of

STAGE = "incoming"
"""The temporary table that rows wait in until they are compared with what is there."""
DIALECTS: dict[str, Any] = {
    "sqlite": SQLiteDialect(paramstyle="named"),
    "postgresql": PGDialect(paramstyle="named"),  # type: ignore[no-untyped-call]
}
"""They write values into a statement; with their drivers' paramstyles they would double every percent sign."""


class Columnar:
    """The connections of an open store. May be used from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._is_sqlite = engine, engine.dialect.name == "sqlite"
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def close(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def table(self, wanted: Select[Any]) -> pa.Table:
        """What a query finds, its columns of the types of the tables' (text, 64-bit integers and floats)."""
        text = str(wanted.compile(dialect=DIALECTS[self._engine.dialect.name], compile_kwargs={"literal_binds": True}))
        with self._cursor("read") as cursor:
            cursor.execute(text)
            return cursor.fetch(pa.schema([(c.name, arrow_type(c)) for c in wanted.selected_columns]))

    @contextlib.contextmanager
    def writing(self, *, is_last: bool = True, is_alone: bool = False) -> Iterator[Any]:
        """A cursor in one transaction, with no other writer beside it; StoreError if the store fails.

        With is_alone the caller sees to that by `alone`. A transaction that is not the last of several need not be on
        PostgreSQL's disk when it is committed: the last one is, and all before it.
        """
        with self._cursor("written") as cursor:
            cursor.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")
            try:
                if not self._is_sqlite:
                    if not is_alone:
                        cursor.execute(locks.wait_statement(self._engine))
                    if not is_last:
                        cursor.execute("SET LOCAL synchronous_commit = off")
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    @property
    def lanes(self) -> int:
        """How many transactions should load side by side: PostgreSQL has a process for each, SQLite one writer."""
        return 1 if self._is_sqlite else 2

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other writers out while transactions of this process write side by side; PostgreSQL only."""
        with self._cursor("written") as cursor:
            cursor.execute(locks.wait_statement(self._engine, is_session=True))
            yield
            cursor.execute(locks.end_statement(self._engine))

    @contextlib.contextmanager
    def _cursor(self, verb: str) -> Iterator[Any]:
        error, of = (sqlite3.Error, of_sqlite) if self._is_sqlite else (_adbc_error(), of_adbc)
        connection, is_whole = None, False
        try:
            connection = self._connection()
            with of(connection) as cursor:
                yield cursor
            is_whole = True
        except error as err:
            raise StoreError(f"The store {name_of(self._engine.url)} cannot be {verb}: {err}.") from err
        finally:
            if is_whole:
                self._idle.put(connection)
            elif connection is not None:  # nobody knows what state it is in
                connection.close()

    def _connection(self) -> Any:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._sqlite() if self._is_sqlite else self._postgresql()

    def _sqlite(self) -> Any:
        file = self._engine.url.database
        if file in (None, "", ":memory:"):
            raise StoreError("A store in memory has no columns to read or write in bulk: give it a file.")
        connection = sqlite3.connect(str(file), timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        for pragma in ("synchronous=NORMAL", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _postgresql(self) -> Any:
        try:
            from adbc_driver_postgresql import dbapi
        except ImportError as err:
            raise StoreError(POSTGRESQL_EXTRA.format(name_of(self._engine.url))) from err
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        place, mark, options = url.partition("?")  # in which libpq reads a plus sign as one, not as a space
        connection = dbapi.connect(place + mark + options.replace("+", "%20"), autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{WAIT_S}s'")
        return connection


def _adbc_error() -> type[Exception]:
    """What ADBC raises; nothing where it is not installed, which connecting says."""
    try:
        from adbc_driver_manager import Error
    except ImportError:
        return NotImplementedError
    return Error


def as_array(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Texts as objects, each text once; numbers as floats, null as NaN."""
    return texts(column) if pa.types.is_string(column.type) else np.asarray(column.cast(pa.float64()).to_numpy())


def arrow_type(column: Any) -> pa.DataType:
    """The Arrow type of a table's column."""
    if isinstance(column.type, Float):
        return pa.float64()
    if isinstance(column.type, BigInteger):
        return pa.int64()
    return pa.int32() if isinstance(column.type, Integer) else pa.string()


def schema_of(table: Table, names: Sequence[str] | None = None) -> pa.Schema:
    """The Arrow schema of a table's columns, of all of them or of some."""
    return pa.schema([(name, arrow_type(table.c[name])) for name in names or table.columns.keys()])
