"""Rows of signals that sources publish: production by mode, flows, load, prices."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.api.electricity_maps import rows as traced_rows
from core.api.electricity_maps.rows import ORDER, Row, estimation, known, made_of, moments, number, whole
from core.api.errors import BadRequest, no_recent_data
from core.api.grid import Grid
from core.api.traced import Array, Ask, traced
from core.forecast import net_load, sum_known
from core.history.periods import of_series
from core.kinds import STORAGE_MODES
from core.store.spans import Columns, series_columns

OF_BALANCE = "gridtrace: production, storage and flows"
"""The source of a load that is what the balance leaves, rather than what somebody metered."""


TOTALS = ("consumption", "import", "export")
PART_COLUMNS = {
    **{mode: f"{mode}_mw" for mode in ORDER},
    **{f"{mode} storage": f"{mode}_storage_mw" for mode in reversed(STORAGE_MODES)},
}
"""Modes, and stores (+ charging), and what their means are called."""


@dataclass(frozen=True)
class Stamps:
    """Of each period: when its first value was fetched and its last changed (NaN: none), and who published it."""

    created_s: Array
    updated_s: Array
    sources: Sequence[str]


def _series(grid: Grid, ask: Ask, kind: str, key: str) -> Columns:
    return of_series(grid.store, kind, key, ask.edges_s, grid.now_s, known_at_s=ask.known_at_s)


def production(grid: Grid, ask: Ask) -> dict[str, Array]:
    """MW by mode, and by `<mode> storage` (+ charging), of each period."""
    found = [_series(grid, ask, "production", key) for key in grid.zone(ask.zone).parts]
    return {name: sum_known([columns[column] for columns in found]) for name, column in PART_COLUMNS.items()}


def net_imports(grid: Grid, ask: Ask) -> dict[str, Array]:
    """MW into the zone (− out of it) by neighbour, of each period."""
    return net_imports_by(grid, ask.zone, lambda link: _series(grid, ask, "exchange", link)["net_flow_mw"])


def net_imports_by(grid: Grid, zone_key: str, flow_of: Callable[[str], Array]) -> dict[str, Array]:
    """The same from the flows (A to B) of the exchanges that cross the zone's border."""
    inside = set(grid.zone(zone_key).parts)
    found: dict[str, list[Array]] = {}
    for part in inside:
        for link in grid.config.links_of.get(part, ()):
            first, second = grid.config.exchanges[link].zones
            neighbour = first if part == second else second
            if neighbour not in inside:
                flow_mw = flow_of(link)
                found.setdefault(neighbour, []).append(flow_mw if part == second else -flow_mw)
    return {neighbour: sum_known(flows) for neighbour, flows in sorted(found.items())}


def stamps(grid: Grid, ask: Ask, kind: str) -> Stamps:
    """When the values of a series were fetched, and who published them."""
    edges_s, count = np.array(ask.edges_s), len(ask.edges_s) - 1
    created, updated, sources = np.full(count, np.nan), np.full(count, np.nan), [set[str]() for _ in range(count)]
    for key in grid.zone(ask.zone).parts:
        found = series_columns(
            grid.store, kind, key, ("start_s", "fetched_s", "source"), ask.edges_s[0], ask.edges_s[-1],
            known_at_s=ask.known_at_s)
        period = np.clip(np.searchsorted(edges_s, found["start_s"], "right") - 1, 0, count - 1)
        np.fmin.at(created, period, found["fetched_s"])
        np.fmax.at(updated, period, found["fetched_s"])
        for at, source in zip(period, found["source"], strict=True):
            sources[at].add(source)
    return Stamps(created, updated, [", ".join(sorted(names)) for names in sources])


def flow_rows(grid: Grid, ask: Ask) -> list[Row]:
    """`import` and `export` in whole MW by neighbour, where they are known."""
    columns, flows = traced(grid, ask), net_imports(grid, ask)
    return [
        {**moments(columns, at), **both_ways(flows, at), "origin": columns["origin"][at] or "live"}
        for at in range(len(columns["start_s"])) if any(not np.isnan(mw[at]) for mw in flows.values())
    ]


