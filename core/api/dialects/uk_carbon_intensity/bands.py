"""What NESO calls high and low: g/kWh from which each word holds, by year.

From the table in its "Carbon Intensity Forecast Methodology" (github.com/carbon-intensity/methodology), which goes on
to 2030. The years before have the first row's, those after it the last one's.
"""

from bisect import bisect_right

WORDS = ("very low", "low", "moderate", "high", "very high")
FROM_G_PER_KWH = {
    2017: (100, 200, 300, 401), 2018: (80, 180, 280, 381), 2019: (60, 160, 260, 361), 2020: (55, 150, 230, 351),
    2021: (50, 140, 220, 331), 2022: (45, 130, 210, 311), 2023: (40, 120, 200, 291), 2024: (35, 110, 190, 271),
    2025: (30, 100, 180, 251), 2026: (25, 90, 170, 231), 2027: (20, 80, 160, 211), 2028: (15, 70, 150, 191),
    2029: (10, 60, 140, 171), 2030: (5, 50, 130, 151),
}
"""Year → where low, moderate, high and very high begin."""


def word(whole_g_per_kwh: int, year: int) -> str:
    """The word for an intensity in a year."""
    year = min(max(year, min(FROM_G_PER_KWH)), max(FROM_G_PER_KWH))
    return WORDS[bisect_right(FROM_G_PER_KWH[year], whole_g_per_kwh)]
