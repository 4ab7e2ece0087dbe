"""What is carried out of a store and into another in bulk: events of a kind, what they said before, results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Table, func, or_, select, true

from core.store import bulk, tables
from core.store.columnar import schema_of
from core.store.rows import table_of
from core.store.store import Store
from core.store.written import HOUR_S, STAMPS, Written


@dataclass(frozen=True)
class Extract:
    """Rows of one table: by name what can be asked of them, their series and start, and how they are ordered."""

    table: Table
    kind: str | None
    key: ColumnElement[str]
    start_s: ColumnElement[int]
    order: tuple[ColumnElement[Any], ...]

    def rows(
        self, store: Store, names: Sequence[str], zones: Sequence[str] | None, start_s: int, end_s: int
    ) -> pa.Table:
        """These columns of what starts in [start_s, end_s), of these zones and the exchanges at them, or of all."""
        columns: dict[str, Any] = dict(self.table.columns)
        if self.table is tables.results:
            columns["end_s"] = (tables.results.c.hour_s + HOUR_S).label("end_s")
        wanted = select(*(columns[name] for name in names)).order_by(*self.order)
        return store.table(self._within(wanted, zones, start_s, end_s))

    def span(self, store: Store, zones: Sequence[str] | None, start_s: int, end_s: int) -> tuple[int, int] | None:
        """The first and last start in [start_s, end_s); None if nothing starts there."""
        ends = (func.min(self.start_s), func.max(self.start_s))
        wanted = self._within(select(*ends), zones, start_s, end_s)
        with store.reading() as connection:
            first_s, last_s = connection.execute(wanted).one()
        return None if first_s is None else (int(first_s), int(last_s))

    def write(self, store: Store, rows: pa.Table) -> Written:
        """Store rows of this table's columns (any of those that may be null may be missing).

        Events go the way of `Store.load`. Of results and revisions only what is not there is added: a result that is
        there was traced from the events that are.
        """
        schema = schema_of(self.table, [c.name for c in self.table.columns if c.name not in ("id", "job_id")])
        fixed = {"kind": pa.repeat(self.kind, len(rows))} if self.kind else {}
        nulls = {field.name: pa.nulls(len(rows), field.type) for field in schema}
        found = nulls | dict(zip(rows.column_names, rows.columns, strict=True)) | fixed
        complete = pa.table([found[field.name] for field in schema], schema=schema)
        if self.table is tables.results:
            stamped = _with_stamps(complete)
            return Written(new=bulk.add(store.columnar, self.table, stamped, ["zone_key", "hour_s"]))
        if self.table.name in tables.revisions:
            return store.load(self.table.name, complete)
        return Written(new=bulk.add(store.columnar, self.table, bulk.without_job(complete), schema.names))

    def _within(self, wanted: Any, zones: Sequence[str] | None, start_s: int, end_s: int) -> Any:
        is_kind = true() if self.kind is None else self.table.c.kind == self.kind
        found = wanted.where(is_kind, self.start_s >= start_s, self.start_s < end_s)
        if zones is None:
            return found
        ends = [at for zone in zones for at in (self.key.startswith(f"{zone}->"), self.key.endswith(f"->{zone}"))]
        return found.where(or_(self.key.in_(zones), *ends))


def _with_stamps(rows: pa.Table) -> pa.Table:
    """Results that do not say when they were made: the end of their hour is the earliest it can have been."""
    earliest_s = pc.add(rows["hour_s"], HOUR_S)
    for name in STAMPS:
        earliest_s = pc.coalesce(rows[name], earliest_s)
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), earliest_s)
    return rows


def events(kind: str) -> Extract:
    """The events of a kind as they stand."""
    table = table_of(kind)
    rest = [column for column in table.primary_key if column.name not in ("kind", "key", "start_s")]
    return Extract(table, kind, table.c.key, table.c.start_s, (table.c.key, table.c.start_s, *rest))


def revisions(kind: str) -> Extract:
    """What the events of a kind said before they were replaced, in the order in which they were."""
    table = tables.revisions[table_of(kind).name]
    return Extract(table, kind, table.c.key, table.c.start_s, (table.c.key, table.c.start_s, table.c.id))


def results() -> Extract:
    """What was traced."""
    table = tables.results
    return Extract(table, None, table.c.zone_key, table.c.hour_s, (table.c.zone_key, table.c.hour_s))
