"""Asking again in ordinary cycles for what sources revise after the window that a call for the present gives."""

import math
from collections.abc import Sequence

from core import times
from core.history.windows import HOUR_S, Past, past_of
from core.ingest.jobs import Job
from core.plugins import Manager
from core.store import Store

REFETCH_EVERY_S = 6 * HOUR_S
SHORTEST_S, LONGEST_S = 60.0, REFETCH_EVERY_S / 2
"""Between cycles, as far as the share of a cycle is concerned."""


def due_again(store: Store, jobs: Sequence[Job], plugins: Manager) -> list[Job]:
    """The windows to ask for again in this cycle, of series whose source revises what is older than its window.

    Each is asked once in REFETCH_EVERY_S; a cycle takes its share of them, those that have waited longest. A store
    without an earlier cycle has nothing that could have been revised.
    """
    now_s, last_s = times.now().timestamp(), max((row["started_s"] for row in store.last_jobs()), default=None)
    if last_s is None:
        return []
    found = _overlapping(jobs, plugins)
    asked_s = _asked_s(store, found)
    pause_s = max(SHORTEST_S, min(LONGEST_S, now_s - last_s))  # the next cycle will come after as long a pause
    share = math.ceil(len(found) * pause_s / (REFETCH_EVERY_S - pause_s))
    ready = [
        (at_s, past, window) for past, window in found
        if not 0 <= now_s - (at_s := asked_s.get(_name(past.job, window), 0)) < REFETCH_EVERY_S - pause_s]
    ready.sort(key=lambda one: (one[0], one[2], one[1].job.key, one[1].job.kind))
    return [past.ask(window, times.now()) for _, past, window in ready[:share]]


def _overlapping(jobs: Sequence[Job], plugins: Manager) -> list[tuple[Past, times.Window]]:
    """The windows between what is still revised and what a call for the present gives."""
    now, found = times.now(), list[tuple[Past, times.Window]]()
    for job in jobs:
        past, _ = past_of(job, plugins, now)
        if past is not None:
            first, last = times.shift(now, hours=-past.facts.refetch_h), past.present(now)
            found += [(past, window) for window in past.windows(first, last, now)]
    return found


def _asked_s(store: Store, found: Sequence[tuple[Past, times.Window]]) -> dict[tuple[str, str, float], int]:
    """When each of these windows was last asked for, of those that were."""
    if not found:
        return {}
    series = {(past.job.kind, past.job.key) for past, _ in found}
    first, last = min(window.start for _, window in found), max(window.end for _, window in found)
    asked = store.windows.asked(series, int(first.timestamp()), int(last.timestamp()))
    return {(*name, one.end_s): one.at_s for name, of_series in asked.items() for one in of_series}


def _name(job: Job, window: times.Window) -> tuple[str, str, float]:
    return job.kind, job.key, window.end.timestamp()
