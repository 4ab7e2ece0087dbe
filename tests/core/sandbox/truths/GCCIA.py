"""GCCIA: the present in whole MW, stamped when received."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=1.0)
