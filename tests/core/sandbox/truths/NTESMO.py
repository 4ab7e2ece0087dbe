"""NTESMO: half hours to the kW, a trading day at a time, two days late; forecasts from three regions."""

from tests.core.sandbox.truths import Truth

LATE_H = 50

TRUTH = Truth(
    lambda kind, key: 1800, unit=0.001, parts=7,
    seen_as=dict.fromkeys(("coal", "geothermal", "hydro", "nuclear", "oil", "wind"), "unknown"),
    newest_h=dict.fromkeys(("consumption", "price", "production"), LATE_H),
)
