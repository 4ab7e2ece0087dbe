"""What the store says of its own filling, read again when it has changed."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.api.grid import Grid
from core.api.operation.foreseeing import Foreseeing, foreseeing
from core.api.state import reasons
from core.errors import StoreError
from core.health.parsers import ParserHealth, parsers_health
from core.health.series import series_health
from core.plugins import Manager
from core.store.rows import Row

CYCLES = 5


@dataclass(frozen=True)
class CycleSeen:
    """A cycle as it is recorded; one that was killed, or is running, has no end."""

    started_s: int
    ended_s: int | None
    origin: str
    line: str | None
    jobs: dict[str, int]
    """How many ended how."""


@dataclass(frozen=True)
class Observed:
    """One state of the store."""

    generation: int = -1
    cycles: list[CycleSeen] = field(default_factory=list)
    """The newest first."""
    parsers: list[ParserHealth] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    """Events in quarantine that wait for a decision, by parser."""
    without: dict[str, str] = field(default_factory=dict)
    """Why zones have no recent result."""
    foreseeing: Foreseeing = field(default_factory=Foreseeing)


class Observer:
    """Looks at the store of a grid, once for each of its states."""

    def __init__(self) -> None:
        self._last = Observed()

    def look(self, grid: Grid, plugins: Manager) -> tuple[Observed, bool]:
        """What is there, and whether the store answers; while it does not, what was there last."""
        try:
            if self._last.generation != grid.newest.generation:
                self._last = _observed(grid, plugins, self._last.foreseeing)
        except StoreError:
            return self._last, False
        return self._last, grid.is_reachable


def _observed(grid: Grid, plugins: Manager, before: Foreseeing) -> Observed:
    newest, store = grid.newest, grid.store
    waiting = Counter[str]()
    for row in store.quarantine.counts():
        if row["state"] == "suspect":
            waiting[row["parser"]] += row["entries"]
    told = newest.with_estimates
    without = reasons(grid, [key for key in grid.config.zones if key not in told], told)
    cycles = [_cycle(row) for row in store.last_runs(CYCLES)]
    parsers = parsers_health(series_health(grid.config, plugins, store))
    hour_s = store.forecasts.newest_hour_s()
    seen = before if hour_s == before.hour_s else foreseeing(store, hour_s, grid.now_s)
    return Observed(newest.generation, cycles, parsers, dict(waiting), without, seen)


def _cycle(row: Row) -> CycleSeen:
    summary: dict[str, Any] = json.loads(row["summary"]) if row["summary"] else {}
    return CycleSeen(row["started_s"], row["ended_s"], row["origin"], summary.get("line"), summary.get("jobs", {}))
