"""CNDC of Bolivia: hours; all thermal plants are one number."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.01, parts=2,
    seen_as=dict.fromkeys(("coal", "gas", "oil"), "thermal"),
)
