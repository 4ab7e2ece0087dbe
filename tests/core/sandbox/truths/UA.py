"""Ukrenergo: hours in whole MW; renewables are one number, and what burns oil counts as thermal plants."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=1.0,
    seen_as={**dict.fromkeys(("biomass", "geothermal", "solar", "wind"), "unknown"), "oil": "coal"},
)
