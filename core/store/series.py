"""Reading series as arrays."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Connection, CursorResult, Select, bindparam, select

from core.store import tables
from core.store.rows import table_of

VALUE_COLUMNS = {"mixes": tables.MIX_COLUMNS, "numbers": ("value",), "directions": ("export_mw", "import_mw")}
MOST_ROWS = 2**40


def read_series(
    connection: Connection, kind: str, keys: Sequence[str], start_s: int, end_s: int, limit: int | None
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """What `Store.series` promises."""
    is_one, most = len(keys) == 1, MOST_ROWS if limit is None else limit
    asked = {"kind": kind, "keys": keys[0] if is_one else list(keys), "first": start_s, "end": end_s, "most": most}
    name = table_of(kind).name
    found = tuples(connection.execute(_query(name, is_one), asked))[::-1]
    numbers = np.array([row[1:] for row in found], dtype=float).reshape(len(found), 1 + len(VALUE_COLUMNS[name])).T
    return np.array([row[0] for row in found], dtype=object), numbers[0], numbers[1:]


@functools.cache
def _query(table_name: str, is_one: bool) -> Select[Any]:
    """The statement for one key or several, made once: making it takes longer than running it.

    With one key, or ordered by key first, SQLite walks the primary key; by start alone it would walk every series.
    """
    table = tables.metadata.tables[table_name]
    names = ("key", "start_s", *VALUE_COLUMNS[table_name])
    keys: Any = bindparam("keys", expanding=not is_one)
    wanted = select(*(table.c[name] for name in names)).where(
        table.c.kind == bindparam("kind"), table.c.key == keys if is_one else table.c.key.in_(keys),
        table.c.start_s >= bindparam("first"), table.c.start_s < bindparam("end"),
    )
    terms = [column.desc() for column in table.primary_key if column.name == "terms"]
    return wanted.order_by(table.c.key, table.c.start_s.desc(), *terms).limit(bindparam("most", type_=BigInteger))


def tuples(result: CursorResult[Any]) -> list[tuple[Any, ...]]:
    """All rows as the driver gives them: SQLAlchemy's own rows take twice as long."""
    return list(result.cursor.fetchall()) if result.cursor else []
