"""Kraftnät Åland: quarter hours to hundredths of a MW; the sun is not in the feed, Finland is two cables."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 900, unit=0.01, parts=2,
    seen_as={"solar": "", **dict.fromkeys(("biomass", "coal", "gas", "unknown"), "oil")},
)
