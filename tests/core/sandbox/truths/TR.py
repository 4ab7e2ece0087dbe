"""Türkiye: hours in hundredths of a MWh; coal is four fields."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 3600, unit=0.01, parts=4)
