"""What one series, or the results of one zone, say of a span of time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select

from core.kinds import LONGEST_S
from core.store import tables, traced
from core.store.columnar import as_array
from core.store.rows import table_of
from core.store.store import Store

Columns = dict[str, np.ndarray[Any, Any]]


def series_columns(store: Store, kind: str, key: str, names: Sequence[str], start_s: int, end_s: int) -> Columns:
    """Columns of a series' values whose intervals reach into [start_s, end_s), by start; null numbers are NaN.

    An interval that starts more than LONGEST_S before it is passed over.
    """
    table = table_of(kind)
    wanted = select(*(table.c[name] for name in names)).where(
        table.c.kind == kind, table.c.key == key, table.c.start_s >= start_s - LONGEST_S, table.c.start_s < end_s,
        (table.c.start_s >= start_s) | (table.c.end_s > start_s),
    )
    return _columns(store, wanted.order_by(*table.primary_key))


def result_columns(store: Store, zone_key: str, names: Sequence[str], start_s: int, end_s: int) -> Columns:
    """Columns of a zone's results of the hours that reach into [start_s, end_s), by hour; null numbers are NaN."""
    table = tables.results
    wanted = traced.of_hours(names, start_s, end_s).where(table.c.zone_key == zone_key)
    return _columns(store, wanted.order_by(table.c.hour_s))


def results_of_hours(store: Store, names: Sequence[str], start_s: int, end_s: int) -> Columns:
    """The same of every zone, by zone and hour; `names` have both."""
    found = store.table(traced.of_all_zones(names, start_s, end_s))
    found = found.sort_by([("zone_key", "ascending"), ("hour_s", "ascending")])
    return {name: as_array(found[name]) for name in names}


def reach(store: Store, key: str, kind: str | None = None) -> tuple[int, int] | None:
    """The first and the last start that is stored of a series, or without a kind of a zone's results; None for none."""
    start_s, is_wanted = tables.results.c.hour_s, tables.results.c.zone_key == key
    if kind is not None:
        table = table_of(kind)
        start_s, is_wanted = table.c.start_s, (table.c.kind == kind) & (table.c.key == key)
    with store.reading() as connection:
        found = connection.execute(select(func.min(start_s), func.max(start_s)).where(is_wanted)).one()
    return None if found[0] is None else (int(found[0]), int(found[1]))


def _columns(store: Store, wanted: Select[Any]) -> Columns:
    found = store.table(wanted)
    return {name: as_array(found[name]) for name in found.column_names}
