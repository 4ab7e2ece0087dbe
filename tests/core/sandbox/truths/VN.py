"""NSMO: half hours in tenths of a MW; prices in tenths of a dong per kWh."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 1800, unit=0.1, price_unit=100.0,
    factor={"price": 28_000.0},  # dong for what is worth a euro
)
