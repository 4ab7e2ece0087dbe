"""Transpower: the present in whole MW, biomass inside Co-Gen; em6: half hours."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 1800 if kind == "price" else 300, unit=1.0, seen_as={"biomass": "unknown"})
