"""Rows in bulk, as Arrow tables: staged, compared with what is there, and written by the database itself.

One transaction holds at most CHUNK rows, so that readers and other writers wait for none for long, and a killed process
leaves whole chunks only.
"""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from core import times
from core.errors import StoreError
from core.kinds import ESTIMATIONS
from core.store import tables
from core.store.columnar import STAGE, Columnar, schema_of
from core.store.cursors import Cursor
from core.store.written import HOUR_S, NO_JOB, NOT_COMPARED, PAST_DAYS, SOLVED_KINDS, STAMPS, Written

CHUNK = 200_000
FEW = 20_000
"""Rows that one connection loads alone: a second one would not help."""
CHANGED = "changed"
"""The temporary table of those staged rows that are new, or differ from what is there and are not older."""


def load(columnar: Columnar, table: Table, rows: pa.Table) -> Written:
    """Write rows of an events' table as `Store.load` promises."""
    rows = _complete(table, rows)
    order = _order(table, rows)
    chunks, lanes = _chunks(rows["start_s"].to_numpy(), columnar.lanes), columnar.lanes
    written = Written()
    for first in range(0, len(chunks), lanes):
        group = [rows.take(pa.array(order[is_in_chunk[order]])) for is_in_chunk in chunks[first : first + lanes]]
        for part in _load_group(columnar, table, group, is_last=first + lanes >= len(chunks)):
            written.new += part.new
            written.changed += part.changed
            written.hours_s |= part.hours_s
    return written


def _load_group(columnar: Columnar, table: Table, group: Sequence[pa.Table], *, is_last: bool) -> list[Written]:
    """Load chunks side by side, each in a transaction of its own.

    They mark hours one after the other, each when the one before it has ended: two that wait for each other's marks
    would wait for ever.
    """
    if len(group) == 1:
        with columnar.writing(is_last=is_last) as cursor:
            return [_load_chunk(cursor, table, group[0])]
    turns = [threading.Event() for _ in range(len(group) + 1)]
    turns[0].set()

    def one(at: int) -> Written:
        try:
            with columnar.writing(is_last=is_last, is_alone=True) as cursor:
                return _load_chunk(cursor, table, group[at], turns[at].wait)
        finally:
            turns[at + 1].set()

    with columnar.alone(), ThreadPoolExecutor(len(group)) as pool:
        return list(pool.map(one, range(len(group))))


def _complete(table: Table, rows: pa.Table) -> pa.Table:
    """The rows with every column of the table, in its types; StoreError for what is missing or null."""
    rows = without_job(rows)
    schema = schema_of(table)
    if missing := [name for name in schema.names if name not in rows.column_names]:
        raise StoreError(f"Rows of {table.name} lack {', '.join(missing)}.")
    rows = rows.select(schema.names).cast(schema)
    if nulls := [c.name for c in table.columns if not c.nullable and rows[c.name].null_count]:
        raise StoreError(f"Rows of {table.name} have nulls in {', '.join(nulls)}.")
    return rows


def without_job(rows: pa.Table) -> pa.Table:
    """The rows as no job brought them, unless they name one."""
    if "job_id" in rows.column_names:
        return rows
    return rows.append_column("job_id", pa.array(np.full(rows.num_rows, NO_JOB)))


def add(columnar: Columnar, table: Table, rows: pa.Table, identity: Sequence[str]) -> int:
    """Append rows of which none with the same identity is there, which stays as it is; how many."""
    same = " AND ".join(
        f"there.{name} {'IS NOT DISTINCT FROM' if table.c[name].nullable else '='} come.{name}" for name in identity)
    names, added = ", ".join(rows.column_names), 0
    fresh = f"FROM {STAGE} AS come WHERE NOT EXISTS (SELECT 1 FROM {table.name} AS there WHERE {same})"
    for first in range(0, rows.num_rows, CHUNK):
        with columnar.writing() as cursor:
            cursor.stage(STAGE, rows.slice(first, CHUNK))
            added += _row(cursor, f"SELECT COUNT(*) {fresh}")[0]
            cursor.execute(f"INSERT INTO {table.name} ({names}) SELECT {names} {fresh}")
            cursor.execute(f"DROP TABLE {STAGE}")
    return added


def _order(table: Table, rows: pa.Table) -> npt.NDArray[np.intp]:
    """The positions of the rows by primary key; StoreError if two have the same."""
    codes = [_ranks(rows[name]) for name in _keys(table)]
    order = np.lexsort(codes[::-1])
    is_same = np.logical_and.reduce([code[order][1:] == code[order][:-1] for code in codes])
    if is_same.any():
        raise StoreError(
            f"{is_same.sum()} rows of {table.name} are of the same {', '.join(_keys(table))} as others.")
    return order


