"""CND: a snapshot in hundredths of a MW; a fuel has up to two plants; what the page has no unit of burns oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.01, parts=3, seen_as={"unknown": "oil"})
