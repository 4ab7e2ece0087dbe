"""JAO's auctions: whole MW of every hour, of three cables between France and Britain."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 3600, parts=3)
