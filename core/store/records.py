"""The records of jobs: which of them last, and which are new."""

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from core.store import tables
from core.store.rows import Row

GOOD = ("ok", "empty")
"""Outcomes of a job whose source answered as it should."""
IS_NEW = tables.jobs.c.window_end_s.is_(None)
"""Of a job that asked for what is new, not for a part of the past."""


def is_old(before_s: int) -> ColumnElement[bool]:
    """What of the records is older, but for the last job of each series that asked for what is new and its last good
    one: they say when it is due."""
    table = tables.jobs
    last = select(func.max(table.c.id)).where(IS_NEW).group_by(table.c.kind, table.c.key)
    good = last.where(table.c.outcome.in_(GOOD))
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
    last = connection.execute(newest.order_by(table.c.started_s.desc(), table.c.id.desc()).limit(1)).one_or_none()
    if last is None or (last.outcome, last.message) != ("skipped", job["message"]):
        return False
    connection.execute(update(table).where(table.c.id == last.id).values(**job))
    return True
