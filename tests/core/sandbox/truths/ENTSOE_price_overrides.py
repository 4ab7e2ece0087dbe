"""ENTSO-E's prices of zones inside another's bidding zone: Åland's is the Swedish SE3, Luxembourg's that of Germany."""

from tests.core.sandbox.truths import Truth

TRUTH = Truth(lambda kind, key: 900, priced_as={"AX": "SE-SE3", "LU": "DE"})
