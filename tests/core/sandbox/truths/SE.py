"""Sweden's price areas: ENTSO-E's hours, in whole MW for large areas; before 2022 eSett's, whose thermal plants have no
fuel."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=1.0, parts=4,
    seen_as=dict.fromkeys(("biomass", "coal", "gas", "geothermal", "oil"), "unknown"),
)
