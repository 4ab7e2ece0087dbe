"""HTTP/1.1 as uvicorn speaks it, with bounds on what comes before there is a request to answer.

The head of a request may have 64 kB and take ten seconds; what is not HTTP is refused in JSON. What still comes of a
body after its answer is read for ten seconds. (While an answer waits for the body, core.api.gate.bounds looks at the
clock.)
"""

import logging
from asyncio import TimerHandle, Transport

from pydantic_core import to_json
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from core import times
from core.api import bodies
from core.api.errors import NAMES
from core.api.gate.bounds import PATIENCE_S

LARGEST_HEAD = 64 * 1024
MOST_QUEUED = 256
"""Requests that may wait on one connection for the answers to those before them."""
LINGER_S = 2.0
"""How long to go on reading after a refusal: to close at once would reset the connection before it is read."""
log = logging.getLogger("gridtrace.access")


class Protocol(HttpToolsProtocol):
    """One connection."""

    patience_s = PATIENCE_S

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_bytes = 0
        self._is_in_head, self._is_refused = False, False
        self._refusal = (400, "This is not a request of HTTP/1.1.")
        self._timer: TimerHandle | None = None
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        was_in_head = self._is_in_head
        super().data_received(data)
        if was_in_head and self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                self._refuse(431, _too_large())
        if self._timer is None and not self._is_answering():
            self._wait()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes, self._is_in_head = 0, True
        self._stop_waiting()
        self._wait()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._stop_waiting()
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            self._refusal = (431, _too_large())
            raise ValueError  # the parser stops, and has `send_400_response` called
        if len(self.pipeline) >= MOST_QUEUED:
            self._refusal = (429, f"At most {MOST_QUEUED} requests may wait on one connection.")
            raise ValueError
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, in our words."""
        self._refuse(*self._refusal)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.patience_s, self._late)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        if self._is_answering():
            self._wait()
        elif self._is_in_head:
            self._refuse(408, f"The head of a request must come within {self.patience_s:g} s.")
        else:
            self.transport.close()

    def _refuse(self, status: int, message: str) -> None:
        """Take no more, and say why; whole requests that came before are answered instead, and then it closes."""
        self._is_refused = True
        self._stop_waiting()
        if self._is_answering():
            if self.pipeline or self.cycle.response_started or not self.cycle.more_body:
                self.cycle.keep_alive = False
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._say(status, message)
        self._timer = self.loop.call_later(LINGER_S, self.transport.close)

    def _say(self, status: int, message: str) -> None:
        body = to_json({"error": NAMES[status], "message": message, "status": status})
        head = (b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body))
        self.transport.write(STATUS_LINE[status] + head + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        client = self.client[0] if self.client else None
        log.info("%s", to_json({"time": bodies.moment(times.now()), "status": status, "client": client}).decode())


def _too_large() -> str:
    return f"The head of a request may have {LARGEST_HEAD} bytes."
