"""Landsnet: a snapshot of water, steam (unknown in the configuration) and oil, and of nothing else."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300, unit=0.0001,
    seen_as={**dict.fromkeys(("biomass", "coal", "gas", "nuclear", "solar", "wind"), ""), "unknown": "geothermal"},
)
