"""AESO: a snapshot on the raster in whole MW, the same of ties; hours of prices and forecasts, in hundredths."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300 if kind in ("production", "exchange") else 3600, unit=1.0, parts=4)  # gas is four groups
