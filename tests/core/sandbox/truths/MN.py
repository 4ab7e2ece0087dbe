"""NDC: moments on the raster in hundredths; hydro is not told."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=0.01, seen_as={"hydro": ""})
