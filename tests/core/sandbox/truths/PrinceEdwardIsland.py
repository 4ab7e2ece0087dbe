"""Prince Edward Island: a snapshot in hundredths; the flow is made of three of them."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.01, parts=3)