def both_ways(flows: dict[str, Array], at: int) -> Row:
    """What comes in and what goes out at a position, in whole MW by neighbour; what is not known is left out."""
    known = {key: float(mw[at]) for key, mw in flows.items() if not np.isnan(mw[at])}
    return {
        "import": {key: round(mw) for key, mw in known.items() if mw > 0},
        "export": {key: round(-mw) for key, mw in known.items() if mw < 0},
    }


def produced_rows(grid: Grid, ask: Ask) -> list[Row]:
    """What the zone itself generates: MW by mode, storage both ways, and what it trades; null is not known."""
    columns, parts, flows = traced(grid, ask), production(grid, ask), net_imports(grid, ask)
    return [
        {**moments(columns, at), **estimation(columns, at), "breakdownType": "normal",
         "mix": {**own_mix(parts, at), "flows": _traded(flows, at)}, "origin": columns["origin"][at]}
        for at in _told(parts)
    ]


def _told(parts: dict[str, Array]) -> list[int]:
    return [int(at) for at in np.flatnonzero(~np.isnan(np.array(list(parts.values()))).all(axis=0))]


def own_mix(parts: dict[str, Array], at: int) -> Row:
    """MW by mode at a position, and of each store both ways."""
    found: Row = {mode: number(parts[mode][at], 2) for mode in ORDER}
    for mode in reversed(STORAGE_MODES):
        found[f"{mode} storage"] = _storage(parts[f"{mode} storage"][at])
    return found


def _storage(charging_mw: float) -> Row:
    """Both ways of one store: it does one at a time, so the other is 0; both null where nothing is known."""
    if np.isnan(charging_mw):
        return {"charge": None, "discharge": None}
    return {"charge": number(max(charging_mw, 0.0), 2), "discharge": number(max(-charging_mw, 0.0), 2)}


def _traded(flows: dict[str, Array], at: int) -> Row:
    both = both_ways(flows, at)
    return {"exports": sum(both["export"].values()), "imports": sum(both["import"].values())}


def mix_rows(grid: Grid, ask: Ask, breakdown_type: str) -> list[Row]:
    """The mix of production or of consumption."""
    if breakdown_type not in BREAKDOWNS:
        raise BadRequest(WRONG_BREAKDOWN)
    return BREAKDOWNS[breakdown_type](grid, ask)


WRONG_BREAKDOWN = "Valid breakdown types are: normal, flow-traced"
BREAKDOWNS = {"normal": produced_rows, "flow-traced": traced_rows.mix_rows}


def source_rows(grid: Grid, ask: Ask, mode: str, breakdown_type: str) -> list[Row]:
    """MW of one mode of the mix, where it is known; of a store what it gives back."""
    return of_mode(mix_rows(grid, ask, breakdown_type), mode)


def of_mode(mixes: Sequence[Row], mode: str) -> list[Row]:
    """Rows of one mode from rows of mixes."""
    found = []
    for row in mixes:
        mix = row["mix"]
        value = mix[mode]["discharge"] if mode.endswith(" storage") else mix[mode]
        if value is not None:
            found.append({**{name: one for name, one in row.items() if name != "mix"}, "value": value})
    return found


def breakdown_rows(grid: Grid, ask: Ask) -> list[Row]:
    """The four breakdowns in whole MW, with totals that add up: production + imports − exports = consumption."""
    columns, parts, flows = traced(grid, ask), production(grid, ask), net_imports(grid, ask)
    consumed = traced_rows.consumed_mw(columns, columns["consumption_mw"])
    return [
        _breakdown(ask.zone, columns, consumed, parts, flows, at) for at in known(columns["consumption_mw"])]


