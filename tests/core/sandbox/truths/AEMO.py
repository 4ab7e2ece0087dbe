"""AEMO: half hours of load to come, in whole MW."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 1800, unit=1.0)
