"""IESO: hours, flows by five minutes; units in whole MW, interties in tenths."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300 if kind == "exchange" else 3600, unit=1.0, parts=6)  # nuclear is six units
