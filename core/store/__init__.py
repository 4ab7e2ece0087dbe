"""The time-series store; the only room with SQL."""

from core.store import tables
from core.store.quarantine import STATES, Decided, content_digest, event_of
from core.store.records import GOOD
from core.store.store import LIVE, Store, open_store
from core.store.written import PAST_DAYS, Written

__all__ = [
    "GOOD",
    "LIVE",
    "PAST_DAYS",
    "STATES",
    "Decided",
    "Store",
    "Written",
    "content_digest",
    "event_of",
    "open_store",
    "tables",
]
