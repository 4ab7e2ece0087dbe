"""How often a caller may ask in a minute."""

import math

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from core import times
from core.store.access import TokenRow

WINDOW_S = 60


class Quotas:
    """Counts the requests of the last minute, of each token or, without one, each address.

    Every worker counts for itself, so that each grants its share.
    """

    def __init__(self, per_minute: int, workers: int = 1) -> None:
        self._per_minute, self._workers = per_minute, workers
        self._limiter: MovingWindowRateLimiter | None = None

    def wait_s(self, caller: TokenRow | None, address: str) -> int:
        """Seconds until this caller may ask again; 0 if now, and then this time is counted."""
        own = caller.requests_per_minute if caller is not None else None
        per_minute = self._per_minute if own is None else own
        if per_minute <= 0:
            return 0
        who = ("token", str(caller.id)) if caller is not None else ("address", address)
        return self._count(RateLimitItemPerMinute(max(1, per_minute // self._workers)), who)

    def _count(self, item: RateLimitItemPerMinute, who: tuple[str, str]) -> int:
        if self._limiter is None:  # made late: it starts a thread
            self._limiter = MovingWindowRateLimiter(MemoryStorage())
        if self._limiter.hit(item, *who):
            return 0
        left_s = self._limiter.get_window_stats(item, *who).reset_time - times.now().timestamp()
        return min(WINDOW_S, max(1, math.ceil(left_s)))
