"""éCO2mix of France: half hours, the mean of two quarters in whole MW; hydro is two fields, a store two more."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 1800, unit=1.0, parts=2, seen_as={"geothermal": "biomass", "unknown": "biomass"},  # bioénergies
)
