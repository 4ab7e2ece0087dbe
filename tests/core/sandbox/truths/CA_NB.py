"""NB Power: a snapshot in whole MW, three of which are Maine's."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=1.0, parts=3)
