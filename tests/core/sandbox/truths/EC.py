"""CENACE of Ecuador: half hours; thermal plants but those of gas are one number, wind, sun and biomass another."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 1800, unit=0.001, parts=2,
    seen_as=dict.fromkeys(("biomass", "coal", "geothermal", "oil", "solar", "wind"), "unknown"),
)
