"""The Korea Power Exchange: snapshots of five minutes, hours of prices in hundredths of a won per kWh."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if kind == "price" else 300, unit=1.0, price_unit=10.0,
    seen_as={"biomass": "unknown", "geothermal": "unknown"},  # newRenewable
    factor={"price": 1500.0},  # won for what is worth a euro
)
