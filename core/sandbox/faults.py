"""Faults on request: how often each source fails, and how.

A fault is chosen per request, seeded: the same plan, request, moment and attempt always fail alike. Three families:
`transport` (the answer does not arrive as it should), `shape` (it arrives, and is not what parsers were written for)
and `values` (it is well written, and not true).
"""

import gzip
import hashlib
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.sandbox import distortions, shapes
from core.sandbox.distortions import Distortion
from core.sandbox.wire import Asked, Reply

if TYPE_CHECKING:
    from core.sandbox.server import Handler

ANY_SOURCE = "*"
HUGE_BYTES = 500_000_000
BLOCK = bytes(1_000_000)
DRIP_S = 0.2
RETRY_AFTER_S = 1
LATE_S = 0.5
PAGE = Reply(b"<html><head><title>Maintenance</title></head><body><p>We are back soon.</p></body></html>", "text/html")


def _late(handler: "Handler", reply: Reply) -> None:
    time.sleep(LATE_S)
    handler.give(reply)


def _silent(handler: "Handler", reply: Reply) -> None:
    """No byte until the asker has hung up."""
    handler.connection.settimeout(handler.server.plan.hold_s)
    with suppress(OSError):
        handler.connection.recv(1)
    handler.close_connection = True


def _reset(handler: "Handler", reply: Reply) -> None:
    """RST where the status line should come."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def _status(status: int, *headers: tuple[str, str]) -> Callable[["Handler", Reply], None]:
    def send(handler: "Handler", reply: Reply) -> None:
        handler.give(Reply(b"<html><body>busy</body></html>", "text/html", status, headers))

    return send


def _cut(handler: "Handler", reply: Reply) -> None:
    """A body that ends before it is as long as it was said to be."""
    handler.begin(reply, len(reply.body))
    handler.wfile.write(reply.body[: len(reply.body) // 2])
    handler.close_connection = True


def _bomb(handler: "Handler", reply: Reply) -> None:
    """A small body that unpacks to HUGE_BYTES."""
    packed = gzip.compress(BLOCK)
    count = HUGE_BYTES // len(BLOCK)
    handler.begin(reply, count * len(packed), ("Content-Encoding", "gzip"))
    for _ in range(count):
        handler.wfile.write(packed)


def _huge(handler: "Handler", reply: Reply) -> None:
    handler.begin(reply, HUGE_BYTES)
    for _ in range(HUGE_BYTES // len(BLOCK)):
        handler.wfile.write(BLOCK)


def _endless(handler: "Handler", reply: Reply) -> None:
    """A body that goes on in drips until the asker has had enough."""
    handler.begin(reply, None)
    end = time.monotonic() + handler.server.plan.hold_s
    while time.monotonic() < end:
        handler.wfile.write(b" ")
        time.sleep(DRIP_S)


TRANSPORT: dict[str, Callable[["Handler", Reply], None]] = {
    "late": _late, "timeout": _silent, "reset": _reset, "429": _status(429, ("Retry-After", str(RETRY_AFTER_S))),
    "500": _status(500), "503": _status(503), "cut": _cut, "bomb": _bomb, "huge": _huge, "endless": _endless,
}
SHAPE: dict[str, Callable[[Reply], Reply]] = {
    "truncated": lambda reply: reply._replace(body=reply.body[: len(reply.body) // 2]),
    "html": lambda reply: PAGE,
    "nothing": lambda reply: reply._replace(body=b""),
    "empty": lambda reply: reply._replace(body=shapes.emptied(reply.body)),
    "renamed": lambda reply: reply._replace(body=shapes.renamed(reply.body)),
    "repeated": lambda reply: reply._replace(body=shapes.repeated(reply.body)),
}
VALUES: dict[str, type[Distortion]] = {
    "unknown-label": distortions.Renamed, "negative": distortions.Negative, "absurd": distortions.Absurd,
    "frozen": distortions.Frozen, "doubled": distortions.Doubled, "shifted": distortions.Shifted,
    "early": distortions.Early,
}
FAMILIES: dict[str, tuple[str, ...]] = {
    "transport": tuple(TRANSPORT), "shape": tuple(SHAPE), "values": tuple(VALUES),
}
NAMES = tuple(name for names in FAMILIES.values() for name in names)


@dataclass(frozen=True)
class Fault:
    """One way to fail, committed at one request."""

    name: str
    part: float = 0.5
    """In [0, 1): where in the answer, for faults that have a place."""

    def distortion(self) -> Distortion | None:
        """What is wrong with the instruments, if they are."""
        return VALUES[self.name](self.part) if self.name in VALUES else None

    def spoil(self, reply: Reply) -> Reply:
        """The answer in another shape, if that is the fault."""
        return SHAPE[self.name](reply) if self.name in SHAPE and reply.status == 200 else reply

    def send(self, handler: "Handler", reply: Reply) -> None:
        """Give the answer, or fail to."""
        if self.name in TRANSPORT:
            TRANSPORT[self.name](handler, reply)
        else:
            handler.give(reply)


@dataclass
class Plan:
    """Which faults, of which sources, how often."""

    seed: int = 1
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Source (in capitals, or `*` for those not named) → fault → part of its requests, in [0, 1]."""
    latency_s: float = 0.0
    """Before every answer, faulty or not."""
    hold_s: float = 120.0
    """How long a connection is held that gets no answer or an endless one."""
    committed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each source has committed each fault."""
    _attempts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def choose(self, source: str, asked: Asked) -> Fault | None:
        """The fault to commit at a request, if any."""
        rates = self.rates.get(source.upper(), self.rates.get(ANY_SOURCE))
        if not rates:
            return None
        what = f"{asked.method} {asked.url} {asked.body!r}"
        with self._lock:
            self._attempts[what, asked.now.isoformat()] += 1
            attempt = self._attempts[what, asked.now.isoformat()]
        drawn = chance(self.seed, what, asked.now.isoformat(), attempt)
        for name, rate in rates.items():
            if drawn < rate:
                with self._lock:
                    self.committed[source, name] += 1
                return Fault(name, drawn / rate)
            drawn -= rate
        return None


def chance(*parts: object) -> float:
    """A number in [0, 1) that depends on these parts alone."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def read_rates(text: str) -> dict[str, dict[str, float]]:
    """Rates as a person writes them: `0.2`, `transport=0.1`, `ENTSOE:timeout=0.05,EIA:values=0.2`.

    A family's rate, and a bare number for all faults, is shared evenly among its members. Raises ConfigError.
    """
    found: dict[str, dict[str, float]] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        source, colon, rest = part.rpartition(":")
        name, _, written = rest.rpartition("=")
        members = FAMILIES.get(name) or ((name,) if name in NAMES else NAMES if not name else ())
        try:
            rate = float(written)
        except ValueError:
            rate = -1.0
        if not members or not 0 <= rate <= 1:
            known = ", ".join((*FAMILIES, *NAMES))
            raise ConfigError(f"{part!r} is no fault: write SOURCE:FAULT=RATE, a rate from 0 to 1, FAULT of {known}.")
        rates = found.setdefault(source.upper() if colon else ANY_SOURCE, {})
        rates |= {member: rate / len(members) for member in members}
    if wrong := [source for source, rates in found.items() if sum(rates.values()) > 1]:
        raise ConfigError(f"The faults of {', '.join(wrong)} add up to more than every request.")
    return found
