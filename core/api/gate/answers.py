"""Whole answers: how one is held back until it is whole, what it is kept under, and how it is told again."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from starlette.types import Message, Scope, Send

from core.api.gate.visit import visit_of

LARGEST_BYTES = 8 * 1024 * 1024
"""Larger answers go straight through, without an ETag."""
MAX_AGE = re.compile(rb"\bmax-age=(\d+)")
ENCODINGS = ("zstd", "br", "gzip")
"""In the order in which the compression prefers them."""
OF_NOT_MODIFIED = (b"etag", b"cache-control", b"vary", b"link", b"last-modified")
"""Headers that an answer without its body has as well."""
RawHeaders = list[tuple[bytes, bytes]]
Key = tuple[str | bytes | bool, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer to a GET depends on."""

    key: Key
    encoding: bytes
    """What the answer may be compressed with; empty for nothing."""
    if_none_match: bytes


def asked_of(scope: Scope) -> Asked:
    """What a request asks for. Of the encodings it accepts one counts, so that few forms of an answer are kept."""
    found = {b"accept": b"", b"accept-encoding": b"", b"host": b"", b"if-none-match": b""}
    for name, value in scope["headers"]:
        if name in found:
            found[name] = value
    encoding = best_encoding(found[b"accept-encoding"])
    key = (
        scope["scheme"], found[b"host"], scope["path"], scope["query_string"], found[b"accept"], encoding,
        visit_of(scope).has_credential)
    return Asked(key, encoding, found[b"if-none-match"])


@lru_cache(maxsize=512)
def best_encoding(accepted: bytes) -> bytes:
    """The first of ENCODINGS that an Accept-Encoding allows; empty if none is."""
    quality: dict[str, bool] = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        quality[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    allowed = (name for name in ENCODINGS if quality.get(name, quality.get("*", False)))
    return next(allowed, "").encode()


def accept_only(scope: Scope, encoding: bytes) -> None:
    """Have those further in see one acceptable encoding, or none."""
    headers = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
    scope["headers"] = [*headers, (b"accept-encoding", encoding)] if encoding else headers


@dataclass(frozen=True, slots=True)
class Kept:
    """A successful answer as it goes over the wire."""

    headers: RawHeaders
    body: bytes
    etag: bytes
    route: str | None
    generation: int
    """Of the store when it was made."""
    made_s: float
    """On the loop's clock."""
    max_age_s: int
    """0 for what may not be kept."""

    def is_good(self, generation: int, at_s: float) -> bool:
        """Whether it still says what the application would."""
        return self.generation == generation and at_s - self.made_s < self.max_age_s

    async def tell(self, asked: Asked, at_s: float, send: Send) -> None:
        """Send it, or only that it is what the caller has."""
        age = [(b"age", str(int(at_s - self.made_s)).encode())] if self.max_age_s else []
        if asked.if_none_match and (asked.if_none_match == b"*" or self.etag in asked.if_none_match):
            headers = [header for header in self.headers if header[0] in OF_NOT_MODIFIED]
            await send({"type": "http.response.start", "status": 304, "headers": headers + age})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": self.headers + age})
            await send({"type": "http.response.body", "body": self.body})


class Recorder:
    """Holds a success back until it is whole; refusals, what is too large and what has an ETag go straight through."""

    def __init__(self, send: Send) -> None:
        self._send, self._body = send, bytearray()
        self._start: Message | None = None
        self._is_passing, self._is_whole = False, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            if message["status"] != 200 or any(name == b"etag" for name, _ in message["headers"]):
                await self._let_through()
        elif self._is_passing:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            self._is_whole = not message.get("more_body", False)
            if len(self._body) > LARGEST_BYTES:
                await self._let_through()
                await self._send({**message, "body": bytes(self._body)})

    async def _let_through(self) -> None:
        assert self._start is not None
        self._is_passing = True
        await self._send(self._start)

    def kept(self, route: str | None, generation: int, made_s: float) -> Kept | None:
        """The answer that was held back; None if there is none."""
        if self._start is None or self._is_passing or not self._is_whole:
            return None
        body, headers = bytes(self._body), self._start["headers"]
        etag = b'"%s"' % blake2b(body, digest_size=12).hexdigest().encode()
        return Kept([*headers, (b"etag", etag)], body, etag, route, generation, made_s, _max_age_s(headers))


def _max_age_s(headers: RawHeaders) -> int:
    for name, value in headers:
        if name == b"cache-control" and b"public" in value and (found := MAX_AGE.search(value)):
            return int(found[1])
    return 0
