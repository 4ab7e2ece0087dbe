"""EDF's portals: tenths of a MW every quarter hour; the cost of an hour comes out with its whole day."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if kind == "price" else 900, unit=0.1, parts=3,  # Réunion's biomass stands under three names
    seen_as={"hydro storage": "battery storage", "nuclear": "coal", "unknown": "coal"}, newest_h={"price": 48},
    price_unit=0.1,
)
