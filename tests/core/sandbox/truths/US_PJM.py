"""PJM: hours in whole MW, the flow to MISO at moments of five minutes; batteries are the only storage it names."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300 if kind == "exchange" else 3600,
    unit=1.0, parts=3,  # unknown is three labels
    seen_as={"biomass": "unknown", "geothermal": "unknown", "hydro storage": ""},
)
