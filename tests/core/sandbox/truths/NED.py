"""The Netherlands: quarter hours in whole kWh; before 2021 ENTSO-E's types, in whole MW, beside sun and wind."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 900, unit=1.0, parts=4, seen_as={"geothermal": "unknown", "hydro": "unknown", "oil": "gas"},
    only={"productionPerModeForecast": ("solar", "wind")},
)
