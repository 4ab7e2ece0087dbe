"""Open Electricity: every five minutes; hundredths of a MW of load, finer for all else, prices to five places."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.01)
