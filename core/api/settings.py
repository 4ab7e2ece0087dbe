"""What `gridtrace serve` was told, handed to its worker processes through the environment."""

import json
import os
from dataclasses import asdict, dataclass

VARIABLE = "GRIDTRACE_API"
"""Set by `gridtrace serve` itself: its settings as JSON, for the workers it starts."""


@dataclass(frozen=True)
class Settings:
    """How one instance serves. Of limits per minute each worker grants its share."""

    store: str
    needs_token: bool = False
    """Whether only callers with an access token are answered; /health, /zones and the documentation always are."""
    per_minute: int = 0
    """Requests of each address, and of each token without a limit of its own; 0 is no limit."""
    workers: int = 1
    cache_bytes: int = 64 * 1024 * 1024
    """How much of its answers a worker keeps in memory; 0 for none."""

    def hand_over(self) -> None:
        """Put these where worker processes find them."""
        os.environ[VARIABLE] = json.dumps(asdict(self))


def handed_over() -> Settings:
    """What `hand_over` left in the environment."""
    return Settings(**json.loads(os.environ[VARIABLE]))
