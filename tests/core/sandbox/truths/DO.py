"""OC: hours in hundredths of a MW; fuels are up to two units each, and what the page has no fuel of burns oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=0.01, parts=4,
    seen_as=dict.fromkeys(("geothermal", "nuclear", "unknown"), "oil"), newest_h={"production": 4})
