"""OCCTO: flows of five minutes in whole MW, and plans of them."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 300, unit=1.0)
