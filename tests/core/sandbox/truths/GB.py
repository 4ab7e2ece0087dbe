"""Great Britain: half hours in whole MW; wind is two columns, and what storage did comes from several units."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 1800, unit=1.0, parts=2, only={"productionPerModeForecastDayAhead": ("wind",)},
)
