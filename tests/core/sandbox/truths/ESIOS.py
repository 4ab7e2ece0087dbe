"""e·sios: quarters of an hour for Morocco, hours for Andorra; thousandths of a MWh, four of which are a MW's."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 900 if key == "ES->MA" else 3600, unit=0.004)
