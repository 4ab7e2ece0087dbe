"""How much of an answer rests on what a source estimated: production here or upstream, or the flow it came over."""

import numpy as np

from core.flowtrace.arrays import BoolArray, FloatArray, check_shape
from core.flowtrace.elimination import solve
from core.flowtrace.inputs import Balance
from core.flowtrace.network import Network
from core.flowtrace.supply import find_supply


def estimated_share(
    network: Network, balance: Balance, of_zone: FloatArray, of_flow: FloatArray, fallback_share: FloatArray,
    is_import_only: BoolArray | None = None,
) -> FloatArray:
    """(zones, hours) the part of what is consumed that rests on estimates, in [0, 1]; NaN without a value.

    of_zone (zones, hours) is the estimated part of an hour's production and discharge, of_flow (links, hours) that of
    its flow, both in [0, 1], NaN for none; fallback_share is `Traced`'s of the same inputs. With e of a flow:

        y_i (v_i + Σ_j N[i, j]) − Σ_j (1 − e_ij) N[i, j] y_j = of_zone_i own_i + Σ_j e_ij N[i, j] (1 − fallback_j)

    Energy over an estimated flow counts as estimated whatever is behind it, but for what is a fallback already, so
    that estimated + fallback ≤ 1 and the rest is measured.
    """
    check_shape("of_zone", of_zone, balance.has_production.shape)
    check_shape("of_flow", of_flow, balance.flow_mw.shape)
    supply = find_supply(network, balance, is_import_only)
    part = np.nan_to_num(np.concatenate([of_flow, of_flow]))
    passed_mw = supply.inner_mw * part
    behind = 1.0 - np.nan_to_num(fallback_share)[network.exporter]
    right = np.nan_to_num(of_zone) * supply.own_mw + supply.sum_in(passed_mw * behind)
    excess_mw = supply.excess_mw + supply.sum_in(passed_mw)
    found = solve(network, supply.inner_mw - passed_mw, excess_mw, right[None])[0]
    return np.where(supply.has_value, np.clip(found, 0.0, 1.0), np.nan)
