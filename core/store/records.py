"""The records of jobs: which of them last, and which are new."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.store import tables
from core.store.rows import Row

IS_NEW = tables.jobs.c.window_end_s.is_(None)
"""Of a job that asked for what is new, not for a part of the past."""
GOOD_ONES: BindParameter[Sequence[str]] = bindparam("good", tables.GOOD, expanding=True, literal_execute=True)
"""Written out in the statement: with parameters neither engine sees that an index is of just these."""


def last_jobs() -> Select[Any]:
    """The query of `Store.last_jobs`."""
    last, table, good = _last_ids(), tables.jobs, tables.jobs.alias("good")
    good_s = select(good.c.started_s).where(_is_good_of(good)).order_by(good.c.id.desc()).limit(1).correlate(table)
    # Most series' last job is a good one, and is not looked for twice.
    told_s = case((table.c.outcome.in_(tables.GOOD), table.c.started_s), else_=good_s.scalar_subquery())
    wanted = select(table, told_s.label("good_s")).join(last, last.c.id == table.c.id)
    return wanted.order_by(table.c.parser, table.c.kind, table.c.key)


def _is_good_of(good: Any) -> ColumnElement[bool]:
    """Of the jobs of a series that asked for what is new, those that went well."""
    of_series = (good.c.kind == tables.jobs.c.kind) & (good.c.key == tables.jobs.c.key)
    found: ColumnElement[bool] = of_series & good.c.window_end_s.is_(None) & good.c.outcome.in_(GOOD_ONES)
    return found


def standing() -> Select[Any]:
    """The last job of every series, and by four steps along the indexes of each: when one last went well (`good_s`),
    the newest interval that the last one with events brought (`brought_s`), how many ended badly since the last good
    one (`streak`), and when the first of them began (`bad_since_s`)."""
    table, good, brought, bad = tables.jobs, *(tables.jobs.alias(name) for name in ("good", "brought", "bad"))
    last_good = select(good.c.id).where(_is_good_of(good)).order_by(good.c.id.desc()).limit(1).correlate(table, bad)
    good_s = select(good.c.started_s).where(_is_good_of(good)).order_by(good.c.id.desc()).limit(1).correlate(table)
    is_ok = _is_good_of(brought) & (brought.c.outcome == "ok")
    brought_s = select(brought.c.newest_s).where(is_ok).order_by(brought.c.id.desc()).limit(1).correlate(table)
    since = func.coalesce(last_good.scalar_subquery(), 0)
    is_bad = (bad.c.kind == table.c.kind) & (bad.c.key == table.c.key) & bad.c.window_end_s.is_(None)
    later = is_bad & (bad.c.id > since)
    streak = select(func.count()).select_from(bad).where(later).correlate(table)
    bad_since_s = select(bad.c.started_s).where(later).order_by(bad.c.id).limit(1).correlate(table)
    last, is_well = _last_ids(), table.c.outcome.in_(tables.GOOD)
    facts = (
        case((is_well, table.c.started_s), else_=good_s.scalar_subquery()).label("good_s"),
        brought_s.scalar_subquery().label("brought_s"),
        case((is_well, 0), else_=streak.scalar_subquery()).label("streak"),
        case((is_well, None), else_=bad_since_s.scalar_subquery()).label("bad_since_s"),
    )
    return select(table, *facts).join(last, last.c.id == table.c.id)


def _last_ids() -> CTE:
    """The last job of each series that asked for what is new, found backwards by one step along their index for each.

    To group the jobs would read the whole index, of which each series has thousands of entries.
    """
    table, here = tables.jobs, tables.jobs.alias("here")
    backwards = (table.c.kind.desc(), table.c.key.desc(), table.c.id.desc())
    last = select(table.c.id).where(IS_NEW).order_by(*backwards).limit(1)
    found = select(last.scalar_subquery().label("id")).cte("last", recursive=True)
    # Not (kind, key) < (…): SQLite would look at the kind only.
    are_before = ((table.c.kind == here.c.kind) & (table.c.key < here.c.key), table.c.kind < here.c.kind)
    before = (last.where(is_before).correlate(here).scalar_subquery() for is_before in are_before)
    return found.union_all(select(func.coalesce(*before)).select_from(found.join(here, here.c.id == found.c.id)))


def is_old(before_s: int) -> ColumnElement[bool]:
    """What of the records is older, but for the last job of each series that asked for what is new and its last good
    one: they say when it is due."""
    table = tables.jobs
    last = select(func.max(table.c.id)).where(IS_NEW).group_by(table.c.kind, table.c.key)
    good = last.where(table.c.outcome.in_(GOOD_ONES))
    return (table.c.started_s < before_s) & table.c.id.not_in(last) & table.c.id.not_in(good)


def drop_old(connection: Connection, before_s: int) -> None:
    """Drop the records that are old."""
    table = tables.jobs
    if connection.execute(select(table.c.id).where(table.c.started_s < before_s).limit(1)).first() is not None:
        connection.execute(delete(table).where(is_old(before_s)))


def skipped_again(connection: Connection, job: Row) -> bool:
    """Whether the last job of the series was skipped for the same reason; its record is then moved to this one's."""
    if job.get("window_end_s") is not None:
        return False
    table = tables.jobs
    series = (table.c.kind == job["kind"]) & (table.c.key == job["key"]) & IS_NEW
    newest = select(table.c.id, table.c.outcome, table.c.message).where(series)
    last = connection.execute(newest.order_by(table.c.id.desc()).limit(1)).one_or_none()
    if last is None or (last.outcome, last.message) != ("skipped", job["message"]):
        return False
    connection.execute(update(table).where(table.c.id == last.id).values(**job))
    return True


def count_hour(connection: Connection, job: Row, written: int) -> None:
    """Count a job among those of its parser and hour; one that was skipped, or asked for the past, is not counted."""
    if job["outcome"] == "skipped" or job.get("window_end_s") is not None:
        return
    table, is_good = tables.parser_hours, job["outcome"] in tables.GOOD
    counts = {"good": int(is_good), "bad": int(not is_good), "written": written}
    counts |= {name: job.get(name, 0) for name in ("accepted", "refused", "suspect")}
    started_s, module = job["started_s"], job["parser"].partition(".")[0]
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    added = {name: table.c[name] + count for name, count in counts.items()}
    row = insert(table).values(hour_s=started_s - started_s % 3600, parser=module, **counts)
    connection.execute(row.on_conflict_do_update(index_elements=["hour_s", "parser"], set_=added))


def drop_old_hours(connection: Connection, before_s: int) -> None:
    """Drop the counts of hours that are old."""
    connection.execute(delete(tables.parser_hours).where(tables.parser_hours.c.hour_s < before_s))
