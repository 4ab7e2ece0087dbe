"""NYISO: moments on the five-minute raster in whole MW, forecasts of hours; no storage is published."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if kind == "consumptionForecast" else 300,
    unit=1.0, parts=2,  # gas is two labels
    seen_as={"biomass": "unknown", "solar": "unknown", "battery storage": "", "hydro storage": ""},
)
