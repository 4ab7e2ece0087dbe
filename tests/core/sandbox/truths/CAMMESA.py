"""CAMMESA: every five minutes, corridors now and in whole MW; all thermal plants are one number."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300, unit=1.0,
    seen_as=dict.fromkeys(("coal", "gas", "geothermal", "oil", "unknown"), "thermal"),
)
