"""Eskom: hours in thousandths, twice a day; oil, sun and pumped storage are two columns each."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.001, parts=3, newest_h={"production": 13},
    seen_as=dict.fromkeys(("geothermal", "unknown"), "biomass"),
)
