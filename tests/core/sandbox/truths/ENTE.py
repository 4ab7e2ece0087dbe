"""EOR: a snapshot of the borders, read to 0.1 MW."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.1)
