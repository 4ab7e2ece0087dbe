"""What a store knew at a moment, and what its intervals said before they were revised.

A value was known from when its source first gave it (`fetched_s`) until another took its place (`replaced_s`).
"""

from typing import Any

from sqlalchemy import Connection, FromClause, Table, null, select, union_all

from core.store import tables
from core.store.rows import Row


def as_known(table: Table, at_s: int | None) -> FromClause:
    """An events' table as it was at a moment (Unix seconds), with the same columns; as it is for None."""
    if at_s is None:
        return table
    past = tables.revisions[table.name]
    stands = select(table).where(table.c.fetched_s <= at_s)
    replaced = select(*(past.c[column.name] for column in table.columns)).where(
        past.c.fetched_s <= at_s, past.c.replaced_s > at_s)
    return union_all(stands, replaced).subquery()


def read_revisions(connection: Connection, key: str, start_s: int, end_s: int) -> list[Row]:
    """What `Store.revisions` promises."""
    found: list[Row] = []
    for name, past in tables.revisions.items():
        table = tables.metadata.tables[name]
        identity = [column.name for column in table.primary_key]
        replaced = _rows(connection, past, past.c.replaced_s, key, start_s, end_s)
        revised = {tuple(row[name] for name in identity) for row in replaced}
        if revised:
            standing = _rows(connection, table, null().label("replaced_s"), key, start_s, end_s)
            found += replaced + [row for row in standing if tuple(row[name] for name in identity) in revised]
    return sorted(found, key=lambda row: (
        row["kind"], row["start_s"], row.get("terms", row.get("part", "")), row["replaced_s"] is None, row["fetched_s"],
        row["replaced_s"] or 0))


def _rows(connection: Connection, table: Table, replaced_s: Any, key: str, start_s: int, end_s: int) -> list[Row]:
    told = [column for column in table.columns if column.name not in ("id", "job_id", "replaced_s")]
    wanted = select(*told, replaced_s).where(
        table.c.key == key, table.c.start_s >= start_s, table.c.start_s < end_s)
    return [dict(row) for row in connection.execute(wanted).mappings()]
