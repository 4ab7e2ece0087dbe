"""JAO's Publication Tool: whole MW, schedules in tenths; hours within Core, quarters elsewhere and for schedules."""

from tests.core.sandbox.truths import Truth

EXTERNAL = {"AT->IT-NO", "BG->RO", "DE->DK-DK1", "DK-DK1->NL", "ES->FR", "FR->IT-NO"}
NORDIC = {"DK-DK1", "DK-DK2", "FI", "SE-SE4", "NO-NO2"}
"""Of every exchange of the Nordic region that leaves it or lies within it, one end is here or in Norway or Sweden."""


def step_s(kind: str, key: str) -> int:
    if kind == "atcDayAhead":
        return 900 if key in EXTERNAL else 3600
    is_nordic = any(zone in NORDIC or zone.startswith(("NO-", "SE-")) for zone in key.split("->"))
    return 3600 if kind == "maxBexDayAhead" and not is_nordic else 900


TRUTH = Truth(step_s, factor={"maxBexDayAhead": 1.5, "maxBflowDayAhead": 1.2})
