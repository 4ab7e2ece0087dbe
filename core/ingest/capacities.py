"""Asks the sources what is installed: one job per zone, which none of the cycles' is, as it stores nothing."""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from datetime import date

from core import http, times
from core.config import Capacity, Config, Zone
from core.ingest.asking import DEADLINE_S, Started, Threads, given_up
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
    waiting, under_way, outcomes = deque(jobs), list[Started](), dict[int, Outcome]()
    with http.session(is_cycle=True) as session:
        threads = Threads(plugins, (), session, {})
        while waiting or under_way:
            while waiting and len(under_way) < WORKERS:
                under_way.append(threads.start(waiting.popleft()))
            left_s = min(deadline_s - started.seconds() for started in under_way)
            wait([started.future for started in under_way], max(0.05, left_s), FIRST_COMPLETED)
            for started in list(under_way):
                if not started.future.done() and started.seconds() < deadline_s:
                    continue
                under_way.remove(started)
                outcome = started.outcome() if started.future.done() else given_up(started.job, deadline_s)
                outcomes[id(started.job)] = outcome
                told(outcome)
    return [outcomes[id(job)] for job in jobs]


def answers(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Capacity]]:
    """What the sources said, by zone and mode."""
    return {outcome.job.key: outcome.installed for outcome in outcomes if outcome.installed}

