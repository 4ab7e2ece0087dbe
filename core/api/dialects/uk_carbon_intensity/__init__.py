"""NESO's Carbon Intensity API of Great Britain (carbonintensity.org.uk, api-definitions of 2024), all of its paths.

What differs: Great Britain is one zone, so that its regions all have its values. Intensities are traced through what is
imported, with the factors of direct emissions, which is what NESO counts; `emissionFactorType=lifecycle` gives the
others. They are those of an hour, told twice. `actual` is what was traced and `forecast` the blend: of the past what
it would have said when the hour began. Regional answers have only `forecast`, as the original: of hours that are known
it is what was traced.
"""

from core.api.dialects.uk_carbon_intensity.routes import router

__all__ = ["router"]
