"""What was told of the parsers' health, and what is still to be sent to whom.

What is to be told and the message about it are written in one transaction; a message is marked as sent after it was.
So a process that is killed loses no message, and may repeat the one that it was just sending.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from core.store import tables
from core.store.rows import Row

if TYPE_CHECKING:
    from core.store.store import Store

LEASE_S = 4 * 60
"""How long a message is its sender's: longer than sending takes, and over before the next cycle of five minutes."""
GIVEN_UP_S = 24 * 3600
"""How old a message may be to be sent still."""
KEEP_S = 400 * 24 * 3600
"""After which incidents that are over, and messages, are dropped."""


@dataclass
class Trouble:
    """A series that is not well, or that was and whose incident is not over yet. Moments are Unix seconds."""

    kind: str
    key: str
    parser: str
    state: str
    reason: str
    since_s: int
    cycles: int
    counted_s: int
    """When the last of these cycles asked it."""
    well_since_s: int | None = None
    incident_id: int | None = None

    @property
    def series(self) -> str:
        return f"{self.kind} {self.key}"


@dataclass
class Incident:
    """Something that was told: of a module of `parsers/`, or, with an empty name, of most of them at once."""

    parser: str
    state: str
    reason: str
    origin: str
    series: list[str]
    since_s: int
    opened_s: int
    told_s: int
    closed_s: int | None = None
    id: int = 0
    """0 until it is stored."""


@dataclass
class Book:
    """All that is open, for one who decides what is next; `troubles` and `incidents` are written back as he leaves
    them, and `items` sent as one message."""

    troubles: dict[tuple[str, str], Trouble]
    incidents: list[Incident]
    items: list[Row] = field(default_factory=list)
    _connection: Connection | None = None

    def open(self, incident: Incident) -> Incident:
        """Begin an incident, which has a number from now on."""
        assert self._connection is not None
        row = _columns(incident)
        done = self._connection.execute(insert(tables.incidents).values(**row))
        incident.id = int(done.inserted_primary_key[0])  # type: ignore[index]
        self.incidents.append(incident)
        return incident


class Message(NamedTuple):
    """A message that is now its sender's, for one channel."""

    id: int
    channel: str
    attempt: int
    created_s: int
    origin: str
    items: list[Row]


