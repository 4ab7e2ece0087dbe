"""The time-series store; the only room with SQL."""

from core.store import tables
from core.store.store import LONGEST_S, Store, Written, open_store

__all__ = ["LONGEST_S", "Store", "Written", "open_store", "tables"]
