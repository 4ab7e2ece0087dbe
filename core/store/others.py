"""What processes that share a store know of each other: where it is, who has what, what they recorded meanwhile."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.store import locks, opening, tables

if TYPE_CHECKING:
    from core.store.store import Store

Recorded = tuple[str, str, int | None]
"""Kind and key of a job, and the end of its window, if it asked for one."""


def address_of(store: "Store") -> str:
    """Where another process finds a store: the whole path of a file, or a URL without its passwords."""
    return opening.address_of(store.engine.url)


def claiming(store: "Store", *, is_brief: bool = False) -> AbstractContextManager[locks.Claims]:
    """Be a cycle on a store, on PostgreSQL beside others, which takes its sources one by one; StoreBusy if none may be.

    One who is there briefly has the store for himself (`Store.exclusive`). What is held ends with the process.
    """
    return locks.claiming(store.engine, store.name, is_brief)


def newest_job(store: "Store") -> int:
    """The number of the newest record of a job; 0 without any."""
    with store.reading() as connection:
        return int(connection.execute(select(func.max(tables.jobs.c.id))).scalar_one() or 0)


def recorded_since(store: "Store", job_id: int, run_id: int) -> set[Recorded]:
    """What other cycles than this one have recorded after that job."""
    table = tables.jobs
    wanted = select(table.c.kind, table.c.key, table.c.window_end_s)
    with store.reading() as connection:
        return {tuple(row) for row in connection.execute(wanted.where(table.c.id > job_id, table.c.run_id != run_id))}
