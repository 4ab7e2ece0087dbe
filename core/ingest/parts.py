"""A long span of hours, solved in parts on a cluster: workers read the store and trace, this process writes.

An hour rests on stored events only (its own, and with a mean of past days those of the week before), so that parts need
nothing of each other and give what solving in one go does. What carries something from hour to hour, a method of
storage other than `static`, cannot be cut.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from core import times
from core.errors import ClusterError
from core.ingest import errands
from core.ingest import jobs as room
from core.ingest.cluster import LOOK_EVERY_S, NO_WORKER, Cluster
from core.ingest.solve import LONGEST_RUN, Solved, Told, runs_of_hours
from core.store import Store, address_of

PARTS_PER_WORKER = 4
"""So that none works long after the others have ended."""
SHORTEST_PART = 24 * 7
AHEAD = 2
"""Parts a worker has at a time, so that it has work while this process writes, and none waits here in memory."""


def parts_of(hours_s: Sequence[int], workers: int) -> list[list[int]]:
    """The hours in runs without a gap, several for each worker, none longer than a month."""
    per_part = -(-len(hours_s) // (workers * PARTS_PER_WORKER))
    return [*runs_of_hours(hours_s, min(LONGEST_RUN, max(SHORTEST_PART, per_part)))]


def solve_on(cluster: Cluster, store: Store, told: Told = lambda hours_s: None) -> Solved:
    """Solve every unsolved hour with the method `static` on a cluster; `told` hears of each part that is written.

    What is broken off, by Ctrl-C or a part that fails, leaves the other hours unsolved. Raises ClusterError.
    """
    workers, address = cluster.workers(), address_of(store)
    seen = address, errands.file_identity(address)
    for worker, said in cluster.on_workers(workers, errands.why_unreadable, *seen).items():
        if said is not None:
            raise ClusterError(f"The worker {worker} cannot read the store: {room.one_line(str(said))}")
    marks = store.unsolved_hours()
    solving = _Solving(cluster, address, parts_of([*marks], len(workers)))
    solved = Solved()
    try:
        while solving.has_parts:
            for hours_s, rows in solving.next():
                solved.note(rows)
                solved.written += store.write_results(rows, {hour_s: marks[hour_s] for hour_s in hours_s})
                told(hours_s)
    finally:
        solving.close()
    return solved


@dataclass
class _Solving:
    """Parts that wait and parts under way. A part that loses its worker is given to another one, by Dask."""

    cluster: Cluster
    address: str
    waiting: list[list[int]]
    under_way: dict[Any, list[int]] = field(default_factory=dict)

    @property
    def has_parts(self) -> bool:
        return bool(self.waiting or self.under_way)

    def next(self) -> list[tuple[list[int], Any]]:
        """The parts that have ended since, with their results; waits for one, but no longer than LOOK_EVERY_S."""
        from distributed import wait

        workers = self.cluster.workers()
        if not workers:
            raise ClusterError(NO_WORKER.format(self.cluster.address))
        while self.waiting and len(self.under_way) < AHEAD * len(workers):
            hours_s = self.waiting.pop(0)
            task = self.cluster.client.submit(
                errands.solve_part, self.cluster.here, self.address, hours_s, pure=False)
            self.under_way[task] = hours_s
        with suppress(TimeoutError):
            wait([*self.under_way], timeout=LOOK_EVERY_S, return_when="FIRST_COMPLETED")
        return [(self.under_way[task], self._result(task)) for task in [*self.under_way] if task.done()]

    def _result(self, task: Any) -> Any:
        hours_s = self.under_way.pop(task)
        try:
            return task.result()
        except Exception as err:
            first, last = (f"{times.epoch(hours_s[at]):%Y-%m-%d %H:%M}Z" for at in (0, -1))
            said = room.one_line(f"{type(err).__name__}: {err}")
            raise ClusterError(
                f"The hours from {first} to {last} could not be solved ({said}); they and those after them are left "
                "to the next cycle.") from err

    def close(self) -> None:
        """Call off what is under way."""
        with suppress(OSError, RuntimeError):
            self.cluster.client.cancel([*self.under_way])
