"""What a fetch function says of its source, so that the runner, the docs and back-filling know it without asking."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

LIVE_ONLY = "live only"


@dataclass(frozen=True)
class Declaration:
    """Facts of one fetch function. Times are in hours unless the name says minutes."""

    resolution_min: int | None
    """Length of the source's own intervals; None where it varies by zone or is a snapshot."""
    delay_h: float
    """How long after an interval its values are usually out."""
    window_h: float
    """How much one call returns, up to the asked moment."""
    history: str
    """`live only`, the first day that can be asked for, or how far back."""
    refetch_h: float
    """How far back published values are still revised, so are fetched again."""
    tokens: tuple[str, ...]
    rate_per_min: float | None
    """Requests a minute the source allows, where it says so."""
    extra: str | None
    """The optional dependency group it needs."""
    dead: str | None
    """Since when and why the source no longer answers."""


def source(
    *,
    resolution_min: int | None,
    window_h: float,
    history: str = LIVE_ONLY,
    delay_h: float = 1,
    refetch_h: float = 0,
    tokens: tuple[str, ...] = (),
    rate_per_min: float | None = None,
    extra: str | None = None,
    dead: str | None = None,
) -> Callable[[F], F]:
    """Declare a fetch function's source; every `fetch_*` of `parsers/` needs it."""
    facts = Declaration(
        resolution_min, delay_h, window_h, history, refetch_h, tokens, rate_per_min, extra, dead
    )

    def mark(function: F) -> F:
        function.declaration = facts  # type: ignore[attr-defined]
        return function

    return mark


def declaration(function: Callable[..., Any]) -> Declaration | None:
    """What a fetch function declares; None for an undeclared one."""
    return getattr(function, "declaration", None)
