"""EIA: hours in whole MWh. Biomass is inside Other; a fuel of a zone is what up to three areas or codes report."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 3600, unit=1.0, parts=3,  # gas of SRP: SRP, DEAA and HGMA; wind of NWMT: NWMT, GWA and WWA
    seen_as={"biomass": "unknown"}, newest_h={"exchange": 4},  # flows are two hours late
)
