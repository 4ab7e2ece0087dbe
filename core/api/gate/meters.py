"""Counts of requests for Prometheus; several workers put theirs into files of a folder that they share."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The library's variable; it must be set before a worker first imports the library."""
BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Meters:
    """What one application has answered."""

    def __init__(self) -> None:
        own = self._own = CollectorRegistry()
        by_route = ("method", "route", "status")
        self._requests = Counter("gridtrace_requests", "Requests answered.", by_route, registry=own)
        self._seconds = Histogram(
            "gridtrace_request_seconds", "How long answers took.", ("route",), buckets=BUCKETS_S, registry=own)
        self._running = Gauge(
            "gridtrace_requests_in_flight", "Requests being answered.", multiprocess_mode="livesum", registry=own)
        self._kept = Counter(
            "gridtrace_response_cache", "Answers from memory (hit), from a request under way (shared), or made (miss).",
            ("outcome",), registry=own)

    def begin(self) -> None:
        """A request has come."""
        self._running.inc()

    def end(self, method: str, route: str, status: int, seconds: float, cache: str | None) -> None:
        """It was answered."""
        self._running.dec()
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if cache is not None:
            self._kept.labels(cache).inc()

    def exposition(self, *others: Collector) -> bytes:
        """These of all workers and those of other collectors, as Prometheus reads them."""
        everything = CollectorRegistry()
        if SHARED_FOLDER in os.environ:
            MultiProcessCollector(everything)  # type: ignore[no-untyped-call]
        else:
            everything.register(self._own)
        for one in others:
            everything.register(one)
        return generate_latest(everything)
