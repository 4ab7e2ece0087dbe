"""Whose generation is consumed where: the tracing equation with one right-hand side per zone."""

import numpy as np

from core.flowtrace.arrays import BoolArray, FloatArray
from core.flowtrace.elimination import solve
from core.flowtrace.inputs import Balance
from core.flowtrace.network import Network
from core.flowtrace.supply import find_supply


def origins(network: Network, balance: Balance, is_import_only: BoolArray | None = None) -> FloatArray:
    """(origins, zones, hours) the part of what each zone consumes that was generated or discharged in each origin.

        s_oi (v_i + Σ_j N[i, j]) − Σ_j N[i, j] s_oj = v_i [i = o] + priced flow from o into i

    What a zone without a value exports counts as from that zone. The parts sum to 1 over the origins wherever a zone
    has a value, and are NaN elsewhere. Memory: 16 bytes × zones² × hours at most, half of it the answer, so ask for a
    few hours at a time.
    """
    zones = len(network.zones)
    supply = find_supply(network, balance, is_import_only)
    right = np.zeros((zones, zones, balance.has_production.shape[-1]))
    every = np.arange(zones)
    right[every, every] = np.where(supply.has_value, supply.own_mw, 0.0)
    np.add.at(right, (network.exporter, network.importer), supply.priced_mw)
    found = solve(network, supply.inner_mw, supply.excess_mw, right)
    np.clip(found, 0.0, 1.0, out=found)
    found[:, ~supply.has_value] = np.nan
    return found
