"""WRLDC: means of local hours of points to 10 kW; a load of five states."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 3600, unit=0.01, parts=5)
