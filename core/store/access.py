"""Tokens that let people and programs ask the API.

A token is 32 random bytes: nobody can guess one from its SHA-256 by trying, as with passwords, so that a plain hash is
safe to keep and can be looked up like any other text. How long that takes says nothing of a token.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, or_, select, update

from core import times
from core.errors import StoreError
from core.store import tables

if TYPE_CHECKING:
    from core.store.store import Store

PREFIX = "gt_"
"""Lets people, and programs that look for leaked secrets, tell what a token is of."""
RANDOM_BYTES = 32
LONGEST_NAME = 64


@dataclass(frozen=True)
class TokenRow:
    """What is known of a token. Moments are Unix seconds; requests_per_minute is None for the server's own limit."""

    id: int
    name: str
    created_s: int
    last_used_s: int | None
    requests_per_minute: int | None
    revoked_s: int | None


class Access:
    """The access tokens of an open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, name: str, requests_per_minute: int | None = None) -> str:
        """A new token of that name, which nobody can be told again; StoreError if the name is taken or none."""
        table, name = tables.access_tokens, name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise StoreError(f"{name!r} is not a name for a token: write 1 to {LONGEST_NAME} characters.")
        token = f"{PREFIX}{secrets.token_urlsafe(RANDOM_BYTES)}"
        row = {"name": name, "digest": _digest(token), "requests_per_minute": requests_per_minute}
        with self._store.writing() as connection:
            if connection.execute(select(table.c.id).where(table.c.name == name)).first() is not None:
                raise StoreError(f"There is a token {name} already, or was one that is revoked: choose another name.")
            connection.execute(insert(table).values(**row, created_s=_now_s()))
        return token

    def find(self, token: str) -> TokenRow | None:
        """The row of a token that is not revoked; None for any other text."""
        table = tables.access_tokens
        found = self._rows(select(*_TOLD).where(table.c.digest == _digest(token), table.c.revoked_s.is_(None)))
        return found[0] if found else None

    def touch(self, last_used_s: Mapping[int, int]) -> None:
        """Note when tokens (by id) were last used; what is there and later stays."""
        table = tables.access_tokens
        is_later = or_(table.c.last_used_s.is_(None), table.c.last_used_s < bindparam("at_s"))
        same = table.c.id == bindparam("token")
        statement = update(table).where(same, is_later).values(last_used_s=bindparam("at_s"))
        if last_used_s:
            with self._store.writing() as connection:
                connection.execute(statement, [{"token": key, "at_s": at_s} for key, at_s in last_used_s.items()])

    def all(self) -> list[TokenRow]:
        """Every token by name, revoked ones too."""
        return self._rows(select(*_TOLD).order_by(tables.access_tokens.c.name))

    def revoke(self, name: str) -> None:
        """Let nobody in with a token any more; StoreError if there is none of that name or it is revoked already."""
        table = tables.access_tokens
        standing = update(table).where(table.c.name == name, table.c.revoked_s.is_(None))
        with self._store.writing() as connection:
            if connection.execute(standing.values(revoked_s=_now_s())).rowcount == 0:
                raise StoreError(f"There is no token {name} in use: `gridtrace token list` shows them.")

    def _rows(self, wanted: Any) -> list[TokenRow]:
        return [TokenRow(**row) for row in self._store.rows(wanted)]


_TOLD = [column for column in tables.access_tokens.columns if column.name != "digest"]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _now_s() -> int:
    return int(times.now().timestamp())
