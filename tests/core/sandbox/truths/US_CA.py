"""CAISO: five minutes in whole MW, forecasts of hours; oil is Other, what pumps give back is Large Hydro."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if "Forecast" in kind else 300,
    unit=1.0, parts=2,  # biomass and hydro are two columns each
    seen_as={"oil": "unknown", "hydro storage": ""},
)
