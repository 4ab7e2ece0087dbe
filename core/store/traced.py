"""Which results are asked for: the latest of each zone, and what was updated since."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, select

from core.kinds import ESTIMATIONS
from core.store import tables
from core.store.written import HOUR_S

COUNTS_OLDER_S = dict(zip(ESTIMATIONS, (3 * HOUR_S, 24 * HOUR_S, 24 * HOUR_S), strict=True))
"""The latest of a zone is its own data unless an estimate is so much newer: data that are a little late are better than
a mean of past days, and much better than a mix that knows nothing of its hour."""


def zones() -> CTE:
    """The keys of all zones with results, and a null, found by one step along the primary key for each.

    DISTINCT would read the whole table.
    """
    key = tables.results.c.zone_key
    found = select(func.min(key).label("zone_key")).cte("zones", recursive=True)
    following = select(func.min(key)).where(key > found.c.zone_key).correlate(found).scalar_subquery()
    return found.union_all(select(following).where(found.c.zone_key.is_not(None)))


def latest(since_s: int, with_estimates: bool) -> Select[Any]:
    """The query of `Store.latest_results`.

    Of each zone the newest hour is found at the end of its part of the primary key. What may count as newer than that
    lies at most as far back as an estimate counts older, so that the store's age does not matter.
    """
    table, last, near = tables.results, tables.results.alias("last"), tables.results.alias("near")
    keys = zones()
    is_last = (last.c.zone_key == keys.c.zone_key) & _is_wanted(last, since_s, with_estimates)
    newest_s = select(func.max(last.c.hour_s)).where(is_last).correlate(keys).scalar_subquery()
    newest = select(keys.c.zone_key, newest_s.label("hour_s")).where(keys.c.zone_key.is_not(None)).subquery()
    older_s = case(*((near.c.estimation == name, by_s) for name, by_s in COUNTS_OLDER_S.items()), else_=0)
    is_near = (near.c.zone_key == newest.c.zone_key) & _is_wanted(near, since_s, with_estimates)
    best = (
        select(near.c.hour_s)
        .where(is_near, near.c.hour_s.between(newest.c.hour_s - max(COUNTS_OLDER_S.values()), newest.c.hour_s))
        .order_by((near.c.hour_s - older_s).desc(), older_s).limit(1).correlate(newest).scalar_subquery()
    )
    return select(table).join(newest, table.c.zone_key == newest.c.zone_key).where(table.c.hour_s == best)


def _is_wanted(table: Any, since_s: int, with_estimates: bool) -> ColumnElement[bool]:
    is_wanted: ColumnElement[bool] = table.c.lifecycle_g_per_kwh.is_not(None) & (table.c.hour_s >= since_s)
    return is_wanted if with_estimates else is_wanted & table.c.estimation.is_(None)


def of_hours(names: Sequence[str], start_s: int, end_s: int) -> Select[Any]:
    """Columns of the hours that reach into [start_s, end_s)."""
    table = tables.results
    return select(*(table.c[name] for name in names)).where(
        table.c.hour_s > start_s - HOUR_S, table.c.hour_s < end_s)


def of_all_zones(names: Sequence[str], start_s: int, end_s: int) -> Select[Any]:
    """The same zone by zone, whose hours lie together: along the index of hours a day takes SQLite three times as long.
    """
    keys = zones()
    return of_hours(names, start_s, end_s).join(keys, keys.c.zone_key == tables.results.c.zone_key)


def updated(zone_key: str, since_s: int, until_s: int, start_s: int, end_s: int, limit: int) -> Select[Any]:
    """The query of `Store.results_updated`."""
    hour_s, updated_s = tables.results.c.hour_s, tables.results.c.updated_s
    wanted = select(hour_s, updated_s).where(
        tables.results.c.zone_key == zone_key, hour_s >= start_s, hour_s < end_s,
        updated_s >= since_s, updated_s < until_s)
    return wanted.order_by(updated_s, hour_s).limit(limit)
