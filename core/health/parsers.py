"""The health of a parser: its series together, how often it answered, and its log."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core import times
from core.health.series import DAY_S, OK, SKIPPED, STATES, TROUBLED, SeriesHealth, by_parser, without_secrets
from core.ingest.jobs import MEASURED_KINDS
from core.store import Store
from core.store.health import hours_since, jobs_of_parser
from core.store.reports import Incident
from core.store.rows import Row

SPANS_D = {"day": 1, "week": 7, "month": 30}
STRIP_H = 7 * 24
"""Hours of the strip of outcomes."""
LAST_JOBS, LAST_INCIDENTS = 50, 20


@dataclass(frozen=True)
class ParserHealth:
    """One module of `parsers/`: its series."""

    parser: str
    series: Sequence[SeriesHealth]

    @property
    def states(self) -> Mapping[str, int]:
        """How many series are in which state, the worst first."""
        found = Counter(one.state for one in self.series)
        return {state: found[state] for state in STATES if found[state]}

    @property
    def state(self) -> str:
        """The worst state of a series."""
        return next(iter(self.states))

    @property
    def troubled(self) -> int:
        return sum(count for state, count in self.states.items() if state in TROUBLED)

    @property
    def good(self) -> int:
        return self.states.get(OK, 0)

    @property
    def skipped(self) -> int:
        return self.states.get(SKIPPED, 0)

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How the last job of how many series ended."""
        return dict(sorted(Counter(one.outcome for one in self.series if one.outcome).items()))

    @property
    def newest_s(self) -> int | None:
        """When the newest measured interval began that it brought."""
        measured = (one.newest_s for one in self.series if one.kind in MEASURED_KINDS)
        return max((moment_s for moment_s in measured if moment_s is not None), default=None)

    @property
    def good_s(self) -> int | None:
        """When one of its jobs last went well."""
        return max((one.good_s for one in self.series if one.good_s is not None), default=None)

    @property
    def streak(self) -> int:
        """The most jobs in a row of one series that have ended badly."""
        return max((one.streak for one in self.series), default=0)

    def overdue_s(self, now_s: int) -> int:
        """How long the series that is latest has been overdue; of what is measured, and of what answers or should."""
        asked = (one for one in self.series if one.state in (OK, *TROUBLED) and one.kind in MEASURED_KINDS)
        return max((one.overdue_s(now_s) or 0 for one in asked), default=0)

    @property
    def problem(self) -> SeriesHealth | None:
        """The series that has been in the worst state for the longest, if it is not ok; else one with a warning."""
        wrong = [one for one in self.series if one.state == self.state != OK and one.reason]
        warned = [one for one in self.series if one.warning]
        return min(wrong or warned, key=lambda one: (one.since_s or 0, one.name), default=None)


def parsers_health(series: Sequence[SeriesHealth]) -> list[ParserHealth]:
    """The health of every parser, by name."""
    return [ParserHealth(name, of_parser) for name, of_parser in by_parser(series).items()]


class Log(NamedTuple):
    """What there is to say of a parser's last days."""

    availability: Mapping[str, float | None]
    """Span of SPANS_D → the part of its jobs that went well; None without any."""
    hours: list[Row]
    """Counts of jobs and events, of each of the last STRIP_H hours in which it was asked."""
    jobs: list[Row]
    """Its newest jobs of 24 hours, newest first; messages without credentials."""
    incidents: list[Incident]


def log_of(store: Store, parser: str) -> Log:
    """The log of a module."""
    now_s = int(times.now().timestamp())
    first_s = now_s - now_s % 3600 + 3600
    hours = hours_since(store, first_s - SPANS_D["month"] * DAY_S, parser)
    available = {
        name: _part([row for row in hours if row["hour_s"] >= first_s - days * DAY_S])
        for name, days in SPANS_D.items()}
    jobs = [
        row | {"message": without_secrets(row["message"])}
        for row in jobs_of_parser(store, parser, now_s - DAY_S, LAST_JOBS)]
    strip = [row for row in hours if row["hour_s"] >= first_s - 3600 * STRIP_H]
    return Log(available, strip, jobs, store.reports.incidents(parser, limit=LAST_INCIDENTS))


def _part(hours: Sequence[Row]) -> float | None:
    good, bad = (sum(row[name] for row in hours) for name in ("good", "bad"))
    return good / (good + bad) if good + bad else None


