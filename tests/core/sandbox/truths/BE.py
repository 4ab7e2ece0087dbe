"""Belgium: Elia's quarter hours in hundredths, two types of a mode; storage as ENTSO-E gives it, in whole MW."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 900, unit=1.0, parts=2, seen_as={"coal": "unknown", "geothermal": "unknown"})
