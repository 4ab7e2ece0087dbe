"""UT: hours by technology; all thermal plants are one, of oil or gas."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.01,
    seen_as=dict.fromkeys(("coal", "gas", "nuclear", "oil"), "unknown"),
)
