"""What Prometheus is told of the store: cycles, parsers, zones, quarantine."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from core.api.grid import Grid
from core.api.operation.observed import Observed


class StoreCollector:
    """Gauges of what was observed; ages are those of now."""

    def __init__(self, grid: Grid, seen: Observed, is_reachable: bool) -> None:
        self._grid, self._seen, self._is_reachable = grid, seen, is_reachable

    def collect(self) -> Iterable[Metric]:
        yield _single("store_up", "Whether the store answers.", self._is_reachable)
        yield _single("store_generation", "Changes of the store seen by this worker.", self._grid.newest.generation)
        yield from self._cycles()
        yield from self._parsers()
        yield self._zones()
        waiting = _family("quarantine_waiting", "Suspect events that wait for a decision.", "parser")
        for parser, count in self._seen.waiting.items():
            waiting.add_metric([parser], count)
        yield waiting

    def _cycles(self) -> Iterator[Metric]:
        done = next((cycle for cycle in self._seen.cycles if cycle.ended_s is not None), None)
        if done is None or done.ended_s is None:
            return
        yield _single("cycle_age_seconds", "Since the last whole cycle ended.", self._grid.now_s - done.ended_s)
        yield _single("cycle_seconds", "How long it took.", done.ended_s - done.started_s)
        jobs = _family("cycle_jobs", "Its jobs.", "outcome")
        for outcome, count in done.jobs.items():
            jobs.add_metric([outcome], count)
        yield jobs

    def _parsers(self) -> Iterator[Metric]:
        now_s = self._grid.now_s
        series = _family("parser_series", "Series by how they are.", "parser", "state")
        ages = _family("parser_data_age_seconds", "Since the newest measured interval began.", "parser")
        overdue = _family("parser_overdue_seconds", "How overdue its latest measured series is; 0: none is.", "parser")
        streaks = _family("parser_error_streak", "Jobs in a row of one series that ended badly, at most.", "parser")
        for one in self._seen.parsers:
            counts = {"good": one.good, "bad": one.troubled, "skipped": one.skipped}
            for state, count in counts.items():
                series.add_metric([one.parser, state], count)
            if one.newest_s is not None:
                ages.add_metric([one.parser], now_s - one.newest_s)
            overdue.add_metric([one.parser], one.overdue_s(now_s))
            streaks.add_metric([one.parser], one.streak)
        yield from (series, ages, overdue, streaks)

    def _zones(self) -> Metric:
        newest = self._grid.newest
        estimated = sum(row["estimation"] is not None for row in newest.with_estimates.values())
        zones = _family("zones", "Zones by what their newest hour of three days rests on.", "result")
        zones.add_metric(["own"], len(newest.with_estimates) - estimated)
        zones.add_metric(["estimated"], estimated)
        zones.add_metric(["none"], len(self._seen.without))
        return zones


def _family(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"gridtrace_{name}", text, labels=labels)


def _single(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"gridtrace_{name}", text, value=float(value))
