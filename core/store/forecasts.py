"""What was foreseen of zones, as it was issued, and what was learnt to foresee it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core.store import tables
from core.store.rows import Row

if TYPE_CHECKING:
    from core.store.store import Store

USABLE_S = 30 * 24 * 3600
"""How long after the newest hour that a model has learnt from forecasts are made by it."""


class Forecasts:
    """The forecasts and models of an open store. A row is one of tables.forecasts or tables.forecast_models."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def write(self, rows: Sequence[Row]) -> None:
        """Keep forecasts, but for those whose zone has one of the same hour already."""
        with self.store.writing() as connection:
            self.store.insert_new(connection, tables.forecasts, rows)

    def newest_hour_s(self) -> int | None:
        """The hour of the newest that was issued."""
        with self.store.reading() as connection:
            found: int | None = connection.execute(select(func.max(tables.forecasts.c.hour_s))).scalar_one()
        return found

    def newest(self, zone_key: str, since_s: int, by_s: int) -> Row | None:
        """The newest of a zone of the hours since one that was issued by a moment."""
        table = tables.forecasts
        is_wanted = (table.c.zone_key == zone_key) & (table.c.hour_s >= since_s) & (table.c.issued_s <= by_s)
        found = self.store.rows(select(table).where(is_wanted).order_by(table.c.hour_s.desc()).limit(1))
        return found[0] if found else None

    def of_zone(self, zone_key: str, start_s: int, end_s: int) -> list[Row]:
        """Those of a zone of the hours from start_s to before end_s, by hour."""
        table = tables.forecasts
        is_wanted = (table.c.zone_key == zone_key) & (table.c.hour_s >= start_s) & (table.c.hour_s < end_s)
        return self.store.rows(select(table).where(is_wanted).order_by(table.c.hour_s))

    def of_hours(self, hours_s: Sequence[int]) -> list[Row]:
        """Those of these hours, of every zone, by zone and hour."""
        table = tables.forecasts
        wanted = select(table).where(table.c.hour_s.in_([*hours_s]))
        return self.store.rows(wanted.order_by(table.c.zone_key, table.c.hour_s))

    def write_model(self, row: Row) -> None:
        """Keep what was learnt of a zone, in place of what there was."""
        with self.store.writing() as connection:
            self.store.upsert(connection, tables.forecast_models, [row])

    def models(self) -> list[Row]:
        """What there is of each zone, by zone, without `content`."""
        columns = [column for column in tables.forecast_models.c if column.name != "content"]
        return self.store.rows(select(*columns).order_by(tables.forecast_models.c.zone_key))

    def model(self, zone_key: str) -> Row | None:
        """What was learnt of a zone."""
        found = self.store.rows(
            select(tables.forecast_models).where(tables.forecast_models.c.zone_key == zone_key))
        return found[0] if found else None
