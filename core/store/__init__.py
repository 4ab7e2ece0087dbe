"""The time-series store; the only room with SQL."""

from core.store import tables
from core.store.locks import Claims
from core.store.opening import with_own_password
from core.store.others import Recorded, address_of, claiming, newest_job, recorded_since
from core.store.quarantine import STATES, Decided, content_digest, event_of
from core.store.store import LIVE, Store, open_store
from core.store.tables import GOOD
from core.store.written import PAST_DAYS, Written

__all__ = [
    "GOOD",
    "LIVE",
    "PAST_DAYS",
    "STATES",
    "Claims",
    "Decided",
    "Recorded",
    "Store",
    "Written",
    "address_of",
    "claiming",
    "content_digest",
    "event_of",
    "newest_job",
    "open_store",
    "recorded_since",
    "tables",
    "with_own_password",
]
