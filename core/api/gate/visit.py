"""What the gate learns of one request, kept in its scope for those further in and for the log."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from core.store.access import TokenRow

Scope = MutableMapping[str, Any]
NAME = "visit"


@dataclass(slots=True)
class Visit:
    """One request on its way."""

    caller: TokenRow | None = None
    """Whose token it showed; None for a token that nobody gave, too."""
    has_credential: bool = False
    """Whether it showed any."""
    cache: str | None = None
    """`hit`, `shared` (with one under way) or `miss`; None for what is not kept."""
    route: str | None = None
    """The path of its route, as /v3/zone/{key}."""


def begin(scope: Scope) -> Visit:
    """A new visit, kept in the scope."""
    visit = Visit()
    scope.setdefault("state", {})[NAME] = visit
    return visit


def visit_of(scope: Scope) -> Visit:
    """The visit of a request that came through the gate."""
    found = scope["state"][NAME]
    assert isinstance(found, Visit)
    return found


def caller_of(request: Request) -> TokenRow | None:
    """Whose access token a request showed; None for nobody's, and where there is no gate."""
    found = request.scope.get("state", {}).get(NAME)
    return found.caller if isinstance(found, Visit) else None
