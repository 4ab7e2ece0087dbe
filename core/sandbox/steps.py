"""A source's own intervals."""

from dataclasses import dataclass, replace
from datetime import datetime

from core import times

RASTER_S = 300
"""The grid is known at instants that lie so far apart; every step is a whole multiple of it."""


@dataclass(frozen=True)
class Steps:
    """Intervals of equal length that follow each other; starts and lengths are whole multiples of five minutes."""

    start_s: int
    step_s: int
    count: int

    @property
    def end_s(self) -> int:
        return self.start_s + self.count * self.step_s

    def starts(self) -> list[datetime]:
        """The start of each interval, UTC."""
        return [times.epoch(self.start_s + i * self.step_s) for i in range(self.count)]

    def moved(self, seconds: int) -> "Steps":
        return replace(self, start_s=self.start_s + seconds)


def steps_between(start: datetime, end: datetime, step_s: int) -> Steps:
    """Every whole step, counted from midnight UTC, that begins at or after `start` and ends at or before `end`."""
    first = -(-int(start.timestamp()) // step_s) * step_s
    return Steps(first, step_s, max(0, (int(end.timestamp()) - first) // step_s))
