"""The Smart Grid Dashboard: whole MW; what is neither wind nor solar is what the total leaves."""

from tests.core.sandbox.truths import Truth

REST = ("biomass", "coal", "gas", "geothermal", "hydro", "nuclear", "oil")

TRUTH = Truth(
    lambda kind, key: 1800 if kind == "consumptionForecast" else 900, unit=1.0, parts=3,  # total less wind less solar
    seen_as={**dict.fromkeys(REST, "unknown"), "battery storage": "", "hydro storage": ""},
    actual=("generationForecast",),
)
