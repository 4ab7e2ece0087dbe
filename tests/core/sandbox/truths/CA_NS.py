"""Nova Scotia Power: flows on the raster in tenths; hours of a mix in thousandths of a percent of the load."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 3600 if kind == "production" else 300, unit=0.1)