def _breakdown(
    zone: str, columns: Columns, consumed: dict[str, Array], parts: dict[str, Array], flows: dict[str, Array], at: int
) -> Row:
    used, imported, exported = (whole(columns[f"{name}_mw"][at]) or 0 for name in TOTALS)
    return {
        "zone": zone, **moments(columns, at),
        "powerConsumptionBreakdown": {name: whole(mw[at]) for name, mw in consumed.items()},
        **own_breakdowns(parts, flows, at),
        "fossilFreePercentage": whole(100 * columns["carbon_free_share"][at]),
        "renewablePercentage": whole(100 * columns["renewable_share"][at]),
        "powerConsumptionTotal": used, "powerProductionTotal": used - imported + exported,
        "powerImportTotal": imported, "powerExportTotal": exported,
        **estimation(columns, at), **made_of(columns, at),
    }


def own_breakdowns(parts: dict[str, Array], flows: dict[str, Array], at: int) -> Row:
    """Whole MW at a position: production by mode and discharge (null is not known), imports and exports by neighbour.

    Neighbours whose flow is not known are left out, as clients take no null for them.
    """
    produced = {mode: whole(parts[mode][at]) for mode in ORDER}
    for mode in reversed(STORAGE_MODES):
        produced[f"{mode} discharge"] = whole(np.maximum(0.0, -parts[f"{mode} storage"][at]))
    known = {key: round(float(mw[at])) for key, mw in flows.items() if not np.isnan(mw[at])}
    return {
        "powerProductionBreakdown": produced,
        "powerImportBreakdown": {key: max(mw, 0) for key, mw in known.items()},
        "powerExportBreakdown": {key: max(-mw, 0) for key, mw in known.items()},
    }


def load_rows(grid: Grid, ask: Ask, signal: str) -> list[Row]:
    """`total-load` of the balance, `net-load` without its wind and sun, `total-reported-load` as published; in MW."""
    columns = traced(grid, ask)
    if signal == "total-reported-load":
        return _reported(grid, ask, columns)
    values = columns["consumption_mw"]
    if signal == "net-load":
        parts = production(grid, ask)
        values = net_load(values, parts["wind"], parts["solar"])
    return [
        {**_valued(ask.zone, columns, at, values, "MW"), "source": OF_BALANCE, **estimation(columns, at),
         **made_of(columns, at)}
        for at in known(values)
    ]


def _reported(grid: Grid, ask: Ask, columns: Columns) -> list[Row]:
    values = sum_known(
        [_series(grid, ask, "consumption", key)["consumption_mw"] for key in grid.zone(ask.zone).parts])
    told = stamps(grid, ask, "consumption")
    columns = columns | {"created_s": told.created_s, "updated_s": told.updated_s}
    return [
        {**_valued(ask.zone, columns, at, values, "MW"), "source": told.sources[at], "isEstimated": False,
         "estimationMethod": None}
        for at in known(values)
    ]


def _valued(zone: str, columns: Columns, at: int, values: Array, unit: str) -> Row:
    return {"zone": zone, **moments(columns, at), "value": number(values[at], 2), "unit": unit}


def price_rows(grid: Grid, ask: Ask) -> list[Row]:
    """Day-ahead prices as published, in the currency of the source. Raises NothingKnown for an aggregate."""
    if grid.zone(ask.zone).sub_zones:
        raise no_recent_data(ask.zone, f"{ask.zone} has no price of its own: ask for one of its sub-zones.")
    found, told = _series(grid, ask, "price", ask.zone), stamps(grid, ask, "price")
    columns = found | {"created_s": told.created_s, "updated_s": told.updated_s}
    return [
        {**_valued(ask.zone, columns, at, values, f"{currency}/MWh"), "source": told.sources[at],
         "origin": columns["origin"][at]}
        for currency, values in _prices(found) for at in known(values)
    ]


def _prices(found: Columns) -> Iterator[tuple[str, Array]]:
    for name, values in found.items():
        if name.startswith("price_") and name.endswith("_mwh"):
            yield name.removeprefix("price_").removesuffix("_mwh").upper(), values

