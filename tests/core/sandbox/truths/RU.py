"""SO-UPS: hours, unrounded; all thermal plants are numbers without a fuel."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.001, parts=9,  # all of Russia: three zones of up to three thermal columns
    seen_as=dict.fromkeys(("biomass", "coal", "gas", "geothermal", "oil"), "unknown"),
)
