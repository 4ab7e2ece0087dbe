"""RTE's regional page: quarter hours in whole MW."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 900, unit=1.0)
