"""ERLDC: means of local days, to 10 MWh per line and of two lines to each region."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 86_400, unit=10 / 24, parts=2, newest_h={"exchange": 60})
