"""Yukon Energy: moments on the raster in thousandths; all thermal plants are one."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300, unit=0.001, parts=2,
    seen_as=dict.fromkeys(("biomass", "coal", "gas", "geothermal", "nuclear", "oil"), "unknown"),
)
