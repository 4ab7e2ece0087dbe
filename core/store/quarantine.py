"""Events that a quality rule suspects, and what became of them.

An entry is one content of one interval of a series. Its state: `suspect`, waiting for somebody to look; `released`,
written to the series, and the same content is accepted whenever it comes; `dropped`, and the same content is passed
over in silence; `superseded`, an accepted event of the same interval came since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from core import times
from core.errors import StoreError
from core.schemas import Event
from core.store import tables
from core.store.rows import Row, digest, revived
from core.store.written import NO_JOB

if TYPE_CHECKING:
    from core.store.store import Store

STATES = ("suspect", "released", "dropped", "superseded")
DECIDED = ("released", "dropped")
Decided = Mapping[tuple[str, str], Mapping[tuple[int, str], str]]
NOT_CONTENT = ("end_datetime", "source", "sourceType")


def content_digest(event: Mapping[str, Any]) -> str:
    """The fingerprint of what an event (in a form for JSON) says of its interval, whoever says it."""
    return digest(json.dumps({k: v for k, v in event.items() if k not in NOT_CONTENT}, sort_keys=True))


class Quarantine:
    """The quarantine of an open store. Rows are dicts named as in core.store.tables."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, connection: Connection, job: Row, suspects: Sequence[Row], origin: str) -> list[int]:
        """Keep a job's suspects: rows of start_s, end_s, rule, reason, figures and event (JSON text), and digest.

        One that is there already is counted, and is suspect again if it was superseded. Returns the starts of the
        others.
        """
        table, starts_s = tables.quarantine, []
        for one in suspects:
            same = (table.c.kind == job["kind"]) & (table.c.key == job["key"]) & (table.c.start_s == one["start_s"])
            seen = update(table).where(same, table.c.digest == one["digest"])
            again = connection.execute(seen.values(last_s=job["started_s"], times=table.c.times + 1, state="suspect"))
            if again.rowcount == 0:
                about = {name: job[name] for name in ("kind", "key", "parser")}
                stamps = {"first_s": job["started_s"], "last_s": job["started_s"], "times": 1}
                row = {**about, **one, **stamps, "origin": origin, "state": "suspect"}
                connection.execute(insert(table).values(**row))
                starts_s.append(one["start_s"])
        return starts_s

    def supersede(self, connection: Connection, kind: str, events: Sequence[Event]) -> None:
        """Close the suspects of intervals of which accepted events of one series came."""
        if not events:
            return
        table, starts = tables.quarantine, {int(event.start.timestamp()) for event in events}
        waiting = select(table.c.id, table.c.start_s).where(
            table.c.kind == kind, table.c.key == events[0].key, table.c.state == "suspect",
            table.c.start_s.between(min(starts), max(starts)),
        )
        ids = [row.id for row in connection.execute(waiting) if row.start_s in starts]
        if ids:
            connection.execute(update(table).where(table.c.id.in_(ids)).values(state="superseded"))

    def decided(self) -> Decided:
        """What a person has decided on: by kind and key, the state of every content by start and digest."""
        table, found = tables.quarantine, defaultdict[tuple[str, str], dict[tuple[int, str], str]](dict)
        wanted = select(table.c.kind, table.c.key, table.c.start_s, table.c.digest, table.c.state)
        with self._store.reading() as connection:
            for kind, key, start_s, mark, state in connection.execute(wanted.where(table.c.state.in_(DECIDED))):
                found[kind, key][start_s, mark] = state
        return found

    def entries(
        self, *, rule: str | None = None, source: str | None = None, key: str | None = None,
        state: str | None = "suspect", limit: int | None = None,
    ) -> list[Row]:
        """Entries by what is asked for, newest interval first; `source` is a parser's module."""
        return self._store.rows(self._wanted(select(tables.quarantine), rule, source, key, state).limit(limit))

    def _wanted(
        self, query: Any, rule: str | None, source: str | None, key: str | None, state: str | None
    ) -> Any:
        table = tables.quarantine
        for column, value in ((table.c.rule, rule), (table.c.key, key), (table.c.state, state)):
            query = query.where(column == value) if value is not None else query
        if source is not None:
            query = query.where(table.c.parser.startswith(f"{source}.", autoescape=True))
        return query.order_by(table.c.start_s.desc(), table.c.id.desc())

    def waiting(self, start_s: int, end_s: int) -> list[Row]:
        """Every suspect of an interval that starts in [start_s, end_s): its kind, key and start_s, and first_s, when it
        first came."""
        table = tables.quarantine
        wanted = select(table.c.kind, table.c.key, table.c.start_s, table.c.first_s).where(
            table.c.state == "suspect", table.c.start_s >= start_s, table.c.start_s < end_s)
        return self._store.rows(wanted)

    def counts(self) -> list[Row]:
        """How many entries (`entries`) each parser, rule and state has."""
        table = tables.quarantine
        by = (table.c.parser, table.c.rule, table.c.state)
        return self._store.rows(select(*by, func.count().label("entries")).group_by(*by).order_by(*by))

    def entry(self, entry_id: int) -> Row:
        """One entry; StoreError if there is none of that number."""
        found = self._store.rows(select(tables.quarantine).where(tables.quarantine.c.id == entry_id))
        if not found:
            raise StoreError(f"There is no entry {entry_id} in the quarantine: `gridtrace quarantine list` shows them.")
        return found[0]

    def release(self, entries: Collection[Row]) -> int:
        """Write the events of these entries to their series, their hours unsolved; how many rows that changed."""
        changed, now_s = 0, int(times.now().timestamp())
        with self._store.writing() as connection:
            for row in sorted(entries, key=lambda one: (one["last_s"], one["id"])):
                event = event_of(row)
                written = self._store.write_events(connection, row["kind"], [event], row["origin"], NO_JOB, now_s)
                self.supersede(connection, row["kind"], [event])
                self._decide(connection, row, "released")
                changed += written.rows
        return changed

    def drop(self, entries: Collection[Row]) -> None:
        """Close these entries for good: what they hold is not stored, and not asked about again."""
        with self._store.writing() as connection:
            for row in entries:
                self._decide(connection, row, "dropped")
                self._store.mark_hours(connection, row["kind"], [row["start_s"]])

    def _decide(self, connection: Connection, row: Row, state: str) -> None:
        connection.execute(update(tables.quarantine).where(tables.quarantine.c.id == row["id"]).values(state=state))


def event_of(row: Row) -> Event:
    """The event of an entry."""
    return revived(row["kind"], row["event"])
