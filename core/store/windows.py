"""Which windows of the past were asked for, by series, and how that last went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select

from core.store import tables
from core.store.rows import Row
from core.store.series import tuples

if TYPE_CHECKING:
    from core.store.store import Store

ANSWERED = ("ok", "empty", "no history")
"""Outcomes of a window after which asking again brings nothing more."""


Series = tuple[str, str]
"""Kind and key."""


class Asked(NamedTuple):
    """A window that was asked for: when that last was, the outcome, and what the source said."""

    start_s: int
    end_s: int
    at_s: int
    outcome: str
    message: str | None


class Windows:
    """The windows of an open store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def note(self, connection: Connection, job: Row) -> None:
        """Note a job that asked for a window; `job` has the columns of `jobs`."""
        names = ("kind", "key", "parser", "outcome", "accepted", "message")
        row = {name: job[name] for name in names} | {
            "start_s": job["window_start_s"], "end_s": job["window_end_s"], "asked_s": job["started_s"]}
        self.store.upsert(connection, tables.windows, [row])

    def asked(self, series: Collection[Series], start_s: int, end_s: int) -> dict[Series, list[Asked]]:
        """The windows of these series (kind and key) that reach into [start_s, end_s), each series' by their end."""
        table, found = tables.windows, defaultdict[Series, list[Asked]](list)
        columns = (table.c.start_s, table.c.end_s, table.c.asked_s, table.c.outcome, table.c.message)
        wanted = select(table.c.kind, table.c.key, *columns).where(
            table.c.kind.in_({kind for kind, _ in series}), table.c.key.in_({key for _, key in series}),
            table.c.end_s > start_s, table.c.start_s < end_s)
        with self.store.reading() as connection:
            for kind, key, *rest in tuples(connection.execute(wanted.order_by(*table.primary_key))):
                found[kind, key].append(Asked(*rest))
        return found
