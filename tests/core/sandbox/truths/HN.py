"""ODS: hours in tenths of a MW; what none of its technologies is burns oil here; two tables each hold oil and water."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.1, parts=3, seen_as=dict.fromkeys(("gas", "nuclear", "unknown"), "oil"))
