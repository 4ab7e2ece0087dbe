"""MISO: five minutes and hours in whole MW, sun at night a little below 0; Other is all that has no category."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if "Forecast" in kind else 300,
    unit=1.0,
    seen_as={"hydro storage": "", **dict.fromkeys(("biomass", "geothermal", "hydro", "oil"), "unknown")},
)
