"""Asks the sources what is installed: one job per zone, which none of the cycles' is, as it stores nothing."""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import date

from core import http, times
from core.config import Capacity, Config, Zone
from core.ingest.asking import DEADLINE_S, Threads, outcomes
from core.ingest.jobs import Job, Outcome
from core.kinds import CAPACITY_KIND
from core.plugins import Manager

WORKERS = 16
BAD = ("refused", "failed", "timeout")
"""Outcomes that somebody should look at; that a source has no such past is none."""

Told = Callable[[Outcome], None]


def plan(
    config: Config, *, zones: Collection[str] | None = None, sources: Collection[str] | None = None,
    day: date | None = None,
) -> list[Job]:
    """One job per zone whose capacity has a source; a zone that is the sum of others stands for them.

    `day` is asked for at noon on the zone's clock, as the sources' own clocks may be hours away.
    """
    jobs = []
    for key, zone in config.zones.items():
        references = zone.parsers.get(CAPACITY_KIND, ())
        modules = {reference.partition(".")[0] for reference in references}
        is_named = zones is None or key in zones or config.parent_of(key) in _summed(config, zones)
        if references and is_named and (sources is None or modules & set(sources)):
            target = times.shift(times.midnight(day, zone.timezone), hours=12) if day else None
            jobs.append(Job(CAPACITY_KIND, key, references, target))
    return jobs


def _summed(config: Config, zones: Collection[str]) -> list[str]:
    def is_sum(zone: Zone | None) -> bool:
        return zone is not None and bool(zone.sub_zones) and CAPACITY_KIND not in zone.parsers

    return [key for key in zones if is_sum(config.zones.get(key))]


def ask(
    jobs: Sequence[Job], plugins: Manager, told: Told = lambda outcome: None, deadline_s: float = DEADLINE_S
) -> list[Outcome]:
    """What became of each job, in their order; `told` hears of each when it ends. A job that hangs is given up."""
    waiting, found = deque(jobs), dict[int, Outcome]()

    def take(most: int) -> list[Job]:
        return [waiting.popleft() for _ in range(min(most, len(waiting)))]

    with http.session(is_cycle=True) as session:
        asking = Threads(plugins, (), session, {})
        for outcome in outcomes(take, asking, workers=WORKERS, deadline_s=deadline_s):
            found[id(outcome.job)] = outcome
            told(outcome)
    return [found[id(job)] for job in jobs]


def answers(given: Sequence[Outcome]) -> dict[str, dict[str, Capacity]]:
    """What the sources said, by zone and mode."""
    return {outcome.job.key: outcome.installed for outcome in given if outcome.installed}

