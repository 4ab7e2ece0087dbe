"""Who may write: one cycle at a time, and of all that write one transaction at a time, on both engines alike."""

import contextlib
import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from core.errors import StoreBusy, StoreError

CYCLE_LOCK, WRITER_LOCK = 0x6772_6900, 0x6772_6901
"""The first halves of the keys of PostgreSQL's advisory locks, which all that use a database share; the second half
is the schema."""
BRIEF = "backfilling: "
"""How the name of an owner begins who lets go of the store soon; PostgreSQL cuts long names at their end."""
WAIT_STEP_S, MOST_WAIT_S = 0.2, 180.0
"""How often a lock is asked for again, and how long a cycle waits for a brief holder."""
LOCK = text("SELECT pg_try_advisory_lock(:lock, :schema)")
NAME = text("SELECT current_setting('application_name')")
RENAME = text("SELECT set_config('application_name', :name, false)")
UNLOCK = text("SELECT pg_advisory_unlock(:lock, :schema)")
WAIT = text("SELECT pg_advisory_xact_lock(:lock, :schema)")
OWNER = text(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND granted"
    " AND classid = :lock AND objid = :schema"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextlib.contextmanager
def exclusive(engine: Engine, name: str, is_brief: bool) -> Iterator[None]:
    """Hold the store of this name for one cycle, as `Store.exclusive` promises."""
    with contextlib.ExitStack() as stack:
        waited_s = 0.0
        while True:
            try:
                stack.enter_context(_held(engine, name, is_brief))
                break
            except StoreBusy as err:
                if not is_brief and (not err.is_brief or waited_s >= MOST_WAIT_S):
                    raise
            time.sleep(WAIT_STEP_S)
            waited_s += WAIT_STEP_S
        yield


def _held(engine: Engine, name: str, is_brief: bool) -> contextlib.AbstractContextManager[None]:
    if engine.dialect.name == "postgresql":
        return _held_by_session(engine, name, is_brief)
    if engine.url.database in (None, "", ":memory:"):
        return contextlib.nullcontext()
    return _held_by_file(f"{engine.url.database}.lock", name, is_brief)


@contextlib.contextmanager
def _held_by_file(path: str, name: str, is_brief: bool) -> Iterator[None]:
    with _opened(path, name) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            raise _busy(f"process {owner.removeprefix(BRIEF)}", name, is_brief=owner.startswith(BRIEF)) from err
        handle.truncate(0)
        handle.write(f"{BRIEF if is_brief else ''}{os.getpid()}")
        handle.flush()
        yield


def _opened(path: str, name: str) -> IO[str]:
    try:
        return open(path, "a+")
    except OSError as err:
        raise StoreError(f"The store {name} cannot be locked: {err}.") from err


@contextlib.contextmanager
def _held_by_session(engine: Engine, name: str, is_brief: bool) -> Iterator[None]:
    """The lock is one connection's, outside any transaction: a cycle's would keep the server from cleaning up."""
    with contextlib.ExitStack() as stack:
        try:
            connection = stack.enter_context(engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
            key = {"lock": CYCLE_LOCK, "schema": _schema_number(connection)}
            usual = connection.execute(NAME).scalar_one()
            is_held = connection.execute(LOCK, key).scalar_one()
            owner = None if is_held else connection.execute(OWNER, key).scalar()
        except DatabaseError as err:
            raise StoreError(f"The store {name} cannot be locked: {err.orig}.") from err
        if not is_held:
            owner = owner or "process unknown"
            raise _busy(owner.removeprefix(BRIEF), name, is_brief=owner.startswith(BRIEF))
        try:
            if is_brief:
                connection.execute(RENAME, {"name": f"{BRIEF}{usual}"})
            yield
        finally:
            with contextlib.suppress(DatabaseError):  # the server has ended the session, and the lock with it
                connection.execute(UNLOCK, key)
                connection.execute(RENAME, {"name": usual})


def _busy(owner: str, name: str, *, is_brief: bool) -> StoreBusy:
    who = "A backfill" if is_brief else "Another cycle"
    return StoreBusy(f"{who} ({owner}) is writing to {name}.", is_brief=is_brief)


def become_writer(connection: Connection) -> None:
    """Wait until no other transaction writes, and keep others waiting until this one ends.

    What is read before it is written (is this value there? has this refusal come before?) is then still so. SQLite has
    one writer in any case, but would let it in at its first change only, and commit every CREATE TABLE by itself.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(WAIT, {"lock": WRITER_LOCK, "schema": _schema_number(connection)})


def wait_statement(engine: Engine) -> str:
    """What a connection that is not SQLAlchemy's executes to become the writer; PostgreSQL only."""
    return f"SELECT pg_advisory_xact_lock({WRITER_LOCK}, {_schema_number(engine)})"


def _schema_number(where: Connection | Engine) -> int:
    """31 bits of the name of the schema that the tables are in; the database is part of every lock by itself."""
    return zlib.crc32(str(where.dialect.default_schema_name).encode()) >> 1
