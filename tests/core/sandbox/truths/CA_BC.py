"""BC Hydro: flows on the raster in tenths, hours of load in whole MW, a month late."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600 if kind == "consumption" else 300, unit=1.0, newest_h={"consumption": 24 * 32})
