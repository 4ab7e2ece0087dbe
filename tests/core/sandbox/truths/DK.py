"""Energinet: five minutes, to six decimals; two kinds of wind are one."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.000_01, parts=2)