class Reports:
    """Incidents, messages and deliveries of an open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def update(
        self, now_s: int, origin: str, decide: Callable[[Book], None],
        channels_of: Callable[[Sequence[Row]], Collection[str]],
    ) -> list[Row]:
        """Let `decide` see what is open and change it, and write that and its message in one transaction.

        `channels_of` says where items are to be sent. Returns the items.
        """
        with self._store.writing() as connection:
            book = _read(connection)
            before = {place: asdict(one) for place, one in book.troubles.items()}
            decide(book)
            _write_troubles(connection, before, book.troubles)
            for one in book.incidents:
                same = tables.incidents.c.id == one.id
                connection.execute(update(tables.incidents).where(same).values(**_columns(one)))
            if book.items:
                _write_alert(connection, now_s, origin, book.items, channels_of(book.items))
            _drop_old(connection, now_s)
        return book.items

    def lease(self, channels: Collection[str], now_s: int) -> list[Message]:
        """Take what is to be sent to these channels, oldest first, so that nobody else sends it meanwhile."""
        alerts, table = tables.alerts, tables.deliveries
        is_waiting = (table.c.sent_s.is_(None)) & (table.c.leased_until_s <= now_s) & table.c.channel.in_(channels)
        wanted = select(alerts, table.c.channel, table.c.tries).join(alerts, alerts.c.id == table.c.alert_id)
        wanted = wanted.where(is_waiting, alerts.c.created_s >= now_s - GIVEN_UP_S).order_by(alerts.c.id)
        if not self._store.rows(wanted.limit(1)):
            return []
        with self._store.writing() as connection:
            found = connection.execute(wanted).mappings().all()
            for row in found:
                lease = {"tries": row["tries"] + 1, "leased_until_s": now_s + LEASE_S}
                connection.execute(update(table).where(_same(row["id"], row["channel"])).values(**lease))
        return [
            Message(row["id"], row["channel"], row["tries"] + 1, row["created_s"], row["origin"],
                    json.loads(row["items"])) for row in found]

    def settle(self, results: Sequence[tuple[Message, str | None]], now_s: int) -> None:
        """Note which messages were sent (None), and what others failed of, which are free for the next try."""
        with self._store.writing() as connection:
            for message, error in results:
                values = {"sent_s": now_s} if error is None else {"leased_until_s": 0}
                same = _same(message.id, message.channel)
                connection.execute(update(tables.deliveries).where(same).values(**values, error=error))

    def incidents(self, parser: str | None = None, *, limit: int = 50, is_open: bool | None = None) -> list[Incident]:
        """Incidents, newest first; of one module those that were of most of them at once too."""
        table = tables.incidents
        wanted = select(table).order_by(table.c.id.desc()).limit(limit)
        if parser is not None:
            wanted = wanted.where(table.c.parser.in_((parser, "")))
        if is_open is not None:
            wanted = wanted.where(table.c.closed_s.is_(None) if is_open else table.c.closed_s.is_not(None))
        return [_incident(row) for row in self._store.rows(wanted)]

    def deliveries(self, limit: int = 50) -> list[Row]:
        """The newest deliveries, with when their message was made."""
        alerts, table = tables.alerts, tables.deliveries
        wanted = select(table, alerts.c.created_s).join(alerts, alerts.c.id == table.c.alert_id)
        return self._store.rows(wanted.order_by(table.c.alert_id.desc(), table.c.channel).limit(limit))


def _read(connection: Connection) -> Book:
    rows = connection.execute(select(tables.troubles)).mappings()
    troubles = {(row["kind"], row["key"]): Trouble(**row) for row in rows}
    table = tables.incidents
    opened = connection.execute(select(table).where(table.c.closed_s.is_(None)).order_by(table.c.id)).mappings()
    return Book(troubles, [_incident(dict(row)) for row in opened], _connection=connection)


def _incident(row: Mapping[str, Any]) -> Incident:
    return Incident(**{**row, "series": json.loads(row["series"])})


def _columns(incident: Incident) -> Row:
    row = asdict(incident)
    del row["id"]
    return row | {"series": json.dumps(incident.series)}


def _write_troubles(
    connection: Connection, before: Mapping[tuple[str, str], Row], after: Mapping[tuple[str, str], Trouble]
) -> None:
    table = tables.troubles
    for place, row in before.items():
        if place not in after or asdict(after[place]) != row:
            connection.execute(delete(table).where(table.c.kind == place[0], table.c.key == place[1]))
    new = [asdict(one) for place, one in after.items() if asdict(one) != before.get(place)]
    if new:
        connection.execute(insert(table), new)


def _write_alert(
    connection: Connection, now_s: int, origin: str, items: Sequence[Row], channels: Collection[str]
) -> None:
    row = {"created_s": now_s, "origin": origin, "items": json.dumps(items)}
    done = connection.execute(insert(tables.alerts).values(**row))
    alert_id = done.inserted_primary_key[0]  # type: ignore[index]
    for channel in channels:
        to = {"alert_id": alert_id, "channel": channel, "tries": 0, "leased_until_s": 0}
        connection.execute(insert(tables.deliveries).values(**to))


def _drop_old(connection: Connection, now_s: int) -> None:
    alerts, incidents, before_s = tables.alerts, tables.incidents, now_s - KEEP_S
    old = select(alerts.c.id).where(alerts.c.created_s < before_s)
    connection.execute(delete(tables.deliveries).where(tables.deliveries.c.alert_id.in_(old)))
    connection.execute(delete(alerts).where(alerts.c.created_s < before_s))
    connection.execute(delete(incidents).where(incidents.c.closed_s < before_s))


def _same(alert_id: int, channel: str) -> Any:
    return (tables.deliveries.c.alert_id == alert_id) & (tables.deliveries.c.channel == channel)
