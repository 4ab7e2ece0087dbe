"""EMC: the running half hour in hundredths of a per cent of some 7000 MW, of which the sun is no part."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 1800, unit=1.0, parts=4,  # demand and losses, and the shares of two kinds of turbines
    seen_as={**dict.fromkeys(("biomass", "coal", "oil"), "unknown"), "solar": ""},  # steam turbines
    factor={"price": 1.45},  # dollars for what is worth a euro
)
