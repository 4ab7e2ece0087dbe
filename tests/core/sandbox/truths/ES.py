"""REE's curves: every five minutes; tenths of a MW for the islands, hundredths for Ceuta and Melilla."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300, unit=0.1, parts=4,  # the Canaries' oil stands under die, vap, cc and gas
)
