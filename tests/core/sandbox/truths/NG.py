"""NISO of Nigeria: hours in hundredths by station; all that is no water is gas."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.01, parts=3,
    seen_as=dict.fromkeys(("biomass", "coal", "geothermal", "nuclear", "oil", "solar", "unknown", "wind"), "gas"),
)
