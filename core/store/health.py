"""What the store says of how its parsers are doing."""

from sqlalchemy import func, select

from core.store import records, tables
from core.store.rows import Row
from core.store.store import Store


def series_standing(store: Store) -> list[Row]:
    """The last job of every series with `good_s`, `brought_s`, `streak` and `bad_since_s`, see `records.standing`."""
    return store.rows(records.standing())


def judged_since(store: Store, since_s: int) -> dict[tuple[str, str], tuple[int, int]]:
    """Series → (events accepted, events refused or suspected) of its jobs for what is new since a moment."""
    table = tables.jobs
    held = func.sum(table.c.refused + table.c.suspect).label("held")
    wanted = select(table.c.kind, table.c.key, func.sum(table.c.accepted).label("accepted"), held)
    rows = store.rows(wanted.where(table.c.started_s >= since_s, records.IS_NEW).group_by(table.c.kind, table.c.key))
    return {(row["kind"], row["key"]): (int(row["accepted"]), int(row["held"])) for row in rows}


def newest_waiting(store: Store, since_s: int) -> dict[tuple[str, str], Row]:
    """Series → the newest interval since a moment that waits in quarantine: its start_s, rule and reason."""
    table = tables.quarantine
    wanted = select(table.c.kind, table.c.key, table.c.start_s, table.c.rule, table.c.reason).where(
        table.c.state == "suspect", table.c.start_s >= since_s)
    return {(row["kind"], row["key"]): row for row in store.rows(wanted.order_by(table.c.start_s, table.c.id))}


def hours_since(store: Store, since_s: int, parser: str | None = None) -> list[Row]:
    """Rows of `parser_hours` from a moment on, by hour, of one module or of all."""
    table = tables.parser_hours
    wanted = select(table).where(table.c.hour_s >= since_s)
    wanted = wanted if parser is None else wanted.where(table.c.parser == parser)
    return store.rows(wanted.order_by(table.c.hour_s, table.c.parser))


def jobs_of_parser(store: Store, parser: str, since_s: int, limit: int) -> list[Row]:
    """The newest records of a module's jobs since a moment, newest first."""
    table = tables.jobs
    is_own = table.c.parser.startswith(f"{parser}.", autoescape=True)
    wanted = select(table).where(table.c.started_s >= since_s, is_own)
    return store.rows(wanted.order_by(table.c.started_s.desc(), table.c.id.desc()).limit(limit))
