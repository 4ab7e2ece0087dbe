"""Enercal: hours to a tenth of a MW; the simulated grid's other plants stand under oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 3600, unit=0.1, seen_as=dict.fromkeys(("biomass", "gas", "unknown"), "oil"))
