"""Who may do what: cycles side by side as long as each source has one of them, one solver, one writing transaction.

A file is held by one cycle at a time, which has all sources then. In PostgreSQL every cycle shares the lock of cycles
and has one lock for each of its sources; what takes the lock of cycles for itself has no cycle beside it.
"""

import contextlib
import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from typing import IO, TypeVar

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import DatabaseError

from core.errors import StoreBusy, StoreError

CYCLE_LOCK, WRITER_LOCK, SOLVER_LOCK = 0x6772_6900, 0x6772_6901, 0x6772_6902
"""The first halves of the keys of PostgreSQL's advisory locks, which all that use a database share; the second half
is the schema."""
BRIEF = "backfilling: "
"""How the name of an owner begins who lets go of the store soon; PostgreSQL cuts long names at their end."""
WAIT_STEP_S, MOST_WAIT_S = 0.2, 180.0
"""How often a lock is asked for again, and how long a cycle waits for a brief holder."""
LOCK = text("SELECT pg_try_advisory_lock(:lock, :schema)")
BRIEFLY = text("SELECT set_config('application_name', :brief || current_setting('application_name'), false)")
SHARE = text("SELECT pg_try_advisory_lock_shared(:lock, :schema)")
AWAIT = text("SELECT pg_advisory_lock(:lock, :schema)")
UNLOCK = text("SELECT pg_advisory_unlock(:lock, :schema)")
UNLOCK_ALL = text("SELECT pg_advisory_unlock_all()")
LOCK_NOT_AVAILABLE = "55P03"
"""What PostgreSQL says when a session's `lock_timeout` is over."""
WAIT = text("SELECT pg_advisory_xact_lock(:lock, :schema)")
OWNER = text(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND granted"
    " AND classid = :lock AND objid = :schema"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


Held = TypeVar("Held")


class Claims:
    """What one cycle holds of a store: here, of a file, everything, as no other cycle is beside it."""

    def take(self, source: str) -> bool:
        """Hold a source (a parser's module) if nobody else does; whether that is so."""
        return True

    def give_back(self, source: str) -> None:
        """Let others have a source that was taken."""

    def owner(self, source: str) -> str | None:
        """Who has a source now; None if nobody does."""
        return None

    def solving(self) -> contextlib.AbstractContextManager[None]:
        """Be the only one that solves, for as long as the block lasts; StoreBusy if somebody else does for long."""
        return contextlib.nullcontext()


class SharedClaims(Claims):
    """What one of several cycles on PostgreSQL holds: locks of one session, which end with the process."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self._name, self._schema = connection, name, _schema_number(connection)

    def take(self, source: str) -> bool:
        return bool(self._ask(LOCK, _source_lock(source)))

    def give_back(self, source: str) -> None:
        self._ask(UNLOCK, _source_lock(source))

    def owner(self, source: str) -> str | None:
        found = self._ask(OWNER, _source_lock(source))
        return None if found is None else str(found)

    @contextlib.contextmanager
    def solving(self) -> Iterator[None]:
        self._ask(AWAIT, SOLVER_LOCK)
        try:
            yield
        finally:
            with contextlib.suppress(StoreError):  # the server has ended the session, and the lock with it
                self._ask(UNLOCK, SOLVER_LOCK)

    def _ask(self, statement: TextClause, lock: int) -> object:
        try:
            return self._connection.execute(statement, {"lock": lock, "schema": self._schema}).scalar()
        except DatabaseError as err:
            if getattr(err.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                owner = self._ask(OWNER, lock) or "process unknown"
                raise StoreBusy(f"Another command ({owner}) is tracing the hours of {self._name}.") from err
            raise StoreError(f"The store {self._name} cannot be locked: {err.orig}.") from err


def _source_lock(source: str) -> int:
    """31 bits of a source's name. Two that shared them would only wait for each other."""
    return zlib.crc32(f"gridtrace source {source}".encode()) >> 1


@contextlib.contextmanager
def claiming(engine: Engine, name: str, is_brief: bool) -> Iterator[Claims]:
    """Be one of the cycles on the store of this name, as `core.store.claiming` promises."""
    if is_brief or engine.dialect.name != "postgresql":
        with exclusive(engine, name, is_brief):
            yield Claims()
        return
    with _in_turn(lambda: _session(engine, name, SHARE, is_brief=False), is_brief=False) as connection:
        yield SharedClaims(connection, name)


@contextlib.contextmanager
def exclusive(engine: Engine, name: str, is_brief: bool) -> Iterator[None]:
    """Hold the store of this name, as `Store.exclusive` promises."""
    with _in_turn(lambda: _held(engine, name, is_brief), is_brief):
        yield


@contextlib.contextmanager
def _in_turn(enter: Callable[[], contextlib.AbstractContextManager[Held]], is_brief: bool) -> Iterator[Held]:
    """Enter what raises StoreBusy: wait for a brief holder, and being one for all."""
    with contextlib.ExitStack() as stack:
        waited_s = 0.0
        while True:
            try:
                held = stack.enter_context(enter())
                break
            except StoreBusy as err:
                if not is_brief and (not err.is_brief or waited_s >= MOST_WAIT_S):
                    raise
            time.sleep(WAIT_STEP_S)
            waited_s += WAIT_STEP_S
        yield held


def _held(engine: Engine, name: str, is_brief: bool) -> contextlib.AbstractContextManager[object]:
    if engine.dialect.name == "postgresql":
        return _session(engine, name, LOCK, is_brief)
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
def _session(engine: Engine, name: str, how: TextClause, is_brief: bool) -> Iterator[Connection]:
    """A connection that has the lock of cycles, shared or for itself.

    It is outside any transaction: a cycle's would keep the server from cleaning up. It ends with the block, and every
    lock of it too.
    """
    with contextlib.ExitStack() as stack:
        try:
            connection = stack.enter_context(engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
            stack.callback(_end_session, connection)
            key = {"lock": CYCLE_LOCK, "schema": _schema_number(connection)}
            is_held = connection.execute(how, key).scalar_one()
            owner = None if is_held else connection.execute(OWNER, key).scalar()
        except DatabaseError as err:
            raise StoreError(f"The store {name} cannot be locked: {err.orig}.") from err
        if not is_held:
            owner = owner or "process unknown"
            raise _busy(owner.removeprefix(BRIEF), name, is_brief=owner.startswith(BRIEF))
        if is_brief:
            connection.execute(BRIEFLY, {"brief": BRIEF})
        yield connection


def _end_session(connection: Connection) -> None:
    """Let go of every lock before the pool is told not to use the session again: the server may end it later."""
    with contextlib.suppress(DatabaseError):  # the server has ended the session already
        connection.execute(UNLOCK_ALL)
    connection.invalidate()


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


def wait_statement(engine: Engine, *, is_session: bool = False) -> str:
    """What a connection that is not SQLAlchemy's executes to become the writer, until its transaction ends or until
    `end_statement`; PostgreSQL only."""
    until = "" if is_session else "xact_"
    return f"SELECT pg_advisory_{until}lock({WRITER_LOCK}, {_schema_number(engine)})"


def end_statement(engine: Engine) -> str:
    """What a session executes to be the writer no longer."""
    return f"SELECT pg_advisory_unlock({WRITER_LOCK}, {_schema_number(engine)})"


def _schema_number(where: Connection | Engine) -> int:
    """31 bits of the name of the schema that the tables are in; the database is part of every lock by itself."""
    return zlib.crc32(str(where.dialect.default_schema_name).encode()) >> 1
