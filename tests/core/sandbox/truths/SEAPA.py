"""SEAPA: the present to the kW, stamped when received; all that burns something is diesel."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.001, parts=2, seen_as=dict.fromkeys(("gas", "unknown"), "oil"))
