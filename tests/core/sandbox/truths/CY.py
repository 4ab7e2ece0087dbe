"""TSOC: quarter hours in whole MW; sun and biomass are one number, which only a rule of thumb tells apart."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 900, unit=1.0, seen_as={"biomass": "solar"})
