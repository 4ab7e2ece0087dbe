"""Hydro-Québec: readings of a moment in every hour, loads of quarter hours, in hundredths; the rest is one label."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 900 if kind == "consumption" else 300, unit=0.01, parts=2,
    seen_as=dict.fromkeys(("coal", "geothermal", "nuclear", "oil", "unknown"), "biomass"),
)
