"""A client that asks one server for the same few paths again and again, in a process of its own."""

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import uvloop


class Load(NamedTuple):
    """What a server stood: requests per second, and how long answers took."""

    per_s: float
    p50_ms: float
    p99_ms: float
    worst_ms: float

    def __str__(self) -> str:
        times = f"p50 {self.p50_ms:6.2f} ms  p99 {self.p99_ms:6.2f} ms  worst {self.worst_ms:6.1f} ms"
        return f"{self.per_s:7,.0f}/s  {times}"


class Connection(asyncio.Protocol):
    """Asks for paths in turn, the next when the last is answered."""

    def __init__(self, asked: Sequence[bytes], taken_s: list[float], is_over: asyncio.Event) -> None:
        self._asked, self._taken_s, self._is_over = asked, taken_s, is_over
        self._answer, self._at = b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._began_s = time.perf_counter()
        self._transport.write(self._asked[self._at % len(self._asked)])  # type: ignore[attr-defined]
        self._at += 1

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            return
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404")):
            raise SystemExit(f"not an answer to measure: {head!r}")
        self._answer = b""
        self._taken_s.append(time.perf_counter() - self._began_s)
        if not self._is_over.is_set():
            self._ask()


async def _load(port: int, paths: Sequence[str], connections: int, seconds: float) -> Load:
    taken_s, is_over, loop = list[float](), asyncio.Event(), asyncio.get_running_loop()
    asked = [f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode() for path in paths]
    for at in range(connections):
        turned = [*asked[at % len(asked):], *asked[: at % len(asked)]]
        await loop.create_connection(lambda turned=turned: Connection(turned, taken_s, is_over), "127.0.0.1", port)
    await asyncio.sleep(seconds)
    is_over.set()
    p50_ms, p99_ms, worst_ms = 1000 * np.percentile(taken_s, [50, 99, 100])
    return Load(len(taken_s) / seconds, p50_ms, p99_ms, worst_ms)


def _run(port: int, paths: Sequence[str], connections: int, seconds: float) -> Load:
    return uvloop.run(_load(port, paths, connections, seconds))


def load(port: int, paths: Sequence[str], connections: int, seconds: float) -> Load:
    """Ask the server on a port of this machine for these paths in turn, for so many seconds."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run, port, paths, connections, seconds).result()
