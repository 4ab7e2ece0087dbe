"""EGAT: moments in tenths of a MW; generation is the load, planned in half hours. MEA: the running hour's price."""

from core.sandbox.readings import Readings
from tests.core.sandbox.truths import Truth

STEPS_S = {"price": 3600, "productionPerModeForecast": 1800}

TRUTH = Truth(
    lambda kind, key: STEPS_S.get(kind, 300), unit=0.1, price_unit=0.1,
    in_one={"production": Readings.load, "productionPerModeForecast": Readings.generation_forecast},
    factor={"price": 40.0},  # baht for what is worth a euro
)
