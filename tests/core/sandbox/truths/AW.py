"""WEB Aruba: the present to the watt; what burns and what is only in the total are one."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(
    lambda kind, key: 300, unit=1e-6, parts=6, seen_as=dict.fromkeys(("coal", "gas", "oil"), "unknown"))
