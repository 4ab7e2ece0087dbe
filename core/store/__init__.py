"""The time-series store; the only room with SQL."""

from core.store import tables
from core.store.store import GOOD, LIVE, LONGEST_S, PAST_DAYS, Store, Written, open_store

__all__ = ["GOOD", "LIVE", "LONGEST_S", "PAST_DAYS", "Store", "Written", "open_store", "tables"]
