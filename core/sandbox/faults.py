"""Faults on request: how often each source fails, and how. The same seed, request and moment fail alike."""

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.sandbox.readings import Distortion
from core.sandbox.wire import Asked, Reply

if TYPE_CHECKING:
    from core.sandbox.server import Handler


@dataclass(frozen=True)
class Fault:
    """One way to fail, committed at one request; this base class gets everything right."""

    name: str = "none"

    def distortion(self) -> Distortion | None:
        return None

    def spoil(self, reply: Reply) -> Reply:
        return reply

    def send(self, handler: "Handler", reply: Reply) -> Any:
        handler.give(reply)


@dataclass
class Plan:
    """Which faults, of which sources, how often."""

    seed: int = 1
    rates: dict[str, dict[str, float]] = field(default_factory=dict)
    """Source (or `*`) → fault → part of its requests."""
    committed: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def choose(self, source: str, asked: Asked) -> Fault | None:
        return None


def chance(*parts: object) -> float:
    """A number in [0, 1) that depends on these parts alone."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
