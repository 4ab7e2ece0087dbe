"""PGCB: hours in whole MW; what is unknown is the generation less nine other columns; two lines to the East."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=1.0, parts=11,
    seen_as=dict.fromkeys(("biomass", "geothermal", "nuclear"), "unknown"),
)
