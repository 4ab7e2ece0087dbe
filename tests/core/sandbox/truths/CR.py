"""CENCE: hours by plant, to the watt; thermal plants burn oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.000001, parts=4,
    seen_as=dict.fromkeys(("coal", "gas", "nuclear", "unknown"), "oil"),
)
