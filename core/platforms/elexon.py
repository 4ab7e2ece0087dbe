"""Elexon's Insights API (BMRS): Great Britain's settlement data, and what its balancing-mechanism units did.

To set: the path below URL and its parameters. Paths that end in `/stream` answer with a bare array, the others with an
object that holds it as `data`; `rows` reads both. Moments are UTC. A settlement day is a day of the London clock and
has 46, 48 or 50 half hours: `period_start`. Nothing before 2019 can be used.

Levels of a unit are MW, positive into the grid, and hold from timeFrom (included) to timeTo (excluded); the ramp from
levelFrom to levelTo is neglected.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import http, times
from core.errors import NoHistory, SourceChanged
from core.values import field, number

SOURCE = "elexon.co.uk"
URL = "https://data.elexon.co.uk/bmrs/api/v1"
TIMEZONE = "Europe/London"
FIRST_DAY = "2019-01-01"
PERIOD_MIN = 30

Record = Mapping[str, Any]
Grid = NDArray[np.float64]


class Physical(NamedTuple):
    """Rows of the four datasets that say what units did: PN, MELS, MILS and BOALF."""

    notified: Sequence[Record]
    export_limits: Sequence[Record]
    import_limits: Sequence[Record]
    accepted: Sequence[Record]


def ask(session: http.Session | None, path: str, params: Any) -> Any:
    """The decoded answer to a request below URL."""
    return http.body_json(http.get(session, f"{URL}{path}", params=params))


def rows(answer: Any) -> list[Record]:
    """The records of an answer; SourceChanged if there is no array of them."""
    found = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise SourceChanged(f"Elexon's answer holds no array of records: it begins {str(answer)[:60]!r}.")
    return found


def stamp(moment: datetime) -> str:
    """A moment as the API's parameters want it."""
    return times.text(moment, "YYYY-MM-DDTHH:mm:ss[Z]")


def period_start(when: date, number: int) -> datetime:
    """Start of a settlement period, counted from 1 at midnight in London."""
    return times.period(when, number, PERIOD_MIN, TIMEZONE)


def check_history(target: datetime | None) -> None:
    """NoHistory for a moment before the first day of usable data."""
    if times.at(target, TIMEZONE) < times.read(FIRST_DAY, TIMEZONE):
        raise NoHistory(f"Elexon's data are usable from {FIRST_DAY}.")


def delivered_mw(units: Sequence[str], span: times.Window, physical: Physical) -> Grid:
    """What the units together put into the grid in each minute of a window.

    An acceptance counts before a notification, the one with the highest number first; a notification (the latest to
    begin) counts within the unit's export and import limits. A unit without either counts 0.
    """
    index = {unit: i for i, unit in enumerate(units)}
    upper, lower = (_levels(index, span, limits) for limits in (physical.export_limits, physical.import_limits))
    level = _levels(index, span, physical.notified)
    level = np.where(np.isnan(upper), level, np.minimum(level, upper))
    level = np.where(np.isnan(lower), level, np.maximum(level, lower))
    accepted = _levels(index, span, physical.accepted, _acceptance)
    together: Grid = np.nan_to_num(np.where(np.isnan(accepted), level, accepted)).sum(axis=0)
    return together


def mean_mw(per_minute: Grid, span: times.Window, start: datetime) -> float:
    """The mean of the settlement period at `start`, as far as the window reaches."""
    first = _minute(start, span.start)
    return float(per_minute[max(first, 0) : first + PERIOD_MIN].mean())


def _begin(row: Record) -> str:
    return str(field(row, "timeFrom"))


def _acceptance(row: Record) -> float:
    return number(field(row, "acceptanceNumber")) or 0


def _levels(
    index: Mapping[str, int], span: times.Window, records: Sequence[Record], rank: Callable[[Record], Any] = _begin
) -> Grid:
    """levelFrom by unit and minute, not-a-number where no record covers it; of several the highest in rank wins."""
    grid: Grid = np.full((len(index), _minute(span.end, span.start)), np.nan)
    for row in sorted(records, key=rank):
        unit, level_mw = index.get(row.get("nationalGridBmUnit") or ""), number(field(row, "levelFrom"))
        if unit is not None and level_mw is not None:
            begin, end = (_minute_of(field(row, name), span.start) for name in ("timeFrom", "timeTo"))
            grid[unit, max(begin, 0) : max(end, 0)] = level_mw
    return grid


@lru_cache(maxsize=20_000)
def _minute_of(written: str, origin: datetime) -> int:
    return _minute(times.read(written), origin)


def _minute(moment: datetime, origin: datetime) -> int:
    """The first whole minute after `origin` that does not begin before the moment."""
    return ceil((moment - origin).total_seconds() / 60)
