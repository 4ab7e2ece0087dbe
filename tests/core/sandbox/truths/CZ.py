"""ČEPS: quarter hours of seven digits; Germany's border is the sum of two operators' columns."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 900, unit=0.01, parts=2,
    seen_as={"geothermal": "unknown", "oil": "unknown"},  # the plants of industry, whatever they burn
)
