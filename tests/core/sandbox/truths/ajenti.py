"""The islands' dashboards: the instant of the last five minutes, in kW, unrounded."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.000001, parts=2, seen_as={"hydro storage": "battery storage"})
