"""Answers that come in pages."""

from collections.abc import Callable
from typing import TypeVar

from core.values import log

T = TypeVar("T")


def pages(ask: Callable[[int], list[T]], *, most: int) -> list[T]:
    """The rows of page 1, 2, … up to one that is empty, or that repeats the one before, as some sources answer.

    What comes after the page `most` is left out with a warning.
    """
    found: list[T] = []
    before: list[T] = []
    for at in range(1, most + 1):
        rows = ask(at)
        if not rows or rows == before:
            return found
        found, before = found + rows, rows
    log.warning("more than %d pages: what follows is left out", most)
    return found
