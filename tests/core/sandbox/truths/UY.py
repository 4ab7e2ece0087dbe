"""ADME: ten minutes; all thermal plants are one number, of oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 600, unit=0.001, parts=4,  # dams
    seen_as=dict.fromkeys(("coal", "gas", "geothermal", "nuclear", "oil", "unknown"), "thermal"),
)
