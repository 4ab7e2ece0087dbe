"""CENACE: hours of months that are weeks late, to 0.1 kW; flows of now and planned hours in whole MW.

Steam and engines burn several fuels, oil among them.
"""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300 if kind == "exchange" else 3600, unit=1.0, parts=2, seen_as={"oil": "unknown"},
    newest_h={"production": 24 * 52})
