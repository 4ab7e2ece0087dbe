"""EDT: the present in whole kW, stamped when received; all that burns something is oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.001, seen_as=dict.fromkeys(("biomass", "coal", "gas", "unknown"), "oil"))
