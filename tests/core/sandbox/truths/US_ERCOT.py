"""ERCOT: five minutes in hundredths, load and forecasts of hours in tenths; what is small is all in Other."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300 if kind in ("production", "realtimeLocationalMarginalPrice") else 3600,
    unit=1.0,  # sun at night is given as a little below 0
    seen_as={"biomass": "unknown", "geothermal": "unknown", "oil": "unknown", "hydro storage": ""},
)
