"""What a zone of which only its power stations are known typically generates."""

from collections.abc import Mapping

from core.kinds import MODES

TYPICAL_LOAD = {
    "biomass": 0.55,
    "coal": 0.55,
    "gas": 0.40,
    "geothermal": 0.75,
    "hydro": 0.40,
    "nuclear": 0.80,
    "oil": 0.20,
    "solar": 0.15,
    "unknown": 0.40,
    "wind": 0.25,
}
"""A year's generation over what the installed capacity could generate without pause, in the mean of the world.

Rounded to a twentieth from Ember, Yearly electricity data: the world's generation of 2023 over its capacity; oil is
Ember's "other fossil", unknown is all modes together. Stores are left out: they give back less than they take.
"""


def typical_mix(capacity_mw: Mapping[str, float]) -> dict[str, float] | None:
    """The share of each mode, together 1, in a typical year of this installed MW per mode; None without any."""
    typical_mw = {mode: capacity_mw.get(mode, 0.0) * TYPICAL_LOAD[mode] for mode in MODES}
    total_mw = sum(typical_mw.values())
    return {mode: power_mw / total_mw for mode, power_mw in typical_mw.items()} if total_mw > 0 else None
