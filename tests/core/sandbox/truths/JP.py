"""Japan's areas: half hours in whole MW, forecasts in kWh, prices in hundredths of a yen per kWh; one is days late."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 1800, unit=1.0, parts=2,  # two columns of other plants
    factor={"price": 150.0}, newest_h={"production": 73}, price_unit=10.0)
