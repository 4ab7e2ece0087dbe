"""XM: hours to hundredths of a Wh, three days late; today's load as instants; oil is four fuels."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300 if kind == "consumption" else 3600, unit=0.001, parts=4,
    seen_as=dict.fromkeys(("geothermal", "nuclear"), "unknown"), newest_h={"production": 96, "price": 96})
