"""SaskPower: five minutes in whole MW."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=1.0)
