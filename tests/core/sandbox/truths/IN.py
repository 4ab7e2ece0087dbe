"""Grid-India and MERIT: a day's energies to 10 MWh, of up to eight parts; quarter hours are all India's own only."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 900 if kind == "production" else 300, unit=10 / 24, parts=8, newest_h={"production": 42},
    seen_as={"oil": "gas", "biomass": "unknown", "geothermal": "unknown"},
    only_mean=lambda kind, key: kind == "production" and key != "IN",
)
