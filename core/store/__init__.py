"""The time-series store; the only room with SQL."""

from core.store import tables
from core.store.store import Store, Written, open_store

__all__ = ["Store", "Written", "open_store", "tables"]
