"""Answers that come in pages."""

from collections.abc import Callable
from typing import Any, TypeVar

from core.values import log

T = TypeVar("T")


def pages(ask: Callable[[int], list[T]], *, most: int, name: Callable[[T], Any] = lambda row: row) -> list[T]:
    """The rows of page 1, 2, … up to one that is empty, or that repeats the one before, as some sources answer.

    A page repeats another if its rows have the same names; rows whose values change while they are asked for need
    one. What comes after the page `most` is left out with a warning.
    """
    found: list[T] = []
    before: list[Any] = []
    for at in range(1, most + 1):
        rows = ask(at)
        names = [name(row) for row in rows]
        if not rows or names == before:
            return found
        found, before = found + rows, names
    log.warning("more than %d pages: what follows is left out", most)
    return found
