"""Elexon: half hours in whole MW; the flow to France is the sum of three cables, that to Ireland of two."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 1800, unit=1.0, parts=3)
