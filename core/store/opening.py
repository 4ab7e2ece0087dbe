"""From a file name or URL to an engine whose tables are today's."""

import os
import platform
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from core.errors import StoreError
from core.store.migrations import migrate

WAIT_S = 30
"""How long a writer waits for another one."""
SECRETS = ("password", "sslpassword")
"""Parameters of a URL that are told to nobody."""
POSTGRESQL = "postgresql+psycopg"
POSTGRESQL_EXTRA = "The store {} needs the drivers of PostgreSQL: pip install 'gridtrace[postgresql]'."


def open_engine(where: str | Path) -> Engine:
    """The engine of a store, created or upgraded if needed. Raises StoreError, in which no password is told."""
    try:
        url = url_of(str(where))
        engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
        _migrate(engine)
    except ArgumentError as err:
        shown = re.sub(r"(://[^@]*?):.*@", r"\1:***@", str(where))
        raise StoreError(
            f"{shown!r} is not a store: give a file name or a URL as postgresql://user@host/database."
        ) from err
    except (DatabaseError, OSError) as err:
        raise StoreError(f"The store {name_of(url)} cannot be opened: {getattr(err, 'orig', err)}.") from err
    return engine


def _migrate(engine: Engine) -> None:
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise


def address_of(url: URL) -> str:
    """The store as another process may open it: the whole path of a file, or a URL without its passwords."""
    if url.get_backend_name() == "sqlite":
        return str(Path(str(url.database)).resolve())
    without = url._replace(password=None)  # `set` takes None for "as it is"
    return without.difference_update_query(SECRETS).render_as_string(hide_password=False)


def with_own_password(address: str, own: str | None) -> str:
    """What opens the store at an `address_of`: the own place of a store where that is the same one, with its password.
    """
    try:
        is_same = own is not None and address_of(url_of(own)) == address
    except ArgumentError:
        is_same = False
    return own if own is not None and is_same else address


def name_of(url: URL) -> str:
    """What people call a store: the file, or the URL without its password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return str(url.database)
    hidden = url.update_query_dict({name: "***" for name in SECRETS if name in url.query})
    return hidden.render_as_string(hide_password=True)


def url_of(text: str) -> URL:
    try:
        url = make_url(text) if "://" in text else URL.create("sqlite", database=text)
    except ValueError as err:
        raise ArgumentError("its port is not a number") from err
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername=POSTGRESQL)
    if url.drivername not in ("sqlite", "sqlite+pysqlite", POSTGRESQL):
        raise ArgumentError(f"{url.drivername} is no engine of a store")
    return url


def _sqlite(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": WAIT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={WAIT_S * 1000}"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgresql(url: URL) -> Engine:
    """The server's list of sessions names ours, and a connection that broke since its last use is replaced."""
    ours = f"gridtrace process {os.getpid()} on {platform.node()}"
    try:
        engine = create_engine(
            url, isolation_level="READ COMMITTED", pool_pre_ping=True, connect_args={"fallback_application_name": ours})
    except ImportError as err:
        raise StoreError(POSTGRESQL_EXTRA.format(name_of(url))) from err

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.execute(f"SET lock_timeout = '{WAIT_S}s'")
        connection.commit()

    return engine
