"""GSO: steps of ten minutes in hundredths; two lines to Thailand."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 600, unit=0.01, parts=2)
