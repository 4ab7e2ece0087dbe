"""AMM: hours in kW; gas, coal, oil and biomass are two labels each."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 3600, unit=0.001, parts=2, seen_as={"nuclear": "unknown"})
