"""The weather as models foresaw it: fields for maps, of each hour the newest; means of zones, of late hours all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, select, tuple_

from core.store import tables
from core.store.columnar import as_array
from core.store.rows import Row
from core.weather import QUANTITIES, Frame, Kept, unpack

if TYPE_CHECKING:
    from core.store.store import Store

DAY_S = 24 * 3600
FIELDS_KEPT_S = 3 * DAY_S
"""Fields of hours longer ago are dropped, and of zones' means all but one run of each hour."""
THINNED_S = 2 * DAY_S
"""How long before that border hours are looked at still; after a longer pause those before keep all their runs."""
LEAD_S = DAY_S
"""The run that stays began so long before the hour, or longer: what is foreseen of tomorrow is about as good."""
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
        self._thin(connection, now_s - FIELDS_KEPT_S)
        found = select(fields.c.hour_s, fields.c.issued_s).where(fields.c.hour_s.in_([_at_s(hour) for hour in hours]))
        newest = {row.hour_s: row.issued_s for row in connection.execute(found)}
        self.store.upsert(connection, fields, [
            {"hour_s": _at_s(hour), "issued_s": _issued_s(hour), "origin": origin, "content": hour.content}
            for hour in hours if _issued_s(hour) >= newest.get(_at_s(hour), 0)])
        self.store.upsert(connection, means, [row for hour in hours for row in _rows(hour, origin)])
        return sum(newest.get(_at_s(hour)) != _issued_s(hour) for hour in hours)

    def _thin(self, connection: Connection, border_s: int) -> None:
        """Drop the runs that do not stay of hours before a moment."""
        table = tables.weather_means
        is_near = (table.c.hour_s >= border_s - THINNED_S) & (table.c.hour_s < border_s)
        found = connection.execute(select(table.c.hour_s, table.c.issued_s).where(is_near).distinct())
        for hour_s, runs_s in _by_hour(found).items():
            if len(runs_s) > 1:
                is_dropped = (table.c.hour_s == hour_s) & (table.c.issued_s != stays(hour_s, runs_s))
                connection.execute(delete(table).where(is_dropped))

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

    def means(
        self, zone_key: str | None, start_s: int, end_s: int, known_s: int
    ) -> dict[str, NDArray[Any]]:
        """QUANTITIES of the hours that end in (start_s, end_s], with zone_key and hour_s, of one zone or of all.

        Of hours that are over by known_s the run is that which stays, of those ahead the newest that began by then.
        """
        table = tables.weather_means
        is_wanted = (table.c.hour_s > start_s) & (table.c.hour_s <= end_s)
        if zone_key is not None:
            is_wanted &= table.c.zone_key == zone_key
        with self.store.reading() as connection:
            runs = select(table.c.hour_s, table.c.issued_s).where(is_wanted, table.c.issued_s <= known_s).distinct()
            by_hour = _by_hour(connection.execute(runs))
        chosen = [(hour_s, stays(hour_s, runs_s) if hour_s <= known_s else max(runs_s))
                  for hour_s, runs_s in by_hour.items()]
        names = ("zone_key", "hour_s", *QUANTITIES)
        if not chosen:
            return {name: np.empty(0, dtype=object if name == "zone_key" else float) for name in names}
        is_wanted &= tuple_(table.c.hour_s, table.c.issued_s).in_(chosen)
        found = self.store.table(select(*(table.c[name] for name in names)).where(is_wanted))
        return {name: as_array(found[name]) for name in names}


def stays(hour_s: int, runs_s: Sequence[int]) -> int:
    """Of the runs that foresaw an hour the newest that began LEAD_S before it; the oldest if all began later."""
    return max((run_s for run_s in runs_s if run_s <= hour_s - LEAD_S), default=min(runs_s))


def _by_hour(pairs: Iterable[Any]) -> dict[int, list[int]]:
    """Hour → its runs."""
    found: dict[int, list[int]] = {}
    for hour_s, run_s in pairs:
        found.setdefault(hour_s, []).append(run_s)
    return found


def _rows(hour: Kept, origin: str) -> list[Row]:
    stamps = {"hour_s": _at_s(hour), "issued_s": _issued_s(hour), "origin": origin}
    return [
        {"zone_key": key, **stamps, **dict(zip(QUANTITIES, values, strict=True))}
        for key, values in zip(hour.zones, hour.means.round(DECIMALS).tolist(), strict=True)]


def _at_s(hour: Kept) -> int:
    return int(hour.at.timestamp())


def _issued_s(hour: Kept) -> int:
    return int(hour.issued.timestamp())
