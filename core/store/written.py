"""What a batch of events changes in a store."""

from dataclasses import dataclass, field

HOUR_S = 3600
NO_JOB = 0
"""The job of an event that none brought: a person released it, or it came from a file."""
SOLVED_KINDS = ("production", "exchange")
"""The kinds that flow tracing rests on."""
PAST_DAYS = 7
"""An hour in which a zone's production is missing is estimated from the same hour of so many days before."""
NOT_COMPARED = ("origin", "job_id", "fetched_s")
"""Columns of an event that say nothing of its interval: a change of these alone is no revision."""

STAMPS = ("created_s", "updated_s")
"""Columns of a result that say when it was made, not what it is."""


@dataclass
class Written:
    """What one batch changed."""

    new: int = 0
    changed: int = 0
    hours_s: set[int] = field(default_factory=set)
    """The hours to be solved again: those of new and changed events of SOLVED_KINDS, before and after, and the hours
    estimated from them."""

    @property
    def rows(self) -> int:
        return self.new + self.changed
