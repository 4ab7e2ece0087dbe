"""Credentials of sources, from the environment; a replay or a test can give its own."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar

from core.errors import MissingToken

STORE_VARIABLE = "GRIDTRACE_STORE"
"""The store: a file, or a URL of PostgreSQL; without it, `gridtrace.db` in the working folder. It may hold a password:
like a credential, it is never told to another machine."""

_kept: dict[tuple[str, ...], tuple[float, str]] = {}
"""By variables and their values: until when on the machine's own clock, and what a login answered."""

_given: ContextVar[Mapping[str, str] | None] = ContextVar("gridtrace_tokens", default=None)


def token(variable: str) -> str:
    """The credential in an environment variable; MissingToken if it is not set or empty."""
    found = (_given.get() or {}).get(variable) or os.environ.get(variable, "").strip()
    if not found:
        raise MissingToken(variable)
    return found


def missing(variables: tuple[str, ...]) -> str | None:
    """The first of these variables that is not set."""
    given = _given.get() or {}
    return next((v for v in variables if not (given.get(v) or os.environ.get(v, "").strip())), None)


def kept(variables: tuple[str, ...], hours: float, log_in: Callable[..., str]) -> str:
    """What a login with these credentials answered; it is asked for again by this process after so many hours.

    Credentials that were given are a replay's or a sandbox's: they log in each time.
    """
    credentials = tuple(token(variable) for variable in variables)
    if made_up():
        return log_in(*credentials)
    until_s, found = _kept.get((*variables, *credentials), (0.0, ""))
    if time.monotonic() >= until_s:
        found = log_in(*credentials)
        _kept[*variables, *credentials] = time.monotonic() + hours * 3600, found
    return found


def forget(variables: tuple[str, ...]) -> None:
    """Log in anew next time: what `kept` keeps for these credentials was refused."""
    _kept.pop((*variables, *(token(variable) for variable in variables)), None)


def made_up() -> Mapping[str, str]:
    """What `given` gives here: a recording's or a sandbox's credentials, which are none, and never the environment's.
    """
    return _given.get() or {}


@contextlib.contextmanager
def given(tokens: Mapping[str, str]) -> Iterator[None]:
    """Let these credentials answer before the environment's within the block."""
    mark = _given.set(tokens)
    try:
        yield
    finally:
        _given.reset(mark)
