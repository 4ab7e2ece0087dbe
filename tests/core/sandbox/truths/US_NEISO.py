"""ISO New England: moments of five minutes, forecasts of hours, whole MW; batteries are the only storage it names."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if "Forecast" in kind else 300,
    unit=1.0, parts=3,  # biomass is three labels
    seen_as={"hydro storage": ""},
)
