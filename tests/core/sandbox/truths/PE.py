"""COES: half hours by fuel; what is neither gas, coal nor biomass burns oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 1800, unit=0.00001, parts=2,
    seen_as=dict.fromkeys(("geothermal", "nuclear", "unknown"), "oil"),
)
