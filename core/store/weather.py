"""The weather as models foresaw it: fields for maps, of each hour the newest; means of zones, of each hour all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, select

from core.store import tables
from core.store.rows import Row
from core.weather import QUANTITIES, Frame, Kept, unpack

if TYPE_CHECKING:
    from core.store.store import Store

FIELDS_KEPT_S = 3 * 24 * 3600
"""Fields of hours longer ago are dropped; means of zones are kept until somebody prunes them."""
DECIMALS = 2


class Weather:
    """The weather of an open store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def write(self, connection: Connection, hours: Sequence[Kept], origin: str, now_s: int) -> int:
        """Write hours of a run; how many of them were not the newest that is there before.

        A field of an older run than the one that is there is left out.
        """
        if not hours:
            return 0
        fields, means = tables.weather_fields, tables.weather_means
        connection.execute(delete(fields).where(fields.c.hour_s < now_s - FIELDS_KEPT_S))
        found = select(fields.c.hour_s, fields.c.issued_s).where(fields.c.hour_s.in_([_at_s(hour) for hour in hours]))
        newest = {row.hour_s: row.issued_s for row in connection.execute(found)}
        self.store.upsert(connection, fields, [
            {"hour_s": _at_s(hour), "issued_s": _issued_s(hour), "origin": origin, "content": hour.content}
            for hour in hours if _issued_s(hour) >= newest.get(_at_s(hour), 0)])
        self.store.upsert(connection, means, [row for hour in hours for row in _rows(hour, origin)])
        return sum(newest.get(_at_s(hour)) != _issued_s(hour) for hour in hours)

    def hours_of(self, issued_s: int) -> set[int]:
        """The hours of a run that are stored and of no newer one."""
        table = tables.weather_fields
        with self.store.reading() as connection:
            found = connection.execute(select(table.c.hour_s).where(table.c.issued_s >= issued_s))
            return set(found.scalars())

    def frames(self, hours_s: Sequence[int]) -> dict[int, tuple[Frame, int, str]]:
        """The newest fields of these hours that are there, each with the begin of its run and its origin."""
        table = tables.weather_fields
        with self.store.reading() as connection:
            found = connection.execute(select(table).where(table.c.hour_s.in_(hours_s))).all()
        return {row.hour_s: (unpack(row.content, row.hour_s), row.issued_s, row.origin) for row in found}

    def series(self, zone_key: str, start_s: int, end_s: int, *, issued_by_s: int = 2**40) -> list[Row]:
        """A zone's hours that end in (start_s, end_s], each of the newest run that began by a moment."""
        table = tables.weather_means
        hours = (table.c.zone_key == zone_key, table.c.hour_s > start_s, table.c.hour_s <= end_s)
        newest = select(table.c.hour_s, func.max(table.c.issued_s).label("issued_s")).where(
            *hours, table.c.issued_s <= issued_by_s).group_by(table.c.hour_s).subquery()
        is_newest = (table.c.hour_s == newest.c.hour_s) & (table.c.issued_s == newest.c.issued_s)
        return self.store.rows(select(table).join(newest, is_newest).where(*hours).order_by(table.c.hour_s))


def _rows(hour: Kept, origin: str) -> list[Row]:
    stamps = {"hour_s": _at_s(hour), "issued_s": _issued_s(hour), "origin": origin}
    return [
        {"zone_key": key, **stamps, **dict(zip(QUANTITIES, values, strict=True))}
        for key, values in zip(hour.zones, hour.means.round(DECIMALS).tolist(), strict=True)]


def _at_s(hour: Kept) -> int:
    return int(hour.at.timestamp())


def _issued_s(hour: Kept) -> int:
    return int(hour.issued.timestamp())
