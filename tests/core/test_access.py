"""Access tokens, on each engine, and `gridtrace token`."""

import hashlib
import re

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from core import times
from core.cli import app
from core.errors import StoreError
from core.store import Store, open_store
from core.store.access import TokenRow
from tests.core.test_store import NOON, NOON_S

TOKEN = re.compile(r"gt_[A-Za-z0-9_-]{43}")
"""32 bytes are 43 characters of six bits."""


def test_a_token_is_found_by_itself_only(store: Store) -> None:
    with times.frozen(NOON):
        token, other = store.access.create("map", 60), store.access.create("  phone ")
    assert TOKEN.fullmatch(token) and TOKEN.fullmatch(other) and token != other
    assert store.access.find(token) == TokenRow(1, "map", NOON_S, None, 60, None)
    assert store.access.find(other) == TokenRow(2, "phone", NOON_S, None, None, None)
    for wrong in ("", "gt_", token[:-1], f"{token} ", token.removeprefix("gt_"), "map", "gt_\0ü\ud800"):
        assert store.access.find(wrong) is None


def test_only_the_hash_is_stored(store: Store) -> None:
    token = store.access.create("map")
    with store.engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM access_tokens")).all()
    assert hashlib.sha256(token.encode()).hexdigest() in row and token not in str(row)


def test_a_revoked_token_opens_nothing_and_keeps_its_name(store: Store) -> None:
    token = store.access.create("map")
    with times.frozen(NOON):
        store.access.revoke("map")
    assert store.access.find(token) is None
    assert [(row.name, row.revoked_s) for row in store.access.all()] == [("map", NOON_S)]
    for wrong in ("map", "phone"):
        with pytest.raises(StoreError, match=f"no token {wrong} in use"):
            store.access.revoke(wrong)
    with pytest.raises(StoreError, match="choose another name"):
        store.access.create("map")


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "two\nlines", "nul\0l"])
def test_a_name_is_one_short_line(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="not a name"):
        store.access.create(name)
    assert store.access.all() == []


def test_the_last_use_moves_forward_only(store: Store) -> None:
    """Two processes that note what they saw may do it in any order; a token that is no more costs nothing."""
    for name in ("a", "b", "c"):
        store.access.create(name)
    store.access.touch({1: NOON_S, 2: NOON_S + 60, 99: NOON_S})
    store.access.touch({1: NOON_S + 30, 2: NOON_S})
    store.access.touch({})
    assert [row.last_used_s for row in store.access.all()] == [NOON_S + 30, NOON_S + 60, None]


def gridtrace(place: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["token", *words, "--store", place], env={"COLUMNS": "200"})


def test_a_token_is_printed_once_and_alone(place: str) -> None:
    with open_store(place) as store, times.frozen(NOON):
        made = gridtrace(place, "create", "map", "--per-minute", "60")
        token = made.stdout.removesuffix("\n")
        assert TOKEN.fullmatch(token) and "not shown again" in made.stderr and token not in made.stderr
        assert gridtrace(place, "create", "phone").exit_code == 0
        found = store.access.find(token)
        assert found is not None and (found.name, found.requests_per_minute) == ("map", 60)
        store.access.touch({found.id: NOON_S + 120})
        assert gridtrace(place, "revoke", "phone").output == "The token phone is revoked.\n"
        lines = [line.split() for line in gridtrace(place, "list").output.splitlines()]
    stamp = ["2026-03-10", "12:00Z"]
    assert ["map", *stamp, "2026-03-10", "12:02Z", "60", "valid"] in lines
    assert ["phone", *stamp, "never", "–", "revoked", *stamp] in lines
    assert token not in str(lines)


def test_what_cannot_be_is_said(place: str) -> None:
    with open_store(place):
        assert "There are no tokens" in gridtrace(place, "list").output
        assert gridtrace(place, "create", "map", "--per-minute", "0").exit_code == 2
        assert gridtrace(place, "create", "map").exit_code == 0
        assert "choose another name" in str(gridtrace(place, "create", "map").exception)
        assert "no token phone in use" in str(gridtrace(place, "revoke", "phone").exception)
