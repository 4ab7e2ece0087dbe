"""Moldelectrica: quarter hours in whole MW; thermal plants and renewables are a number each."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if kind == "price" else 900, unit=1.0,
    seen_as={
        **dict.fromkeys(("biomass", "geothermal", "solar", "wind"), "unknown"),
        **dict.fromkeys(("coal", "nuclear", "oil"), "gas"),
    },
    price_unit=1e6,  # a tariff of the regulator, of which the grid knows nothing
)
