"""Taipower: the instant of the last ten minutes; tenths of a MW per unit."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.1, parts=6)  # coal and gas: six units each
