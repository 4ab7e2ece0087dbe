"""ENTSO-E: hours or quarters of an hour, whole MW for large areas, hundredths for small ones."""

from tests.core.sandbox.truths import Truth

QUARTERS = {
    "AT", "BE", "BG", "DE", "DK-DK1", "DK-DK2", "DK", "ES", "FI", "HU", "LU", "LV", "LT", "EE", "NL", "PL", "PT", "RO",
    "SI",
}


def step_s(kind: str, key: str) -> int:
    if kind == "price":
        return 900
    if kind == "generationForecast" or kind.startswith("exchangeCapacity"):
        return 3600
    # Flows between a German and a Luxembourgian or another area: quarters only where both ends have them. The German
    # border with Sweden is asked by country.
    ends = {"SE" if key == "DE->SE-SE4" and zone == "SE-SE4" else zone for zone in key.split("->")}
    return 900 if ends <= QUARTERS else 3600


TRUTH = Truth(
    step_s, unit=1.0, parts=4,  # hydro: B11 and B12, and IT-SO is two areas
    factor={
        "productionPerModeForecastDayAhead": 1.1, "productionPerModeForecastIntraday": 1.05,
        "scheduledExchangesDayAhead": 0.9,
    },
    priced_as={"GB-NIR": "IE"},
)
