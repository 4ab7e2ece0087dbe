"""CEB: quarters of an hour to the watt; gas and the grid's other plants stand under oil."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 900, unit=1e-6, parts=2,  # hydro: large and small
    seen_as=dict.fromkeys(("gas", "geothermal", "unknown"), "oil"),
)
