"""SPP: moments of five minutes, forecasts and the prices of the day ahead by hours; MISO has ten ties."""

from tests.core.sandbox.truths import Truth

HOURLY = ("consumptionForecast", "productionPerModeForecast", "dayaheadLocationalMarginalPrice")

TRUTH = Truth(
    lambda kind, key: 3600 if kind in HOURLY else 300,
    unit=0.1, parts=10, seen_as={"geothermal": "unknown", "hydro storage": ""}, price_unit=0.0001,
)
