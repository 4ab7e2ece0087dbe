"""ONS: a snapshot on the raster, in single precision; all thermal plants are one number without a fuel."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300, unit=0.01, parts=3,  # hydro: Itaipú in two parts and the rest
    seen_as=dict.fromkeys(("biomass", "coal", "gas", "geothermal", "oil"), "unknown"),
)