def _ranks(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Integers in the order of a column's values: sorting by texts takes three times as long."""
    if not pa.types.is_string(column.type):
        return np.asarray(column.to_numpy())
    coded = column.combine_chunks().dictionary_encode()
    return np.asarray(pc.rank(coded.dictionary, tiebreaker="dense").to_numpy()[coded.indices.to_numpy()], np.int64)


def _chunks(start_s: npt.NDArray[np.int64], lanes: int) -> list[npt.NDArray[np.bool_]]:
    """Which rows belong to each part of at most about CHUNK, as many for each lane if they are not few; no two parts
    have a moment in common, so none finds rows there because of another."""
    count = -(-len(start_s) // CHUNK)
    if len(start_s) > FEW:
        count += -count % lanes
    by_start = np.sort(start_s)
    edges = [*np.unique(by_start[:: -(-len(start_s) // max(count, 1)) or 1]), np.inf]
    return [(start_s >= first) & (start_s < last) for first, last in pairwise(edges)]


def _load_chunk(
    cursor: Cursor, table: Table, rows: pa.Table, wait_to_mark: Callable[[], object] = lambda: None
) -> Written:
    kinds = pc.unique(rows["kind"]).to_pylist()
    if not _is_any_there(cursor, table, kinds, rows["start_s"]):
        cursor.append(table.name, rows)
        written = Written(new=rows.num_rows)
        spans = rows.filter(pc.is_in(rows["kind"], pa.array(SOLVED_KINDS))).select(["start_s", "end_s"])
    else:
        written, spans = _merge(cursor, table, rows)
    if set(kinds) & set(SOLVED_KINDS):
        written.hours_s = _hours_of(spans) | _estimated_after(cursor, table, rows)
        wait_to_mark()
        _mark(cursor, written.hours_s)
    return written


def _is_any_there(cursor: Cursor, table: Table, kinds: list[str], start_s: pa.ChunkedArray) -> bool:
    span = pc.min_max(start_s).as_py()
    of_kinds = ", ".join("'" + kind.replace("'", "''") + "'" for kind in kinds)
    cursor.execute(
        f"SELECT 1 FROM {table.name} WHERE start_s BETWEEN {span['min']} AND {span['max']} AND kind IN ({of_kinds})"
        " LIMIT 1")
    return cursor.fetchone() is not None


def _merge(cursor: Cursor, table: Table, rows: pa.Table) -> tuple[Written, pa.Table]:
    """Write what is new or differs; what it replaces joins the revisions. Also the spans of both."""
    names, there = _names(table), f"{table.name} AS there"
    values = [name for name in names if name not in {*_keys(table), *NOT_COMPARED}]
    _stage(cursor, rows, _keys(table))
    cursor.execute(
        f"CREATE TEMPORARY TABLE {CHANGED} AS SELECT come.*, there.key IS NULL AS is_new FROM {STAGE} AS come"
        f" LEFT JOIN {there} ON {_same('come', 'there', table)}"
        " WHERE there.key IS NULL"
        f" OR (come.fetched_s >= there.fetched_s AND ({_differs(cursor, 'come', 'there', values)}))")
    joined = f"FROM {there} JOIN {CHANGED} AS come ON {_same('come', 'there', table)}"
    new, every = _row(cursor, f"SELECT COUNT(CASE WHEN is_new THEN 1 END), COUNT(*) FROM {CHANGED}")
    solved = ", ".join(f"'{kind}'" for kind in SOLVED_KINDS)
    cursor.execute(
        f"SELECT DISTINCT start_s, end_s FROM {CHANGED} WHERE kind IN ({solved})"
        f" UNION SELECT DISTINCT there.start_s, there.end_s {joined} WHERE there.kind IN ({solved})")
    spans = cursor.fetch(schema_of(table, ["start_s", "end_s"]))
    listed = ", ".join(names)
    cursor.execute(
        f"INSERT INTO {table.name}_revisions ({listed}, replaced_s)"
        f" SELECT {', '.join(f'there.{name}' for name in names)}, come.fetched_s {joined}")
    _upsert(cursor, table, CHANGED)
    cursor.execute(f"DROP TABLE {CHANGED}")
    cursor.execute(f"DROP TABLE {STAGE}")
    return Written(new=new, changed=every - new), spans


def write_results(columnar: Columnar, rows: pa.Table, hours: Mapping[int, int]) -> int:
    """Write solved hours as `Store.write_results` promises; how many rows that changed."""
    table = tables.results
    within = f"hour_s BETWEEN {min(hours)} AND {max(hours)}"
    with columnar.writing() as cursor:
        rows = _stamped(rows)
        (before,) = _row(cursor, f"SELECT COUNT(*) FROM {table.name} WHERE {within}")
        if before:
            changed = _merge_results(cursor, table, rows, within)
        else:
            cursor.append(table.name, rows)
            changed = rows.num_rows
        for count, hours_s in _by_marks(hours).items():
            cursor.execute(f"DELETE FROM unsolved WHERE marks = {count} AND hour_s IN ({', '.join(map(str, hours_s))})")
    return changed


def _stamped(rows: pa.Table) -> pa.Table:
    """Results as they are made now, when nobody else writes: who reads them finds no older stamp afterwards."""
    now_s = pa.array(np.full(rows.num_rows, int(times.now().timestamp())))
    for name in STAMPS:
        rows = rows.append_column(name, now_s)
    return rows


def _merge_results(cursor: Cursor, table: Table, rows: pa.Table, within: str) -> int:
    values = [name for name in _names(table) if name not in {*_keys(table), *STAMPS}]
    _stage(cursor, rows, _keys(table))
    (changed,) = _row(
        cursor, f"SELECT COUNT(*) FROM {STAGE} AS come LEFT JOIN {table.name} AS there"
        f" ON {_same('come', 'there', table)}"
        f" WHERE there.zone_key IS NULL OR {_differs(cursor, 'come', 'there', values)}")
    kept = f"SELECT 1 FROM {STAGE} AS come WHERE {_same('come', table.name, table)}"
    gone = f"FROM {table.name} WHERE {within} AND NOT EXISTS ({kept})"
    (left,) = _row(cursor, f"SELECT COUNT(*) {gone}")
    if left:
        cursor.execute(f"DELETE {gone}")
    if changed:
        differs = _differs(cursor, "excluded", table.name, values)
        _upsert(cursor, table, STAGE, f" WHERE {differs}", {"created_s"})
    cursor.execute(f"DROP TABLE {STAGE}")
    return int(changed + left)


def _stage(cursor: Cursor, rows: pa.Table, keys: list[str]) -> None:
    """Put rows into a temporary table of this transaction, to be found by their keys."""
    cursor.stage(STAGE, rows)
    cursor.execute(f"CREATE UNIQUE INDEX {STAGE}_by_key ON {STAGE} ({', '.join(keys)})")


def _upsert(cursor: Cursor, table: Table, source: str, where: str = "", kept: Collection[str] = ()) -> None:
    names, keys = ", ".join(_names(table)), ", ".join(_keys(table))
    rest = ", ".join(f"{name} = excluded.{name}" for name in _names(table) if name not in {*_keys(table), *kept})
    cursor.execute(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source} WHERE true"
        f" ON CONFLICT ({keys}) DO UPDATE SET {rest}{where}")


def _hours_of(spans: pa.Table) -> set[int]:
    """The hours that intervals of start_s and end_s (null: a snapshot) reach into."""
    start_s = spans["start_s"].to_numpy()
    end_s = pc.coalesce(spans["end_s"], spans["start_s"]).to_numpy()
    first, last = start_s // HOUR_S, (np.maximum(end_s, start_s + 1) - 1) // HOUR_S
    found = {*np.unique(first).tolist()}
    is_over = last > first
    for one, other in {*zip(first[is_over].tolist(), last[is_over].tolist(), strict=True)}:
        found.update(range(one, other + 1))
    return {hour * HOUR_S for hour in found}


def _mark(cursor: Cursor, hours_s: set[int]) -> None:
    """Have these hours solved again."""
    if hours_s:
        _stage(cursor, pa.table({"hour_s": pa.array(sorted(hours_s), pa.int64())}), ["hour_s"])
        cursor.execute(
            f"INSERT INTO unsolved (hour_s, marks) SELECT hour_s, 1 FROM {STAGE} WHERE true"
            " ON CONFLICT (hour_s) DO UPDATE SET marks = unsolved.marks + 1")
        cursor.execute(f"DROP TABLE {STAGE}")


def _estimated_after(cursor: Cursor, table: Table, rows: pa.Table) -> set[int]:
    """The hours that were estimated from those of production among these rows, or would be now."""
    if table is not tables.mixes:
        return set()
    day_s = 24 * HOUR_S
    span = pc.min_max(rows["start_s"]).as_py()
    cursor.execute(
        f"SELECT zone_key, hour_s FROM results WHERE estimation IN ({', '.join(map(repr, ESTIMATIONS))})"
        f" AND hour_s BETWEEN {span['min'] - HOUR_S + day_s} AND {span['max'] + PAST_DAYS * day_s}")
    found = cursor.fetch(schema_of(tables.results, ["zone_key", "hour_s"]))
    if not found.num_rows:
        return set()
    mine = rows.filter(pc.equal(rows["kind"], "production"))
    hour_s = pc.multiply(pc.divide(mine["start_s"], HOUR_S), HOUR_S)
    later = [
        pa.table({"zone_key": mine["key"], "hour_s": pc.add(hour_s, day * day_s)}) for day in range(1, PAST_DAYS + 1)
    ]
    wanted = found.join(pa.concat_tables(later), ["zone_key", "hour_s"], join_type="left semi")
    return set(wanted["hour_s"].to_pylist())


def _by_marks(hours: Mapping[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for hour_s, count in hours.items():
        found.setdefault(count, []).append(hour_s)
    return found


def _row(cursor: Cursor, statement: str) -> tuple[Any, ...]:
    cursor.execute(statement)
    return tuple(cursor.fetchone())


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _same(one: str, other: str, table: Table) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in _keys(table))


def _differs(cursor: Cursor, one: str, other: str, names: list[str]) -> str:
    return " OR ".join(f"{one}.{name} {cursor.differs} {other}.{name}" for name in names)
