"""Nord Pool: prices of quarters in hundredths, of half hours in Britain; capacities of hours in whole MW."""

from tests.core.sandbox.truths import Truth


def step_s(kind: str, key: str) -> int:
    if kind == "price":
        return 1800 if key == "GB" else 900
    return 3600


TRUTH = Truth(step_s)
