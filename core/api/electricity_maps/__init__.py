"""The Electricity Maps API, v3 and v4: signals by temporality, zones, data centres, the optimizer.

Extra keys that its clients pass over say how a value was made: `origin` (live, simulated, replayed), which shares of it
are measured, estimated or a fallback, and `flags`.
"""
