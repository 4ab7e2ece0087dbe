"""The strong forecast: regressions and boosted trees of one grid, on weather, calendar, mix and the past.

`files` reads a grid, `hourly` is what it is then; `weather`, `adaptive` and `structure` make numbers of it that
`features` gathers, `linear` and `trees` learn from these, `model` joins what they say, and `once` gives a forecast
with its band.
"""
