"""What storage gives back, over runs of hours that follow each other: the methods of core.flowtrace.storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.flowtrace import Balance, Factors, Network, Share
from core.flowtrace.storage import WINDOW_HOURS, Method, Stored, discharge_factors

METHODS: dict[str, Method] = {"static": "static", "charging-mean": "charging mean", "reservoir": "reservoir"}
"""By the word that commands and docs use."""
CARRIED_SHARES = ("renewable", "carbon_free")
"""The shares that discharged energy has from what it was charged with; the mix names discharge as such."""
WARM_UP_HOURS = WINDOW_HOURS
"""Hours before the first one asked for, from which stores get their content."""


@dataclass
class Storage:
    """One method, and what each store held at the end of the last run, per basis and share."""

    method: Method
    residual: float = 0.0
    """Largest change in the last round of any iteration so far, g/kWh."""
    _states: dict[str, Stored | None] = field(default_factory=dict)

    def forget(self) -> None:
        """Start with empty stores: the next run does not follow the last."""
        self._states.clear()

    def price(
        self, network: Network, balance: Balance, factors: Mapping[str, Factors], shares: Mapping[str, Share]
    ) -> tuple[dict[str, Factors], dict[str, Share]]:
        """The factors and shares with what discharge carries in this run of hours."""
        priced = {name: self._price(name, network, balance, table) for name, table in factors.items()}
        zones, hours = balance.has_production.shape
        found = dict(shares)
        for name in CARRIED_SHARES:
            table = shares[name].as_factors(name, zones, hours)
            carried = self._price(name, network, balance, table, is_share=True).discharge_g_per_kwh
            found[name] = replace(shares[name], by_storage=np.asarray(carried))
        return priced, found

    def _price(
        self, name: str, network: Network, balance: Balance, table: Factors, *, is_share: bool = False
    ) -> Factors:
        result = discharge_factors(
            self.method, network, balance, table, is_share=is_share, state=self._states.get(name)
        )
        self._states[name] = result.state
        self.residual = max(self.residual, result.residual)
        return result.factors
