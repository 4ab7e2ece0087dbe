"""IEMOP: five minutes, schedules in ten-thousandths of a MW by unit, flows in hundredths."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.01, parts=2)
