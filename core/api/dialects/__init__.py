"""APIs of others on the same origin: their paths, parameters, shapes and errors, with the values of this grid.

What a contract means and cannot be said truthfully is refused with the reason.
"""
