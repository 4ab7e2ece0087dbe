"""One way to execute, read and fill with Arrow for both engines: sqlite3's cursors and ADBC's.

SQLite is spoken to by Python's own module only. A second copy of the library in a process, as ADBC's driver has one,
does not see the locks of the first and lets go of them when it closes a file (sqlite.org/howtocorrupt.html, 2.2.1).
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

BATCH = 50_000
"""Rows that are Python's objects at a time, on their way between SQLite and Arrow."""


class _Executing:
    """What both kinds of cursors do alike."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, statement: str) -> None:
        self._cursor.execute(statement)

    def fetchone(self) -> Any:
        return self._cursor.fetchone()


class AdbcCursor(_Executing):
    """Of PostgreSQL: what comes and goes is binary COPY."""

    differs = "IS DISTINCT FROM"

    def fetch(self, schema: pa.Schema) -> pa.Table:
        """All rows of the statement just executed, in these types."""
        return self._cursor.fetch_arrow_table().cast(schema)

    def append(self, table_name: str, rows: pa.Table) -> None:
        """Insert rows with every column of a table."""
        self._cursor.adbc_ingest(table_name, rows, mode="append")

    def stage(self, table_name: str, rows: pa.Table) -> None:
        """Make a temporary table of rows, which the planner knows the size of: nobody else would tell it."""
        self._cursor.adbc_ingest(table_name, rows, mode="create", temporary=True)
        self._cursor.execute(f"ANALYZE {table_name}")


class SqliteCursor(_Executing):
    """Of SQLite: rows are made and read by loops of C, a batch at a time."""

    differs = "IS NOT"
    """What the standard calls IS DISTINCT FROM, which SQLite knows since 3.39 only."""

    def fetch(self, schema: pa.Schema) -> pa.Table:
        """All rows of the statement just executed, in these types."""
        return pa.Table.from_batches(self._batches(schema), schema)

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        while rows := self._cursor.fetchmany(BATCH):
            columns = zip(*rows, strict=True)
            yield pa.record_batch([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
                                  schema=schema)

    def append(self, table_name: str, rows: pa.Table) -> None:
        """Insert rows with every column of a table."""
        marks, names = ", ".join("?" * rows.num_columns), ", ".join(rows.column_names)
        statement = f"INSERT INTO {table_name} ({names}) VALUES ({marks})"
        for first in range(0, rows.num_rows, BATCH):
            columns = (_objects(column) for column in rows.slice(first, BATCH).columns)
            self._cursor.executemany(statement, zip(*columns, strict=True))

    def stage(self, table_name: str, rows: pa.Table) -> None:
        """Make a temporary table of rows."""
        columns = ", ".join(f"{field.name} {_type(field.type)}" for field in rows.schema)
        self._cursor.execute(f"CREATE TEMPORARY TABLE {table_name} ({columns})")
        self.append(table_name, rows)


def _type(of: pa.DataType) -> str:
    if pa.types.is_string(of):
        return "TEXT"
    return "DOUBLE" if pa.types.is_floating(of) else "BIGINT"


def _objects(column: pa.ChunkedArray) -> list[Any]:
    """The values as Python's; NaN for numbers that are null, which SQLite stores as null. Each text is made once."""
    if not pa.types.is_string(column.type):
        found: list[Any] = column.to_numpy().tolist()
        return found
    return list(texts(column).tolist())


def texts(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Texts as an array of objects, None for null, each text once."""
    coded = column.combine_chunks().dictionary_encode()
    names = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
    return np.asarray(names[coded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False)])


Cursor = AdbcCursor | SqliteCursor


@contextlib.contextmanager
def of_sqlite(connection: Any) -> Iterator[SqliteCursor]:
    """A cursor of an open connection of sqlite3."""
    with contextlib.closing(connection.cursor()) as cursor:
        yield SqliteCursor(cursor)


@contextlib.contextmanager
def of_adbc(connection: Any) -> Iterator[AdbcCursor]:
    """A cursor of an open connection of ADBC."""
    with connection.cursor() as cursor:
        yield AdbcCursor(cursor)
