"""CNDC of Nicaragua: hours, and the moment of both borders with two lines each; thermal plants burn oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300 if kind == "exchange" else 3600, unit=0.01, parts=2,
    seen_as=dict.fromkeys(("coal", "gas", "unknown"), "oil"),
)
