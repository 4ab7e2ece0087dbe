"""Coordinador: hours by type, complete after nine; coal, gas, oil and biomass are one."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.000001, parts=2,
    seen_as=dict.fromkeys(("biomass", "coal", "gas", "nuclear", "oil"), "unknown"),
    newest_h={"production": 10},
)
