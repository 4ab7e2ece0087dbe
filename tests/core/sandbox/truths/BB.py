"""Barbados: hours to the kW, out on the evening after; all that burns something is oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.001, seen_as=dict.fromkeys(("biomass", "coal", "gas", "hydro", "unknown"), "oil"),
    newest_h={"consumption": 41, "production": 41},
)
